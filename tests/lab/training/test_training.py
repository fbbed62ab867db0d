"""A training: what its steps are, that a twin goes the same way, and that any step can be gone back to."""

import math
from typing import Any

import numpy as np
import pytest

from rnn_tui.engine.learning.optimisers import fresh_state
from rnn_tui.engine.learning.training_step import Recipe, train_step, workspace
from rnn_tui.engine.network.model import copied_model
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.experiment.initialise import drawn, text_of
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.lab.training.adopt import adopted_experiment
from rnn_tui.lab.training.record.run import TrainingRun
from rnn_tui.lab.training.settings.train_settings import TRAINING, TrainSettings
from rnn_tui.lab.training.settings.twin import Twin
from rnn_tui.lab.training.training import Training, advanced, changed, rewound, started

SMALL = Experiment(text="to be or not to be that is", hidden=6, lr=0.05, clip="norm")


def settings(**given: Any) -> TrainSettings:
    return TrainSettings(experiment=SMALL, length=6, batch=4, eval_every=25).changed(**given)


def alike(one: TrainingRun, other: TrainingRun) -> bool:
    """Whether two runs hold the very same numbers."""
    arrays = [
        (one.moment.flat, other.moment.flat),
        (one.moment.first, other.moment.first),
        (one.moment.second, other.moment.second),
        (one.curves.points, other.curves.points),
        (one.curves.rest, other.curves.rest),
        *((a.log10_parts, b.log10_parts) for a, b in zip(one.samples.kept, other.samples.kept, strict=True)),
    ]
    samples = [[(s.step, s.loss, s.error, s.rho) for s in run.samples.kept] for run in (one, other)]
    return one.step == other.step and samples[0] == samples[1] and all(np.array_equal(a, b) for a, b in arrays)


@pytest.mark.parametrize("optimiser", ["sgd", "momentum", "rmsprop", "adam"])
@pytest.mark.parametrize("clip", ["off", "norm", "value", "step"])
def test_the_steps_are_the_engines(optimiser: str, clip: str) -> None:
    training = started(settings(optimiser=optimiser, clip=clip, threshold=0.05, lr=0.002))
    plan = training.main.plan
    at, state = copied_model(plan.start), fresh_state(plan.start.flat.size)
    room = workspace(plan.architecture, at, steps=6, batch=4)
    recipe = Recipe(optimiser=optimiser, lr=0.002, clip=clip, threshold=0.05)  # type: ignore[arg-type]
    losses = [train_step(at, state, plan.task.batch(i + 1, 4), room=room, recipe=recipe).loss for i in range(12)]
    found = advanced(training, 12)
    assert np.array_equal(found.main.moment.flat, at.flat)
    assert found.main.curves.of("loss").mean.tolist() == losses


@pytest.mark.parametrize("task", TRAINING.choices["task"])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru", "feedforward"])
def test_every_task_is_trained_with_every_cell(task: str, cell: str) -> None:
    length = 1 if task == "copy" else 6
    found = advanced(started(settings(task=task, cell=cell, length=length, eval_every=3)), 6)
    assert found.step == 6
    assert [sample.step for sample in found.main.samples.kept] == [0, 3, 6]
    last = found.main.samples.last
    assert last is not None
    assert math.isfinite(last.loss)
    assert math.isfinite(last.rho)
    assert last.log10_parts.shape == (found.main.plan.task.length,)


@pytest.mark.parametrize("skip", ["shared:2", "pinned:1-6"])
def test_skips_are_trained(skip: str) -> None:
    assert advanced(started(settings(skip=skip)), 3).step == 3


def test_a_skip_beyond_the_task_is_refused() -> None:
    with pytest.raises(ExperimentError, match="the task's sequences have 6 steps, so there is no step 8"):
        started(settings(skip="pinned:1-8"))


def test_what_does_not_fit_in_memory_is_refused_before_it_is_made() -> None:
    with pytest.raises(ExperimentError, match="GiB of memory") as caught:
        started(settings(hidden=10**6))
    assert caught.value.setting == "hidden"


@pytest.mark.parametrize("task", TRAINING.choices["task"])
@pytest.mark.parametrize("cell", ["lstm", "feedforward"])
def test_a_trained_network_goes_on_from_where_it_was(task: str, cell: str) -> None:
    length = 1 if task == "copy" else 6
    before = advanced(started(settings(task=task, cell=cell, length=length)), 5)
    trained = adopted_experiment(before).edited("2,3=0.5")
    again = started(TrainSettings(experiment=trained, task=before.settings.task, length=length, batch=4, go_on=True))
    shown = drawn(trained, text_of(trained))
    for name, tensor in shown.network.parameters._asdict().items():
        assert np.array_equal(again.main.model.tensors[name], tensor)
    assert np.array_equal(again.main.model.readout.weight, shown.readout.weight)
    kept = adopted_experiment(advanced(again, 3)).trained
    assert kept is not None
    assert kept.steps == 8


