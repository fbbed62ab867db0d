"""Singular values of long products, from 10^2 to 10^-2000, against arithmetic of hundreds of digits."""

from collections.abc import Sequence

import mpmath as mp  # type: ignore[import-untyped,unused-ignore]
import numpy as np
import pytest

from rnn_tui.engine.dynamics.udt import left_multiply, left_multiply_by_rows, left_multiply_pivoting, udt_identity
from rnn_tui.engine.dynamics.udt_singular_values import log_singular_values
from rnn_tui.engine.numbers.arrays import FloatArray


def found(factors: Sequence[FloatArray]) -> FloatArray:
    product = udt_identity(factors[0].shape[0])
    for factor in factors:
        product = left_multiply_pivoting(product, factor @ product.u)
    return log_singular_values(product)


def exact(factors: Sequence[FloatArray], *, digits: int, rank: int | None = None) -> FloatArray:
    """The logs of the singular values at so many digits, −inf beyond the rank."""
    with mp.workdps(digits):
        product = mp.eye(factors[0].shape[0])
        for factor in factors:
            product = mp.matrix(factor.tolist()) * product
        values = sorted(mp.svd_r(product, compute_uv=False), reverse=True)
        logs = [float(mp.log(value)) for value in values[:rank]]
    return np.array(logs + [-np.inf] * (len(values) - len(logs)))


def within(one: FloatArray, other: FloatArray, tolerance: float) -> bool:
    finite = np.isfinite(other)
    same = np.array_equal(np.isneginf(one), np.isneginf(other))
    return same and bool(np.abs(one[finite] - other[finite]).max(initial=0.0) < tolerance)


@pytest.mark.parametrize("count", [1, 2, 7, 60])
def test_powers_and_independent_products(count: int) -> None:
    rng = np.random.default_rng(count)
    weight = 0.5 * rng.standard_normal((5, 5))
    assert within(found([weight] * count), exact([weight] * count, digits=300), 1e-12)
    many = list(rng.standard_normal((count, 5, 5)))
    assert within(found(many), exact(many, digits=300), 1e-12)


@pytest.mark.parametrize("decades", [3, 30, 300])
def test_units_that_are_saturated_to_very_different_degrees(decades: int) -> None:
    rng = np.random.default_rng(decades)
    factors = [10.0 ** rng.uniform(-decades, 0, (5, 1)) * rng.standard_normal((5, 5)) for _ in range(12)]
    product = udt_identity(5)
    for factor in factors:
        exponent = np.frexp(np.abs(factor).max(axis=1))[1].astype(np.int64)
        product = left_multiply_by_rows(product, np.ldexp(factor, -exponent[:, None]) @ product.u, exponent)
    true = exact(factors, digits=40 * decades)
    assert within(log_singular_values(product), true, 1e-9)
    assert true[-1] < -2 * decades


def test_rows_beyond_float64() -> None:
    rng = np.random.default_rng(1)
    matrices = rng.standard_normal((6, 4, 4))
    exponents = rng.integers(-3000, 3000, (6, 4))
    product = udt_identity(4)
    for matrix, exponent in zip(matrices, exponents, strict=True):
        product = left_multiply_by_rows(product, matrix @ product.u, exponent)
    with mp.workdps(9_000):
        whole = mp.eye(4)
        for matrix, exponent in zip(matrices, exponents, strict=True):
            rows = zip(matrix.tolist(), exponent.tolist(), strict=True)
            whole = mp.matrix([[mp.ldexp(mp.mpf(entry), power) for entry in row] for row, power in rows]) * whole
        true = [float(mp.log(value)) for value in sorted(mp.svd_r(whole, compute_uv=False), reverse=True)]
    assert log_singular_values(product) == pytest.approx(true, rel=1e-12)


def test_rows_as_far_apart_as_integers_are() -> None:
    weight, exponents = np.random.default_rng(8).standard_normal((4, 4)), np.array([0, -(10**9), 70, -(10**6)])
    product = left_multiply_by_rows(udt_identity(4), weight, exponents)
    lost = left_multiply_by_rows(udt_identity(4), np.where(np.arange(4) == 2, 0.0, 1.0)[:, None] * weight, exponents)
    # so far apart, each singular value is a row's length at right angles to all larger rows
    order = [2, 0, 3, 1]
    lengths = np.abs(np.diagonal(np.linalg.qr(weight[order].T)[1]))
    assert log_singular_values(product) == pytest.approx(np.log(lengths) + exponents[order] * np.log(2), rel=1e-12)
    assert np.isneginf(log_singular_values(lost)).tolist() == [False, False, False, True]


@pytest.mark.parametrize("count", [1, 3, 9])
def test_dead_rows_are_true_zeros(count: int) -> None:
    rng = np.random.default_rng(count)
    alive = [np.array([1.0, 1.0, 1.0, 0.0, rng.integers(0, 2)]) for _ in range(count)]
    factors = [mask[:, None] * rng.standard_normal((5, 5)) for mask in alive]
    rank = int(min(mask.sum() for mask in alive))
    assert within(found(factors), exact(factors, digits=200, rank=rank), 1e-12)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 9])
def test_a_nilpotent_matrix_loses_one_direction_a_step(count: int) -> None:
    weight = np.triu(np.random.default_rng(3).standard_normal((5, 5)), 1)
    assert within(found([weight] * count), exact([weight] * count, digits=60, rank=max(0, 5 - count)), 1e-12)


def test_rotations_change_nothing() -> None:
    rng = np.random.default_rng(4)
    turns = [np.linalg.qr(rng.standard_normal((9, 9)))[0] for _ in range(500)]
    assert np.abs(found(turns)).max() < 1e-12


def test_equal_and_nearly_equal_singular_values() -> None:
    rng = np.random.default_rng(5)
    u, v = (np.linalg.qr(rng.standard_normal((8, 8)))[0] for _ in range(2))
    values = np.array([2, 2, 2 - 1e-12, 1, 1, 1e-9, 1e-9, 1e-9 - 1e-15])
    assert found([u * values @ v]) == pytest.approx(np.log(values), abs=1e-6)
    assert found([u, np.diag(values), v]) == pytest.approx(np.log(values), abs=1e-13)


def test_too_wide_a_spread_for_one_stretch_is_not_taken() -> None:
    assert left_multiply(udt_identity(2), np.array([[1.0, 1.0], [0.0, 1e-10]]), 0.0).lost
    assert left_multiply(udt_identity(2), np.zeros((2, 2)), 0.0).lost
    taken = left_multiply(udt_identity(2), np.array([[1.0, 0.0], [0.0, 1e-5]]), 3.0)
    assert not taken.lost
    assert taken.spread == pytest.approx(np.log(1e5))
    assert log_singular_values(taken.product) == pytest.approx([3.0, 3.0 - np.log(1e5)])


def test_many_products_side_by_side() -> None:
    rng = np.random.default_rng(11)
    factors = rng.standard_normal((30, 4, 6, 6)) * 10.0 ** rng.uniform(-1, 1, (30, 4, 1, 1))
    together = udt_identity(6, (4,))
    for factor in factors:
        taken = left_multiply(together, factor @ together.u, np.zeros(4))
        assert not taken.lost.any()
        together = taken.product
    alone = np.stack([found(list(factors[:, member])) for member in range(4)])
    assert log_singular_values(together) == pytest.approx(alone, abs=1e-12)


def test_one_number() -> None:
    assert found([np.array([[-0.5]])] * 40) == pytest.approx([40 * np.log(0.5)])
    assert np.isneginf(found([np.zeros((1, 1))])).all()
