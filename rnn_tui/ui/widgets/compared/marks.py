"""By what the networks are told apart: a marker each, which needs no colour, and a colour."""

from collections.abc import Mapping

from rnn_tui.lab.networks import KINDS
from rnn_tui.ui.themes import Palette

MARKERS: Mapping[str, str] = dict(zip(KINDS, "●■□▲△◆◇○★", strict=True))
CELL_MARKER = "▼"  # of an LSTM's c
HIDDEN_MARKER = "·"


def colour_of(palette: Palette, name: str) -> str:
    """A network's colour."""
    return palette.word(tuple(KINDS).index(name))
