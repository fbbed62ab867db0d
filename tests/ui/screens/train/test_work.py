"""The work of training: its goal, its pace, and that it stops when it is asked to. No clock is waited for."""

from collections.abc import Iterator
from typing import Any

import pytest

from rnn_tui.engine.progress import CancelledError, Watch
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.lab.training.settings.train_settings import TrainSettings
from rnn_tui.lab.training.settings.twin import Twin
from rnn_tui.lab.training.training import Training, advanced, changed, started
from rnn_tui.ui.screens.train.training import work
from rnn_tui.ui.screens.train.training.start import from_now, from_start
from rnn_tui.ui.screens.train.training.work import last_training, training_work

SMALL = TrainSettings(experiment=Experiment(hidden=4), length=4, batch=2, eval_every=100)


class Clock:
    """Goes on while one sleeps, and a little at every check."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        self.now += 1e-4
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(work, "time", found)
    return found


def steps_of(found: list[object]) -> list[int]:
    assert all(isinstance(each, Training) for each in found)
    return [each.step for each in found if isinstance(each, Training)]


def test_it_begins_and_stops_at_its_goal(clock: Clock) -> None:
    found = steps_of(list(training_work(from_start(SMALL), goal=7)(lambda _: True)))
    assert found[0] == 0
    assert found[-1] == 7


def test_a_goal_that_is_reached_makes_no_step(clock: Clock) -> None:
    assert steps_of(list(training_work(from_start(SMALL), goal=0)(lambda _: True))) == [0]


def test_a_later_twin_catches_up(clock: Clock) -> None:
    later = changed(advanced(started(SMALL), 6), SMALL.changed(twin=Twin("cell", "gru")))

    def begin(_: Watch) -> Iterator[Training]:
        yield later

    *_, last = training_work(begin, goal=6)(lambda _: True)
    assert isinstance(last, Training)
    assert {who: run.step for who, run in last.runs.items()} == {"main": 6, "twin": 6}


def test_the_first_step_comes_at_once_and_then_so_many_a_second(clock: Clock) -> None:
    work = training_work(from_start(SMALL), goal=None, pace=5)(lambda _: True)
    made: list[tuple[float, int]] = []
    begun = clock.now
    for training in work:
        assert isinstance(training, Training)
        made.append((clock.now - begun, training.step))
        if training.step == 11:
            break
    assert made[1][1] == 1
    assert made[1][0] < 0.1
    assert made[-1][0] == pytest.approx(2.0, abs=0.3)


def test_what_cannot_keep_its_pace_does_not_make_up_for_it(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(seconds: float = 0.5) -> float:
        clock.now += seconds
        return clock.now

    monkeypatch.setattr(clock, "monotonic", slow)
    work = iter(training_work(from_start(SMALL), goal=None, pace=1000)(lambda _: True))
    found = [next(work) for _ in range(8)]
    steps = steps_of(found)
    # each frame ends after a step; those that were owed are not asked for at once
    assert steps[-1] < 20


@pytest.mark.parametrize("pace", [None, 5])
def test_it_stops_when_asked_to(clock: Clock, pace: int | None) -> None:
    looks = iter([True] * 6)
    work = training_work(from_start(SMALL), goal=None, pace=pace)(lambda _: next(looks, False))
    with pytest.raises(CancelledError):
        list(work)


def test_where_all_have_diverged_is_the_end(clock: Clock) -> None:
    wild = SMALL.changed(lr=1e9)
    *_, last = training_work(from_start(wild), goal=None)(lambda _: True)
    assert isinstance(last, Training)
    assert last.stopped


def test_what_cannot_be_begun_is_reported(clock: Clock) -> None:
    impossible = SMALL.changed(experiment=Experiment(text="a b c d e f", skip="pinned:1-6"))
    (found,) = training_work(from_start(impossible), goal=5)(lambda _: True)
    assert isinstance(found, ExperimentError)


def test_a_change_is_made_of_what_was_to_be_begun_with() -> None:
    live = SMALL.changed(lr=0.5)
    found = last_training(from_now(from_start(SMALL), live), lambda _: True)
    assert found.settings == live
    with pytest.raises(CancelledError):
        last_training(from_start(SMALL), lambda _: False)


def test_an_empty_beginning_is_no_training() -> None:
    def nothing(_: Watch) -> Iterator[Any]:
        yield from ()

    with pytest.raises(CancelledError):
        last_training(nothing, lambda _: True)
