"""A training step beside finite differences, and what clipping, the update and a divergence leave."""

import numpy as np
import pytest

from rnn_tui.engine.kinds import CellName, ClipMode, Optimiser
from rnn_tui.engine.learning.batch import ALL, LAST, loss_and_error
from rnn_tui.engine.learning.optimisers import fresh_state
from rnn_tui.engine.learning.training_step import Recipe, loss_and_gradient, train_step, workspace
from rnn_tui.engine.network.model import Architecture, copied_model, model
from rnn_tui.engine.network.skips import Pinned
from tests.engine.learning.trainees import CELLS, SKIPS, trainee
from tests.engine.nets import draw

OPTIMISERS: tuple[Optimiser, ...] = ("sgd", "momentum", "adam", "rmsprop")


@pytest.mark.parametrize("scored", [LAST, ALL, slice(2, None, 2)], ids=["last", "all", "some"])
@pytest.mark.parametrize("kind", ["classes", "numbers"])
@pytest.mark.parametrize("skip", SKIPS)
@pytest.mark.parametrize("cell", CELLS)
def test_finite_differences(cell: CellName, skip: str, kind: str, scored: slice) -> None:
    case, step = trainee(cell, kind, skip=SKIPS[skip], scored=scored), 1e-5
    gradient = case.gradient()
    way = np.random.default_rng(8).standard_normal(gradient.shape)

    def moved(size: float) -> float:
        other = copied_model(case.at)
        other.flat[:] += size * way
        return loss_and_gradient(other, case.batch, room=case.room).loss

    assert (moved(step) - moved(-step)) / (2 * step) == pytest.approx(gradient @ way, rel=1e-6)


def test_the_losses_are_what_they_say() -> None:
    case = trainee(scored=ALL)
    case.at.flat[:] = 0.0
    assert loss_and_gradient(case.at, case.batch, room=case.room).loss == pytest.approx(np.log(4.0))
    numbers = case.batch._replace(targets=np.full((7, 3, 4), 0.5))
    assert loss_and_gradient(case.at, numbers, room=case.room).loss == pytest.approx(0.25)
    assert loss_and_error(np.zeros((7, 3, 4)), numbers.targets)[0] == pytest.approx(0.25)


@pytest.mark.parametrize("threshold", [1e-3, 1e3])
def test_a_step_is_the_clipped_gradient_times_the_rate(threshold: float) -> None:
    case = trainee("lstm")
    before, whole = case.at.flat.copy(), case.gradient()
    recipe = Recipe(lr=0.1, clip="norm", threshold=threshold)
    done = train_step(case.at, case.state, case.batch, room=case.room, recipe=recipe)
    norm = float(np.linalg.norm(whole))
    scale = min(1.0, threshold / norm)
    assert done.clip.norm_before == pytest.approx(norm)
    assert done.clip.norm_after == pytest.approx(scale * norm)
    assert done.clip.scale == pytest.approx(scale)
    assert done.clip.touched == float(scale < 1.0)
    assert done.clip.cosine == 1.0
    assert done.update == pytest.approx(0.1 * scale * norm)
    assert done.weights == pytest.approx(np.linalg.norm(before))
    assert case.room.gradient.flat == pytest.approx(whole * scale)
    assert case.at.flat == pytest.approx(before - 0.1 * scale * whole)
    sizes = {name: float(np.linalg.norm(part)) for name, part in case.room.gradient.tensors.items()}
    assert done.clip.tensor == max(sizes, key=sizes.__getitem__)


def test_value_clipping_turns_the_gradient_and_counts_what_it_touched() -> None:
    case = trainee("gru")
    whole = case.gradient()
    recipe = Recipe(clip="value", threshold=0.05)
    done = train_step(case.at, case.state, case.batch, room=case.room, recipe=recipe)
    clipped = np.clip(whole, -0.05, 0.05)
    assert case.room.gradient.flat == pytest.approx(clipped)
    assert done.clip.touched == pytest.approx((np.abs(whole) > 0.05).mean())
    assert 0.0 < done.clip.touched < 1.0
    assert done.clip.cosine == pytest.approx(whole @ clipped / np.linalg.norm(whole) / np.linalg.norm(clipped))
    assert done.clip.scale == pytest.approx(np.linalg.norm(clipped) / np.linalg.norm(whole))


@pytest.mark.parametrize("cell", CELLS)
def test_step_clipping_tells_of_the_gradient_left_alone(cell: CellName) -> None:
    case = trainee(cell, scored=ALL)
    whole = case.gradient()
    recipe = Recipe(clip="step", threshold=0.1)
    done = train_step(case.at, case.state, case.batch, room=case.room, recipe=recipe)
    assert done.clip.norm_before == pytest.approx(np.linalg.norm(whole))
    assert done.clip.norm_after == pytest.approx(np.linalg.norm(case.room.gradient.flat))
    assert done.clip.norm_after < done.clip.norm_before
    assert 0.0 < done.clip.touched <= 1.0
    assert done.clip.cosine is not None
    assert 0.0 < done.clip.cosine < 1.0


