"""The Powers screen, declared."""

from typing import TYPE_CHECKING

from rnn_tui.ui.keys.screen_spec import ScreenSpec
from rnn_tui.ui.screens.powers.hints import next_hint
from rnn_tui.ui.screens.powers.keys import POWERS_ROWS

if TYPE_CHECKING:
    from rnn_tui.ui.screens.powers.screen import PowersScreen


def _screen() -> "type[PowersScreen]":
    from rnn_tui.ui.screens.powers.screen import PowersScreen

    return PowersScreen


POWERS_SCREEN = ScreenSpec(
    name="powers",
    digit="2",
    label="Powers",
    help="Wⁿ x(0) for n up to thousands, and one shared W beside independent ones",
    load=_screen,
    next_hint=next_hint,
    rows=POWERS_ROWS,
    has_side_work=True,
)
