"""TaskResult: how well a network does its task on fresh sequences, beside what can be had without memory.

Loads no NumPy.
"""

import math
from typing import TYPE_CHECKING, NamedTuple

from rnn_tui.lab.text.numbers import number_text

if TYPE_CHECKING:
    from rnn_tui.engine.learning.tasks.task import Task

SOLVED = 0.01  # a share of errors below this is as good as none
BETTER = 0.9  # of a reference's loss: what is nearer to it is hardly below it
LONGEST_NAME = 60
SPREAD = 5.0  # standard errors: how far below a reference a loss must be, so that it is not by luck


class TaskResult(NamedTuple):
    """How well a network does its task on fresh sequences.

    Attributes:
        loss, error: on these sequences; the error is what `error_name` says.
        error_name: what the error measures; it begins with `share` where it is a share of wrong answers.
        below_guessing: whether the loss is below that of the best constant answer.
        below_current_input: whether it is also below that of the best answer from x_t alone, so that the network makes
            use of earlier steps.
        input_is_enough: whether such an answer from x_t alone is never, or hardly ever, wrong.
    """

    loss: float
    error: float
    error_name: str
    below_guessing: bool
    below_current_input: bool
    input_is_enough: bool

    @property
    def can_be(self) -> bool:
        """Whether its values are of their kinds, and the numbers finite: what a file holds may be anything."""
        values: tuple[object, ...] = tuple(self)
        numbers, name, answers = values[:2], values[2], values[3:]
        return (
            all(isinstance(each, float) and math.isfinite(each) for each in numbers)
            and isinstance(name, str)
            and name.isprintable()
            and len(name) <= LONGEST_NAME
            and all(isinstance(each, bool) for each in answers)
        )

    @property
    def solved(self) -> bool:
        """Whether it is right in more than 99 % and needs its memory for that."""
        return self.below_current_input and is_share(self.error_name) and self.error < SOLVED

    @property
    def sentence(self) -> str:
        """The result in words: `it solves its task: 0.4 % wrong on fresh sequences`."""
        found = f"{error_text(self.error_name, self.error)} on fresh sequences"
        if self.solved:
            return f"it solves its task: {found}"
        if self.below_current_input:
            return f"it does better than its current input alone allows: {found}"
        if self.input_is_enough:
            return f"{found}; the current input alone is enough for this task"
        if self.below_guessing:
            return f"it does better than guessing, but hardly better than its current input alone allows: {found}"
        return f"it is not clearly better than guessing: {found}"


def task_result(task: "Task", *, loss: float, error: float, standard_error: float) -> TaskResult:
    """The result that a loss and an error on fresh sequences are, beside the task's two references.

    Args:
        standard_error: of the loss.
    """
    enough = is_share(task.error_name) and task.current_input.error < SOLVED
    guessing, current = (is_below(loss, standard_error, each.loss) for each in (task.guessing, task.current_input))
    return TaskResult(
        loss=loss,
        error=error,
        error_name=task.error_name,
        below_guessing=guessing,
        below_current_input=guessing and current,
        input_is_enough=enough,
    )


def is_below(loss: float, standard_error: float, reference: float) -> bool:
    """Whether a loss on fresh sequences is below a reference by a tenth of it, and by more than luck explains.

    Args:
        standard_error: of the loss.
    """
    return loss < BETTER * reference and loss + SPREAD * standard_error < reference


def is_share(error_name: str) -> bool:
    """Whether this error is a share, from 0 to 1, of what was wrong; else it is in the series' own unit."""
    return error_name.startswith("share")


def short_error(error_name: str, error: float) -> str:
    """An error: `0.4 %`, or a number in the series' own unit."""
    return f"{100 * error:.1f} %" if is_share(error_name) and not math.isnan(error) else number_text(error)


def error_text(error_name: str, error: float) -> str:
    """An error with what it measures: `0.4 % wrong`."""
    if not is_share(error_name):
        return f"{error_name} {number_text(error)}"
    return f"{short_error(error_name, error)} {error_name.removeprefix('share ')}"
