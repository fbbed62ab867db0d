"""How the Cliff shares out a window."""

from typing import NamedTuple

from rnn_tui.ui.shell.sizes import BESIDE_WIDTH, FRAMED_HEIGHT, LINES


class CliffLayout(NamedTuple):
    """How a window is shared out.

    Attributes:
        framed: whether the panels have frames all round.
        strip: the rows of the strip, without its frame.
        beside: the columns of the numbers beside the picture, with their frame; 0 where they are below it.
        numbers: the rows of the numbers below the picture, without their frame.
        width, height: the cells inside the picture's panel.
    """

    framed: bool
    strip: int
    beside: int
    numbers: int
    width: int
    height: int


def cliff_layout(width: int, height: int) -> CliffLayout:
    """The picture gets what the strip and the numbers leave."""
    framed = height >= FRAMED_HEIGHT and width >= BESIDE_WIDTH
    frame = 2 if framed else 1
    rows = height - LINES
    strip = 2 if rows < 27 else 5 if rows < 40 else 7
    left = rows - strip - frame
    if width < BESIDE_WIDTH:
        numbers = 2 if left < 16 else 4
        return CliffLayout(framed, strip, 0, numbers, width - 2, left - numbers - 2 * frame)
    beside = 30 if width < 110 else 52 if width < 160 else 64
    return CliffLayout(framed, strip, beside, 0, width - beside - 1 - 2 * frame, left - frame)
