"""Every result for every cell and skip beside PyTorch's autograd in float64, normwise within 1e-12."""

from typing import get_args

import numpy as np
import pytest

from rnn_tui.engine.backprop.jacobians import last_carry, last_jacobians, log10_carried
from rnn_tui.engine.cells.activations import gate_values
from rnn_tui.engine.influence.all_pairs import all_pairs_influence, can_be_cut
from rnn_tui.engine.influence.diagonal import diagonal_influence, remembers_alone
from rnn_tui.engine.influence.gradient import InfluenceOf, carried_influence, output_probe, pulled_back_influence
from rnn_tui.engine.influence.itemised import itemised
from rnn_tui.engine.influence.occlusion import occlusion_influence
from rnn_tui.engine.kinds import GATED, GATES, Loss
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import to_float
from tests.engine.nets import FIXTURES, apart, fixture, run

CLOSE = 1e-12
OF: dict[InfluenceOf, str] = {
    "word": "influence_gradient",
    "word-input": "influence_gradient_input",
    "state": "state_pairs",
}


def test_every_cell_every_skip_and_every_size_has_a_fixture() -> None:
    kinds = {name.split("_")[0] for name in FIXTURES}
    assert kinds == set(GATES)
    for cell in kinds:
        own = [name for name in FIXTURES if name.startswith(cell)]
        assert {"pinned", "shared"} <= {word for name in own for word in ("pinned", "shared") if word in name}
        assert {int(name.split("_")[-4]) for name in own} >= {1, 2, 7}
        assert {int(name.split("_")[-3]) for name in own} >= {1, 3, 4, 5}


@pytest.mark.parametrize("name", FIXTURES)
def test_states_and_losses(name: str) -> None:
    net, true = fixture(name)
    found = run(net)
    assert apart(to_float(found.trajectory.h), true["states"]) < CLOSE
    if "cells" in true:
        assert found.trajectory.c is not None
        assert apart(found.trajectory.c, true["cells"]) < CLOSE
    assert apart(to_float(found.losses.each.losses), true["step_losses"]) < CLOSE
    assert found.losses.each.target_probability == pytest.approx(np.exp(-true["step_losses"]), rel=CLOSE)


@pytest.mark.parametrize("name", [name for name in FIXTURES if name.split("_")[0] in GATED])
def test_gates(name: str) -> None:
    net, true = fixture(name)
    a = to_float(run(net).trajectory.a)
    found = gate_values(net.network.cell, a)
    assert tuple(found) == GATES[net.network.cell]
    expected = dict(zip(found, np.moveaxis(true["gates"], 1, 0), strict=True))
    for gate, values in found.items():
        assert apart(values, expected[gate]) < CLOSE
    # what the cell's own skip keeps of a change at step t until the end
    kept = last_carry(run(net).maps)
    assert kept is not None
    later = expected["f" if net.network.cell == "lstm" else "z"][1:][::-1].cumprod(axis=0)[::-1]
    assert apart(10 ** log10_carried(kept), np.append(later.max(axis=1), 1.0)) < CLOSE


@pytest.mark.parametrize("name", FIXTURES)
@pytest.mark.parametrize("loss", get_args(Loss))
def test_gradients(name: str, loss: Loss) -> None:
    net, true = fixture(name)
    found = run(net, loss)
    assert apart(to_float(found.gradient.delta), true[f"grad_{loss}_states"]) < CLOSE
    assert apart(found.flat(), true[f"grad_{loss}"]) < CLOSE
    assert (found.gradient.cell is None) == ("cells" not in true)
    if found.gradient.cell is not None:
        assert apart(to_float(found.gradient.cell), true[f"grad_{loss}_cells"]) < CLOSE


@pytest.mark.parametrize("name", FIXTURES)
@pytest.mark.parametrize("loss", get_args(Loss))
def test_truncated_gradients(name: str, loss: Loss) -> None:
    net, true = fixture(name)
    for i, steps in enumerate((1, 2, 3)):
        found = run(net, loss, truncate=steps)
        assert apart(to_float(found.gradient.delta), true[f"truncated_{loss}_states"][i]) < CLOSE
        assert apart(found.flat(), true[f"truncated_{loss}"][i]) < CLOSE
        if found.gradient.cell is not None:
            assert apart(to_float(found.gradient.cell), true[f"truncated_{loss}_cells"][i]) < CLOSE


