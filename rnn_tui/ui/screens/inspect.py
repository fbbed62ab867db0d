"""The inspector: the selected step in numbers, below the unrolled cells, as live as they are."""

from textual.app import ComposeResult
from textual.containers import Container
from textual.widgets import Static

from rnn_tui.ui.screens.panels import Heights, PanelsScreen
from rnn_tui.ui.widgets.hint import HintLine
from rnn_tui.ui.widgets.inspector import InspectorPanel
from rnn_tui.ui.widgets.keys import KeyLine
from rnn_tui.ui.widgets.network import NetworkPanel
from rnn_tui.ui.widgets.prompt import PromptLine
from rnn_tui.ui.widgets.title import TitleLine
from rnn_tui.ui.widgets.unrolled.panel import UnrolledPanel

_NETWORK_HEIGHT = 30
_UNROLLED_HEIGHT = 23


class InspectScreen(PanelsScreen):
    """The network and the unrolled cells as far as there is room, and the selected step's numbers."""

    def compose(self) -> ComposeResult:
        yield TitleLine("unroll")
        with Container(id="panels"):
            yield NetworkPanel(id="network").data_bind(PanelsScreen.scene)
            yield UnrolledPanel(id="unrolled").data_bind(PanelsScreen.scene)
            yield InspectorPanel(id="inspector").data_bind(PanelsScreen.scene)
        yield HintLine()
        yield PromptLine()
        yield KeyLine()
        yield Static(id="too-small", markup=False)

    def on_mount(self) -> None:
        for screen in self.app.screen_stack:
            if isinstance(screen, PanelsScreen) and screen is not self:
                self.colours = screen.colours
        super().on_mount()

    def place_panels(self, rows: Heights, width: int, height: int) -> None:
        self.query_one("#network").display = height >= _NETWORK_HEIGHT
        self.query_one("#unrolled").display = height >= _UNROLLED_HEIGHT
