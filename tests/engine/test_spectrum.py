"""Eigenvalues, singular values and the departure from normality, against matrices that have them by construction."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.engine.initialisers import recurrent
from rnn_tui.engine.spectrum import departure_from_normality, eigenvalues, singular_values


def test_a_rotation_and_a_triangle() -> None:
    turn = 0.5 * np.array([[0.6, -0.8], [0.8, 0.6]])
    assert eigenvalues(turn) == pytest.approx(np.array([0.3 + 0.4j, 0.3 - 0.4j]), abs=1e-15)
    assert singular_values(turn) == pytest.approx([0.5, 0.5])
    assert departure_from_normality(turn) == 0.0
    triangle = np.array([[0.2, 9.0, 1.0], [0.0, -0.9, 3.0], [0.0, 0.0, 0.5]])
    assert eigenvalues(triangle).tolist() == [-0.9, 0.5, 0.2]
    kept = 0.04 + 0.81 + 0.25
    assert departure_from_normality(triangle) == pytest.approx(math.sqrt(91 / (91 + kept)))


@given(st.integers(0, 1000), st.integers(1, 8))
def test_what_a_matrix_was_made_of(seed: int, size: int) -> None:
    basis = recurrent("orthogonal", seed=seed, hidden=size)
    wanted = np.random.default_rng(seed).normal(size=size)
    symmetric = basis @ np.diag(wanted) @ basis.T
    order = np.argsort(-np.abs(wanted))
    assert eigenvalues(symmetric) == pytest.approx(wanted[order].astype(complex), abs=1e-12)
    assert singular_values(symmetric) == pytest.approx(np.abs(wanted)[order], abs=1e-12)
    assert departure_from_normality(symmetric) == pytest.approx(0.0, abs=1e-5)


def test_a_nilpotent_and_a_zero_matrix() -> None:
    assert departure_from_normality(np.array([[0.0, 3.0], [0.0, 0.0]])) == 1.0
    assert departure_from_normality(np.zeros((2, 2))) == 0.0