def test_the_next_words_network_starts_as_the_other_screens_show_it() -> None:
    start = started(settings(task="next-word")).main.plan.start
    shown = drawn(SMALL, text_of(SMALL))
    for name, tensor in shown.network.parameters._asdict().items():
        assert np.array_equal(start.tensors[name], tensor)
    assert np.array_equal(start.readout.weight, shown.readout.weight)


def test_it_hangs_on_the_number_of_steps_alone() -> None:
    start = started(settings(twin=Twin.parse("rho=1.2")))
    one = advanced(start, 120)
    many = start
    for count in (1, 1, 30, 0, 43, 45):
        many = advanced(many, count)
    assert alike(one.main, many.main)
    assert one.twin is not None
    assert many.twin is not None
    assert alike(one.twin, many.twin)
    assert advanced(start, 10).main.moment.flat is not start.main.moment.flat
    assert start.step == 0


@pytest.mark.parametrize("back", [0, 25, 77, 119])
@pytest.mark.parametrize("optimiser", ["sgd", "adam"])
def test_after_a_rewind_it_goes_on_as_if_never_rewound(back: int, optimiser: str) -> None:
    start = started(settings(optimiser=optimiser, twin=Twin.parse("cell=gru")))
    there, whole = advanced(start, back), advanced(start, 120)
    found = rewound(whole, back)
    assert found.step == back
    assert alike(found.main, there.main)
    again = advanced(found, 120 - back)
    assert alike(again.main, whole.main)
    assert again.twin is not None
    assert whole.twin is not None
    assert alike(again.twin, whole.twin)
    assert [event.kind for event in again.log] == ["rewound"]


def test_long_trainings_remember_few_moments_and_go_back_all_the_same() -> None:
    whole = advanced(started(settings(eval_every=500)), 1100)
    assert len(whole.main.kept) <= 65
    assert whole.main.every > 16
    there = advanced(started(settings(eval_every=500)), 777)
    assert alike(rewound(whole, 777).main, there.main)
    assert alike(rewound(rewound(whole, 950), 777).main, there.main)


def test_there_is_no_going_back_to_a_step_that_was_not_made() -> None:
    training = advanced(started(settings()), 5)
    for step in (-1, 6):
        with pytest.raises(ValueError, match="steps 0 to 5 can be gone back to"):
            rewound(training, step)
    assert rewound(training, 5) is training


def test_a_rewind_that_is_called_off_leaves_the_training_where_it_was() -> None:
    training = advanced(started(settings()), 30)
    assert rewound(training, 9, watch=lambda _: False) is training


def test_it_stops_when_told_to_and_keeps_the_steps_made() -> None:
    shares: list[float] = []

    def watch(done: float) -> bool:
        shares.append(done)
        return done < 0.3

    found = advanced(started(settings(twin=Twin.parse("lr=0.5"))), 50, watch=watch)
    assert found.step == 15
    assert found.twin is not None
    assert found.twin.step == 15
    assert shares == pytest.approx([i / 50 for i in range(1, 16)])


def test_changes_take_effect_at_the_next_step_and_are_made_again_after_a_rewind() -> None:
    before = advanced(started(settings()), 20)
    after = advanced(changed(before, before.settings.changed(lr=0.2, clip="value", optimiser="momentum")), 20)
    assert np.array_equal(after.main.curves.of("loss").mean[:20], before.main.curves.of("loss").mean)
    assert not np.array_equal(after.main.moment.flat, advanced(before, 20).main.moment.flat)
    assert [event.sentence for event in after.log] == [
        "after step 20: clipping value at θ 1.00, η 0.20, optimiser momentum"
    ]
    again = advanced(rewound(after, 33), 7)
    assert alike(again.main, after.main)
    assert again.settings == after.settings
    early = rewound(after, 10)
    assert early.settings == before.settings
    assert alike(advanced(early, 10).main, before.main)
    kept = rewound(after, 10, keep=True)
    assert kept.settings == after.settings
    assert kept.live(10).lr == 0.2
    assert kept.live(9).lr == 0.05


def test_turning_a_dial_while_it_stands_is_one_change() -> None:
    training = advanced(started(settings()), 4)
    for lr in (0.06, 0.07, 0.08):
        training = changed(training, training.settings.changed(lr=lr))
    assert [event.sentence for event in training.log] == ["after step 4: η 0.08"]
    back = changed(training, training.settings.changed(lr=0.05))
    assert back.log == ()
    assert len(back.changes) == 1


def test_another_network_starts_anew_and_another_view_does_not() -> None:
    training = advanced(started(settings()), 4)
    assert changed(training, training.settings.changed(cell="gru")).step == 0
    assert changed(training, training.settings.changed(influence="occlusion")).main is training.main


