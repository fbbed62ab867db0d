"""Evaluation on fresh sequences: what it finds, and that it touches nothing; and training that is seen to learn."""

import numpy as np
import pytest

from rnn_tui.engine.kinds import Activation, CellName, ClipMode, Init
from rnn_tui.engine.learning import evaluation
from rnn_tui.engine.learning.batch import loss_and_error
from rnn_tui.engine.learning.clipping import ClippedVector
from rnn_tui.engine.learning.evaluation import evaluate, scored_outputs
from rnn_tui.engine.learning.optimisers import fresh_state
from rnn_tui.engine.learning.tasks.task import Task
from rnn_tui.engine.learning.tasks.temporal_order import TemporalOrder
from rnn_tui.engine.learning.training_step import (
    Divergence,
    Recipe,
    TrainStepResult,
    clip_workspace,
    loss_and_gradient,
    train_step,
    workspace,
)
from rnn_tui.engine.network.initialisers import normal, unscaled_weight
from rnn_tui.engine.network.losses import Readout
from rnn_tui.engine.network.model import Architecture, Model, model
from rnn_tui.engine.network.parameters import Parameters
from rnn_tui.engine.network.skips import Skip
from rnn_tui.engine.numbers.arrays import FloatArray
from tests.engine.learning.trainees import CELLS, SKIPS, trainee
from tests.engine.nets import Net, draw, equation_net


@pytest.mark.parametrize("skip", SKIPS)
@pytest.mark.parametrize("cell", CELLS)
def test_outputs_are_the_networks_own(cell: CellName, skip: str, monkeypatch: pytest.MonkeyPatch) -> None:
    way: Skip = SKIPS[skip]
    net = draw(4, cell=cell, skip=way, inputs=6)
    at, kind = model(net.parameters, net.readout), Architecture(cell, "tanh", way)
    batch = TemporalOrder(steps=7).fresh(5)
    monkeypatch.setattr(evaluation, "AT_ONCE", 70)  # two sequences at once
    found = scored_outputs(kind, at, batch)
    for b in range(5):
        alone = Net(net.network, net.readout, batch.inputs[:, b], np.zeros_like(net.h_0), np.zeros(7, dtype=np.int64))
        whole = equation_net(alone)
        assert found[0, b] == pytest.approx(whole.outputs(whole.states()[0])[-1], rel=1e-12, abs=1e-14)


def test_an_evaluation_is_the_loss_and_error_on_fresh_sequences_and_changes_nothing() -> None:
    task, net = TemporalOrder(steps=7), draw(4, inputs=6)
    at, kind = model(net.parameters, net.readout), Architecture("rnn")
    before = at.flat.copy()
    first, again, other = (evaluate(task, kind, at, size=300, draw=draw) for draw in (0, 0, 1))
    batch = task.fresh(300)
    y = scored_outputs(kind, at, batch)
    assert first == again != other
    assert first.loss == pytest.approx(loss_and_error(y, batch.targets)[0])
    assert first.error == task.error(y, batch)
    assert np.array_equal(at.flat, before)


def start(task: Task, *, seed: int, hidden: int, init: Init = "gaussian") -> Model:
    """A simple RNN at ρ near 1, as a person would draw it."""
    weight = unscaled_weight(init, seed=seed, hidden=hidden)
    bias: list[FloatArray] = [0.1 * normal(seed, name, (hidden,)) for name in ("bias_ih_l0", "bias_hh_l0")]
    weight_ih = normal(seed, "weight_ih_l0", (hidden, task.inputs)) / np.sqrt(task.inputs)
    readout = normal(seed, "readout_weight", (task.outputs, hidden)) / np.sqrt(hidden)
    return model(Parameters(weight_ih, weight, *bias), Readout(readout, np.zeros(task.outputs)))


def trained(
    task: Task, at: Model, recipe: Recipe, *, steps: int, activation: Activation = "tanh"
) -> list[TrainStepResult]:
    """The steps of one training on batches of twenty, up to the one that diverges, before which θ is left."""
    room = workspace(Architecture("rnn", activation), at, steps=task.length, batch=20)
    state, done = fresh_state(at.flat.size), list[TrainStepResult]()
    for step in range(1, steps + 1):
        before = at.flat.copy()
        done.append(train_step(at, state, task.batch(step, 20), room=room, recipe=recipe))
        if done[-1].diverged is not None:
            at.flat[:] = before
            break
    return done


def test_temporal_order_is_learnt() -> None:
    task = TemporalOrder(steps=10, seed=1)
    at = start(task, seed=1, hidden=50, init="orthogonal")
    assert evaluate(task, Architecture("rnn"), at, size=500).error > 0.6
    trained(task, at, Recipe(lr=0.01, clip="norm", threshold=1.0), steps=600)
    assert evaluate(task, Architecture("rnn"), at, size=2000).error < 0.01


@pytest.mark.parametrize("seed", [1, 3])
def test_without_clipping_an_identity_relu_network_diverges_where_its_twin_learns(seed: int) -> None:
    task, kind = TemporalOrder(steps=20, seed=seed), Architecture("rnn", "relu")
    first: dict[ClipMode, Divergence | None] = {}
    errors: dict[ClipMode, float] = {}
    ways: tuple[ClipMode, ...] = ("off", "norm")
    for mode in ways:
        at = start(task, seed=seed, hidden=50, init="identity")
        done = trained(task, at, Recipe(lr=0.01, clip=mode, threshold=1.0), steps=600, activation="relu")
        first[mode] = next((one.diverged for one in done if one.diverged is not None), None)
        errors[mode] = evaluate(task, kind, at, size=1000).error
    assert first["off"] is not None
    assert first["off"].step < 10
    assert errors["off"] > 0.6
    assert first["norm"] is None
    assert errors["norm"] < 0.01


def test_the_three_ways_to_clip_side_by_side() -> None:
    case = trainee("lstm", scored=slice(None))
    before, whole = case.at.flat.copy(), case.gradient()
    found: dict[ClipMode, ClippedVector] = {}
    ways: tuple[ClipMode, ...] = ("norm", "value", "step")
    for mode in ways:
        loss_and_gradient(case.at, case.batch, room=case.room)
        found[mode], _ = clip_workspace(case.at, case.batch, case.room, Recipe(clip=mode, threshold=0.1))
    assert list(found) == ["norm", "value", "step"]
    assert {round(one.norm_before, 12) for one in found.values()} == {round(float(np.linalg.norm(whole)), 12)}
    assert found["norm"].norm_after == pytest.approx(0.1)
    assert found["norm"].cosine == 1.0
    assert found["value"].norm_after == pytest.approx(np.linalg.norm(np.clip(whole, -0.1, 0.1)))
    assert found["step"].mode == "step"
    assert found["step"].cosine != 1.0
    assert np.array_equal(case.at.flat, before)
