"""A W whose powers peak where and as high as was asked, against the powers themselves."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.engine.network.initialisers import ScaleError, layered_weights, recurrent_blocks
from rnn_tui.engine.network.nonnormal import (
    Nonnormal,
    TransientError,
    couplings,
    log_power_norm,
    peak,
    with_radius,
)
from rnn_tui.engine.network.spectrum import largest_singular_value, spectral_radius
from rnn_tui.engine.numbers.arrays import FloatArray

SEEDS = st.integers(0, 1000)


def drawn(
    seed: int, hidden: int, *, rho: float | None = None, sigma: float | None = None, transient: float
) -> FloatArray:
    return recurrent_blocks("nonnormal", seed=seed, hidden=hidden, gates="a", rho=rho, sigma=sigma, transient=transient)


def power_norms(weight: FloatArray, powers: int) -> FloatArray:
    product, found = np.eye(len(weight)), []
    for _ in range(powers):
        product = product @ weight
        found.append(np.linalg.norm(product, 2))
    return np.array(found)


def test_the_textbook_matrix() -> None:
    form = Nonnormal(0.9, 5.0)
    n, height = peak(form)
    assert n == 9
    assert height == pytest.approx(19.379, abs=5e-4)
    assert math.exp(log_power_norm(form, 1)) == pytest.approx(5.157, abs=5e-4)
    assert with_radius(0.9, height).eta == pytest.approx(5, rel=1e-13)
    found = drawn(4, 2, rho=0.9, transient=height)
    assert np.abs(found) == pytest.approx(np.array([[0.9, 5.0], [0.0, 0.9]]))
    norms = power_norms(np.array([[0.9, 5.0], [0.0, 0.9]]), 40)
    assert [math.exp(log_power_norm(form, power)) for power in range(1, 41)] == pytest.approx(norms, rel=1e-13)


@given(SEEDS, st.integers(2, 12), st.floats(0, 0.97), st.floats(1, 1e6))
def test_the_powers_peak_as_high_as_asked(seed: int, hidden: int, rho: float, transient: float) -> None:
    weight = drawn(seed, hidden, rho=rho, transient=transient)
    assert spectral_radius(weight) == rho
    assert np.abs(np.linalg.eigvals(weight)).max() == pytest.approx(rho, abs=1e-15)
    norms = power_norms(weight, 200)
    assert norms.max() == pytest.approx(transient, rel=1e-11)
    form = with_radius(rho, transient)
    assert norms[peak(form)[0] - 1] == pytest.approx(transient, rel=1e-11)
    assert largest_singular_value(weight) == pytest.approx(norms[0], rel=1e-12)


@given(SEEDS, st.integers(2, 8), st.floats(1.001, 20), st.floats(0, 1))
def test_the_largest_singular_value_and_the_peak_together(seed: int, hidden: int, sigma: float, higher: float) -> None:
    transient = sigma * (1 + 50 * higher**2)
    weight = drawn(seed, hidden, sigma=sigma, transient=transient)
    assert largest_singular_value(weight) == pytest.approx(sigma, rel=1e-12)
    rho = spectral_radius(weight)
    assert rho < 1
    form = Nonnormal(rho, sigma - rho**2 / sigma)
    assert peak(form)[1] == pytest.approx(transient, rel=1e-9)
    if peak(form)[0] < 400:
        assert power_norms(weight, 500).max() == pytest.approx(transient, rel=1e-8)


@pytest.mark.parametrize("rho", [0.0, 1e-300, 1e-12, 0.5, 0.999999])
@pytest.mark.parametrize("transient", [1.0, 10.0, 1e6])
def test_the_limits(rho: float, transient: float) -> None:
    form = with_radius(rho, transient)
    n, height = peak(form)
    assert height == pytest.approx(transient, rel=1e-9)
    around = [log_power_norm(form, max(1, n + step)) for step in (-1, 0, 1)]
    assert max(around) == pytest.approx(around[1], rel=1e-12, abs=1e-12)


def test_no_growth_beyond_w_itself() -> None:
    assert drawn(1, 5, sigma=1.0, transient=1.0) == pytest.approx(np.eye(5))
    assert power_norms(drawn(1, 5, rho=0.9, transient=1.0), 300).max() == pytest.approx(1, rel=1e-12)


@pytest.mark.parametrize(
    ("hidden", "rho", "sigma", "transient", "says"),
    [
        (4, 1.0, None, 10.0, "grow for ever"),
        (4, 1.3, None, 10.0, "below 1"),
        (1, 0.9, None, 10.0, "two units"),
        (4, None, 0.5, 10.0, "no power is larger"),
        (4, None, 1.0, 1.5, "no power is larger"),
        (4, None, 3.0, 2.0, "first power alone"),
    ],
)
def test_what_cannot_be_is_refused(
    hidden: int, rho: float | None, sigma: float | None, transient: float, says: str
) -> None:
    with pytest.raises(ScaleError, match=says):
        drawn(0, hidden, rho=rho, sigma=sigma, transient=transient)


def test_a_peak_below_the_radius_is_refused() -> None:
    with pytest.raises(TransientError, match="at least"):
        with_radius(0.9, 0.5)


@given(SEEDS, st.integers(2, 30))
def test_the_halves_are_coupled_evenly(seed: int, hidden: int) -> None:
    entries = np.random.default_rng(seed).standard_normal((3, hidden - hidden // 2, hidden // 2))
    for coupling in couplings(entries):
        assert not (coupling @ coupling).any()
        values = np.linalg.svd(coupling, compute_uv=False)
        assert values[: hidden // 2] == pytest.approx(1, rel=1e-13)
        assert np.abs(values[hidden // 2 :]).max() < 1e-14


def test_layers_have_the_same_radius_and_strength_and_their_own_coupling() -> None:
    layers = layered_weights("nonnormal", seed=2, hidden=7, steps=5, rho=0.8, sigma=None, transient=6.0)
    assert np.array_equal(layers[0], drawn(2, 7, rho=0.8, transient=6.0))
    assert len({layer.tobytes() for layer in layers}) == 5
    for layer in layers:
        assert power_norms(layer, 60).max() == pytest.approx(6, rel=1e-12)
