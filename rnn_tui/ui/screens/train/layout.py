"""How the Train screen shares out a window."""

from typing import NamedTuple

from rnn_tui.ui.shell.sizes import BESIDE_WIDTH, FRAMED_HEIGHT, LINES

TRAIN_PANELS = ("loss", "norm", "parts", "error", "rho", "events")
TRAIN_NUMBERS = ("charted", "by-step", "update", "clips")
_WIDE, _TALL = 114, 9
_NUMBERS_ROWS = 20


class TrainLayout(NamedTuple):
    """How a window is shared out.

    Attributes:
        frame: the rows of a panel's frame.
        network, course: the rows of these two panels, their frames not counted.
        columns, rows: how many charts there are side by side, and one below the other.
        numbers: how many of the panels of numbers there is room for at once.
    """

    frame: int
    network: int
    course: int
    columns: int
    rows: int
    numbers: int


def train_layout(width: int, height: int) -> TrainLayout:
    """As many charts as stay readable."""
    network, course = (4 if height >= 44 else 2), (3 if height >= 34 else 2)
    frame = 2 if height >= FRAMED_HEIGHT and width >= BESIDE_WIDTH else 1
    left = height - LINES - network - course - 2 * frame
    columns = 3 if width >= _WIDE else 2 if width >= BESIDE_WIDTH else 1
    rows = max(1, min(left // _TALL, len(TRAIN_PANELS) // columns))
    numbers = 1 if left < _NUMBERS_ROWS else 2 if left < 2 * _NUMBERS_ROWS else len(TRAIN_NUMBERS)
    return TrainLayout(frame, network, course, columns, rows, numbers)


def all_shown(width: int, height: int, *, numbers: bool) -> bool:
    """Whether a window holds all charts, or all panels of numbers."""
    found = train_layout(width, height)
    return found.numbers >= len(TRAIN_NUMBERS) if numbers else found.columns * found.rows >= len(TRAIN_PANELS)
