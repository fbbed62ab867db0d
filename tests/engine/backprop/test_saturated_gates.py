"""Every cell and skip through saturated gates, far below float64, against 700-digit arithmetic."""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from rnn_tui.engine.backprop.jacobians import last_jacobians
from rnn_tui.engine.influence.gradient import carried_influence, pulled_back_influence
from rnn_tui.engine.influence.itemised import itemised
from rnn_tui.engine.kinds import CellName
from rnn_tui.engine.network.skips import parse_skip
from rnn_tui.engine.numbers import exponents
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import to_float
from tests.engine.exact import same_logs
from tests.engine.exact_nets import ExactNet, log10_norm, log10_spectral
from tests.engine.nets import Found, draw, equation_net, run

STEPS = 4
NETWORKS: list[tuple[CellName, str]] = [
    ("lstm", "none"),
    ("lstm", "shared:2"),
    ("gru", "none"),
    ("gru", "pinned:1-4"),
    ("feedforward", "none"),
    ("rnn", "shared:1"),
]
# by how much the inputs are scaled: pre-activations of about 50 and 500, and of 20 000
GAINS = (9.0, 100.0)
CASES = [*((*network, gain) for network in NETWORKS for gain in GAINS), ("lstm", "none", 5e3)]


@pytest.fixture(params=CASES, ids=str)
def case(request: pytest.FixtureRequest) -> tuple[ExactNet, Found, float]:
    """A network exactly, as the engine finds it, and how far a log10 may be off: by rounding pre-activations."""
    exact, found = measured(*request.param)
    return exact, found, 1e-14 * max(30.0, float(np.abs(found.trajectory.a.mantissa).max()))


@cache
def measured(cell: CellName, skip: str, gain: float) -> tuple[ExactNet, Found]:
    net = draw(3, steps=STEPS, hidden=2, inputs=2, vocabulary=3, cell=cell, skip=parse_skip(skip), rho=0.9, gain=gain)
    return ExactNet(equation_net(net)), run(net)


def lower(value: Any) -> FloatArray:
    """A (T, T) array of value(t, k) for k ≤ t, NaN above the diagonal."""
    return np.array([[value(t, k) if k <= t else np.nan for k in range(STEPS)] for t in range(STEPS)])


def test_states(case: tuple[ExactNet, Found, float]) -> None:
    exact, found, within = case
    assert same_logs(
        exponents.log10_norm(found.trajectory.h), np.array([log10_norm(h) for h in exact.h]), within=within
    )


def test_jacobians(case: tuple[ExactNet, Found, float]) -> None:
    exact, found, within = case
    last = last_jacobians(found.net.network, found.maps)
    assert same_logs(last.spectral, np.array([log10_spectral(j) for j in exact.state_jacobians[-1]]), within=within)
    if last.cell is not None:
        assert same_logs(last.cell, np.array([log10_spectral(j) for j in exact.cell_jacobians[-1]]), within=within)
    pairs = pulled_back_influence(found.pairs, of="state", start=0, stop=STEPS)
    assert same_logs(pairs, lower(lambda t, k: log10_norm(exact.state_jacobians[t, k])), within=within)


def test_influence(case: tuple[ExactNet, Found, float]) -> None:
    exact, found, within = case
    gradient = pulled_back_influence(found.pairs, start=0, stop=STEPS)
    assert same_logs(gradient, lower(lambda t, k: log10_norm(exact.word_jacobians[t, k])), within=within)
    true = lower(lambda t, k: log10_norm(exact.word_jacobians[t, k] @ exact.net.inputs[k]))
    assert same_logs(carried_influence(found.pairs), true, within=within)
    times_input = pulled_back_influence(found.pairs, of="word-input", start=0, stop=STEPS)
    assert same_logs(times_input, true, within=within)


@pytest.mark.parametrize("depth", [-300.0, -700.0, -2000.0])
def test_a_cell_that_shut_gates_leave_next_to_nothing(depth: float) -> None:
    net = draw(5, steps=STEPS, hidden=1, cell="lstm")
    net = net.with_tensors({**net.tensors(), "bias_hh_l0": np.array([depth, depth - 9.0, 0.3, 0.1])})
    exact, found = ExactNet(equation_net(net)), last_jacobians(net.network, run(net).maps)
    within = 1e-14 * abs(depth)
    assert same_logs(found.spectral, np.array([log10_spectral(j) for j in exact.state_jacobians[-1]]), within=within)
    assert found.cell is not None
    assert same_logs(found.cell, np.array([log10_spectral(j) for j in exact.cell_jacobians[-1]]), within=within)


def test_itemised(case: tuple[ExactNet, Found, float]) -> None:
    exact, found, within = case
    each = itemised(found.trajectory, found.maps, found.losses.each.direct, start=0, stop=STEPS)
    assert same_logs(each.weight_hh, lower(exact.log10_itemised), within=10 * within)


@pytest.mark.parametrize("gain", [1.0, 9.0, 100.0])
def test_a_gru_and_its_mirror_image_forget_alike(gain: float) -> None:
    # −h_0, −W_in, −b_in, −b_hn, −W_hr and −W_hz turn every h_t and n_t around and leave the gates as they are
    for seed in range(6):
        net = draw(seed, steps=6, hidden=3, cell="gru", gain=gain)
        own = {name: value.copy() for name, value in net.tensors().items()}
        for name in ("weight_ih_l0", "bias_ih_l0", "bias_hh_l0"):
            own[name][6:] *= -1
        own["weight_hh_l0"][:6] *= -1
        mirror = replace(net.with_tensors(own), h_0=-net.h_0)
        one, other = run(net), run(mirror)
        assert to_float(other.trajectory.h) == pytest.approx(-to_float(one.trajectory.h), rel=1e-14)
        last, mirrored = last_jacobians(net.network, one.maps), last_jacobians(mirror.network, other.maps)
        assert same_logs(mirrored.spectral, last.spectral, within=1e-9)
        assert same_logs(mirrored.inputs, last.inputs, within=1e-9)