@pytest.mark.parametrize("name", FIXTURES)
def test_itemised(name: str) -> None:
    net, true = fixture(name)
    found = run(net)
    each = itemised(found.trajectory, found.maps, found.losses.each.direct, start=0, stop=len(net.targets))
    assert np.array_equal(np.isnan(each.weight_hh), np.isnan(true["itemised_hh"]))
    assert _log_apart(each.weight_hh, true["itemised_hh"]) < CLOSE
    assert _log_apart(each.weight_ih, true["itemised_ih"]) < CLOSE


@pytest.mark.parametrize("name", FIXTURES)
def test_jacobians_of_the_last_state(name: str) -> None:
    net, true = fixture(name)
    found = last_jacobians(net.network, run(net).maps)
    assert _log_apart(found.spectral, true["state_jacobians"][-1]) < CLOSE
    assert _log_apart(found.inputs, true["influence_gradient"][-1]) < CLOSE
    assert _log_apart(found.state, true["state_map_norm"]) < CLOSE
    assert (found.cell is None) == ("cells" not in true)
    if found.cell is not None:
        assert _log_apart(found.cell, true["cell_jacobians"][-1]) < CLOSE


@pytest.mark.parametrize("name", FIXTURES)
@pytest.mark.parametrize("of", get_args(InfluenceOf))
def test_influence_by_the_gradient(name: str, of: InfluenceOf) -> None:
    net, true = fixture(name)
    pairs, steps = run(net).pairs, len(net.targets)
    assert _log_apart(pulled_back_influence(pairs, of=of, start=0, stop=steps), true[OF[of]]) < CLOSE
    if can_be_cut(pairs.maps):
        assert _log_apart(all_pairs_influence(pairs, of=of), true[OF[of]]) < CLOSE
    if remembers_alone(pairs):
        assert _log_apart(diagonal_influence(pairs, of=of, start=0, stop=steps), true[OF[of]]) < CLOSE
    if of == "word-input":
        assert _log_apart(carried_influence(pairs), true[OF[of]]) < CLOSE


@pytest.mark.parametrize("name", FIXTURES)
@pytest.mark.parametrize("of", ["word", "word-input"])
def test_influence_on_the_output(name: str, of: InfluenceOf) -> None:
    net, true = fixture(name)
    pairs, steps = run(net).pairs._replace(probe=output_probe(net.readout.weight)), len(net.targets)
    expected = true[f"{OF[of]}_output"]
    assert _log_apart(pulled_back_influence(pairs, of=of, start=0, stop=steps), expected) < CLOSE
    if can_be_cut(pairs.maps):
        assert _log_apart(all_pairs_influence(pairs, of=of), expected) < CLOSE
    if of == "word-input":
        assert _log_apart(carried_influence(pairs), expected) < CLOSE


@pytest.mark.parametrize("name", FIXTURES)
def test_influence_by_occlusion(name: str) -> None:
    net, true = fixture(name)
    pairs, steps = run(net).pairs, len(net.targets)
    # PyTorch subtracts two states, which leaves an absolute error of their rounding.
    rounding = 1e-15 * np.linalg.norm(true["states"])
    got = occlusion_influence(pairs, first=0, start=0, stop=steps)
    assert np.abs(10 ** _lower(got) - _lower(true["influence_occlusion"])).max() <= rounding
    assert np.array_equal(np.isnan(got), np.isnan(true["influence_occlusion"]))
    on_output = pairs._replace(probe=output_probe(net.readout.weight))
    got = occlusion_influence(on_output, first=0, start=0, stop=steps)
    rounding *= float(np.linalg.norm(net.readout.weight))
    assert np.abs(10 ** _lower(got) - _lower(true["influence_occlusion_output"])).max() <= rounding


@pytest.mark.parametrize("name", FIXTURES)
def test_step_clipping_on_the_way_back(name: str) -> None:
    net, true = fixture(name)
    found = run(net, "sum", step_threshold=float(true["clip_thresholds"][2]))
    assert apart(to_float(found.gradient.delta), true["clip_step_states"]) < CLOSE
    assert apart(found.flat(), true["clip_step"]) < CLOSE
    assert found.gradient.limited.sum() == true["clip_touched"][2]


def _lower(matrix: FloatArray) -> FloatArray:
    result: FloatArray = matrix[~np.isnan(matrix)]
    return result


def _log_apart(found: FloatArray, true: FloatArray) -> float:
    """The largest relative error of any entry given by its log10; zeros must be zeros."""
    with np.errstate(divide="ignore"):
        expected = np.log10(_lower(true))
    got = found[~np.isnan(found)]
    zero = np.isneginf(expected)
    assert np.array_equal(np.isneginf(got), zero)
    return float(np.abs(10 ** (got[~zero] - expected[~zero]) - 1).max(initial=0.0))
