"""The Compare screen: the same text, seed and scale through nine networks."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.containers import Container
from textual.widget import Widget

from rnn_tui.ui.panels.network import NetworkPanel
from rnn_tui.ui.screens.compare.actions import CompareActions
from rnn_tui.ui.screens.compare.layout import (
    BRIEF_WIDTH,
    CHART_ROWS,
    MOST_WORDS,
    compare_layout,
    frame_rows,
    network_rows,
)
from rnn_tui.ui.screens.compare.measured import compare_task
from rnn_tui.ui.screens.compare.panels.chart import ComparedChart
from rnn_tui.ui.screens.compare.panels.columns import TABLE_WIDTH
from rnn_tui.ui.screens.compare.panels.heading import ChosenHeading
from rnn_tui.ui.screens.compare.panels.table import TABLE_ROWS, ComparedTable
from rnn_tui.ui.screens.compare.panels.words import ComparedWords
from rnn_tui.ui.shell.sizes import LINES
from rnn_tui.ui.state.side_work import SideTask

if TYPE_CHECKING:
    from rnn_tui.lab.views.views import Views


class CompareScreen(CompareActions):
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
        yield self.with_scene(NetworkPanel(id="network", cursor=True, heading=ChosenHeading()))
        with Container(id="compared"):
            yield self.with_scene(ComparedChart(id="compared-chart"))
            yield self.with_scene(ComparedTable(id="compared-table"))
        yield self.with_scene(ComparedWords(id="compared-words"))

    def side_tasks(self) -> Iterable[SideTask]:
        if self.measurement is not None or self.refusal:
            yield compare_task(self.experiment, self.view, self.results.compare)

    def place(self, width: int, height: int) -> None:
        frame, network = frame_rows(width, height), network_rows(width, height)
        rows = height - LINES - network
        way, shown = compare_layout(width, rows), self.view.panels
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
            least = CHART_ROWS if shown == "chart" else TABLE_ROWS
            self.set_rows("#compared-words", min(MOST_WORDS + frame, max(1 + frame, rows - least - frame)))
        both = shown == "both"
        table.styles.width = (
            (TABLE_WIDTH if way == "beside" else BRIEF_WIDTH) + 2 * frame if both and way != "stacked" else "1fr"
        )
        table.styles.height = TABLE_ROWS + frame + 5 if both and way == "stacked" else "1fr"

    def views(self) -> "tuple[Views | None, str]":
        from rnn_tui.lab.views.views import Views

        return self.views_of(Views(compare=self.results.compare), "the networks compared", "compare")
