"""Every result beside PyTorch's autograd in float64, normwise within 1e-12."""

import numpy as np
import pytest

from rnn_tui.engine.all_pairs import all_pairs_influence
from rnn_tui.engine.arrays import FloatArray
from rnn_tui.engine.exponents import to_float
from rnn_tui.engine.influence import gradient_input_influence, pulled_back_influence
from rnn_tui.engine.itemised import itemised
from rnn_tui.engine.jacobians import last_jacobians
from rnn_tui.engine.kinds import Loss
from rnn_tui.engine.occlusion import occlusion_influence
from tests.engine.nets import FIXTURES, apart, fixture, run

CLOSE = 1e-12


@pytest.mark.parametrize("name", FIXTURES)
def test_states_and_losses(name: str) -> None:
    net, true = fixture(name)
    found = run(net)
    assert apart(to_float(found.trajectory.h), true["states"]) < CLOSE
    assert apart(to_float(found.losses.each.losses), true["step_losses"]) < CLOSE
    assert found.losses.each.target_probability == pytest.approx(np.exp(-true["step_losses"]), rel=CLOSE)


@pytest.mark.parametrize("name", FIXTURES)
@pytest.mark.parametrize("loss", ["last", "sum", "mean"])
def test_gradients(name: str, loss: Loss) -> None:
    net, true = fixture(name)
    found = run(net, loss)
    assert apart(to_float(found.gradient.delta), true[f"grad_{loss}_states"]) < CLOSE
    assert apart(found.flat(), true[f"grad_{loss}"]) < CLOSE


@pytest.mark.parametrize("name", FIXTURES)
def test_itemised(name: str) -> None:
    net, true = fixture(name)
    found = run(net)
    each = itemised(found.trajectory, found.back, found.losses.each.direct, start=0, stop=len(net.targets))
    assert np.array_equal(np.isnan(each.weight_hh), np.isnan(true["itemised_hh"]))
    assert apart(10 ** each.weight_hh[~np.isnan(each.weight_hh)], _lower(true["itemised_hh"])) < CLOSE
    assert apart(10 ** each.weight_ih[~np.isnan(each.weight_ih)], _lower(true["itemised_ih"])) < CLOSE
    assert _log_apart(each.weight_hh, true["itemised_hh"]) < CLOSE
    assert _log_apart(each.weight_ih, true["itemised_ih"]) < CLOSE


@pytest.mark.parametrize("name", FIXTURES)
def test_jacobians_of_the_last_state(name: str) -> None:
    net, true = fixture(name)
    found = last_jacobians(net.network, run(net).back)
    assert _log_apart(found.spectral, true["state_jacobians"][-1]) < CLOSE
    assert _log_apart(found.inputs, true["influence_gradient"][-1]) < CLOSE


@pytest.mark.parametrize("name", FIXTURES)
def test_influence_by_the_gradient(name: str) -> None:
    net, true = fixture(name)
    found = run(net)
    steps = len(net.targets)
    gradient = pulled_back_influence(found.pairs, start=0, stop=steps)
    assert _log_apart(gradient, true["influence_gradient"]) < CLOSE
    assert _log_apart(all_pairs_influence(found.pairs), true["influence_gradient"]) < CLOSE
    times_input = gradient_input_influence(found.pairs)
    assert _log_apart(times_input, true["influence_gradient_input"]) < CLOSE


@pytest.mark.parametrize("name", FIXTURES)
def test_influence_by_occlusion(name: str) -> None:
    net, true = fixture(name)
    found = run(net)
    steps = len(net.targets)
    got = occlusion_influence(found.trajectory, net.network, first=0, start=0, stop=steps)
    # PyTorch subtracts two states, which leaves an absolute error of their rounding.
    rounding = 4e-16 * np.linalg.norm(true["states"])
    assert np.abs(10 ** _lower(got) - _lower(true["influence_occlusion"])).max() <= rounding
    assert np.array_equal(np.isnan(got), np.isnan(true["influence_occlusion"]))


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
