"""The powers panel: how large x(n) = Wⁿ x(0) and Wⁿ are for n from 1 to thousands, and where they go, in words."""

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from rnn_tui.lab.text.numbers import apart_text, number_text, short_text
from rnn_tui.ui.charts.plotting import Chart, ChartSeries, Point, Tick, chart, column_of
from rnn_tui.ui.panels.drawing.canvas import Canvas
from rnn_tui.ui.panels.drawing.charts import draw_chart, draw_cursor
from rnn_tui.ui.panels.drawing.pen import Ink, Pen
from rnn_tui.ui.panels.drawing.phrases import Phrase, said, wrapped, write
from rnn_tui.ui.screens.powers.measured import repeated_matrix
from rnn_tui.ui.screens.powers.panels.axes import LABELS, SizeAxis, decades, size_axis, write_n_axis
from rnn_tui.ui.screens.powers.panels.curves import PowersCurve, powers_curves, powers_legend, series_of
from rnn_tui.ui.screens.powers.panels.status import MEASURED_FIRST, status, write_status
from rnn_tui.ui.screens.powers.scene import PowersScene

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import FloatArray, IntArray
    from rnn_tui.lab.powers.powers import Powers, TanhPowers

_GUIDE = "┄"
_LEAST_CHART = 4
_ROOMY = 14
_FLOAT32 = 38.0  # decades either side of 1 that a float32 has


class PowersPanel(Canvas[PowersScene]):
    """A legend that reads the curves at the cursor, the chart, and the limit in words."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._built: tuple[tuple[Hashable, ...], Chart, SizeAxis] | None = None

    def title(self, scene: PowersScene) -> str:
        tanh = scene.view.tanh
        what = repeated_matrix(scene.experiment, scene.measurement, scene.view)
        if what is None or what.number is None:
            return "x(n) = tanh(W x(n−1))" if tanh else "Powers · x(n) = Wⁿ x(0)"
        w = number_text(what.number)
        return f"x(n) = tanh(w x(n−1)), w = {w}" if tanh else f"Powers · x(n) = wⁿ, w = {w}"

    def keys(self, scene: PowersScene) -> Sequence[tuple[str, str]]:
        view = scene.view
        return (
            ("h", "no tanh" if view.tanh else "tanh"),
            ("x", "matrix W" if view.number else "number w"),
            ("N", "non-normal"),
            ("- +", "last n"),
        )

    def foot(self, scene: PowersScene) -> Sequence[str]:
        if self._built is not None and self._built[2].bent:
            return ("bent axis: the more digits, the denser; y evens it", "bent axis; y evens it")
        return ("axis even in log10; y bends it", "even axis; y bends it") if scene.view.even else ()

    def paint(self, pen: Pen, scene: PowersScene) -> None:
        found = scene.results.powers
        if found is None:
            write_status(pen, 0, scene, status(scene.results, "powers") or MEASURED_FIRST, rows=pen.height)
            return
        tanh = shown_with_tanh(scene, found)
        said_of = status(scene.results, "powers", *(("tanh_powers",) if scene.view.tanh else ()))
        drawn = powers_curves(found, tanh, scene.palette)
        place = place_of(found.steps, scene.view.n)
        y = self._head(pen, scene, found, drawn, place, said_of)
        below = _words(pen, found, tanh, rows=min(5, (pen.height - y) // 3))
        height = pen.height - y - 1 - len(below)
        if height >= _LEAST_CHART and scene.charts:
            self._draw(pen, scene, found, drawn, place, top=y, height=height)
        first = pen.height - len(below)
        for line, text in enumerate(below):
            pen.text(0, first + line, text, Ink(scene.palette.text, scene.palette.panel))

    @staticmethod
    def _head(pen: Pen, scene: PowersScene, found: "Powers", drawn: list[PowersCurve], place: int, said_of: str) -> int:
        """What is read at the cursor, or what there is to wait for. Returns the row after."""
        palette = scene.palette
        y = write_status(pen, 0, scene, said_of) if said_of else 0
        if not said_of or pen.height >= _ROOMY:
            write(pen, 0, y, powers_legend(drawn, place, palette), width=pen.width, gap=2)
            y += 1
        if pen.height >= _ROOMY and not said_of:
            write(pen, 0, y, _rate(scene, found, drawn, place), width=pen.width, gap=2)
            y += 1
        return y

    def _draw(
        self,
        pen: Pen,
        scene: PowersScene,
        found: "Powers",
        drawn: list[PowersCurve],
        place: int,
        *,
        top: int,
        height: int,
    ) -> None:
        import numpy as np

        palette = scene.palette
        x = np.log10(found.steps)
        limits = (0.0, float(x[-1]))
        drawing = self._chart(pen, scene, found, drawn, limits, height)
        draw_chart(pen, palette, drawing, top=top)
        column = drawing.left + column_of(float(x[place]), limits=limits, columns=drawing.columns)
        draw_cursor(pen, palette, column, top=top, stop=top + height - 1)
        for curve in drawn:
            _zeros(pen, scene, curve, x, drawing, limits, y=top + height - 2)
        write_n_axis(
            pen,
            palette,
            drawing,
            y=top + height - 1,
            places=[Tick(float(np.log10(n)), f"{n:,}") for n in decades(int(found.steps[-1]))],
            limits=limits,
            cursor=Tick(float(x[place]), f"{found.steps[place]:,}"),
        )

    def _chart(
        self, pen: Pen, scene: PowersScene, found: "Powers", drawn: list[PowersCurve], limits: Point, height: int
    ) -> Chart:
        """The chart; the last one, where the cursor alone has moved."""
        import numpy as np

        even = scene.view.even
        key = (pen.width, height, scene.palette, even, found, *(id(curve.log10) for curve in drawn))
        if self._built is not None and self._built[0] == key:
            return self._built[1]
        x = np.log10(found.steps)
        axis = size_axis([curve.log10 for curve in drawn], rows=height - 1, even=even)
        label = max([LABELS, *(len(tick.label) for tick in axis.ticks)])
        guide = float(axis.place(np.zeros(1))[0])
        lines = [ChartSeries(x=limits, y=(guide, guide), colour=scene.palette.border_focused, line=_GUIDE)]
        columns = pen.width - label - 1
        lines += [
            series_of(curve, x, axis.place(curve.log10), columns=columns, late=i % 2 == 1)
            for i, curve in enumerate(drawn)
        ]
        drawing = chart(
            lines,
            width=pen.width,
            height=height,
            x_limits=limits,
            y_limits=axis.limits,
            y_ticks=axis.ticks,
            label_width=label,
            axis=scene.palette.muted,
        )
        self._built = (key, drawing, axis)
        return drawing


def shown_with_tanh(scene: PowersScene, found: "Powers") -> "TanhPowers | None":
    """What was found with tanh, if it is on and of the same n's."""
    tanh = scene.results.tanh_powers
    if not scene.view.tanh or tanh is None or len(tanh.steps) != len(found.steps):
        return None
    return tanh


