"""The Lyapunov exponents of an ensemble: those of its members, whatever each of them needs."""

import numpy as np
import pytest

from rnn_tui.engine.backprop.linear_maps import LinearMaps, linearise
from rnn_tui.engine.backprop.unroll import unroll
from rnn_tui.engine.dynamics.lyapunov import lyapunov_exponents
from rnn_tui.engine.dynamics.lyapunov_ensemble import ensemble_exponents
from rnn_tui.engine.kinds import Activation, CellName
from rnn_tui.engine.network.network import Network
from rnn_tui.engine.network.parameters import Parameters
from rnn_tui.engine.network.skips import Pinned, Shared, Skip
from rnn_tui.engine.progress import CancelledError
from tests.engine.nets import Net, draw, run


def together(nets: list[Net]) -> LinearMaps:
    """The maps of several networks as one ensemble."""
    first = nets[0].network
    each = zip(*(net.parameters for net in nets), strict=True)
    parameters = Parameters(*(np.stack(tensors, axis=1 if first.layered else 0) for tensors in each))
    network = Network(first.cell, first.activation, parameters, first.skip)
    c_0 = np.stack([net.c_0 for net in nets if net.c_0 is not None]) if first.cell == "lstm" else None
    inputs, h_0 = np.stack([net.inputs for net in nets], axis=1), np.stack([net.h_0 for net in nets])
    return linearise(network, unroll(network, inputs=inputs, h_0=h_0, c_0=c_0))


def agree(nets: list[Net]) -> bool:
    found = ensemble_exponents(together(nets))
    assert found is not None
    alone = [lyapunov_exponents(run(net).maps) for net in nets]
    return bool(np.allclose(found, [one.exponents for one in alone if one], rtol=1e-9, atol=1e-11, equal_nan=True))


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru", "feedforward"])
@pytest.mark.parametrize("skip", [None, Shared(1), Shared(2)])
def test_the_members_as_if_alone(cell: CellName, skip: Skip) -> None:
    assert agree([draw(seed, steps=15, hidden=4, cell=cell, skip=skip) for seed in range(5)])


@pytest.mark.parametrize("activation", ["tanh", "relu", "linear"])
def test_members_that_need_care_beside_others(activation: Activation) -> None:
    nets = [
        draw(seed, steps=20, hidden=4, activation=activation, gain=gain) for seed, gain in enumerate((1, 30, 0.1, 9))
    ]
    zero = nets[2].with_tensors({**nets[2].tensors(), "weight_hh_l0": np.zeros((4, 4))})
    assert agree(nets)
    assert agree([nets[0], zero, nets[1]])
    assert agree([zero])


def test_none_where_a_member_has_none() -> None:
    assert ensemble_exponents(together([draw(seed, steps=1) for seed in range(2)])) is None
    assert ensemble_exponents(together([draw(seed, skip=Pinned(1, 4)) for seed in range(2)])) is None


def test_it_can_be_stopped() -> None:
    with pytest.raises(CancelledError):
        ensemble_exponents(together([draw(seed, steps=9) for seed in range(3)]), watch=lambda _: False)
