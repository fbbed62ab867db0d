"""What came of a training: each network tried on fresh sequences once more, and what to make of it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from rnn_tui.engine.evaluation import Evaluation
from rnn_tui.engine.tasks.task import Task
from rnn_tui.lab.numbers import number_text
from rnn_tui.lab.training.events import Who, error_is_share
from rnn_tui.lab.training.run import Run
from rnn_tui.lab.training.stepping import evaluated
from rnn_tui.lab.training.training import Training


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Result:
    """A training and how well its networks do now. Compared by identity.

    Attributes:
        evaluations: of each network, by name, on fresh sequences.
        interrupted: whether it was stopped before the steps that were asked for.
    """

    training: Training
    evaluations: Mapping[Who, Evaluation]
    interrupted: bool = False


def result(training: Training, *, interrupted: bool = False) -> Result:
    """The training with an evaluation of its networks as they are now."""
    return Result(
        training=training,
        evaluations={who: _latest(run) for who, run in training.runs.items()},
        interrupted=interrupted,
    )


def short_error(task: Task, error: float) -> str:
    """An error as the task measures it: `0.4 %`, or a number in the series' own unit."""
    return f"{100 * error:.1f} %" if error_is_share(task) and not math.isnan(error) else number_text(error)


def error_text(task: Task, error: float) -> str:
    """An error with what it measures: `0.4 % wrong`."""
    if not error_is_share(task):
        return f"{task.error_name} {number_text(error)}"
    return f"{short_error(task, error)} {task.error_name.removeprefix('share ')}"


def _latest(run: Run) -> Evaluation:
    last = run.samples.last
    if last is not None and last.step == run.step:
        return Evaluation(last.loss, last.error)
    return evaluated(run)