def place_of(steps: "IntArray", n: int | None) -> int:
    """Which of the n's is nearest to the cursor's; the last one where it has none."""
    return len(steps) - 1 if n is None else int(abs(steps - n).argmin())


def _rate(scene: PowersScene, found: "Powers", drawn: list[PowersCurve], place: int) -> list[Phrase]:
    """What that is a factor, beside ρ, which it comes to in the end; and what a float32 would make of it."""
    palette = scene.palette
    muted = Ink(palette.muted, palette.panel)
    n = int(found.steps[place])
    a_factor = short_text(float(drawn[-1].log10[place]) / n)
    beside = "" if len(found.weight) == len(drawn) == 1 else f"; ρ = {apart_text(found.spectral_radius, 1.0)}"
    brief = f"×{a_factor} a factor{beside}"
    long = f"{drawn[-1].names[-1]} is ×{a_factor} a factor up to n = {n:,}{beside}"
    phrases = [said(muted, long, brief, ranks=5)]
    extreme = max((float(curve.log10[place]) for curve in drawn[-2:]), key=abs)
    if abs(extreme) > _FLOAT32 and extreme != -float("inf"):
        phrases.append(said(muted, f"a float32 would say {'∞' if extreme > 0 else '0'}", "", ranks=2))
    return phrases


def _words(pen: Pen, found: "Powers", tanh: "TanhPowers | None", *, rows: int) -> list[str]:
    """Where it goes; with tanh on that first, and without it where there is room."""
    if rows < 1:
        return []
    lines = wrapped(found.limit if tanh is None else tanh.limit, pen.width, rows)
    if tanh is not None and len(lines) + 2 <= rows:
        lines += wrapped(found.limit, pen.width, rows - len(lines))
    return lines


def _zeros(
    pen: Pen, scene: PowersScene, curve: PowersCurve, x: "FloatArray", drawing: Chart, limits: Point, *, y: int
) -> None:
    """At the foot, a `0` for a size that is truly zero."""
    for at, value in zip(x.tolist(), curve.log10.tolist(), strict=True):
        if value == -float("inf"):
            column = drawing.left + column_of(at, limits=limits, columns=drawing.columns)
            pen.text(column, y, "0", Ink(scene.palette.bad, scene.palette.panel))
