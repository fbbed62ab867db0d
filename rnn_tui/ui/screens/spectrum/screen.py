"""The Spectrum screen: W entry by entry, and what its eigenvalues and singular values allow."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.widget import Widget

from rnn_tui.ui.panels.drawing.canvas import Canvas
from rnn_tui.ui.panels.network import NetworkPanel
from rnn_tui.ui.screens.spectrum.actions import SpectrumActions
from rnn_tui.ui.screens.spectrum.layout import spectrum_layout
from rnn_tui.ui.screens.spectrum.measured import entries_task, lyapunov_task, spectrum_task
from rnn_tui.ui.screens.spectrum.panels.matrix import MatrixPanel
from rnn_tui.ui.screens.spectrum.panels.plane import PlanePanel
from rnn_tui.ui.screens.spectrum.panels.theory import TheoryPanel
from rnn_tui.ui.screens.spectrum.panels.values import LyapunovPanel, SingularPanel
from rnn_tui.ui.state.side_work import SideTask

if TYPE_CHECKING:
    from rnn_tui.lab.views.views import Views


class SpectrumScreen(SpectrumActions):
    """The dials, W, the complex plane, singular values and Lyapunov exponents, and in words what they come to."""

    DEFAULT_CSS = """
    SpectrumScreen #panels > Canvas { position: absolute; }
    """

    def compose_panels(self) -> Iterable[Widget]:
        yield self.with_scene(NetworkPanel(cursor=True, id="network"))
        yield self.with_scene(MatrixPanel(id="matrix"))
        yield self.with_scene(PlanePanel(id="plane"))
        yield self.with_scene(SingularPanel(id="singular"))
        yield self.with_scene(LyapunovPanel(id="lyapunov"))
        yield self.with_scene(TheoryPanel(id="theory"))

    def place(self, width: int, height: int) -> None:
        shown = spectrum_layout(width, height, self.view.panel)
        for panel in self.query(Canvas):
            place = shown.get(panel.id or "")
            panel.display = place is not None
            if place is not None:
                panel.styles.offset = (place.x, place.y)
                panel.styles.width, panel.styles.height = place.width, place.height

    def side_tasks(self) -> Iterable[SideTask]:
        measurement = self.measurement
        if measurement is None:
            return
        yield entries_task(measurement)
        yield spectrum_task(measurement, min(self.step, measurement.steps - 1))
        if (task := lyapunov_task(measurement)) is not None:
            yield task

    def views(self) -> "tuple[Views | None, str]":
        from rnn_tui.lab.views.views import Views

        return self.views_of(Views(spectrum=self.results.spectrum), "the spectrum", "spectrum")
