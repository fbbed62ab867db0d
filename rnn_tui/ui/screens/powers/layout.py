"""How the Powers screen shares out a window."""

from typing import NamedTuple

from rnn_tui.ui.shell.sizes import BESIDE_WIDTH, FRAMED_HEIGHT, LINES

_BELOW_ROWS = 28


class PowersLayout(NamedTuple):
    """The rows of the network panel with its frame, and how the two others share what is left."""

    network: int
    below: bool
    in_turn: bool


def powers_layout(width: int, height: int) -> PowersLayout:
    """How the rows of a window are shared out."""
    rows = height - LINES
    network = 2 if rows < 27 else 4 if rows < 40 else 6
    network += 2 if height >= FRAMED_HEIGHT and width >= BESIDE_WIDTH else 1
    narrow = width < BESIDE_WIDTH
    below = narrow and rows - network >= _BELOW_ROWS
    return PowersLayout(network, below, narrow and not below)