def test_a_twin_has_the_same_batches_and_start() -> None:
    # a twin with so high a θ that it never clips is the network without clipping
    training = advanced(started(settings(clip="norm", threshold=1e9, twin=Twin.parse("clip=off"))), 40)
    assert training.twin is not None
    assert alike(training.main, training.twin)


def test_a_twin_follows_what_is_changed_but_for_its_own_setting() -> None:
    training = advanced(started(settings(twin=Twin.parse("lr=0.3"))), 10)
    training = changed(training, training.settings.changed(lr=0.1, threshold=0.01))
    assert (training.live(10, "twin").lr, training.live(10, "twin").threshold) == (0.3, 0.01)
    assert (training.live(10).lr, training.live(10).threshold) == (0.1, 0.01)


def test_a_twin_that_comes_later_catches_up() -> None:
    alone = advanced(started(settings()), 60)
    alone = advanced(changed(alone, alone.settings.changed(lr=0.1)), 20)
    with_twin = changed(alone, alone.settings.changed(twin=Twin.parse("clip=value")))
    assert with_twin.main is alone.main
    assert with_twin.twin is not None
    assert with_twin.twin.step == 0
    half = advanced(with_twin, 30)
    assert (half.main.step, half.twin.step if half.twin else None) == (80, 30)
    level = advanced(half, 60)
    assert (level.main.step, level.twin.step if level.twin else None) == (90, 90)
    from_start = started(settings(twin=Twin.parse("clip=value")))
    from_start = advanced(from_start, 60)
    from_start = advanced(changed(from_start, from_start.settings.changed(lr=0.1)), 30)
    assert from_start.twin is not None
    assert level.twin is not None
    assert alike(level.twin, from_start.twin)
    assert alike(level.main, from_start.main)
    gone = changed(level, level.settings.changed(twin=None))
    assert gone.twin is None


def diverged() -> Training:
    return advanced(
        started(settings(task="series", activation="linear", rho=1.5, lr=0.5, twin=Twin.parse("clip=off"))), 40
    )


def test_divergence_is_an_event_and_the_network_stands_before_it() -> None:
    training = diverged()
    twin = training.twin
    assert twin is not None
    assert twin.diverged is not None
    assert twin.step == twin.diverged.step - 1 < 40
    assert training.main.step == 40
    assert np.isfinite(twin.moment.flat).all()
    (event,) = [event for event in training.events if event.kind == "diverged"]
    assert event.who == "twin"
    assert event.step == twin.diverged.step
    assert "has diverged and stops before that step" in event.sentence
    assert not training.stopped
    on = advanced(training, 10)
    assert on.twin is twin
    assert on.main.step == 50


def test_the_diverging_step_is_the_first_that_is_larger_than_the_parameters() -> None:
    twin = diverged().twin
    assert twin is not None
    assert twin.curves.of("move").high.max() <= 1.0
    assert twin.diverged is not None
    assert twin.diverged.norm > twin.diverged.weights or twin.diverged.cause == "not-finite"


@pytest.mark.parametrize(("optimiser", "lr"), [("sgd", 0.3), ("momentum", 0.2)])
def test_a_diverged_network_is_as_it_was_after_the_step_before(optimiser: str, lr: float) -> None:
    linear = {"task": "series", "activation": "linear", "rho": 1.5, "clip": "off"}
    start = started(settings(optimiser=optimiser, lr=lr, **linear))
    found = advanced(start, 40)
    assert found.stopped
    assert found.step > 2
    assert alike(found.main, advanced(start, found.step).main)


def test_a_diverged_network_goes_on_after_a_rewind_or_from_where_it_stands_with_other_settings() -> None:
    training = started(settings(task="series", activation="linear", rho=1.5, lr=0.5, clip="off"))
    training = advanced(training, 40)
    assert training.stopped
    diverged_at = training.step
    assert advanced(training, 10) is training
    calmer = changed(training, training.settings.changed(clip="norm", threshold=0.01))
    assert not calmer.stopped
    assert advanced(calmer, 10).step == diverged_at + 10
    back = rewound(training, max(0, diverged_at - 1))
    assert not back.stopped or diverged_at == 0
    assert advanced(back, 10).step == diverged_at


def test_beating_the_baseline_and_learning_are_events() -> None:
    experiment = Experiment(hidden=20, lr=0.1, clip="norm")
    training = advanced(started(TrainSettings(experiment=experiment, task="first-sign", length=4, eval_every=20)), 200)
    kinds = [event.kind for event in training.events]
    assert kinds == ["beats-baseline", "learned"]
    assert training.main.samples.last is not None
    assert training.main.samples.last.error < 0.01


def test_what_is_handed_out_cannot_be_written_to() -> None:
    training = advanced(started(settings()), 30)
    for array in (
        training.main.moment.flat,
        training.main.model.parameters.weight_hh_l0,
        training.main.plan.start.flat,
        training.main.samples.kept[0].log10_parts,
    ):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0.0
