"""The gradient panel: the norm of ∂L/∂h_t by step, on a log scale, and what clipping does to it."""

from collections.abc import Hashable, Sequence

from rnn_tui.lab.measurement.measurement import Measurement
from rnn_tui.ui.charts.limits import limits_of_steps, y_limits
from rnn_tui.ui.charts.plotting import Chart, Point, chart, log_axis
from rnn_tui.ui.panels.drawing.canvas import Canvas
from rnn_tui.ui.panels.drawing.charts import draw_chart, draw_cursor
from rnn_tui.ui.panels.drawing.pen import Ink, Pen
from rnn_tui.ui.panels.drawing.phrases import write
from rnn_tui.ui.panels.drawing.ticks import Steps
from rnn_tui.ui.screens.unroll.panels.curves import (
    gradient_curves,
    gradient_legend,
    gradient_markers,
    known_values,
    threshold_line,
)
from rnn_tui.ui.screens.unroll.scene import UnrollScene

_LABELS = 6


class GradientPanel(Canvas[UnrollScene]):
    """A legend line, the chart, and the words under their steps."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._built: tuple[tuple[Hashable, ...], Measurement, Chart] | None = None

    def title(self, scene: UnrollScene) -> str:
        if scene.measurement is not None and scene.measurement.log10_grad_cell is not None:
            return "Gradient of h_t and of c_t by step"
        return "Gradient ‖∂L/∂h_t‖ by step"

    def keys(self, scene: UnrollScene) -> Sequence[tuple[str, str]]:
        other = [("p", "clipping")] if self.has_class("-alone") else []
        return [("c", "clip"), *other, ("l", "loss")]

    def paint(self, pen: Pen, scene: UnrollScene) -> None:
        measurement = scene.measurement
        if measurement is None:
            return
        selected = min(scene.step, measurement.steps - 1)
        write(
            pen,
            0,
            0,
            gradient_legend(scene, measurement, selected, gradient_markers(measurement.steps, pen.width)),
            width=pen.width,
            gap=2,
        )
        if pen.height < 4 or not scene.charts:
            return
        x_limits = limits_of_steps(measurement.steps)
        _Painting(pen, scene, measurement, selected, self._chart(pen, scene, measurement, x_limits), x_limits).draw()

    def _chart(self, pen: Pen, scene: UnrollScene, measurement: Measurement, x_limits: Point) -> Chart:
        """The chart; the last one, where another step is selected and nothing else has changed."""
        key = (pen.width, pen.height, scene.palette, scene.view.play)
        if self._built is not None and self._built[0] == key and self._built[1] is measurement:
            return self._built[2]
        lines = gradient_curves(scene, measurement, gradient_markers(measurement.steps, pen.width))
        if (theta := threshold_line(scene, measurement, x_limits)) is not None:
            lines.insert(0, theta)
        height = pen.height - 2
        limits, ticks = log_axis(*y_limits(known_values(measurement)), rows=height - 1)
        built = chart(
            lines,
            width=pen.width,
            height=height,
            x_limits=x_limits,
            y_limits=limits,
            y_ticks=ticks,
            label_width=max([_LABELS, *(len(tick.label) for tick in ticks)]),
            axis=scene.palette.muted,
        )
        self._built = (key, measurement, built)
        return built


class _Painting:
    """One painting of the chart, with what depends on the selected step."""

    def __init__(
        self, pen: Pen, scene: UnrollScene, measurement: Measurement, selected: int, drawing: Chart, x_limits: Point
    ) -> None:
        self.pen = pen
        self.scene = scene
        self.measurement = measurement
        self.selected = selected
        self.drawing = drawing
        self.steps = Steps(drawing, x_limits, measurement.words, selected)
        self.palette = scene.palette
        self.top = 1
        self.axis = pen.height - 2

    def draw(self) -> None:
        draw_chart(self.pen, self.palette, self.drawing, top=self.top)
        draw_cursor(self.pen, self.palette, self.steps.column(self.selected), top=self.top, stop=self.axis)
        if self.scene.view.play is None:
            self._unmeasured()
        self.steps.write(self.pen, self.axis, self.palette, self.scene.word_colour)

    def _unmeasured(self) -> None:
        """At the foot, a `0` for a gradient that is truly zero, a `?` for an unknown one."""
        import numpy as np

        values = self.measurement.log10_grad_hidden
        ink = Ink(self.palette.bad, self.palette.panel)
        for mark, steps in (("?", np.flatnonzero(np.isnan(values))), ("0", np.flatnonzero(np.isneginf(values)))):
            columns = {self.steps.column(int(step)) for step in steps[:: 1 + len(steps) // (4 * self.pen.width)]}
            for column in columns:
                self.pen.text(column, self.axis - 1, mark, ink)
