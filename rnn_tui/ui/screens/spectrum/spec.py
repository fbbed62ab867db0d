"""The Spectrum screen, declared."""

from typing import TYPE_CHECKING

from rnn_tui.ui.keys.screen_spec import ScreenSpec
from rnn_tui.ui.screens.spectrum.hints import next_hint
from rnn_tui.ui.screens.spectrum.keys import SPECTRUM_ROWS

if TYPE_CHECKING:
    from rnn_tui.ui.screens.spectrum.screen import SpectrumScreen


def _screen() -> "type[SpectrumScreen]":
    from rnn_tui.ui.screens.spectrum.screen import SpectrumScreen

    return SpectrumScreen


SPECTRUM_SCREEN = ScreenSpec(
    name="spectrum",
    digit="4",
    label="Spectrum",
    help="W entry by entry, its eigenvalues and singular values, what they allow",
    load=_screen,
    next_hint=next_hint,
    rows=SPECTRUM_ROWS,
    has_cursor=True,
    has_side_work=True,
)
