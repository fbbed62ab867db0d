"""The Unroll screen: why a simple recurrent network forgets."""

from textual.app import ComposeResult
from textual.containers import Container, Horizontal
from textual.widgets import Static

from rnn_tui.ui.screens.panels import Heights, PanelsScreen
from rnn_tui.ui.widgets.gradient import GradientPanel
from rnn_tui.ui.widgets.hint import HintLine
from rnn_tui.ui.widgets.influence import InfluencePanel
from rnn_tui.ui.widgets.keys import KeyLine
from rnn_tui.ui.widgets.network import NetworkPanel
from rnn_tui.ui.widgets.prompt import PromptLine
from rnn_tui.ui.widgets.title import TitleLine
from rnn_tui.ui.widgets.unrolled.panel import UnrolledPanel


class UnrollScreen(PanelsScreen):
    """The dials and the verdict, the unrolled cells, the influence of each word, and the gradient by step."""

    def compose(self) -> ComposeResult:
        yield TitleLine("unroll")
        with Container(id="panels"):
            yield NetworkPanel(id="network").data_bind(PanelsScreen.scene)
            yield UnrolledPanel(id="unrolled").data_bind(PanelsScreen.scene)
            with Horizontal(id="lower"):
                yield InfluencePanel(id="influence").data_bind(PanelsScreen.scene)
                yield GradientPanel(id="gradient").data_bind(PanelsScreen.scene)
        yield HintLine()
        yield PromptLine()
        yield KeyLine()
        yield Static(id="too-small", markup=False)

    def place_panels(self, rows: Heights, width: int, height: int) -> None:
        lower = self.view.lower
        if rows.both == "in turn" and lower == "both":
            lower = "influence"
        self.query_one("#lower").set_class(rows.both == "below", "-below")
        for name in ("influence", "gradient"):
            panel = self.query_one(f"#{name}")
            panel.display = lower in ("both", name)
            panel.set_class(lower == name, "-alone")
