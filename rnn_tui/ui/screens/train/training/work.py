"""The work of training, for a job: it yields ever newer trainings, at a pace, until a goal or for ever."""

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from rnn_tui.engine.progress import CancelledError, Watch
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.ui.state.jobs import Work

if TYPE_CHECKING:
    from rnn_tui.lab.training.training import Training

YIELD_SECONDS = 0.2
NAP_SECONDS = 0.02
Begin = Callable[[Watch], Iterator["Training"]]
"""Makes the training to begin with, and maybe others on the way to it."""


def training_work(begin: Begin, *, goal: int | None, pace: int | None = None) -> Work:
    """The work of beginning a training, and of making its steps.

    What it begins with is yielded first, then about every `YIELD_SECONDS` what it has become; at last, where that is
    another, the training at its goal. A network that has diverged makes no more steps; when all have, it is the end.

    Args:
        begin: may raise ExperimentError or MemoryError, which are yielded.
        goal: the step to stop at, at once where it is reached; None for never.
        pace: steps a second; None for as many as there can be.
    """

    def work(goes_on: Watch) -> Iterator[object]:
        training = None
        try:
            for training in begin(goes_on):
                if not goes_on(0.0):
                    raise CancelledError
                yield training
        except (ExperimentError, MemoryError) as problem:
            yield problem
            return
        if training is not None:
            yield from _steps(training, goes_on, goal, pace)

    return work


def last_training(begin: Begin, goes_on: Watch) -> "Training":
    """The training that it comes to.

    Raises:
        CancelledError: it was asked to stop before.
    """
    found = None
    for newer in begin(goes_on):
        found = newer
        if not goes_on(0.0):
            break
    if found is None or not goes_on(0.0):
        raise CancelledError
    return found


def _steps(training: "Training", goes_on: Watch, goal: int | None, pace: int | None) -> Iterator["Training"]:
    from rnn_tui.lab.training.training import advanced

    origin, set_out = training.step, time.monotonic()
    shown = set_out - YIELD_SECONDS
    while goal is None or _least(training) < goal:
        now = time.monotonic()
        due = _due(training, origin=origin, goal=goal, pace=pace, seconds=now - set_out)
        if due <= 0 or (pace is not None and now - shown < YIELD_SECONDS):
            time.sleep(NAP_SECONDS)
            if not goes_on(0.0):
                raise CancelledError
            continue

        def within(_: float, until: float = now + YIELD_SECONDS) -> bool:
            return goes_on(0.0) and time.monotonic() < until

        training = advanced(training, due, watch=within)
        if not goes_on(0.0):
            raise CancelledError
        shown = now
        if pace is not None and now - set_out > (training.step - origin) / pace + 1.0:
            # it cannot keep up: what it owes is not made up for later
            origin, set_out = training.step, now
        yield training
        if training.stopped:
            return


def _least(training: "Training") -> int:
    """The fewest steps that a network has made which still goes on."""
    return min((run.step for run in training.runs.values() if run.diverged is None), default=training.step)


def _due(training: "Training", *, origin: int, goal: int | None, pace: int | None, seconds: float) -> int:
    """How many steps are to be made now, the first at once; a twin that is behind makes those that it lacks."""
    least = _least(training)
    most = 10**9 if goal is None else goal - least
    if pace is None or least < training.step:
        return most
    return min(most, origin + 1 + int(pace * seconds) - training.step)
