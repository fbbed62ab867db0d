"""The Compare screen, declared."""

from typing import TYPE_CHECKING

from rnn_tui.ui.keys.screen_spec import ScreenSpec
from rnn_tui.ui.screens.compare.hints import next_hint
from rnn_tui.ui.screens.compare.keys import COMPARE_ROWS

if TYPE_CHECKING:
    from rnn_tui.ui.screens.compare.screen import CompareScreen


def _screen() -> "type[CompareScreen]":
    from rnn_tui.ui.screens.compare.screen import CompareScreen

    return CompareScreen


COMPARE_SCREEN = ScreenSpec(
    name="compare",
    digit="3",
    label="Compare",
    help="the same text, seed and scale through nine networks: who keeps the first word",
    load=_screen,
    next_hint=next_hint,
    rows=COMPARE_ROWS,
    has_cursor=True,
    has_side_work=True,
)
