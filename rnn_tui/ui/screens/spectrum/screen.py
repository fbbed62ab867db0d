"""The Spectrum screen: W entry by entry, and what its eigenvalues and singular values allow."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.widget import Widget

from rnn_tui.engine.progress import Watch
from rnn_tui.lab.experiment.declarations import EXPERIMENT
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.measurement.measurement import Measurement
from rnn_tui.ui.panels.drawing.canvas import Canvas
from rnn_tui.ui.panels.network import NetworkPanel
from rnn_tui.ui.screens.spectrum.actions import SpectrumActions
from rnn_tui.ui.screens.spectrum.panels.matrix import MatrixPanel
from rnn_tui.ui.screens.spectrum.panels.places import places
from rnn_tui.ui.screens.spectrum.panels.plane import PlanePanel
from rnn_tui.ui.screens.spectrum.panels.theory import TheoryPanel
from rnn_tui.ui.screens.spectrum.panels.values import LyapunovPanel, SingularPanel
from rnn_tui.ui.shell.measuring import is_quick
from rnn_tui.ui.state.jobs import Work
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
        shown = places(width, height, self.view.panel)
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
        from rnn_tui.lab.measurement.lyapunov import has_exponents

        states = _of_the_states(measurement.experiment)
        quick = is_quick(measurement.experiment)
        step = min(self.step, measurement.steps - 1)
        yield SideTask("entries", measurement, _entries(measurement), quick)
        yield SideTask("spectrum", (states, step), _spectrum(measurement, step), quick)
        if has_exponents(measurement):
            yield SideTask("lyapunov", states, _lyapunov(measurement), quick)

    def views(self) -> "tuple[Views | None, str]":
        from rnn_tui.lab.views.views import Views

        return self.views_of(Views(spectrum=self.results.spectrum), "the spectrum", "spectrum")


def _of_the_states(experiment: Experiment) -> Experiment:
    """The experiment with all settings that no state depends on as they are at first."""
    first = Experiment()
    others = (setting.name for setting in EXPERIMENT.settings if setting.group == "gradient")
    return replace(experiment, **{name: getattr(first, name) for name in others})


def _entries(measurement: Measurement) -> Work:
    def work(_: Watch) -> Iterator[object]:
        from rnn_tui.lab.spectrum.entries import entries

        yield entries(measurement)

    return work


def _spectrum(measurement: Measurement, step: int) -> Work:
    def work(watch: Watch) -> Iterator[object]:
        from rnn_tui.lab.spectrum.spectrum import spectrum

        yield spectrum(measurement, step=step + 1, watch=watch)

    return work


def _lyapunov(measurement: Measurement) -> Work:
    def work(watch: Watch) -> Iterator[object]:
        from rnn_tui.lab.measurement.lyapunov import lyapunov

        yield lyapunov(measurement, watch=watch)

    return work
