"""What happened in a training, step by step: each with a sentence."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from rnn_tui.engine.tasks.task import Task
from rnn_tui.engine.training import Divergence
from rnn_tui.lab.numbers import number_text, setting_text
from rnn_tui.lab.training.samples import Sample, Samples
from rnn_tui.lab.training.settings import Live

Who = Literal["main", "twin"]
Kind = Literal["changed", "rewound", "diverged", "beats-baseline", "learned"]

LEARNED = 0.01  # a share of errors on fresh sequences below this is as good as none
BETTER = 0.9  # of the baseline's loss: what is nearer to it may be luck


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened after `step` steps.

    Attributes:
        who: the network that it happened to; `main` where it happened to both.
        number: what goes with it, by its kind: the length ‖Δθ‖ of the step that went too far (None where it is no
            finite number); the loss that beats the baseline; the error of what has learned; the step that a rewinding
            came from; else None.
    """

    step: int
    kind: Kind
    sentence: str
    number: float | None = None
    who: Who = "main"


def changes(before: Live, after: Live) -> str:
    """What was changed while it trained, in words: `clipping norm at θ 1.00, η 0.01`."""
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


def reached(before: Samples, sample: Sample, task: Task) -> Iterator[Event]:
    """What a sample shows for the first time: that the baseline is beaten, that the task is learned."""
    earlier = before.best_loss, math.inf if before.best is None else before.best.error
    baseline = task.baseline
    if sample.loss < BETTER * baseline.loss <= earlier[0]:
        said = f"loss {number_text(sample.loss)} on fresh sequences, below the {number_text(baseline.loss)} of "
        yield _event(sample, "beats-baseline", said + baseline.meaning, sample.loss)
    if error_is_share(task) and sample.error < LEARNED <= earlier[1]:
        yield _event(sample, "learned", f"{100 * sample.error:.2g} % wrong on fresh sequences", sample.error)


def error_is_share(task: Task) -> bool:
    """Whether the task's error is a share, from 0 to 1, of what was wrong; else it is in the series' own unit."""
    return task.error_name.startswith("share")


def _event(sample: Sample, kind: Kind, sentence: str, number: float) -> Event:
    return Event(step=sample.step, kind=kind, sentence=sentence, number=number)


def diverging(found: Divergence) -> Event:
    """That the step after `found.step − 1` went too far, and was not made."""
    if found.cause == "larger":
        said = f"step {found.step:,} would move the parameters by {number_text(found.norm)}, further than the "
        said += f"{number_text(found.weights)} that they are from zero, most of it {found.tensor}"
    else:
        said = f"at step {found.step:,} the gradient of {found.tensor} is no finite number"
    said += ": it has diverged and stops before that step"
    norm = found.norm if math.isfinite(found.norm) else None
    return Event(step=found.step, kind="diverged", sentence=said, number=norm)
