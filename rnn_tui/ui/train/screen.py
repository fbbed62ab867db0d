"""The Train screen: a task is learned, or is not, and one sees why."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from textual.containers import Container, Grid
from textual.widget import Widget

from rnn_tui.engine.progress import Watch
from rnn_tui.ui.panels.clips import ClipsPanel
from rnn_tui.ui.panels.network import NetworkPanel
from rnn_tui.ui.state.jobs import Work
from rnn_tui.ui.state.side_work import SideTask
from rnn_tui.ui.train.actions import TrainActions
from rnn_tui.ui.train.layout import NUMBERS, PANELS, places
from rnn_tui.ui.train.panels.by_step import ByStepPanel
from rnn_tui.ui.train.panels.charted import ChartedPanel
from rnn_tui.ui.train.panels.course import CoursePanel
from rnn_tui.ui.train.panels.events import EventsPanel
from rnn_tui.ui.train.panels.heading import OfTraining
from rnn_tui.ui.train.panels.loss import LossPanel
from rnn_tui.ui.train.panels.norm import NormPanel
from rnn_tui.ui.train.panels.parts import PartsPanel
from rnn_tui.ui.train.panels.sampled import ErrorPanel, RadiusPanel
from rnn_tui.ui.train.panels.update import UpdatePanel
from rnn_tui.ui.train.scene import TrainingClips, TrainScene

if TYPE_CHECKING:
    from rnn_tui.lab.measurement.gradient.clipping import ClipsCompared
    from rnn_tui.lab.training.training import Training

# products that the next step and its three clippings take, which a frame has time for
_QUICK = 2_000_000


class TrainScreen(TrainActions):
    """The network, the course, and six panels over the steps of the training; or all that in numbers."""

    DEFAULT_CSS = """
    TrainScreen {
        #charts { height: 1fr; layout: grid; grid-gutter: 0 1; }
        #charts Canvas { height: 1fr; }
        #numbers { height: 1fr; }
        #numbers Canvas { height: 1fr; }
    }
    """

    def compose_panels(self) -> Iterable[Widget]:
        yield self.with_scene(NetworkPanel(heading=OfTraining(), id="network"))
        yield self.with_scene(CoursePanel(id="course"))
        with Grid(id="charts"):
            yield self.with_scene(LossPanel(id="loss"))
            yield self.with_scene(NormPanel(turn=1, id="norm"))
            yield self.with_scene(PartsPanel(id="parts"))
            yield self.with_scene(ErrorPanel(turn=1, id="error"))
            yield self.with_scene(RadiusPanel(id="rho"))
            yield self.with_scene(EventsPanel(id="events"))
        with Container(id="numbers"):
            yield self.with_scene(ChartedPanel(id="charted"))
            yield self.with_scene(ByStepPanel(id="by-step"))
            yield self.with_scene(UpdatePanel(id="update"))
            yield self.with_scene(
                ClipsPanel(
                    _compared,
                    absent="The gradient of the next batch is no finite number, so there is nothing to clip.",
                    id="clips",
                )
            )

    def place(self, width: int, height: int) -> None:
        found, view = places(width, height), self.view
        self.set_rows("#network", found.network + found.frame)
        self.set_rows("#course", found.course + found.frame)
        self.query_one("#charts").display = not view.numbers
        self.query_one("#numbers").display = view.numbers
        many = found.columns * found.rows
        grid = self.query_one("#charts").styles
        if (grid.grid_size_columns, grid.grid_size_rows) != (found.columns, found.rows):
            grid.grid_size_columns, grid.grid_size_rows = found.columns, found.rows
        first = 0 if many >= len(PANELS) else view.panel * many % len(PANELS)
        for index, name in enumerate(PANELS):
            self.query_one(f"#{name}").display = first <= index < first + many
        first = view.panel * found.numbers % len(NUMBERS)
        for index, name in enumerate(NUMBERS):
            panel = self.query_one(f"#{name}")
            panel.display = first <= index < first + found.numbers
            panel.set_class(found.numbers == 1, "-alone")

    def side_tasks(self) -> Iterable[SideTask]:
        progress = self.results.progress
        if progress is None or progress.training is None:
            return
        training, numbers = progress.training, self.view.numbers
        quick = _is_quick(training)
        if numbers or self.query_one("#course").size.height > 3:
            yield SideTask("next_step", training, _next_step(training), quick)
        if numbers:
            yield SideTask("clips", training, _clips(training), quick)


def _compared(scene: TrainScene) -> "ClipsCompared | None":
    found = scene.results.clips
    return None if found is None else found.compared


def _is_quick(training: "Training") -> bool:
    plan = training.main.plan
    hidden = plan.start.parameters.hidden
    return plan.task.length * plan.settings.batch * hidden * hidden + plan.start.flat.size * 8 <= _QUICK


def _next_step(training: "Training") -> Work:
    def work(_: Watch) -> Iterator[object]:
        from rnn_tui.lab.training.next_step import next_step

        yield next_step(training)

    return work


def _clips(training: "Training") -> Work:
    def work(_: Watch) -> Iterator[object]:
        from rnn_tui.lab.training.next_step import training_clips

        yield TrainingClips(training_clips(training))

    return work
