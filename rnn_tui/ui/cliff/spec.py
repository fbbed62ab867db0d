"""The Cliff screen, declared."""

from typing import TYPE_CHECKING

from rnn_tui.ui.cliff.hints import next_hint
from rnn_tui.ui.cliff.keys import CLIFF_ROWS
from rnn_tui.ui.keys.screen_spec import ScreenSpec

if TYPE_CHECKING:
    from rnn_tui.ui.cliff.screen import CliffScreen


def _screen() -> "type[CliffScreen]":
    from rnn_tui.ui.cliff.screen import CliffScreen

    return CliffScreen


CLIFF = ScreenSpec(
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
