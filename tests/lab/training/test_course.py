"""The course of a training: what the experiment makes of it, its twins, and what is known to learn each task."""

from typing import get_args

import pytest

from rnn_tui.engine.kinds import TaskName
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.lab.training.plan import plan
from rnn_tui.lab.training.settings.course import Course, course_of, twins_for
from rnn_tui.lab.training.settings.recommended import RECOMMENDED, TASK_TITLES
from rnn_tui.lab.training.settings.twin import Twin

PLAIN = Experiment(text="to be or not to be that is")


def test_settings_and_course_are_of_each_other() -> None:
    course = Course(task="copy", length=3, batch=5, optimiser="adam", eval_every=7, twin=Twin("lr", 0.01))
    assert course_of(course.settings(PLAIN)) == course


def test_a_twin_of_clipping_is_always_the_other_one() -> None:
    clipped = PLAIN.changed(clip="norm")
    assert Course().fitted(PLAIN).twin == Twin("clip", "norm")
    assert Course().fitted(clipped).twin == Twin("clip", "off")
    assert Course().fitted(clipped).fitted(PLAIN).twin == Twin("clip", "norm")


def test_a_twin_that_no_longer_differs_or_cannot_be_is_left_out() -> None:
    course = Course(twin=Twin("cell", "gru"))
    assert course.fitted(PLAIN).twin == Twin("cell", "gru")
    assert course.fitted(PLAIN.changed(cell="gru")).twin is None
    assert Course(twin=Twin("hidden", 1)).fitted(PLAIN.edited("3,4=0.5")).twin == Twin("hidden", 1)


def test_a_part_of_the_text_is_no_longer_than_the_text() -> None:
    assert Course(task="next-word", length=15).fitted(PLAIN).length == 8
    assert Course(task="copy", length=15).fitted(PLAIN).length == 15


def test_a_twin_that_differs_in_nothing_is_refused() -> None:
    with pytest.raises(ExperimentError, match="a twin differs in one thing"):
        Course().changed(PLAIN, twin=Twin("clip", "off"))


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru", "feedforward"])
def test_every_twin_that_is_offered_can_be_and_the_last_is_none(cell: str) -> None:
    experiment = PLAIN.changed(cell=cell)
    found = twins_for(Course(), experiment)
    assert found[-1] is None
    assert len(set(found)) == len(found) > 5
    for twin in found:
        plan(Course(length=4, twin=twin).settings(experiment))


def test_the_twin_of_another_learning_rate_goes_ten_times_slower() -> None:
    assert Twin("lr", 0.02) in twins_for(Course(), PLAIN.changed(lr=0.2))


@pytest.mark.parametrize("task", get_args(TaskName))
def test_each_task_has_settings_that_learn_it_and_its_title(task: TaskName) -> None:
    found = RECOMMENDED[task]
    assert found.course.task == task
    experiment = found.applied(PLAIN)
    assert experiment.clip == "norm"
    made = plan(found.course.fitted(experiment).settings(experiment))
    assert made.task.title == TASK_TITLES[task]
