"""The effect of taking a word out, against the two runs themselves in as many digits as it takes."""

from functools import cache

import mpmath as mp  # type: ignore[import-untyped,unused-ignore]
import numpy as np
import pytest

from rnn_tui.engine.influence.gradient import output_probe
from rnn_tui.engine.influence.occlusion import occlusion_influence
from rnn_tui.engine.kinds import Activation, CellName
from rnn_tui.engine.network.skips import parse_skip
from rnn_tui.engine.numbers.arrays import FloatArray
from tests.engine.exact import log10, same_logs
from tests.engine.nets import Net, draw, equation_net, run

KINDS: tuple[tuple[CellName, Activation], ...] = (
    ("rnn", "tanh"),
    ("rnn", "sigmoid"),
    ("rnn", "relu"),
    ("rnn", "linear"),
    ("lstm", "tanh"),
    ("gru", "tanh"),
    ("feedforward", "tanh"),
    ("feedforward", "relu"),
)
SKIPS = ("none", "pinned:2-5", "shared:1", "shared:3")
DIGITS, MANY_DIGITS = 60, 1200


@cache
def net_of(kind: tuple[CellName, Activation], skip: str, hidden: int, gain: float, scale: float = 1.0) -> Net:
    cell, activation = kind
    net = draw(5, steps=5, hidden=hidden, inputs=2, cell=cell, activation=activation, skip=parse_skip(skip), gain=gain)
    weight = scale * net.parameters.weight_hh_l0
    return net.with_tensors({**net.tensors(), "weight_hh_l0": weight})


def exactly(net: Net, digits: int, *, on_output: bool = False) -> FloatArray:
    """log10 ‖h_t − h_t(x_k := 0)‖ from the two runs."""
    steps = len(net.targets)
    found = np.full((steps, steps), np.nan)
    with mp.workdps(digits):
        exact = equation_net(net).exact()
        whole = exact.states()[0]
        for k in range(steps):
            inputs = exact.inputs.copy()
            inputs[k] = inputs[k] * 0
            without = exact.states(inputs=inputs)[0]
            for t in range(k, steps):
                apart = whole[t] - without[t]
                if on_output:
                    apart = exact.tensors["readout_weight"] @ apart
                found[t, k] = log10(mp.sqrt((apart * apart).sum()))
    return found


def occlusion(net: Net, *, on_output: bool = False) -> FloatArray:
    pairs = run(net).pairs
    if on_output:
        pairs = pairs._replace(probe=output_probe(net.readout.weight))
    return occlusion_influence(pairs, start=0, stop=len(net.targets))


@pytest.mark.parametrize("on_output", [False, True])
@pytest.mark.parametrize("hidden", [1, 3])
@pytest.mark.parametrize("skip", SKIPS)
@pytest.mark.parametrize("kind", KINDS, ids="-".join)
def test_every_network(kind: tuple[CellName, Activation], skip: str, hidden: int, on_output: bool) -> None:
    net = net_of(kind, skip, hidden, 1.0)
    assert same_logs(occlusion(net, on_output=on_output), exactly(net, DIGITS, on_output=on_output), within=1e-13)


@pytest.mark.parametrize("gain", [9.0, 100.0])
@pytest.mark.parametrize("skip", ["none", "shared:2"])
@pytest.mark.parametrize("kind", KINDS, ids="-".join)
def test_saturated_gates(kind: tuple[CellName, Activation], skip: str, gain: float) -> None:
    net = net_of(kind, skip, 2, gain)
    saturation = float(np.abs(run(net).trajectory.a.mantissa).max())
    got, true = occlusion(net), exactly(net, MANY_DIGITS)
    # what two states of so many digits share may be 0; rounding a pre-activation moves a log10 this much
    comparable = ~(true < -0.8 * MANY_DIGITS) & ~np.isneginf(got)
    assert comparable.sum() > 15
    assert same_logs(got[comparable], true[comparable], within=1e-14 * max(30.0, saturation))


@pytest.mark.parametrize("scale", [1e-190, 1e-20, 1e-5, 40.0])
@pytest.mark.parametrize("skip", ["none", "shared:2"])
@pytest.mark.parametrize("kind", KINDS, ids="-".join)
def test_differences_far_below_the_rounding_of_the_states(
    kind: tuple[CellName, Activation], skip: str, scale: float
) -> None:
    net = net_of(kind, skip, 2, 1.0, scale)
    assert same_logs(occlusion(net), exactly(net, MANY_DIGITS), within=1e-12)


UNMIXED: dict[str, FloatArray] = {
    "identity": np.eye(3),
    "triangular": np.triu(2.0 * np.ones((3, 3))),
    "uneven": np.array([[0.5, 1e-150, 0.0], [1e-80, 0.2, 1e-20], [0.0, 1e2, 0.8]]),
    "nilpotent": np.triu(np.ones((3, 3)), 1),
}


@pytest.mark.parametrize("gain", [1.0, 100.0])
@pytest.mark.parametrize("name", UNMIXED)
@pytest.mark.parametrize("kind", KINDS, ids="-".join)
def test_units_that_hear_little_or_nothing_of_each_other(
    kind: tuple[CellName, Activation], name: str, gain: float
) -> None:
    cell, activation = kind
    net = draw(6, steps=5, hidden=3, inputs=2, cell=cell, activation=activation, gain=gain)
    blocks = net.parameters.weight_hh_l0.shape[-2] // 3
    weight = np.broadcast_to(np.tile(UNMIXED[name], (blocks, 1)), net.parameters.weight_hh_l0.shape)
    net = net.with_tensors({**net.tensors(), "weight_hh_l0": weight})
    saturation = float(np.abs(run(net).trajectory.a.mantissa).max()) if activation in ("tanh", "sigmoid") else 1.0
    got, true = occlusion(net), exactly(net, MANY_DIGITS)
    comparable = ~(true < -0.8 * MANY_DIGITS) & ~np.isneginf(got)
    assert comparable.sum() >= 9
    assert same_logs(got[comparable], true[comparable], within=1e-14 * max(30.0, saturation))


@pytest.mark.parametrize("skip", ["none", "shared:25"])
@pytest.mark.parametrize("kind", KINDS, ids="-".join)
def test_a_word_long_past(kind: tuple[CellName, Activation], skip: str) -> None:
    cell, activation = kind
    net = draw(7, steps=50, hidden=2, inputs=2, cell=cell, activation=activation, rho=1e-12, skip=parse_skip(skip))
    pairs = run(net).pairs
    found = occlusion_influence(pairs, start=49, stop=50)[0]
    with mp.workdps(MANY_DIGITS):
        exact = equation_net(net).exact()
        whole = exact.states()[0][-1]
        for k in (0, 20, 24, 48):
            inputs = exact.inputs.copy()
            inputs[k] = inputs[k] * 0
            apart = whole - exact.states(inputs=inputs)[0][-1]
            assert found[k] == pytest.approx(log10(mp.sqrt((apart * apart).sum())), abs=1e-11)
