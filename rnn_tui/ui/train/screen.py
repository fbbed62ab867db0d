"""The Train screen: a task is learned, or is not, and one sees why."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from textual.containers import Container, Grid
from textual.widget import Widget

from rnn_tui.engine.progress import Watch
from rnn_tui.ui.panels.clips import ClipsPanel
from rnn_tui.ui.panels.network import NetworkPanel
from rnn_tui.ui.shell.screen import BESIDE_WIDTH, FRAMED_HEIGHT, LINES, LabScreen
from rnn_tui.ui.state.jobs import Work
from rnn_tui.ui.state.looks import Look, TrainingClips
from rnn_tui.ui.state.requests import TrainingWanted
from rnn_tui.ui.state.scene import Scene
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

if TYPE_CHECKING:
    from rnn_tui.lab.measurement.clipping import ClipsCompared
    from rnn_tui.lab.training.training import Training

PANELS = ("loss", "norm", "parts", "error", "rho", "events")
NUMBERS = ("charted", "by-step", "update", "clips")
_WIDE, _TALL = 114, 9
_NUMBERS_ROWS = 20
# products that the next step and its three clippings take, which a frame has time for
_QUICK = 2_000_000


class Places(NamedTuple):
    """How a window is shared out.

    Attributes:
        frame: the rows of a panel's frame.
        network, course: the rows of these two panels, their frames not counted.
        columns, rows: how many charts there are side by side, and one below the other.
        numbers: how many of the panels of numbers there is room for at once.
    """

    frame: int
    network: int
    course: int
    columns: int
    rows: int
    numbers: int


def places(width: int, height: int) -> Places:
    """As many charts as stay readable."""
    network, course = (4 if height >= 44 else 2), (3 if height >= 34 else 2)
    frame = 2 if height >= FRAMED_HEIGHT and width >= BESIDE_WIDTH else 1
    left = height - LINES - network - course - 2 * frame
    columns = 3 if width >= _WIDE else 2 if width >= BESIDE_WIDTH else 1
    rows = max(1, min(left // _TALL, len(PANELS) // columns))
    numbers = 1 if left < _NUMBERS_ROWS else 2 if left < 2 * _NUMBERS_ROWS else len(NUMBERS)
    return Places(frame, network, course, columns, rows, numbers)


def all_shown(width: int, height: int, *, numbers: bool) -> bool:
    """Whether a window holds all charts, or all panels of numbers."""
    found = places(width, height)
    return found.numbers >= len(NUMBERS) if numbers else found.columns * found.rows >= len(PANELS)


class TrainScreen(LabScreen):
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
        yield NetworkPanel(heading=OfTraining(), id="network").data_bind(LabScreen.scene)
        yield CoursePanel(id="course").data_bind(LabScreen.scene)
        with Grid(id="charts"):
            yield LossPanel(id="loss").data_bind(LabScreen.scene)
            yield NormPanel(turn=1, id="norm").data_bind(LabScreen.scene)
            yield PartsPanel(id="parts").data_bind(LabScreen.scene)
            yield ErrorPanel(turn=1, id="error").data_bind(LabScreen.scene)
            yield RadiusPanel(id="rho").data_bind(LabScreen.scene)
            yield EventsPanel(id="events").data_bind(LabScreen.scene)
        with Container(id="numbers"):
            yield ChartedPanel(id="charted").data_bind(LabScreen.scene)
            yield ByStepPanel(id="by-step").data_bind(LabScreen.scene)
            yield UpdatePanel(id="update").data_bind(LabScreen.scene)
            yield ClipsPanel(
                _compared,
                absent="The gradient of the next batch is no finite number, so there is nothing to clip.",
                id="clips",
            ).data_bind(LabScreen.scene)

    def on_screen_resume(self) -> None:
        self.post_message(TrainingWanted())

    def place(self, width: int, height: int) -> None:
        found, view = places(width, height), self.view.train
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

    def wanted_looks(self) -> Iterable[Look]:
        progress = self.looks.progress
        if progress is None or progress.training is None:
            return
        training, numbers = progress.training, self.view.train.numbers
        quick = _is_quick(training)
        if numbers or self.query_one("#course").size.height > 3:
            yield Look("next_step", training, _next_step(training), quick)
        if numbers:
            yield Look("training_clips", training, _clips(training), quick)


def _compared(scene: Scene) -> "ClipsCompared | None":
    found = scene.looks.training_clips
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
