"""The squared error of every step: its value, what it sends back, and states beyond float64."""

import numpy as np
import pytest

from rnn_tui.engine.network.losses import Readout
from rnn_tui.engine.network.squares import squared_errors
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import Scaled, from_floats, log10, to_float

RNG = np.random.default_rng(3)
STATES, WANTED = RNG.standard_normal((4, 5)), RNG.standard_normal((4, 2))
READOUT = Readout(RNG.standard_normal((2, 5)), RNG.standard_normal(2))
WEIGHTS = np.array([0.0, 0.5, 0.0, 2.0])


def loss(states: FloatArray, readout: Readout) -> float:
    each = np.square(states @ readout.weight.T + readout.bias - WANTED).mean(axis=1)
    return float(WEIGHTS @ each)


def test_values_and_outputs() -> None:
    found = squared_errors(from_floats(STATES, blocks=1), READOUT, wanted=WANTED, weights=WEIGHTS)
    assert WEIGHTS @ to_float(found.losses.each.losses) == pytest.approx(loss(STATES, READOUT))
    assert to_float(found.outputs) == pytest.approx(STATES @ READOUT.weight.T + READOUT.bias)
    assert not found.losses.each.unknown.any()
    assert np.isnan(found.losses.each.target_probability).all()


def test_finite_differences() -> None:
    found = squared_errors(from_floats(STATES, blocks=1), READOUT, wanted=WANTED, weights=WEIGHTS).losses
    way, weight, bias, step = RNG.standard_normal((4, 5)), RNG.standard_normal((2, 5)), RNG.standard_normal(2), 1e-6

    def moved(size: float) -> float:
        readout = Readout(READOUT.weight + size * weight, READOUT.bias + size * bias)
        return loss(STATES + size * way, readout)

    slope = float((WEIGHTS[:, None] * to_float(found.each.direct) * way).sum())
    slope += float((to_float(found.readout_weight) * weight).sum() + (to_float(found.readout_bias) * bias).sum())
    assert (moved(step) - moved(-step)) / (2 * step) == pytest.approx(slope, rel=1e-8)


@pytest.mark.parametrize("power", [-4000, 0, 4000])
def test_states_with_an_exponent(power: int) -> None:
    exponent = np.full(4, power, dtype=np.int64)
    found = squared_errors(Scaled(STATES, exponent), READOUT, wanted=WANTED, weights=WEIGHTS).losses
    if power <= 0:
        without = np.square((READOUT.bias if power else STATES @ READOUT.weight.T + READOUT.bias) - WANTED).mean(axis=1)
        assert to_float(found.each.losses) == pytest.approx(without)
    else:
        large = np.square(STATES @ READOUT.weight.T).mean(axis=1)
        assert log10(found.each.losses) == pytest.approx(np.log10(large) + 2 * power * np.log10(2))
    assert np.isfinite(found.each.direct.mantissa).all()


def test_an_exact_answer_leaves_a_true_zero() -> None:
    right = STATES @ READOUT.weight.T + READOUT.bias
    found = squared_errors(from_floats(STATES, blocks=1), READOUT, wanted=right, weights=WEIGHTS).losses
    assert to_float(found.each.losses) == pytest.approx(0.0, abs=1e-28)
