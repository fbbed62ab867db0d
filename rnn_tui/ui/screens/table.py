"""The screens of the lab: a screen is a folder and a line here. Tabs, keys, flags and help are made from this."""

from rnn_tui.ui.keys.key_table import KeyTable
from rnn_tui.ui.keys.screen_spec import ScreenSpec
from rnn_tui.ui.screens.cliff.spec import CLIFF_SCREEN
from rnn_tui.ui.screens.compare.spec import COMPARE_SCREEN
from rnn_tui.ui.screens.powers.spec import POWERS_SCREEN
from rnn_tui.ui.screens.spectrum.spec import SPECTRUM_SCREEN
from rnn_tui.ui.screens.train.spec import TRAIN_SCREEN
from rnn_tui.ui.screens.unroll.spec import INSPECT_SCREEN, UNROLL_SCREEN

SCREENS: tuple[ScreenSpec, ...] = (
    UNROLL_SCREEN,
    POWERS_SCREEN,
    COMPARE_SCREEN,
    SPECTRUM_SCREEN,
    TRAIN_SCREEN,
    CLIFF_SCREEN,
    INSPECT_SCREEN,
)
TABS = tuple(spec for spec in SCREENS if spec.digit)
KEYS = KeyTable(SCREENS)
