"""The Cliff screen, declared."""

from typing import TYPE_CHECKING

from rnn_tui.ui.keys.screen_spec import ScreenSpec
from rnn_tui.ui.screens.cliff.hints import next_hint
from rnn_tui.ui.screens.cliff.keys import CLIFF_ROWS

if TYPE_CHECKING:
    from rnn_tui.ui.screens.cliff.screen import CliffScreen


def _screen() -> "type[CliffScreen]":
    from rnn_tui.ui.screens.cliff.screen import CliffScreen

    return CliffScreen


CLIFF_SCREEN = ScreenSpec(
    name="cliff",
    digit="6",
    label="Cliff",
    help="the error surface of one unit, and two descents on it, one of them clipped",
    load=_screen,
    next_hint=next_hint,
    rows=CLIFF_ROWS,
    shows_network=False,
    has_cursor=True,
    has_side_work=True,
)
