"""The screens of the lab: a screen is a folder and a line here. Tabs, keys, flags and help are made from this."""

from rnn_tui.ui.keys.key_table import KeyTable
from rnn_tui.ui.keys.screen_spec import ScreenSpec
from rnn_tui.ui.screens.cliff.spec import CLIFF
from rnn_tui.ui.screens.compare.spec import COMPARE
from rnn_tui.ui.screens.powers.spec import POWERS
from rnn_tui.ui.screens.spectrum.spec import SPECTRUM
from rnn_tui.ui.screens.train.spec import TRAIN
from rnn_tui.ui.screens.unroll.spec import INSPECT, UNROLL

SCREENS: tuple[ScreenSpec, ...] = (UNROLL, POWERS, COMPARE, SPECTRUM, TRAIN, CLIFF, INSPECT)
TABS = tuple(spec for spec in SCREENS if spec.digit)
KEYS = KeyTable(SCREENS)
