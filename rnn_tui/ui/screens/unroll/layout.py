"""How Unroll, and the numbers of a step, share out a window."""

from typing import Literal, NamedTuple

from rnn_tui.ui.screens.unroll.panels.cells.layout import rows_wanted
from rnn_tui.ui.screens.unroll.panels.cells.rows import SIMPLE, Shape, used_rows
from rnn_tui.ui.shell.sizes import BESIDE_WIDTH, FRAMED_HEIGHT, LINES

_BELOW_ROWS = 18


class UnrollLayout(NamedTuple):
    """The rows of the panels, frames not counted.

    Attributes:
        framed: whether the panels have frames all round.
        network, unrolled: the rows of these two.
        both: how the two lower panels share what is left: side by side, one below the other, or by turns.
    """

    framed: bool
    network: int
    unrolled: int
    both: Literal["beside", "below", "in turn"]


def unroll_layout(width: int, height: int, steps: int, shape: Shape = SIMPLE) -> UnrollLayout:
    """How the rows of a window are shared out: the lower panels get what the others leave.

    A network with more to show gets more rows for its cells, but not where the lower panels would lose their words.
    """
    rows = height - LINES
    framed = height >= FRAMED_HEIGHT and width >= BESIDE_WIDTH
    network = 2 if rows < 27 else 4 if rows < 40 else 6
    extra = max(0, rows - 21 - (network - 2))
    simple = 6 + extra // 2 if framed else 5 + extra // 3
    more = (shape.states - 1 + extra // 10 if framed else extra // 8) if shape.gates else 0
    least = used_rows(simple + more, shape)
    unrolled = rows_wanted(width - (4 if framed else 2), steps, least, shape)
    both: Literal["beside", "below", "in turn"] = "beside"
    if width < BESIDE_WIDTH:
        both = "below" if rows - network - unrolled - 2 >= _BELOW_ROWS else "in turn"
    return UnrollLayout(framed, network, unrolled, both)
