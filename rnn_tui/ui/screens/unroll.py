"""The Unroll screen: why a simple recurrent network forgets."""

from collections.abc import Iterable

from textual.containers import Horizontal
from textual.widget import Widget

from rnn_tui.ui.screens.lab import LabScreen
from rnn_tui.ui.screens.panels import Heights, PanelsScreen
from rnn_tui.ui.widgets.gradient import GradientPanel
from rnn_tui.ui.widgets.influence import InfluencePanel
from rnn_tui.ui.widgets.network import NetworkPanel
from rnn_tui.ui.widgets.unrolled.panel import UnrolledPanel


class UnrollScreen(PanelsScreen):
    """The dials and the verdict, the unrolled cells, the influence of each word, and the gradient by step."""

    def compose_panels(self) -> Iterable[Widget]:
        yield NetworkPanel(id="network").data_bind(LabScreen.scene)
        yield UnrolledPanel(id="unrolled").data_bind(LabScreen.scene)
        with Horizontal(id="lower"):
            yield InfluencePanel(id="influence").data_bind(LabScreen.scene)
            yield GradientPanel(id="gradient").data_bind(LabScreen.scene)

    def place_panels(self, rows: Heights, width: int, height: int) -> None:
        lower = self.view.lower
        if rows.both == "in turn" and lower == "both":
            lower = "influence"
        self.query_one("#lower").set_class(rows.both == "below", "-below")
        for name in ("influence", "gradient"):
            panel = self.query_one(f"#{name}")
            panel.display = lower in ("both", name)
            panel.set_class(lower == name, "-alone")
