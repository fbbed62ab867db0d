"""The next step in numbers is the step that is then made; three clippings of it; θ from the norms seen."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.training.next_step import next_step, training_clips
from rnn_tui.lab.training.record.curves import CAPACITY, QUANTITIES, nothing_recorded
from rnn_tui.lab.training.settings.train_settings import TRAINING, TrainSettings
from rnn_tui.lab.training.settings.twin import Twin
from rnn_tui.lab.training.threshold import suggested_threshold
from rnn_tui.lab.training.training import Training, advanced, changed, started


def training(steps: int = 7, **given: Any) -> Training:
    settings = TrainSettings(experiment=Experiment(hidden=6, lr=0.05), length=6, batch=4).changed(**given)
    return advanced(started(settings), steps)


@pytest.mark.parametrize("optimiser", TRAINING.choices["optimiser"])
@pytest.mark.parametrize("clip", ["off", "norm", "value", "step"])
def test_it_is_the_step_that_is_made(optimiser: str, clip: str) -> None:
    before = training(optimiser=optimiser, clip=clip, lr=0.002, threshold=0.02, twin=Twin.parse("rho=0.5"))
    after = advanced(before, 1)
    for who in ("main", "twin"):
        found = next_step(before, who)
        run = after.runs[who]
        assert found.step == run.step == 8
        assert np.array_equal(found.before.flat - found.change.flat, run.moment.flat)
        curves = run.curves
        assert found.loss == curves.of("loss").mean[-1]
        assert found.norm == curves.of("norm").mean[-1]
        assert found.norm == pytest.approx(np.linalg.norm(found.gradient.flat))
        assert found.move / np.linalg.norm(found.before.flat) == pytest.approx(curves.of("move").mean[-1])
        one = found.of("weight_hh_l0", (2, 3))
        assert one.after == run.model.parameters.weight_hh_l0[2, 3]
        assert one.clipped == found.clipped.parameters.weight_hh_l0[2, 3]


@pytest.mark.parametrize("optimiser", ["momentum", "adam"])
def test_another_optimiser_begins_with_an_empty_memory(optimiser: str) -> None:
    before = training(optimiser="rmsprop", lr=0.002)
    before = changed(before, before.settings.changed(optimiser=optimiser))
    found = next_step(before)
    assert np.array_equal(found.before.flat - found.change.flat, advanced(before, 1).main.moment.flat)


def test_the_update_of_one_weight_in_digits() -> None:
    found = next_step(training(lr=0.5)).of("weight_hh_l0", (0, 1))
    assert found.change == 0.5 * found.clipped
    said = found.line.replace("−", "-")
    before, rest = said.split(" - ", 1)
    taken, after = rest.split(" = ")
    rate, gradient = taken.split(" · ")
    assert float(rate) == 0.5
    assert float(before) - 0.5 * float(gradient.strip("()")) == pytest.approx(float(after), abs=1e-3)
    assert float(after) == pytest.approx(found.after, abs=1e-9)


def test_weights_that_float32_leaves_where_they_are_are_counted() -> None:
    found = next_step(training(lr=1e-9))
    assert found.still_share > 0.5
    assert set(found.still) == set(found.before.tensors)
    count = sum(
        not found.of("weight_hh_l0", place).moves for place in np.ndindex(found.before.parameters.weight_hh_l0.shape)
    )
    assert found.still["weight_hh_l0"] == count
    assert next_step(training(lr=1.0)).still_share < 0.2


def test_the_clippings_are_those_of_the_steps_that_would_be_made() -> None:
    unclipped = training()
    found = training_clips(unclipped, threshold=0.03)
    assert found is not None
    for row in found.rows:
        made = next_step(training_with(unclipped, row.report.mode, 0.03))
        assert row.report.norm_before == pytest.approx(made.norm)
        assert row.report.norm_after == pytest.approx(np.linalg.norm(made.clipped.flat))
        cosine = made.gradient.flat @ made.clipped.flat
        cosine /= np.linalg.norm(made.gradient.flat) * np.linalg.norm(made.clipped.flat)
        assert row.report.cosine == pytest.approx(cosine)
    assert found.rows[1].report.touched == np.count_nonzero(np.abs(next_step(unclipped).gradient.flat) > 0.03)
    assert found.rows[2].report.touched_of == 24


def training_with(before: Training, clip: str, threshold: float) -> Training:
    return changed(before, before.settings.changed(clip=clip, threshold=threshold))


def test_theta_is_suggested_from_all_norms_seen() -> None:
    assert suggested_threshold(training(0).main) is None
    run = training(1500, eval_every=1000).main
    found = suggested_threshold(run)
    assert found is not None
    assert found.steps == 1500
    assert (found.low, found.high) == (0.5 * found.average, 10 * found.average)
    assert found.largest == run.curves.of("norm").high.max()
    one = suggested_threshold(training(1).main)
    assert one is not None
    assert one.average == one.largest == next_step(training(0)).norm


def test_every_step_counts_once_in_the_suggested_theta() -> None:
    steps = CAPACITY + 1  # the points are of two steps each by then, the last one of a single step
    each = np.ones((len(QUANTITIES), steps))
    each[:, -1] = 1000.0
    start = training(0).main
    run = replace(start, moment=replace(start.moment, step=steps), curves=nothing_recorded().recorded(each))
    found = suggested_threshold(run)
    assert found is not None
    assert found.average == pytest.approx(each[0].mean(), rel=1e-12)
