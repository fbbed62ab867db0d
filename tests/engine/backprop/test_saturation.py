"""Gradients far below float64's smallest number, through saturated units, against 60-digit arithmetic."""

from functools import cache
from typing import Any

import mpmath as mp  # type: ignore[import-untyped,unused-ignore]
import numpy as np
import pytest

from rnn_tui.engine.backprop.jacobians import last_jacobians
from rnn_tui.engine.influence.gradient import carried_influence, pulled_back_influence
from rnn_tui.engine.influence.itemised import itemised
from rnn_tui.engine.influence.occlusion import occlusion_influence
from rnn_tui.engine.kinds import Activation
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import log10 as log10_of
from rnn_tui.engine.numbers.exponents import log10_norm
from tests.engine.exact import Exact, log10, same_logs, scaled_to_exact
from tests.engine.nets import Found, draw, run

GAUSSIAN = np.array([[0.5, -0.8, 0.3], [0.9, 0.2, -0.7], [-0.4, 0.6, 0.8]])
RECURRENT: dict[str, FloatArray] = {
    "mixing": GAUSSIAN,
    "strong": 40.0 * GAUSSIAN,
    "identity": np.eye(3),
    "triangular": np.triu(2.0 * np.ones((3, 3))),
    "weak": 1e-190 * GAUSSIAN,
    "uneven": np.array([[0.5, 1e-150, 0.0], [1e-80, 0.2, 1e-20], [0.0, 1e90, 0.8]]),
}
# By how much the inputs are scaled: pre-activations of about 5, 50, 500, 2000 and 27 000.
MOST_DIGITS = 2000
MOST_KEPT = 6e17  # the log10 below which no exponent is kept
GAINS = (1.0, 9.0, 100.0, 400.0, 5000.0)


@pytest.fixture(params=[(name, gain) for name in RECURRENT for gain in GAINS], ids=str)
def case(request: pytest.FixtureRequest) -> tuple[str, float]:
    found: tuple[str, float] = request.param
    return found


@cache
def measured(name: str, gain: float) -> list[tuple[Exact, Found]]:
    """One network for every activation: exactly, and as the engine finds it."""
    activations: tuple[Activation, ...] = ("tanh", "sigmoid", "relu", "linear")
    nets = [
        draw(3, steps=5, hidden=3, inputs=2, vocabulary=3, activation=each, weight_hh=RECURRENT[name], gain=gain)
        for each in activations
    ]
    return [(Exact(net), run(net)) for net in nets]


def lower(steps: int, value: Any) -> FloatArray:
    """A (T, T) array of value(t, k) for k ≤ t, NaN above the diagonal."""
    return np.array([[value(t, k) if k <= t else np.nan for k in range(steps)] for t in range(steps)])


def largest(exact: Exact) -> float:
    """The largest |a_t| that saturates; 1 where φ does not."""
    if exact.net.activation in ("relu", "linear"):
        return 1.0
    return max(float(abs(entry)) for a in exact.a for entry in a)


def within(exact: Exact) -> float:
    """How far a log10 may be off: what rounding the pre-activations alone does to it, five steps long."""
    return 1e-14 * max(30.0, largest(exact))


def test_states(case: tuple[str, float]) -> None:
    for exact, found in measured(*case):
        with mp.workdps(60):
            true = np.array([log10(mp.norm(h)) for h in exact.h])
        assert same_logs(log10_norm(found.trajectory.h), true, within=within(exact)), exact.net.activation


def test_states_of_a_sigmoid_far_below_zero() -> None:
    net = draw(0, steps=3, hidden=2, inputs=1, activation="sigmoid", weight_hh=GAUSSIAN[:2, :2])
    for depth in (-600.0, -699.9, -700.1, -745.0, -760.0, -5e4):
        sunk = net.with_tensors({**net.tensors(), "bias_hh_l0": np.array([depth, depth - 3.0])})
        exact, found = Exact(sunk), run(sunk)
        with mp.workdps(60):
            true = np.array([log10(mp.norm(h)) for h in exact.h])
        assert same_logs(log10_norm(found.trajectory.h), true, within=1e-14 * abs(depth))
        each = itemised(found.trajectory, found.maps, found.losses.each.direct, start=0, stop=3).weight_hh
        assert same_logs(each, lower(3, exact.log10_itemised), within=1e-13 * abs(depth))


