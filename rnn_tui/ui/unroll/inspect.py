"""The inspector: the selected step in numbers, below the unrolled cells, as live as they are."""

from collections.abc import Iterable

from textual.widget import Widget

from rnn_tui.ui.panels.inspector import InspectorPanel
from rnn_tui.ui.panels.network import NetworkPanel
from rnn_tui.ui.shell.screen import LabScreen
from rnn_tui.ui.unroll.cells.panel import UnrolledPanel
from rnn_tui.ui.unroll.two_panels import Heights, PanelsScreen

_NETWORK_HEIGHT = 30
_UNROLLED_HEIGHT = 23


class InspectScreen(PanelsScreen):
    """The network and the unrolled cells as far as there is room, and the selected step's numbers."""

    def compose_panels(self) -> Iterable[Widget]:
        yield NetworkPanel(id="network").data_bind(LabScreen.scene)
        yield UnrolledPanel(id="unrolled").data_bind(LabScreen.scene)
        yield InspectorPanel(id="inspector").data_bind(LabScreen.scene)

    def place_panels(self, rows: Heights, width: int, height: int) -> None:
        self.query_one("#network").display = height >= _NETWORK_HEIGHT
        self.query_one("#unrolled").display = height >= _UNROLLED_HEIGHT
