"""A chart over the steps of a training: the network's line, the twin's marks, the events, the marked step."""

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from rnn_tui.lab.training.record.events import Event, Who
from rnn_tui.ui.charts.plotting import Chart, ChartSeries, Point, Tick, chart, column_of
from rnn_tui.ui.panels.drawing.canvas import Canvas
from rnn_tui.ui.panels.drawing.charts import draw_chart, draw_cursor
from rnn_tui.ui.panels.drawing.pen import Ink, Pen
from rnn_tui.ui.panels.drawing.phrases import Phrase, phrase, said, write
from rnn_tui.ui.screens.train.panels.axis import axis_end, limits, symbol_of
from rnn_tui.ui.screens.train.scene import TrainScene
from rnn_tui.ui.screens.train.training.progress import Progress
from rnn_tui.ui.themes.themes import Palette

if TYPE_CHECKING:
    from rnn_tui.engine.learning.tasks.task import Reference
    from rnn_tui.engine.numbers.arrays import FloatArray
    from rnn_tui.lab.training.record.run import TrainingRun
    from rnn_tui.lab.training.training import Training

LINE, DOT, DASH, DOTS = "⠒", "▴", "┄", "·"
_LABELS = 6
_LEAST_LABELLED = 7
_LEAST_CHART = 3


class TrainPlot(NamedTuple):
    """What is drawn.

    Attributes:
        lines, y_limits, ticks: the lines, and the y axis.
        names: what is written on a line that goes across, by the character it is drawn with.
    """

    lines: Sequence[ChartSeries]
    y_limits: Point
    ticks: Sequence[Tick]
    names: Mapping[str, str] = {}


class TrainChart(Canvas[TrainScene]):
    """A legend line with the numbers at the marked step, then the chart.

    Subclasses write `plot` and `legend`. `turn` says when it is renewed while the training goes on.
    """

    def __init__(self, *, turn: int = 0, id: str | None = None) -> None:
        super().__init__(id=id)
        self._turn = turn
        self._built: tuple[Hashable, Training, Chart, Mapping[str, str]] | None = None

    def plot(self, scene: TrainScene, training: "Training", *, columns: int, rows: int) -> TrainPlot:
        """What is drawn on so many columns and rows."""
        raise NotImplementedError

    def legend(self, scene: TrainScene, training: "Training", step: int) -> Sequence[Phrase]:
        """What is written above the chart, with the numbers at a step."""
        raise NotImplementedError

    def paint(self, pen: Pen, scene: TrainScene) -> None:
        progress = scene.results.progress
        training = progress.training if progress is not None else None
        if progress is None or training is None:
            why = "no training" if progress is not None and progress.refusal else "initialising the network…"
            pen.text(0, 0, why, Ink(scene.palette.muted, scene.palette.panel))
            return
        step = progress.marked(scene.view.cursor)
        write(pen, 0, 0, self.legend(scene, training, step), width=pen.width, gap=2)
        if pen.height - 1 < _LEAST_CHART or not scene.charts:
            return
        training, drawing, names = self._chart(pen, scene, progress, training)
        draw_chart(pen, scene.palette, drawing, top=1)
        over = _Over(pen, scene.palette, training, drawing)
        if pen.height >= _LEAST_LABELLED:
            over.labels(pen.height - 1)
        over.names(names)
        over.events()
        over.mark(step)

    def _chart(
        self, pen: Pen, scene: TrainScene, progress: Progress, training: "Training"
    ) -> "tuple[Training, Chart, Mapping[str, str]]":
        """The chart and what it is of; the last one, where nothing has changed but the marked step, or it must wait."""
        key = (pen.width, pen.height, scene.palette)
        if self._built is not None and self._built[0] == key:
            _, before, built, names = self._built
            if before is training or not progress.renews(self._turn):
                return before, built, names
        height = pen.height - 1 - (pen.height >= _LEAST_LABELLED)
        plot = self.plot(scene, training, columns=pen.width - _LABELS - 1, rows=height - 1)
        built = chart(
            plot.lines,
            width=pen.width,
            height=height,
            x_limits=limits(training.step),
            y_limits=plot.y_limits,
            y_ticks=plot.ticks,
            label_width=_LABELS,
            axis=scene.palette.muted,
        )
        self._built = (key, training, built, plot.names)
        return training, built, plot.names


