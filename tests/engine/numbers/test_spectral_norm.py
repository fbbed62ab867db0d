"""The largest singular value of many matrices at once, against LAPACK and 60-digit arithmetic."""

import mpmath as mp  # type: ignore[import-untyped,unused-ignore]
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.engine.network.initialisers import unscaled_weight
from rnn_tui.engine.numbers import spectral_norm
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import LOG10_2, Scaled
from rnn_tui.engine.numbers.spectral_norm import largest_singular_values, log10_spectral
from tests.engine.nets import apart

SEEDS = st.integers(0, 2**32 - 1)
MANY = 24_000  # matrices times size² from which they are not simply handed to LAPACK


def log10_of(matrices: FloatArray) -> FloatArray:
    return log10_spectral(Scaled(matrices, np.zeros(len(matrices), dtype=np.int64)))


def lapack(matrices: FloatArray) -> FloatArray:
    result: FloatArray = np.linalg.svd(matrices, compute_uv=False)[:, 0].astype(np.float64)
    return result


def agree(matrices: FloatArray) -> bool:
    return bool(np.abs(largest_singular_values(matrices) / lapack(matrices) - 1).max() < 1e-12)


def products(weight: FloatArray, count: int, rng: np.random.Generator, *, least: float = 0.3) -> FloatArray:
    """I, D₁W, D₁W D₂W, … with diagonal D drawn from `least` … 1, each divided by its largest entry."""
    found = [np.eye(len(weight))]
    for _ in range(count - 1):
        product = (found[-1] * rng.uniform(least, 1, len(weight))) @ weight
        found.append(product / np.abs(product).max())
    return np.stack(found)


@pytest.mark.parametrize("hidden", [1, 2, 3, 7, 32, 65])
@pytest.mark.parametrize("init", ["gaussian", "orthogonal", "identity"])
@pytest.mark.parametrize("least", [0.3, 1.0])
def test_the_products_of_a_network(hidden: int, init: str, least: float) -> None:
    weight = unscaled_weight("gaussian" if init == "gaussian" else "orthogonal", seed=3, hidden=hidden)
    weight = np.eye(hidden) if init == "identity" else weight
    assert agree(products(weight, 120, np.random.default_rng(5), least=least))


@given(SEEDS, st.integers(1, 40), st.integers(1, 40), st.integers(1, 60), st.floats(0, 30))
def test_matrices_of_any_shape_and_any_spread(seed: int, rows: int, columns: int, count: int, decades: float) -> None:
    rng = np.random.default_rng(seed)
    graded = 10.0 ** (-decades * np.sort(rng.uniform(0, 1, columns)))
    matrices = rng.standard_normal((count, rows, columns)) * graded
    assert agree(matrices)
    assert agree(matrices[:, :, ::-1])


@given(SEEDS, st.sampled_from([0.0, 1e-15, 1e-12, 1e-9, 1e-6, 1e-3, 0.1]), st.integers(1, 24))
def test_singular_values_that_nearly_coincide(seed: int, gap: float, together: int) -> None:
    rng = np.random.default_rng(seed)
    values = np.concatenate([1 - gap * np.arange(together), 0.5 * rng.uniform(0, 1, 24 - together)])
    u, v = (np.linalg.qr(rng.standard_normal((60, 24, 24)))[0] for _ in range(2))
    matrices = (u * values) @ v.transpose(0, 2, 1)
    assert matrices.shape[0] * 24**2 >= MANY
    assert largest_singular_values(matrices) == pytest.approx(1, rel=1e-12)


def test_the_heaviest_row_may_lie_in_the_wrong_block() -> None:
    # Lanczos that starts in an invariant space never leaves it: a small residual would prove nothing here
    matrix = np.zeros((32, 32))
    matrix[0, 0] = 1.0
    matrix[1:9, 1:9] = 0.3  # ‖·‖₂ = 2.4, and every row is lighter than the first
    for scale in (0.13, 0.3):
        matrix[1:9, 1:9] = scale
        many = np.repeat(matrix[None], 40, axis=0)
        assert largest_singular_values(many) == pytest.approx(max(1, 8 * scale), rel=1e-14)


def test_a_start_that_is_blind_to_the_largest() -> None:
    # in an orthonormal frame of its own, so that no entry is exactly zero
    rng = np.random.default_rng(0)
    q = np.linalg.qr(rng.standard_normal((50, 32, 32)))[0]
    values = np.concatenate([[2.0], np.ones(31)])
    matrices = q * values @ q.transpose(0, 2, 1)
    matrices[:, 0] *= 100
    assert agree(matrices)


@given(SEEDS, st.integers(2, 40))
def test_rank_one(seed: int, hidden: int) -> None:
    rng = np.random.default_rng(seed)
    left, right = rng.standard_normal((2, 200, hidden))
    found = largest_singular_values(left[:, :, None] * right[:, None])
    assert found == pytest.approx(np.linalg.norm(left, axis=1) * np.linalg.norm(right, axis=1), rel=1e-13)


@pytest.mark.parametrize("shape", [(3, 1, 1), (3, 2, 2), (3, 8, 8), (100, 32, 32), (100, 8, 40)])
def test_true_zeros_and_numbers_beyond_float64(shape: tuple[int, int, int]) -> None:
    matrices = np.random.default_rng(2).standard_normal(shape)
    matrices[1] = 0.0
    exponent = np.arange(len(matrices)) * 40_000 - 20_000
    found = log10_spectral(Scaled(matrices, exponent))
    assert np.flatnonzero(np.isneginf(found)).tolist() == [1]
    with np.errstate(divide="ignore"):
        assert found == pytest.approx(np.log10(lapack(matrices)) + exponent * LOG10_2, rel=1e-13)
    for factor in (1e-300, 1e-200, 1e200, 1e300):
        kept = np.arange(len(matrices)) != 1
        assert log10_of(matrices[kept] * factor) == pytest.approx(
            log10_of(matrices[kept]) + np.log10(factor), abs=1e-12
        )


def test_all_zero_and_none_at_all() -> None:
    assert np.all(np.isneginf(log10_of(np.zeros((100, 32, 32)))))
    assert log10_of(np.zeros((0, 32, 32))).shape == (0,)


def test_the_columns_and_the_rows_have_one_norm() -> None:
    matrices = np.random.default_rng(9).standard_normal((80, 20, 33))
    assert apart(largest_singular_values(matrices), largest_singular_values(matrices.transpose(0, 2, 1))) < 1e-14


def test_against_sixty_digits() -> None:
    weight = 0.5 * unscaled_weight("gaussian", seed=1, hidden=6)
    matrices = products(weight, 900, np.random.default_rng(4))
    found = largest_singular_values(matrices)
    with mp.workdps(60):
        for i in (1, 2, 7, 40, 899):
            true = max(mp.svd_r(mp.matrix(matrices[i].tolist()), compute_uv=False))
            assert abs(found[i] / true - 1) < 1e-13


def test_most_products_are_proved_without_lapack(monkeypatch: pytest.MonkeyPatch) -> None:
    handed: list[int] = []
    lapack_answers = spectral_norm._from_gram

    def counted(gram: FloatArray) -> FloatArray:
        handed.append(len(gram))
        return lapack_answers(gram)

    monkeypatch.setattr(spectral_norm, "_from_gram", counted)
    assert agree(products(unscaled_weight("gaussian", seed=8, hidden=32), 300, np.random.default_rng(6)))
    assert sum(handed) < 12
