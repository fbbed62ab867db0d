"""PanelsScreen: what Unroll and the inspector share: the network and the unrolled cells on top, and their rows."""

from typing import Literal, NamedTuple

from rnn_tui.ui.shell.screen import BESIDE_WIDTH, FRAMED_HEIGHT, LINES, LabScreen
from rnn_tui.ui.unroll.cells.layout import rows_wanted
from rnn_tui.ui.unroll.cells.rows import SIMPLE, Shape, shape_of, used_rows

BELOW_ROWS = 18


class Heights(NamedTuple):
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


def heights(width: int, height: int, steps: int, shape: Shape = SIMPLE) -> Heights:
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
        both = "below" if rows - network - unrolled - 2 >= BELOW_ROWS else "in turn"
    return Heights(framed, network, unrolled, both)


class PanelsScreen(LabScreen):
    """A screen with the network and the unrolled cells on top."""

    DEFAULT_CSS = """
    PanelsScreen {
        #lower { height: 1fr; }
        #inspector { height: 1fr; }
        #lower Canvas { height: 1fr; }
        #influence { margin-right: 1; }
        #lower.-below { layout: vertical; }
        #clips { margin-left: 1; }
        #lower.-below #influence, #influence.-alone { margin-right: 0; }
        #lower.-below #clips, #clips.-alone { margin-left: 0; }
    }
    """

    def place_panels(self, rows: Heights, width: int, height: int) -> None:
        """Shows the panels that this screen has room for."""
        raise NotImplementedError

    def place(self, width: int, height: int) -> None:
        rows = heights(width, height, len(self.shown_experiment.words), shape_of(self.shown_experiment))
        frame = 2 if rows.framed else 1
        self.set_rows("#network", rows.network + frame)
        self.set_rows("#unrolled", rows.unrolled + frame)
        self.place_panels(rows, width, height)
