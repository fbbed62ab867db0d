"""What a change of the settings means for the training, and which twin it has, in sentences."""

from typing import TYPE_CHECKING

from rnn_tui.engine.kinds import CELLS
from rnn_tui.lab.training.settings.train_settings import TrainSettings
from rnn_tui.ui.state.dials import DIALS

if TYPE_CHECKING:
    pass


def change_sentence(before: TrainSettings | None, after: TrainSettings, *, step: int) -> str:
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
        parts.append(twin_sentence(after))
    return "; ".join(parts)


def twin_sentence(settings: TrainSettings) -> str:
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
