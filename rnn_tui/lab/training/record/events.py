"""The events of a training, each with its step and a sentence."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rnn_tui.engine.learning.tasks.task import Task
from rnn_tui.engine.learning.training_step import Divergence
from rnn_tui.lab.experiment.trained.task_result import SOLVED, short_error, task_result
from rnn_tui.lab.text.numbers import number_text, setting_text
from rnn_tui.lab.training.record.samples import Sample
from rnn_tui.lab.training.settings.train_settings import Live

Who = Literal["main", "twin"]
EventKind = Literal["changed", "rewound", "diverged", "beats-baseline", "learned", "input-is-enough"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event after `step` steps.

    Attributes:
        who: the network that it happened to; `main` where it happened to both.
        number: what goes with it, by its kind: the length ‖Δθ‖ of the step that went too far (None where it is no
            finite number); the loss that is below what can be had without memory; the error of what has learned, or
            needs no memory for its task; the step that a rewinding came from; else None.
    """

    step: int
    kind: EventKind
    sentence: str
    number: float | None = None
    who: Who = "main"


def changes_in_words(before: Live, after: Live) -> str:
    """The live settings that were changed, in words: `clipping norm at θ 1.00, η 0.01`."""
    said = []
    if before.clip != after.clip or (before.threshold != after.threshold and after.clip != "off"):
        at = "" if after.clip == "off" else f" at θ {setting_text(after.threshold)}"
        said.append(f"clipping {after.clip}{at}")
    elif before.threshold != after.threshold:
        said.append(f"θ {setting_text(after.threshold)}")
    if before.lr != after.lr:
        said.append(f"η {setting_text(after.lr)}")
    if before.optimiser != after.optimiser:
        said.append(f"optimiser {after.optimiser}")
    return ", ".join(said)


def reached_events(before: Sequence[Event], sample: Sample, task: Task) -> Iterator[Event]:
    """The events that a sample shows first: a loss below that without memory, or no more errors.

    Args:
        before: what happened to the network until then.
    """
    known = {event.kind for event in before}
    found = task_result(task, loss=sample.loss, error=sample.error, standard_error=sample.standard_error)
    if found.below_current_input and "beats-baseline" not in known:
        reference = task.current_input
        name = "guessing" if reference == task.guessing else "current input only"
        said = f"loss {number_text(sample.loss)} on fresh sequences, below {name} ({number_text(reference.loss)}: "
        yield _event(sample, "beats-baseline", f"{said}{reference.meaning})", sample.loss)
    wrong = f"{short_error(task.error_name, sample.error)} wrong on fresh sequences"
    if found.solved and "learned" not in known:
        yield _event(sample, "learned", wrong, sample.error)
    if found.input_is_enough and not found.solved and sample.error < SOLVED and "input-is-enough" not in known:
        said = f"{wrong}; the current input alone is enough for this task, so that this shows no memory"
        yield _event(sample, "input-is-enough", said, sample.error)


def _event(sample: Sample, kind: EventKind, sentence: str, number: float) -> Event:
    return Event(step=sample.step, kind=kind, sentence=sentence, number=number)


def divergence_event(found: Divergence) -> Event:
    """The event of a step after `found.step − 1` that went too far, and was not made."""
    if found.cause == "larger":
        said = f"step {found.step:,} would move the parameters by {number_text(found.norm)}, further than the "
        said += f"{number_text(found.weights)} that they are from zero, most of it {found.tensor}"
    else:
        said = f"at step {found.step:,} the gradient of {found.tensor} is no finite number"
    said += ": it has diverged and stops before that step"
    norm = found.norm if math.isfinite(found.norm) else None
    return Event(step=found.step, kind="diverged", sentence=said, number=norm)
