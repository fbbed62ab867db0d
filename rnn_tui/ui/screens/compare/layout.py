"""How the Compare screen shares out a window."""

from typing import Literal

from rnn_tui.ui.screens.compare.panels.columns import COMPARED_COLUMNS, NAME_WIDTH
from rnn_tui.ui.shell.sizes import BESIDE_WIDTH, FRAMED_HEIGHT, LINES

SPACIOUS_WIDTH = 112
STACKED_ROWS = 26
BRIEF_WIDTH = NAME_WIDTH + sum(column.width + 1 for column in COMPARED_COLUMNS[:2])
CHART_ROWS = 8
MOST_WORDS = 7

CompareLayout = Literal["beside", "above words", "stacked", "in turn"]


def compare_layout(width: int, rows: int) -> CompareLayout:
    """How chart and table share such a window's rows below the network.

    In turn, one of the two is shown; above words, the table is brief and the words have a panel of their own.
    """
    if width >= SPACIOUS_WIDTH:
        return "beside"
    if rows >= STACKED_ROWS:
        return "stacked"
    return "above words" if width >= BESIDE_WIDTH else "in turn"


def shows_one_at_a_time(width: int, height: int) -> bool:
    """Whether a window has room for one of the two panels alone."""
    return compare_layout(width, height - LINES - network_rows(width, height)) == "in turn"


def frame_rows(width: int, height: int) -> int:
    """The rows of a frame."""
    return 2 if height >= FRAMED_HEIGHT and width >= BESIDE_WIDTH else 1


def network_rows(width: int, height: int) -> int:
    """The rows of the network panel, with its frame."""
    return (2 if height - LINES < 27 else 4) + frame_rows(width, height)
