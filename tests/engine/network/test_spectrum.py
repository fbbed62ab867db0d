"""Eigenvalues, singular values and the departure from normality, against matrices that have them by construction."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.engine.network.initialisers import unscaled_weight
from rnn_tui.engine.network.spectrum import (
    departure_from_normality,
    eigenvalues,
    largest_singular_value,
    largest_slopes,
    radius_slopes,
    singular_values,
    spectral_radius,
)
from rnn_tui.engine.numbers.arrays import FloatArray


def test_a_rotation_and_a_triangle() -> None:
    turn = 0.5 * np.array([[0.6, -0.8], [0.8, 0.6]])
    assert eigenvalues(turn) == pytest.approx(np.array([0.3 + 0.4j, 0.3 - 0.4j]), abs=1e-15)
    assert singular_values(turn) == pytest.approx([0.5, 0.5])
    assert departure_from_normality(turn) == 0.0
    triangle = np.array([[0.2, 9.0, 1.0], [0.0, -0.9, 3.0], [0.0, 0.0, 0.5]])
    assert eigenvalues(triangle).tolist() == [-0.9, 0.5, 0.2]
    assert eigenvalues(np.diag([-0.5, 0.5])).tolist() == [0.5, -0.5]  # of one size, the positive one first
    kept = 0.04 + 0.81 + 0.25
    assert departure_from_normality(triangle) == pytest.approx(math.sqrt(91 / (91 + kept)))


@given(st.integers(0, 1000), st.integers(1, 8))
def test_what_a_matrix_was_made_of(seed: int, size: int) -> None:
    basis = unscaled_weight("orthogonal", seed=seed, hidden=size)
    wanted = np.random.default_rng(seed).normal(size=size)
    symmetric = basis @ np.diag(wanted) @ basis.T
    order = np.argsort(-np.abs(wanted))
    assert eigenvalues(symmetric) == pytest.approx(wanted[order].astype(complex), abs=1e-12)
    assert singular_values(symmetric) == pytest.approx(np.abs(wanted)[order], abs=1e-12)
    assert departure_from_normality(symmetric) == pytest.approx(0.0, abs=1e-5)


def test_a_nilpotent_and_a_zero_matrix() -> None:
    assert departure_from_normality(np.array([[0.0, 3.0], [0.0, 0.0]])) == 1.0
    assert departure_from_normality(np.zeros((2, 2))) == 0.0


@given(st.floats(0.1, 3.0), st.floats(-3.0, 3.0))
def test_a_turned_pair_moves_as_the_root_of_the_determinant(size: float, angle: float) -> None:
    """ρ² = det W of a 2×2 W with a conjugate pair, so ∂ρ/∂W is its matrix of cofactors over 2ρ."""
    cosine, sine = math.cos(angle), math.sin(angle)
    weight = size * np.array([[cosine, -sine], [sine, cosine]])
    slopes = radius_slopes(weight)
    if abs(sine) < 1e-5:
        return
    assert slopes is not None
    cofactors = np.array([[weight[1, 1], -weight[1, 0]], [-weight[0, 1], weight[0, 0]]])
    assert slopes == pytest.approx(cofactors / (2 * size), abs=1e-8)
    assert largest_slopes(weight) is None


def test_a_diagonal_moves_by_its_largest_entry_alone() -> None:
    alone = np.zeros((3, 3))
    alone[1, 1] = -1.0
    assert radius_slopes(np.diag([0.2, -0.9, 0.5])) == pytest.approx(alone)
    assert largest_slopes(np.diag([0.2, -0.9, 0.5])) == pytest.approx(alone)


@pytest.mark.parametrize(
    "weight",
    [
        np.zeros((2, 2)),
        np.eye(3),
        np.array([[0.9, 5.0], [0.0, 0.9]]),
        np.array([[1.0, 1.0], [-1.0, -1.0]]) + np.eye(2),  # a Jordan block in another basis
        np.array([[0.0, 1.0], [1.0, 0.0]]),
        np.array([[0.0, 1.0], [0.0, 0.0]]),
    ],
)
def test_where_several_are_as_large_there_is_no_one_slope(weight: FloatArray) -> None:
    assert radius_slopes(weight) is None


@given(st.integers(0, 1000), st.integers(1, 6))
def test_slopes_are_what_a_nudge_does(seed: int, size: int) -> None:
    draws = np.random.default_rng(seed)
    weight, way = draws.normal(size=(2, size, size))
    nudge = 1e-6
    for slopes_of, value in ((radius_slopes, spectral_radius), (largest_slopes, largest_singular_value)):
        slopes = slopes_of(weight)
        assert slopes is not None
        # of a homogeneous function the slopes along W itself give its value
        assert np.vdot(slopes, weight) == pytest.approx(value(weight), rel=1e-9)
        moved = (value(weight + nudge * way) - value(weight - nudge * way)) / (2 * nudge)
        assert np.vdot(slopes, way) == pytest.approx(moved, rel=1e-3, abs=1e-3)
