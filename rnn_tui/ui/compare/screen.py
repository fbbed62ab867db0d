"""The Compare screen: the same text, seed and scale through nine networks."""

from collections.abc import Iterable
from typing import Literal

from textual.containers import Container
from textual.widget import Widget

from rnn_tui.ui.compare.measured import compare_look
from rnn_tui.ui.compare.panels.chart import ComparedChart
from rnn_tui.ui.compare.panels.columns import COLUMNS, NAME_WIDTH, WIDTH
from rnn_tui.ui.compare.panels.heading import OfChosen
from rnn_tui.ui.compare.panels.table import ROWS, ComparedTable
from rnn_tui.ui.compare.panels.words import ComparedWords
from rnn_tui.ui.panels.network import NetworkPanel
from rnn_tui.ui.shell.screen import BESIDE_WIDTH, FRAMED_HEIGHT, LINES, LabScreen
from rnn_tui.ui.state.looks import Look

SPACIOUS_WIDTH = 112
STACKED_ROWS = 26
_BRIEF_WIDTH = NAME_WIDTH + sum(column.width + 1 for column in COLUMNS[:2])
_CHART_ROWS = 8
_MOST_WORDS = 7

Way = Literal["beside", "above words", "stacked", "in turn"]


def way_of(width: int, rows: int) -> Way:
    """How chart and table share such a window's rows below the network.

    In turn, one of the two is shown; above words, the table is brief and the words have a panel of their own.
    """
    if width >= SPACIOUS_WIDTH:
        return "beside"
    if rows >= STACKED_ROWS:
        return "stacked"
    return "above words" if width >= BESIDE_WIDTH else "in turn"


def in_turn(width: int, height: int) -> bool:
    """Whether a window has room for one of the two panels alone."""
    return way_of(width, height - LINES - _network_rows(width, height)) == "in turn"


def _frame(width: int, height: int) -> int:
    return 2 if height >= FRAMED_HEIGHT and width >= BESIDE_WIDTH else 1


def _network_rows(width: int, height: int) -> int:
    return (2 if height - LINES < 27 else 4) + _frame(width, height)


class CompareScreen(LabScreen):
    """The dials and the verdict, the gradient by step of all networks, and their numbers in a table."""

    DEFAULT_CSS = """
    CompareScreen {
        #compared { height: 1fr; layout: horizontal; }
        #compared Canvas { height: 1fr; }
        #compared.-stacked { layout: vertical; }
        #compared-chart { margin-right: 1; }
        #compared.-stacked #compared-chart, #compared-chart.-alone { margin-right: 0; }
    }
    """

    def compose_panels(self) -> Iterable[Widget]:
        yield NetworkPanel(id="network", cursor=True, heading=OfChosen()).data_bind(LabScreen.scene)
        with Container(id="compared"):
            yield ComparedChart(id="compared-chart").data_bind(LabScreen.scene)
            yield ComparedTable(id="compared-table").data_bind(LabScreen.scene)
        yield ComparedWords(id="compared-words").data_bind(LabScreen.scene)

    def wanted_looks(self) -> Iterable[Look]:
        if self.measurement is not None or self.refusal:
            yield compare_look(self.experiment, self.view.compare, self.looks.compare)

    def place(self, width: int, height: int) -> None:
        frame, network = _frame(width, height), _network_rows(width, height)
        rows = height - LINES - network
        way, shown = way_of(width, rows), self.view.compare.panels
        if way == "in turn" and shown == "both":
            shown = "table"
        self.set_rows("#network", network)
        self.query_one("#compared").set_class(way == "stacked", "-stacked")
        speaks = way != "above words" or shown == "table"
        for name in ("chart", "table"):
            panel = self.query_one(f"#compared-{name}")
            panel.display = shown in ("both", name)
            panel.set_class(shown == name, "-alone")
        table, words = self.query_one("#compared-table"), self.query_one("#compared-words")
        table.set_class(speaks, "-speaks")
        words.display = not speaks
        if not speaks:
            least = _CHART_ROWS if shown == "chart" else ROWS
            self.set_rows("#compared-words", min(_MOST_WORDS + frame, max(1 + frame, rows - least - frame)))
        both = shown == "both"
        table.styles.width = (
            (WIDTH if way == "beside" else _BRIEF_WIDTH) + 2 * frame if both and way != "stacked" else "1fr"
        )
        table.styles.height = ROWS + frame + 5 if both and way == "stacked" else "1fr"
