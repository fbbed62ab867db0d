"""The Unroll screen, and the inspector of a step that is shown over it, declared."""

from typing import TYPE_CHECKING

from rnn_tui.ui.keys.screen_spec import ScreenSpec
from rnn_tui.ui.screens.unroll.hints import next_hint
from rnn_tui.ui.screens.unroll.keys import INFLUENCE_ROWS, PANEL_ROWS, PLAY_ROWS, STEP_ROWS

if TYPE_CHECKING:
    from rnn_tui.ui.screens.unroll.inspect_screen import InspectScreen
    from rnn_tui.ui.screens.unroll.screen import UnrollScreen


def _screen() -> "type[UnrollScreen]":
    from rnn_tui.ui.screens.unroll.screen import UnrollScreen

    return UnrollScreen


UNROLL_SCREEN = ScreenSpec(
    name="unroll",
    digit="1",
    label="Unroll",
    help="the cells unrolled, the influence of each word, the gradient by step",
    load=_screen,
    next_hint=next_hint,
    cursor_rows=(*STEP_ROWS, *PLAY_ROWS),
    rows=(*INFLUENCE_ROWS, *PANEL_ROWS),
)


def _inspect() -> "type[InspectScreen]":
    from rnn_tui.ui.screens.unroll.inspect_screen import InspectScreen

    return InspectScreen


INSPECT_SCREEN = ScreenSpec(
    name="inspect", over="unroll", load=_inspect, next_hint=next_hint, cursor_rows=STEP_ROWS, rows=INFLUENCE_ROWS
)
