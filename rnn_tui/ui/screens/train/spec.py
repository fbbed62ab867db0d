"""The Train screen, declared."""

from typing import TYPE_CHECKING

from rnn_tui.ui.keys.screen_spec import ScreenSpec
from rnn_tui.ui.screens.train.hints import next_hint
from rnn_tui.ui.screens.train.keys import TRAIN_ROWS

if TYPE_CHECKING:
    from rnn_tui.ui.screens.train.screen import TrainScreen


def _screen() -> "type[TrainScreen]":
    from rnn_tui.ui.screens.train.screen import TrainScreen

    return TrainScreen


TRAIN_SCREEN = ScreenSpec(
    name="train",
    digit="5",
    label="Train",
    help="a task is learned, or is not: loss, gradient norm, what each step gets",
    load=_screen,
    next_hint=next_hint,
    rows=TRAIN_ROWS,
    has_training=True,
)