def test_gradients_at_the_states(case: tuple[str, float]) -> None:
    for exact, found in measured(*case):
        deltas = scaled_to_exact(found.gradient.delta)
        with mp.workdps(60):
            for k, delta in enumerate(deltas):
                true = exact.gradient_at_state(exact.steps - 1, k)
                assert mp.norm(delta - true) <= mp.norm(true) * 10 * readout_within(exact), (exact.net.activation, k)


def readout_within(exact: Exact) -> float:
    """The same, with the rounding of the logits, which a saturated softmax turns into that of its error."""
    logits = max(float(mp.norm(h)) for h in exact.h) * float(np.abs(exact.net.readout.weight).max())
    return within(exact) + 1e-14 * logits


def test_jacobians(case: tuple[str, float]) -> None:
    for exact, found in measured(*case):
        last = last_jacobians(exact.net.network, found.maps)
        t = exact.steps - 1
        spectral = np.array([exact.log10_spectral(t, k) for k in range(exact.steps)])
        assert same_logs(last.spectral, spectral, within=within(exact)), exact.net.activation
        inputs = np.array([exact.log10_influence(t, k, "gradient") for k in range(exact.steps)])
        assert same_logs(last.inputs, inputs, within=within(exact)), exact.net.activation


def test_influence(case: tuple[str, float]) -> None:
    for exact, found in measured(*case):
        steps = exact.steps
        gradient = lower(steps, lambda t, k, exact=exact: exact.log10_influence(t, k, "gradient"))
        got = pulled_back_influence(found.pairs, start=0, stop=steps)
        assert same_logs(got, gradient, within=within(exact)), exact.net.activation
        times_input = lower(steps, lambda t, k, exact=exact: exact.log10_influence(t, k, "gradient-input"))
        for got in (
            carried_influence(found.pairs),
            pulled_back_influence(found.pairs, of="word-input", start=0, stop=steps),
        ):
            assert same_logs(got, times_input, within=within(exact)), exact.net.activation


def test_occlusion(case: tuple[str, float]) -> None:
    for exact, found in measured(*case):
        # Two states share all these digits before they differ: by saturation, and by a W that carries little.
        digits = 60 + int(largest(exact)) + 1000 * (case[0] in ("weak", "uneven"))
        if digits > MOST_DIGITS:
            continue
        deep = Exact(exact.net, digits=digits)
        got = occlusion_influence(found.pairs, first=0, start=0, stop=exact.steps)
        true = lower(exact.steps, lambda t, k, deep=deep: deep.log10_influence(t, k, "occlusion"))
        assert same_logs(got, true, within=within(exact)), exact.net.activation


def test_itemised(case: tuple[str, float]) -> None:
    for exact, found in measured(*case):
        got = itemised(found.trajectory, found.maps, found.losses.each.direct, start=0, stop=exact.steps)
        true = lower(exact.steps, exact.log10_itemised)
        known = ~found.losses.each.unknown
        assert same_logs(got.weight_hh[known], true[known], within=10 * readout_within(exact)), exact.net.activation


def test_losses(case: tuple[str, float]) -> None:
    for exact, found in measured(*case):
        with mp.workdps(60):
            true = np.array([log10(exact.loss_and_error(t)[0]) for t in range(exact.steps)])
        known = ~found.losses.each.unknown
        assert np.all(true[~known] < -MOST_KEPT), exact.net.activation
        got = log10_of(found.losses.each.losses)
        assert same_logs(got[known], true[known], within=readout_within(exact)), exact.net.activation
