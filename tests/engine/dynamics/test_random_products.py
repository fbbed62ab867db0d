"""Products of random matrices, against what theory says of their logarithms."""

import math

import mpmath as mp  # type: ignore[import-untyped,unused-ignore]
import numpy as np
import pytest

from rnn_tui.engine.dynamics.random_products import (
    RandomProducts,
    digamma_of_half,
    law,
    trigamma_of_half,
    ungained_products,
    with_gain,
)
from rnn_tui.engine.kinds import Init
from rnn_tui.engine.network.initialisers import Distribution, distribution, recurrent_blocks
from rnn_tui.engine.numbers.arrays import FloatArray, IntArray

SEEDS = range(300, 700)
LN_10 = math.log(10.0)


def random_products(source: Distribution, *, seeds: range, start: FloatArray, steps: IntArray) -> RandomProducts:
    each = list(ungained_products(source, seeds=seeds, start=start, steps=steps))
    return with_gain(np.stack(each, axis=-1), gain=source.gain, steps=steps)


def products(init: Init, hidden: int, last: int, **settings: float) -> tuple[RandomProducts, IntArray]:
    source = distribution(init, seed=300, hidden=hidden, rho=settings.get("rho", 0.9), sigma=None, transient=5.0)
    steps = np.arange(1, last + 1)
    start = np.full(hidden, hidden**-0.5)
    return random_products(source, seeds=SEEDS, start=start, steps=steps), steps


@pytest.mark.parametrize("k", [1, 2, 3, 8, 17, 64, 513])
def test_digamma_and_trigamma(k: int) -> None:
    assert digamma_of_half(k) == pytest.approx(float(mp.digamma(mp.mpf(k) / 2)), rel=1e-13)
    assert trigamma_of_half(k) == pytest.approx(float(mp.psi(1, mp.mpf(k) / 2)), rel=1e-11)


def test_the_law_of_normal_numbers() -> None:
    source = distribution("gaussian", seed=1, hidden=1, rho=0.9, sigma=None, transient=5.0)
    said = law(source)
    assert said.shared_mean == said.independent_mean == pytest.approx(math.log(source.gain) - 0.63518, abs=1e-5)
    assert said.shared_spread == said.independent_spread == pytest.approx(1.1107, abs=1e-4)


@pytest.mark.parametrize(("init", "hidden"), [("gaussian", 1), ("uniform", 1), ("gaussian", 3), ("gaussian", 8)])
def test_draws_follow_the_law(init: Init, hidden: int) -> None:
    found, steps = products(init, hidden, 100)
    said = law(distribution(init, seed=300, hidden=hidden, rho=0.9, sigma=None, transient=5.0))
    assert said.independent_mean is not None
    assert said.independent_spread is not None
    nats = found.independent * LN_10
    expected = said.independent_spread * np.sqrt(steps)
    error = expected / math.sqrt(len(SEEDS))
    assert (np.abs(nats.mean(axis=0) - said.independent_mean * steps) < 4.5 * error).all()
    assert nats.std(axis=0)[-1] == pytest.approx(expected[-1], rel=0.2)
    if said.shared_mean is not None and said.shared_spread is not None:
        shared = found.shared * LN_10
        assert shared == pytest.approx(shared[:, :1] * steps, rel=1e-12)
        assert abs(shared[:, -1].mean() - 100 * said.shared_mean) < 4.5 * 100 * said.shared_spread / 20
        assert shared[:, -1].std() == pytest.approx(100 * said.shared_spread, rel=0.2)


@pytest.mark.parametrize("init", ["orthogonal", "identity"])
def test_a_factor_that_keeps_the_length_leaves_its_gain(init: Init) -> None:
    found, steps = products(init, 4, 50, rho=0.7)
    for each in found:
        assert each == pytest.approx(np.tile(steps * math.log10(0.7), (len(SEEDS), 1)), abs=1e-12)


@pytest.mark.parametrize("init", ["gaussian", "nonnormal", "diagonal"])
def test_the_shared_product_is_the_power_of_each_seeds_own_matrix(init: Init) -> None:
    found, _ = products(init, 5, 12)
    for i, seed in enumerate(SEEDS[:6]):
        weight = recurrent_blocks(
            init, seed=seed, hidden=5, gates="a", rho=0.9, sigma=None, transient=5.0, gain_seed=SEEDS[0]
        )
        state = np.full(5, 5**-0.5)
        for n in range(12):
            state = weight @ state
            assert found.shared[i, n] == pytest.approx(math.log10(np.linalg.norm(state)), abs=1e-11)
        assert found.independent[i, 0] == found.shared[i, 0]


def test_more_draws_leave_those_before_as_they_are() -> None:
    source = distribution("gaussian", seed=300, hidden=3, rho=0.9, sigma=None, transient=5.0)
    few, many = (
        random_products(source, seeds=range(300, 300 + count), start=np.ones(3), steps=np.arange(1, 9))
        for count in (4, 9)
    )
    assert np.array_equal(few.independent, many.independent[:4])


def test_a_gain_of_nothing_leaves_nothing() -> None:
    found, _ = products("gaussian", 3, 4, rho=0.0)
    assert np.isneginf(found.shared).all()
    assert np.isneginf(found.independent).all()
