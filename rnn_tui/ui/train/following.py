"""Following: how a training comes from what is set, and what is said of it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from rnn_tui.engine.kinds import CELLS
from rnn_tui.engine.progress import Watch
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.training.settings.course import Course
from rnn_tui.lab.training.settings.train_settings import Live, TrainSettings
from rnn_tui.ui.state.dials import DIALS
from rnn_tui.ui.train.driving import Begin, last_of

if TYPE_CHECKING:
    from rnn_tui.lab.training.training import Training


def from_start(settings: TrainSettings) -> Begin:
    """Begins before the first step."""

    def begin(_: Watch) -> "Iterator[Training]":
        from rnn_tui.lab.training.training import started

        yield started(settings)

    return begin


def from_now(base: Begin, settings: TrainSettings) -> Begin:
    """Goes on from where it is under other settings."""

    def begin(goes_on: Watch) -> "Iterator[Training]":
        from rnn_tui.lab.training.training import changed

        yield changed(last_of(base, goes_on), settings)

    return begin


def with_live_of(experiment: Experiment, course: Course, live: Live) -> tuple[Experiment, Course]:
    """What is set, with what can be changed while it trains as it was then."""
    experiment = experiment.changed(lr=live.lr, clip=live.clip, threshold=live.threshold)
    return experiment, replace(course, optimiser=live.optimiser)


def told(before: TrainSettings | None, after: TrainSettings, *, step: int) -> str:
    """What a change means for the training, in a sentence; empty where it means nothing."""
    if before is None:
        return ""
    if after.starts_anew(before):
        gone = f"; `u` brings back the one at step {step:,}" if step else ""
        return f"another {_what_differs(before, after)}: the training starts anew{gone}"
    parts = []
    if after.live != before.live:
        from rnn_tui.lab.training.record.events import changes_in_words

        said = changes_in_words(before.live, after.live)
        parts.append(f"{said}: from step {step + 1:,} on" if step else said)
    if after.twin != before.twin:
        parts.append(twin_text(after))
    return "; ".join(parts)


def twin_text(settings: TrainSettings) -> str:
    """Which twin there is, in a sentence."""
    if settings.twin is None:
        return "no twin: the network trains alone"
    differs = setting_words(settings.twin.setting, settings.twin.value)
    return f"the twin has {differs}, all else and every batch is the same"


def setting_words(setting: str, value: object) -> str:
    """A setting and its value as they are read: `clipping norm`, `η 0.01`, `GRU`."""
    shown = "none" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
    if setting == "cell":
        return next(kind.with_article for cell, kind in CELLS.items() if cell == value)
    if setting == "clip":
        return f"clipping {shown}"
    return f"{DIALS[setting].label if setting in DIALS else setting} {shown}"


def _what_differs(before: TrainSettings, after: TrainSettings) -> str:
    if before.task != after.task:
        return "task"
    if before.length != after.length:
        return "length T"
    return "batch size" if before.batch != after.batch else "network"
