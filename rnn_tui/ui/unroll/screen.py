"""The Unroll screen: why a simple recurrent network forgets."""

from collections.abc import Iterable, Iterator

from textual.containers import Horizontal
from textual.widget import Widget

from rnn_tui.engine.progress import Watch
from rnn_tui.ui.panels.clips import ClipsPanel
from rnn_tui.ui.panels.network import NetworkPanel
from rnn_tui.ui.shell.measuring import is_quick
from rnn_tui.ui.shell.screen import LabScreen
from rnn_tui.ui.state.looks import Look
from rnn_tui.ui.unroll.cells.panel import UnrolledPanel
from rnn_tui.ui.unroll.gradient import GradientPanel
from rnn_tui.ui.unroll.influence import InfluencePanel
from rnn_tui.ui.unroll.two_panels import Heights, PanelsScreen

# From here on the kinds of clipping have room beside the gradient's chart.
_CLIPS_BESIDE = 110


class UnrollScreen(PanelsScreen):
    """The dials and the verdict, the unrolled cells, the influence of each word, and the gradient by step."""

    def wanted_looks(self) -> Iterable[Look]:
        if self.view.lower == "clips" and self.measurement is not None:
            measurement = self.measurement

            def work(_: Watch) -> Iterator[object]:
                from rnn_tui.lab.measurement.clipping import clips_compared

                yield clips_compared(measurement)

            yield Look("clips", measurement, work, quick=is_quick(measurement.experiment))

    def compose_panels(self) -> Iterable[Widget]:
        yield NetworkPanel(id="network").data_bind(LabScreen.scene)
        yield UnrolledPanel(id="unrolled").data_bind(LabScreen.scene)
        with Horizontal(id="lower"):
            yield InfluencePanel(id="influence").data_bind(LabScreen.scene)
            yield GradientPanel(id="gradient").data_bind(LabScreen.scene)
            keys = (("c", "clip"), ("C", "kind"), ("p", "panels"))
            yield ClipsPanel(lambda scene: scene.looks.clips, keys=keys, id="clips").data_bind(LabScreen.scene)

    def place_panels(self, rows: Heights, width: int, height: int) -> None:
        lower = self.view.lower
        if rows.both == "in turn" and lower == "both":
            lower = "influence"
        self.query_one("#lower").set_class(rows.both == "below", "-below")
        shown = {"both": ("influence", "gradient"), "clips": ("clips",)}.get(lower, (lower,))
        if lower == "clips" and (rows.both == "below" or (rows.both == "beside" and width >= _CLIPS_BESIDE)):
            shown = ("gradient", "clips")
        for name in ("influence", "gradient", "clips"):
            panel = self.query_one(f"#{name}")
            panel.display = name in shown
            panel.set_class(shown == (name,), "-alone")
