"""The Cliff screen: why a step down the gradient can jump, and what clipping makes of that step."""

from collections.abc import Iterable

from textual import events
from textual.containers import Container
from textual.widget import Widget

from rnn_tui.ui.screens.cliff.actions import CliffActions
from rnn_tui.ui.screens.cliff.layout import cliff_layout
from rnn_tui.ui.screens.cliff.measured import descents_task, surface_task
from rnn_tui.ui.screens.cliff.panels.numbers import NumbersPanel
from rnn_tui.ui.screens.cliff.panels.plot import CliffPlot, cliff_plot
from rnn_tui.ui.screens.cliff.panels.strip import CliffStrip
from rnn_tui.ui.screens.cliff.panels.surface import SurfacePanel
from rnn_tui.ui.state.side_work import SideTask


class CliffScreen(CliffActions):
    """The strip, the picture with both paths, and their numbers beside it or below."""

    DEFAULT_CSS = """
    CliffScreen {
        #cliff { height: 1fr; layout: horizontal; }
        #cliff.-below { layout: vertical; }
        #cliff Canvas { height: 1fr; }
        #surface { margin-right: 1; }
        #cliff.-below #surface { margin-right: 0; }
    }
    """

    def compose_panels(self) -> Iterable[Widget]:
        yield self.with_scene(CliffStrip(id="strip"))
        with Container(id="cliff"):
            yield self.with_scene(SurfacePanel(id="surface"))
            yield self.with_scene(NumbersPanel(id="numbers"))

    def on_mount(self) -> None:
        console = self.app.console
        self.query_one(SurfacePanel).shaded = self.app.no_color or console.color_system is None

    def on_resize(self, event: events.Resize) -> None:
        # a picture of another size has other points
        self.request_scene()

    def place(self, width: int, height: int) -> None:
        shared = cliff_layout(width, height)
        self.set_rows("#strip", shared.strip + (2 if shared.framed else 1))
        self.query_one("#cliff").set_class(not shared.beside, "-below")
        numbers = self.query_one("#numbers").styles
        if shared.beside:
            numbers.width, numbers.height = shared.beside, "1fr"
        else:
            numbers.width, numbers.height = "1fr", shared.numbers + (2 if shared.framed else 1)

    def _plot(self) -> CliffPlot:
        size = self.size or self.app.size
        shared = cliff_layout(size.width, size.height)
        return cliff_plot(self.view.settings, width=max(1, shared.width), height=max(2, shared.height))

    def side_tasks(self) -> Iterable[SideTask]:
        settings, plot = self.view.settings, self._plot()
        yield surface_task(settings, columns=plot.columns, rows=2 * plot.rows)
        yield descents_task(settings, self.view.step, self.results.descents)