@pytest.mark.parametrize(
    ("cell", "skip", "optimiser"),
    [
        *((cell, "none", "sgd") for cell in CELLS),
        ("rnn", "shared", "adam"),
        ("lstm", "pinned", "momentum"),
        ("gru", "shared", "rmsprop"),
        ("feedforward", "pinned", "adam"),
    ],
)
def test_steps_lower_the_loss(cell: CellName, skip: str, optimiser: Optimiser) -> None:
    case = trainee(cell, skip=SKIPS[skip])
    recipe = Recipe(optimiser, {"sgd": 0.1, "momentum": 0.02}.get(optimiser, 0.01), "norm", 1.0)
    losses = [train_step(case.at, case.state, case.batch, room=case.room, recipe=recipe).loss for _ in range(100)]
    assert losses[-1] < 0.2 * losses[0]


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_a_copy_of_both_states_goes_on_to_the_same_digits(optimiser: Optimiser) -> None:
    case, recipe = trainee("gru"), Recipe(optimiser, 0.01, "norm", 0.5)
    for _ in range(5):
        train_step(case.at, case.state, case.batch, room=case.room, recipe=recipe)
    at, state = copied_model(case.at), case.state.copy()
    room = workspace(Architecture("gru"), at, steps=7, batch=3)
    for _ in range(5):
        first = train_step(case.at, case.state, case.batch, room=case.room, recipe=recipe)
        second = train_step(at, state, case.batch, room=room, recipe=recipe)
        assert first.loss == second.loss
    assert np.array_equal(case.at.flat, at.flat)
    assert state.steps == case.state.steps == 10


def test_parameters_and_readout_are_views_of_one_vector() -> None:
    at = trainee("gru").at
    parts = [*at.tensors.values()]
    assert sum(part.size for part in parts) == at.flat.size
    assert all(np.shares_memory(part, at.flat) for part in parts)
    assert np.array_equal(np.concatenate([part.ravel() for part in parts]), at.flat)


def test_a_gradient_beyond_the_square_root_of_float64_has_a_norm() -> None:
    case = trainee("rnn", "numbers")
    far = case.batch._replace(targets=np.full((1, 3, 4), 1e200))
    recipe = Recipe(lr=0.1, clip="norm", threshold=1.0)
    done = train_step(case.at, case.state, far, room=case.room, recipe=recipe)
    assert 1e199 < done.clip.norm_before < 1e202
    assert np.linalg.norm(case.room.gradient.flat) == pytest.approx(1.0)
    assert done.diverged is None


@pytest.mark.parametrize("clip", ["off", "norm", "value", "step"])
def test_a_gradient_that_is_not_finite_names_its_tensor_and_changes_nothing(clip: ClipMode) -> None:
    case = trainee("rnn", "numbers")
    recipe = Recipe("adam", 0.1, clip)
    train_step(case.at, case.state, case.batch, room=case.room, recipe=recipe)
    before, state = case.at.flat.copy(), case.state.copy()
    targets = np.asarray(case.batch.targets, dtype=np.float64).copy()
    targets[0, 0, 0] = np.nan
    broken = case.batch._replace(targets=targets)
    done = train_step(case.at, case.state, broken, room=case.room, recipe=recipe)
    assert done.diverged is not None
    assert (done.diverged.step, done.diverged.cause, done.diverged.tensor) == (2, "not-finite", "weight_ih_l0")
    assert np.array_equal(case.at.flat, before)
    assert case.state.steps == state.steps
    assert np.array_equal(case.state.first, state.first)
    assert np.array_equal(case.state.second, state.second)


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_an_update_that_is_not_finite_is_not_made(optimiser: Optimiser) -> None:
    case = trainee("rnn", "numbers")
    before = case.at.flat.copy()
    far = case.batch._replace(targets=np.full((1, 3, 4), 1e200))
    done = train_step(case.at, case.state, far, room=case.room, recipe=Recipe(optimiser, 1e200))
    assert done.diverged is not None
    assert done.diverged.cause == "not-finite"
    assert np.array_equal(case.at.flat, before)
    assert case.state.steps == 0
    assert not case.state.first.any()
    assert not case.state.second.any()


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_a_step_larger_than_the_weights_is_told_and_made(optimiser: Optimiser) -> None:
    case = trainee("rnn")
    weights = np.linalg.norm(case.at.flat)
    calm = train_step(case.at, case.state, case.batch, room=case.room, recipe=Recipe(optimiser, 1e-3))
    assert calm.diverged is None
    before = case.at.flat.copy()
    done = train_step(case.at, case.state, case.batch, room=case.room, recipe=Recipe(optimiser, 1e3))
    assert done.diverged is not None
    assert (done.diverged.step, done.diverged.cause) == (2, "larger")
    assert done.diverged.norm == pytest.approx(np.linalg.norm(case.at.flat - before))
    assert done.diverged.norm > done.diverged.weights
    assert done.diverged.weights == pytest.approx(weights, rel=0.1)
    sizes = {name: float(np.linalg.norm(part)) for name, part in case.room.delta.tensors.items()}
    assert done.diverged.tensor == max(sizes, key=sizes.__getitem__)


def test_the_bound_of_divergence_is_the_norm_of_the_weights() -> None:
    norms = np.linalg.norm(trainee().at.flat) / np.linalg.norm(trainee().gradient())
    for factor, diverges in ((0.999, False), (1.001, True)):
        case = trainee()
        done = train_step(case.at, case.state, case.batch, room=case.room, recipe=Recipe(lr=factor * float(norms)))
        assert (done.diverged is not None) == diverges


def test_a_network_that_cannot_run_so_many_steps_is_refused() -> None:
    net = draw(0, cell="feedforward", steps=7)
    with pytest.raises(ValueError, match="7 layers runs 7 steps, not 6"):
        workspace(Architecture("feedforward"), model(net.parameters, net.readout), steps=6, batch=2)
    net = draw(0)
    with pytest.raises(ValueError, match="needs 7 steps"):
        workspace(Architecture("rnn", "tanh", Pinned(2, 7)), model(net.parameters, net.readout), steps=6, batch=2)
    assert fresh_state(3).steps == 0
