"""Integrated gradients against closed forms, the sum that defines them, PyTorch, and the whole they must add up to."""

from typing import get_args

import numpy as np
import pytest

from rnn_tui.engine.influence.gradient import carried_influence, output_probe
from rnn_tui.engine.influence.integrated import AIM, integrated_influence
from rnn_tui.engine.kinds import Activation, CellName
from rnn_tui.engine.network.skips import parse_skip
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import to_float
from rnn_tui.engine.progress import CancelledError
from tests.engine.exact import same_logs
from tests.engine.nets import FIXTURES, Net, draw, equation_net, fixture, run

SKIPS = ("none", "pinned:2-4", "shared:1", "shared:3")


@pytest.mark.parametrize("name", FIXTURES)
@pytest.mark.parametrize("on", ["", "_output"])
def test_against_pytorch(name: str, on: str) -> None:
    net, true = fixture(name)
    pairs, steps = run(net).pairs, len(net.targets)
    found = integrated_influence(
        pairs._replace(probe=output_probe(net.readout.weight)) if on else pairs, start=0, stop=steps
    )
    lower = np.tril_indices(steps)
    assert np.isnan(found.log10[np.triu_indices(steps, 1)]).all()
    expected = true[f"influence_integrated{on}"][lower]
    assert 10 ** found.log10[lower] == pytest.approx(expected, rel=10 * AIM, abs=AIM * expected.max())
    assert (np.isnan(found.residual) == np.isnan(true[f"integrated_residual{on}"])).all()
    assert np.nanmax(found.residual, initial=0.0) <= AIM


@pytest.mark.parametrize("skip", SKIPS)
@pytest.mark.parametrize("cell", ["rnn", "feedforward"])
@pytest.mark.parametrize("rho", [0.01, 1.0, 10.0])
def test_a_linear_network_gives_the_gradient_times_the_input(cell: CellName, skip: str, rho: float) -> None:
    net = draw(3, steps=30, hidden=4, cell=cell, activation="linear", skip=parse_skip(skip), rho=rho)
    pairs = run(net).pairs
    found = integrated_influence(pairs, start=0, stop=30)
    assert same_logs(found.log10, carried_influence(pairs), within=1e-13)
    assert found.residual.max() < 1e-13


def by_differences(net: Net, t: int, k: int) -> FloatArray:
    """Σ_i x_{k,i} ∫ ∂h_t/∂x_{k,i}(αx) dα by Simpson's rule over central differences along x_k."""
    network, step = equation_net(net), 1e-5
    at = np.linspace(0.0, 1.0, 201)
    weights = np.full(201, 2.0)
    weights[1::2], weights[[0, -1]] = 4.0, 1.0
    found = np.zeros(len(net.h_0))
    for alpha, weight in zip(at, weights / 600, strict=True):
        up, down = alpha * net.inputs, alpha * net.inputs
        up[k] += step * net.inputs[k]
        down[k] -= step * net.inputs[k]
        found += weight * (network.states(inputs=up)[0][t] - network.states(inputs=down)[0][t]) / (2 * step)
    return found


@pytest.mark.parametrize("skip", ["none", "shared:2", "pinned:1-4"])
@pytest.mark.parametrize("cell", get_args(CellName))
def test_against_finite_differences(cell: CellName, skip: str) -> None:
    net = draw(4, steps=4, hidden=3, inputs=2, cell=cell, skip=parse_skip(skip), rho=0.9)
    found = 10 ** integrated_influence(run(net).pairs, start=0, stop=4).log10
    for t, k in ((3, 0), (3, 2), (1, 1)):
        assert found[t, k] == pytest.approx(np.linalg.norm(by_differences(net, t, k)), rel=1e-6)


@pytest.mark.parametrize("skip", SKIPS)
@pytest.mark.parametrize("cell", get_args(CellName))
@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_the_parts_add_up_to_the_whole(cell: CellName, activation: Activation, skip: str) -> None:
    net = draw(
        5, steps=12, hidden=4, inputs=3, cell=cell, activation=activation, skip=parse_skip(skip), rho=0.9, gain=0.5
    )
    found = integrated_influence(run(net).pairs, start=0, stop=12)
    assert found.residual.max() <= AIM
    # one word alone is the whole of the first step's change
    without = equation_net(net).states(inputs=np.zeros_like(net.inputs))[0][0]
    change = np.linalg.norm(to_float(run(net).trajectory.h)[0] - without)
    assert 10 ** found.log10[0, 0] == pytest.approx(change, rel=AIM)


@pytest.mark.parametrize("skip", SKIPS)
@pytest.mark.parametrize("cell", get_args(CellName))
def test_a_window_is_a_part_of_the_whole_and_words_before_it_may_stay(cell: CellName, skip: str) -> None:
    net = draw(7, steps=9, hidden=3, cell=cell, skip=parse_skip(skip), rho=0.9)
    pairs = run(net).pairs
    whole, part = integrated_influence(pairs, start=0, stop=9), integrated_influence(pairs, start=4, stop=8)
    assert same_logs(part.log10, whole.log10[4:8, :8], within=1e-12)
    assert part.residual == pytest.approx(whole.residual[4:8], abs=1e-13)
    late = integrated_influence(pairs, first=3, start=4, stop=8)
    assert np.isnan(late.log10[:, :3]).all()
    assert late.residual.max() <= AIM
    network, kept = equation_net(net), np.arange(9)[:, None] < 3
    without = np.stack(network.states(inputs=net.inputs * kept)[0])
    change = np.linalg.norm(to_float(pairs.trajectory.h)[3:4] - without[3:4])
    alone = integrated_influence(pairs, first=3, start=3, stop=4)
    assert 10 ** alone.log10[0, 3] == pytest.approx(change, rel=AIM)


@pytest.mark.parametrize("cell", get_args(CellName))
def test_nodes_taken_by_turns_give_the_same(cell: CellName, monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = run(draw(8, steps=9, hidden=3, cell=cell, skip=parse_skip("shared:2"), rho=0.9)).pairs
    at_once = integrated_influence(pairs, start=0, stop=9)
    monkeypatch.setattr("rnn_tui.engine.influence.integrated.AT_ONCE", 1)
    by_turns = integrated_influence(pairs, start=0, stop=9)
    assert same_logs(by_turns.log10, at_once.log10, within=1e-13)
    assert by_turns.residual == pytest.approx(at_once.residual, abs=1e-13)


@pytest.mark.parametrize(("activation", "rho"), [("relu", 8.0), ("tanh", 1e-3), ("linear", 8.0), ("linear", 1e-3)])
def test_numbers_beyond_floats(activation: Activation, rho: float) -> None:
    weight = rho * np.abs(draw(9, hidden=3).parameters.weight_hh_l0)
    net = draw(9, steps=450, hidden=3, activation=activation, weight_hh=weight)
    found = integrated_influence(run(net).pairs, start=449, stop=450)
    assert np.isfinite(found.log10[0, [0, -1]]).all()
    assert abs(found.log10[0, 0]) > 308
    assert found.residual[0] <= AIM


def test_whoever_watches_is_told_and_may_stop_it() -> None:
    pairs, reported = run(draw(10, steps=5)).pairs, list[float]()

    def watch(done: float) -> bool:
        reported.append(done)
        return True

    integrated_influence(pairs, start=0, stop=5, watch=watch)
    assert reported == sorted(reported)
    assert reported[-1] == 1.0
    with pytest.raises(CancelledError):
        integrated_influence(pairs, start=0, stop=5, watch=lambda done: done < 0.5)
