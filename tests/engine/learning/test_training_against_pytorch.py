"""Gradients over a batch, each step's part in them, updates, and whole trainings, beside PyTorch's own."""

import re
from typing import cast

import numpy as np
import pytest

from rnn_tui.engine.kinds import Activation, CellName, ClipMode, Optimiser
from rnn_tui.engine.learning.batch import ALL, LAST, Batch
from rnn_tui.engine.learning.contributions import contributions
from rnn_tui.engine.learning.optimisers import fresh_state, update
from rnn_tui.engine.learning.training_step import Recipe, loss_and_gradient, train_step, workspace
from rnn_tui.engine.network.model import Architecture
from rnn_tui.engine.network.skips import parse_skip
from tests.engine.learning.trainees import from_flat, training_fixture
from tests.engine.nets import apart

NAME = re.compile(r"(\w+?)_(tanh|sigmoid|relu|linear)_(none|pinned|shared)([0-9-]*)_(last|all)_(classes|numbers)")
GRADIENTS = [name for name in training_fixture("gradients") if NAME.fullmatch(name)]
PATHS: dict[str, Recipe] = {
    "norm": Recipe("sgd", 0.3, "norm", 1.0),
    "value": Recipe("sgd", 0.1, "value", 0.02),
    "momentum": Recipe("momentum", 0.05, "norm", 1.0),
    "adam": Recipe("adam", 0.01),
    "rmsprop": Recipe("rmsprop", 0.003),
}


@pytest.mark.parametrize("way", ["quick", "any"])
@pytest.mark.parametrize("name", GRADIENTS)
def test_gradients_and_each_steps_part(name: str, way: str) -> None:
    true, found = training_fixture("gradients"), NAME.fullmatch(name)
    assert found is not None
    cell, activation, skip, numbers, scored, _ = found.groups()
    kind = Architecture(
        cast(CellName, cell), cast(Activation, activation), parse_skip(f"{skip}:{numbers}" if numbers else skip)
    )
    at = from_flat(
        true[f"{cell}_{activation}_start"], cell=kind.cell, hidden=4, inputs=3, outputs=4, steps=len(true["inputs"])
    )
    targets = true["targets_" + "_".join(name.split("_")[-2:])]
    batch = Batch(true["inputs"], targets, ALL if scored == "all" else LAST)
    room = workspace(kind, at, steps=batch.steps, batch=batch.size)
    # a threshold that nothing reaches takes the way that runs any network
    gradient = loss_and_gradient(at, batch, room=room, step_threshold=None if way == "quick" else 1e9, each_step=True)
    assert apart(room.gradient.flat, true[name]) < 1e-12
    assert gradient.each is not None
    parts = contributions(gradient.each, architecture=kind, at=at, batch=batch)
    assert apart(10.0**parts.weight_hh, true[f"{name}_copies"]) < 1e-12
    assert apart(10.0**parts.hidden, true[f"{name}_states"]) < 1e-12


def test_every_cell_skip_and_kind_of_task_is_compared() -> None:
    kinds = {tuple(cast(re.Match[str], NAME.fullmatch(name)).group(1, 3, 5, 6)) for name in GRADIENTS}
    assert len(kinds) == 4 * 3 * 4


@pytest.mark.parametrize("name", PATHS)
def test_a_training_of_200_steps(name: str) -> None:
    true, recipe = training_fixture("paths"), PATHS[name]
    at = from_flat(true["start"], cell="rnn", hidden=12, inputs=6, outputs=4, steps=8)
    state, losses, norms = fresh_state(at.flat.size), [], []
    room = workspace(Architecture("rnn"), at, steps=8, batch=16)
    for symbols, targets in zip(true["symbols"], true["targets"].astype(np.int64), strict=True):
        done = train_step(at, state, Batch(np.eye(6)[symbols], targets[None]), room=room, recipe=recipe)
        losses.append(done.loss)
        norms.append(done.clip.norm_before)
    assert state.steps == len(losses) == 200
    assert apart(np.array(losses), true[f"{name}_losses"]) < 1e-10
    assert apart(np.array(norms), true[f"{name}_norms"]) < 1e-10
    assert np.abs(at.flat - true[f"{name}_end"]).max() < 1e-8
    assert apart(at.flat, true[f"{name}_end"]) < 1e-10


def test_the_clipped_training_is_clipped_now_and_then() -> None:
    beyond = training_fixture("paths")["norm_norms"] > 1.0
    assert 20 < beyond.sum() < 180


@pytest.mark.parametrize("optimiser", ["sgd", "momentum", "adam", "rmsprop"])
def test_updates(optimiser: Optimiser) -> None:
    true, rates = training_fixture("optimisers"), {"sgd": 0.3, "momentum": 0.05, "adam": 0.01, "rmsprop": 0.003}
    at, out, state = np.zeros(7), np.empty(7), fresh_state(7)
    for gradient, expected in zip(true["gradients"], true[optimiser], strict=True):
        at = at - update(optimiser, state, gradient, lr=rates[optimiser], out=out)
        assert at == pytest.approx(expected, rel=1e-13, abs=1e-16)


@pytest.mark.parametrize("clip", ["norm", "value", "step"])
def test_a_threshold_beyond_all_changes_nothing(clip: ClipMode) -> None:
    true = training_fixture("gradients")
    at = from_flat(true["lstm_tanh_start"], cell="lstm", hidden=4, inputs=3, outputs=4, steps=7)
    batch = Batch(true["inputs"], true["targets_all_classes"], ALL)
    room = workspace(Architecture("lstm"), at, steps=7, batch=3)
    done = train_step(at, fresh_state(at.flat.size), batch, room=room, recipe=Recipe(clip=clip, threshold=1e6))
    assert apart(room.gradient.flat, true["lstm_tanh_none_all_classes"]) < 1e-12
    assert done.clip.scale == pytest.approx(1.0, abs=1e-14)
    assert done.clip.cosine == pytest.approx(1.0, abs=1e-14)
    assert done.clip.touched == 0.0
