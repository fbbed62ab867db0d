"""The way that runs any network beside the measures of one text: limits and cuts on the way back, skips, layers."""

import numpy as np
import pytest

from rnn_tui.engine.kinds import Activation, CellName, Loss
from rnn_tui.engine.learning.batch import ALL, LAST, Batch
from rnn_tui.engine.learning.training_step import loss_and_gradient, workspace
from rnn_tui.engine.network.model import Architecture, model
from rnn_tui.engine.numbers.arrays import FloatArray, IntArray
from rnn_tui.engine.numbers.exponents import to_float
from tests.engine.learning.trainees import CELLS, SKIPS
from tests.engine.nets import PARAMETERS, Net, apart, draw, run

BATCH = 3


def each_alone(net: Net, batch: Batch, loss: Loss, *, step_threshold: float | None, truncate: int | None) -> FloatArray:
    """The mean over the batch of every sequence's own gradient, by the measures of one text."""
    found = []
    for b in range(BATCH):
        alone = Net(net.network, net.readout, batch.inputs[:, b], np.zeros_like(net.h_0), targets_of(batch, b))
        one = run(alone, loss, step_threshold=step_threshold, truncate=truncate)
        found.append(np.concatenate([to_float(one.parameters[name]).ravel() for name in PARAMETERS]))
    result: FloatArray = np.mean(found, axis=0)
    return result


def targets_of(batch: Batch, b: int) -> IntArray:
    """(T,) of one sequence, repeated where the last step alone is scored."""
    wanted = batch.targets[:, b].astype(np.int64)
    return np.broadcast_to(wanted, (batch.steps,)) if len(wanted) == 1 else wanted


@pytest.mark.parametrize("truncate", [None, 1, 3])
@pytest.mark.parametrize("threshold", [None, 0.3])
@pytest.mark.parametrize("loss", ["last", "mean"])
@pytest.mark.parametrize("skip", SKIPS)
@pytest.mark.parametrize("cell", CELLS)
def test_limits_and_cuts(cell: CellName, skip: str, loss: Loss, threshold: float | None, truncate: int | None) -> None:
    net, rng = draw(3, cell=cell, skip=SKIPS[skip], rho=0.9), np.random.default_rng(1)
    scored = LAST if loss == "last" else ALL
    batch = Batch(rng.standard_normal((7, BATCH, 3)), rng.integers(0, 4, (1 if loss == "last" else 7, BATCH)), scored)
    at = model(net.parameters, net.readout)
    room = workspace(Architecture(cell, "tanh", net.network.skip), at, steps=7, batch=BATCH)
    found = loss_and_gradient(at, batch, room=room, step_threshold=threshold, truncate=truncate)
    if threshold is not None and truncate is None:
        assert found.limited > 0.0
    # a mean over T steps sends a Tth of each step's gradient back
    true = each_alone(net, batch, loss, step_threshold=threshold, truncate=truncate)
    assert apart(room.gradient.flat, true) < 1e-12


@pytest.mark.parametrize("scored", [slice(1, None, 3), slice(0, 5, 2)])
@pytest.mark.parametrize("truncate", [1, 2, 3])
def test_a_cut_where_some_steps_are_scored_is_the_sum_of_cuts(truncate: int, scored: slice) -> None:
    net, rng = draw(3, cell="lstm", skip=SKIPS["shared"]), np.random.default_rng(1)
    steps = np.arange(7)[scored]
    batch = Batch(rng.standard_normal((7, BATCH, 3)), rng.integers(0, 4, (len(steps), BATCH)), scored)
    at = model(net.parameters, net.readout)
    kind = Architecture("lstm", "tanh", net.network.skip)
    room = workspace(kind, at, steps=7, batch=BATCH)
    loss_and_gradient(at, batch, room=room, truncate=truncate)
    whole, sums = room.gradient.flat.copy(), np.zeros_like(at.flat)
    for place, t in enumerate(steps):
        one = Batch(batch.inputs, batch.targets[place : place + 1], slice(int(t), int(t) + 1))
        loss_and_gradient(at, one, room=room, truncate=truncate)
        sums += room.gradient.flat / len(steps)
    assert apart(whole, sums) < 1e-13


@pytest.mark.parametrize("size", [1, BATCH])
@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu", "linear"])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_both_ways_agree(cell: CellName, activation: Activation, size: int) -> None:
    net, rng = draw(5, cell=cell, activation=activation, rho=0.9, hidden=6), np.random.default_rng(2)
    batch = Batch(rng.standard_normal((7, size, 3)), rng.integers(0, 4, (7, size)), ALL)
    at = model(net.parameters, net.readout)
    room = workspace(Architecture(cell, activation), at, steps=7, batch=size)
    first = loss_and_gradient(at, batch, room=room, each_step=True)
    quick = room.gradient.flat.copy()
    second = loss_and_gradient(at, batch, room=room, step_threshold=1e9, each_step=True)
    assert first.loss == pytest.approx(second.loss, rel=1e-14)
    assert apart(room.gradient.flat, quick) < 1e-13
    assert first.each is not None
    assert second.each is not None
    assert apart(first.each.hidden, second.each.hidden) < 1e-13
