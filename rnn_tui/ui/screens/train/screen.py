"""The Train screen: a task is learned, or is not, and one sees why."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.containers import Container, Grid
from textual.widget import Widget

from rnn_tui.ui.panels.clips import ClipsPanel
from rnn_tui.ui.panels.network import NetworkPanel
from rnn_tui.ui.screens.train.actions import TrainActions
from rnn_tui.ui.screens.train.layout import TRAIN_NUMBERS, TRAIN_PANELS, train_layout
from rnn_tui.ui.screens.train.measured import next_clips_task, next_step_task
from rnn_tui.ui.screens.train.panels.by_step import ByStepPanel
from rnn_tui.ui.screens.train.panels.charted import ChartedPanel
from rnn_tui.ui.screens.train.panels.course import CoursePanel
from rnn_tui.ui.screens.train.panels.events import EventsPanel
from rnn_tui.ui.screens.train.panels.heading import TrainingHeading
from rnn_tui.ui.screens.train.panels.loss import LossPanel
from rnn_tui.ui.screens.train.panels.norm import NormPanel
from rnn_tui.ui.screens.train.panels.parts import PartsPanel
from rnn_tui.ui.screens.train.panels.sampled import ErrorPanel, RadiusPanel
from rnn_tui.ui.screens.train.panels.update import UpdatePanel
from rnn_tui.ui.screens.train.scene import TrainScene
from rnn_tui.ui.state.side_work import SideTask

if TYPE_CHECKING:
    from rnn_tui.lab.measurement.gradient.clipping import ClipsCompared


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
        yield self.with_scene(NetworkPanel(heading=TrainingHeading(), id="network"))
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
        found, view = train_layout(width, height), self.view
        self.set_rows("#network", found.network + found.frame)
        self.set_rows("#course", found.course + found.frame)
        self.query_one("#charts").display = not view.numbers
        self.query_one("#numbers").display = view.numbers
        many = found.columns * found.rows
        grid = self.query_one("#charts").styles
        if (grid.grid_size_columns, grid.grid_size_rows) != (found.columns, found.rows):
            grid.grid_size_columns, grid.grid_size_rows = found.columns, found.rows
        first = 0 if many >= len(TRAIN_PANELS) else view.panel * many % len(TRAIN_PANELS)
        for index, name in enumerate(TRAIN_PANELS):
            self.query_one(f"#{name}").display = first <= index < first + many
        first = view.panel * found.numbers % len(TRAIN_NUMBERS)
        for index, name in enumerate(TRAIN_NUMBERS):
            panel = self.query_one(f"#{name}")
            panel.display = first <= index < first + found.numbers
            panel.set_class(found.numbers == 1, "-alone")

    def side_tasks(self) -> Iterable[SideTask]:
        progress = self.results.progress
        if progress is None or progress.training is None:
            return
        training, numbers = progress.training, self.view.numbers
        if numbers or self.query_one("#course").size.height > 3:
            yield next_step_task(training)
        if numbers:
            yield next_clips_task(training)


def _compared(scene: TrainScene) -> "ClipsCompared | None":
    found = scene.results.clips
    return None if found is None else found.compared
