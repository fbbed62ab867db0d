"""The Unroll screen: why a simple recurrent network forgets."""

from collections.abc import Iterable, Iterator

from textual.containers import Horizontal
from textual.widget import Widget

from rnn_tui.engine.progress import Watch
from rnn_tui.ui.panels.clips import ClipsPanel
from rnn_tui.ui.panels.network import NetworkPanel
from rnn_tui.ui.shell.measuring import is_quick
from rnn_tui.ui.state.side_work import SideTask
from rnn_tui.ui.unroll.actions import UnrollActions
from rnn_tui.ui.unroll.cells.panel import UnrolledPanel
from rnn_tui.ui.unroll.cells.rows import shape_of
from rnn_tui.ui.unroll.gradient import GradientPanel
from rnn_tui.ui.unroll.influence import InfluencePanel
from rnn_tui.ui.unroll.layout import heights
from rnn_tui.ui.unroll.scene import UnrollScene

# From here on the kinds of clipping have room beside the gradient's chart.
_CLIPS_BESIDE = 110


class UnrollScreen(UnrollActions):
    """The dials and the verdict, the unrolled cells, the influence of each word, and the gradient by step."""

    DEFAULT_CSS = """
    UnrollScreen {
        #lower { height: 1fr; }
        #lower Canvas { height: 1fr; }
        #influence { margin-right: 1; }
        #lower.-below { layout: vertical; }
        #clips { margin-left: 1; }
        #lower.-below #influence, #influence.-alone { margin-right: 0; }
        #lower.-below #clips, #clips.-alone { margin-left: 0; }
    }
    """

    def side_tasks(self) -> Iterable[SideTask]:
        if self.view.lower == "clips" and self.measurement is not None:
            measurement = self.measurement

            def work(_: Watch) -> Iterator[object]:
                from rnn_tui.lab.measurement.gradient.clipping import clips_compared

                yield clips_compared(measurement)

            yield SideTask("clips", measurement, work, quick=is_quick(measurement.experiment))

    def compose_panels(self) -> Iterable[Widget]:
        yield self.with_scene(NetworkPanel(id="network"))
        yield self.with_scene(UnrolledPanel(id="unrolled"))
        with Horizontal(id="lower"):
            yield self.with_scene(InfluencePanel(id="influence"))
            yield self.with_scene(GradientPanel(id="gradient"))
            keys = (("c", "clip"), ("C", "kind"), ("p", "panels"))
            yield self.with_scene(ClipsPanel[UnrollScene](lambda scene: scene.results.clips, keys=keys, id="clips"))

    def place(self, width: int, height: int) -> None:
        rows = heights(width, height, len(self.shown_experiment.words), shape_of(self.shown_experiment))
        frame = 2 if rows.framed else 1
        self.set_rows("#network", rows.network + frame)
        self.set_rows("#unrolled", rows.unrolled + frame)
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
