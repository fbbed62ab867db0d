"""The Cliff screen: why a step down the gradient can jump, and what clipping makes of that step."""

from collections.abc import Iterable
from typing import NamedTuple

from textual import events
from textual.containers import Container
from textual.widget import Widget

from rnn_tui.ui.cliff.panels.numbers import NumbersPanel
from rnn_tui.ui.cliff.panels.plot import Plot, plot_of
from rnn_tui.ui.cliff.panels.strip import CliffStrip
from rnn_tui.ui.cliff.panels.surface import SurfacePanel
from rnn_tui.ui.shell.screen import BESIDE_WIDTH, FRAMED_HEIGHT, LINES, LabScreen
from rnn_tui.ui.state.cliff_looks import descents_look, surface_look
from rnn_tui.ui.state.looks import Look


class Room(NamedTuple):
    """How a window is shared out.

    Attributes:
        framed: whether the panels have frames all round.
        strip: the rows of the strip, without its frame.
        beside: the columns of the numbers beside the picture, with their frame; 0 where they stand below it.
        numbers: the rows of the numbers below the picture, without their frame.
        width, height: the cells inside the picture's panel.
    """

    framed: bool
    strip: int
    beside: int
    numbers: int
    width: int
    height: int


def room(width: int, height: int) -> Room:
    """The picture gets what the strip and the numbers leave."""
    framed = height >= FRAMED_HEIGHT and width >= BESIDE_WIDTH
    frame = 2 if framed else 1
    rows = height - LINES
    strip = 2 if rows < 27 else 5 if rows < 40 else 7
    left = rows - strip - frame
    if width < BESIDE_WIDTH:
        numbers = 2 if left < 16 else 4
        return Room(framed, strip, 0, numbers, width - 2, left - numbers - 2 * frame)
    beside = 30 if width < 110 else 52 if width < 160 else 64
    return Room(framed, strip, beside, 0, width - beside - 1 - 2 * frame, left - frame)


class CliffScreen(LabScreen):
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
        yield CliffStrip(id="strip").data_bind(LabScreen.scene)
        with Container(id="cliff"):
            yield SurfacePanel(id="surface").data_bind(LabScreen.scene)
            yield NumbersPanel(id="numbers").data_bind(LabScreen.scene)

    def on_mount(self) -> None:
        console = self.app.console
        self.query_one(SurfacePanel).shaded = self.app.no_color or console.color_system is None

    def on_resize(self, event: events.Resize) -> None:
        # a picture of another size has other points
        self._want_scene()

    def place(self, width: int, height: int) -> None:
        shared = room(width, height)
        self.set_rows("#strip", shared.strip + (2 if shared.framed else 1))
        self.query_one("#cliff").set_class(not shared.beside, "-below")
        numbers = self.query_one("#numbers").styles
        if shared.beside:
            numbers.width, numbers.height = shared.beside, "1fr"
        else:
            numbers.width, numbers.height = "1fr", shared.numbers + (2 if shared.framed else 1)

    def _plot(self) -> Plot:
        size = self.size or self.app.size
        shared = room(size.width, size.height)
        return plot_of(self.view.cliff.settings, width=max(1, shared.width), height=max(2, shared.height))

    def wanted_looks(self) -> Iterable[Look]:
        settings, plot = self.view.cliff.settings, self._plot()
        yield surface_look(settings, columns=plot.columns, rows=2 * plot.rows)
        yield descents_look(settings, self.view.cliff.step, self.looks.cliff_descents)