class _Over:
    """What is written over a chart."""

    def __init__(self, pen: Pen, palette: Palette, training: "Training", drawing: Chart) -> None:
        self.pen = pen
        self.palette = palette
        self.training = training
        self.drawing = drawing
        self.limits = limits(training.step)
        self.axis = len(drawing.rows)

    def _column(self, step: int) -> int:
        return self.drawing.left + column_of(step, limits=self.limits, columns=self.drawing.columns)

    def labels(self, y: int) -> None:
        """0, the half and the end, under the axis."""
        muted, end = Ink(self.palette.muted, self.palette.panel), axis_end(self.training.step)
        for step in (0, end // 2, end):
            text, x = f"{step:,}", self._column(step)
            self.pen.text(max(self.drawing.left, min(x - len(text) // 2, self.pen.width - len(text))), y, text, muted)

    def names(self, names: Mapping[str, str]) -> None:
        """Each on its line, as far to the right as nothing else is drawn there; none where there is no such place."""
        for y, row in enumerate(self.drawing.rows):
            drawn = "".join(char for char, _ in row)
            for line, name in names.items():
                x = drawn.rfind(line * (len(name) + 3))
                if x >= 0:
                    self.pen.text(x + 1, y + 1, f" {name} ", Ink(self.palette.muted, self.palette.panel))

    def events(self) -> None:
        """Each on the axis."""
        for event in self.training.events:
            self.pen.text(self._column(event.step), self.axis, symbol_of(event), event_ink(event, self.palette))

    def mark(self, step: int) -> None:
        """A line down the chart where nothing else is drawn, unless it is the newest step."""
        if step >= self.training.step:
            return
        draw_cursor(self.pen, self.palette, self._column(step), top=1, stop=self.axis)


def event_ink(event: Event, palette: Palette) -> Ink:
    """The ink of an event's sign."""
    colours = {"diverged": palette.bad, "learned": palette.good, "beats-baseline": palette.good}
    return Ink(colours.get(event.kind, palette.selected), palette.panel, bold=True)


def run_colour(who: Who, palette: Palette) -> str:
    """The colour of a network in all charts."""
    return palette.flow if who == "main" else palette.negative


def run_line(who: Who, x: "FloatArray", y: "FloatArray", palette: Palette) -> ChartSeries:
    """The network is a line, its twin a row of marks: they can be distinguished without their colours."""
    if who == "main":
        return ChartSeries(x=x, y=y, colour=run_colour(who, palette))
    return ChartSeries(x=x, y=y, colour=run_colour(who, palette), line=None, marker=DOT)


def values(scene: TrainScene, texts: "dict[Who, str]") -> list[Phrase]:
    """The number of each network, with the character that draws its curve."""
    palette = scene.palette
    strong, muted = Ink(palette.text, palette.panel, bold=True), Ink(palette.muted, palette.panel)
    found = []
    for who, text in texts.items():
        mark = (f"{LINE if who == 'main' else DOT} ", Ink(run_colour(who, palette), palette.panel, bold=True))
        name = ("twin ", muted) if who == "twin" else ("", muted)
        found.append(phrase((mark, name, (text, strong)), (mark, (text, strong)), ranks=9))
    return found


def dashed(scene: TrainScene, colour: str, *ways: str, rank: int = 5) -> Phrase:
    """The meaning of a dashed line."""
    return said(Ink(colour, scene.palette.panel), *(f"{DASH} {way}" for way in ways), "", ranks=rank)


def across(training: "Training", y: float, colour: str, *, line: str = DASH) -> ChartSeries:
    """A dashed line at one height, or a dotted one."""
    return ChartSeries(x=limits(training.step), y=(y, y), colour=colour, line=line)


def references(training: "Training") -> "dict[str, Reference]":
    """What can be had without memory, by what its line is drawn with; the current input only where it tells more."""
    task = training.main.plan.task
    found = {DASH: task.guessing}
    return found if task.current_input == task.guessing else {**found, DOTS: task.current_input}


def names_of(training: "Training") -> Mapping[str, str]:
    """What is written on the lines of the `references`."""
    names = {DASH: "guessing", DOTS: "current input only"}
    return {line: names[line] for line in references(training)}


def reference_names(scene: TrainScene, texts: Mapping[str, str]) -> list[Phrase]:
    """The name and the number of each of the `references`, by its line; the number is left out before the name."""
    ink, found = Ink(scene.palette.muted, scene.palette.panel), []
    for line, text in texts.items():
        names = ("guessing", "guess") if line == DASH else ("current input only", "input only", "input")
        ways = [f"{line} {name} {text}" for name in names]
        ranks = (4, 6, 10) if line == DASH else (2, 4, 5, 10)
        found.append(said(ink, *ways, f"{line} {names[-1]}", "", ranks=ranks))
    return found


def sample_at(run: "TrainingRun", step: int) -> int | None:
    """The place, among the samples kept, of the last one up to a step."""
    from bisect import bisect_right

    place = bisect_right([sample.step for sample in run.samples.kept], step) - 1
    return place if place >= 0 else None
