"""The gradient panel: the norm of ∂L/∂h_t by step, on a log scale, and what clipping does to it."""

import math
from collections.abc import Sequence

from rnn_tui.lab.glyphs import word_width
from rnn_tui.lab.measurement import Measurement
from rnn_tui.lab.numbers import log10_text
from rnn_tui.ui.plotting import Chart, Point, Series, chart, column_of, log_ticks
from rnn_tui.ui.scene import Scene
from rnn_tui.ui.themes import Palette
from rnn_tui.ui.widgets.canvas import Canvas
from rnn_tui.ui.widgets.pen import Ink, Pen
from rnn_tui.ui.widgets.phrases import Phrase, phrase, said, write
from rnn_tui.ui.widgets.steps import subscript

RAW, CLIPPED, LAST = "●", "◆", "○"
_LABELS = 6
_LEAST_SPAN = 0.5


class GradientPanel(Canvas):
    """A legend line, the chart, and the words under their steps."""

    def title(self, scene: Scene) -> str:
        return "Gradient ‖∂L/∂h_t‖ by step"

    def keys(self, scene: Scene) -> Sequence[tuple[str, str]]:
        return (("c", "clip"), ("l", "loss"))

    def paint(self, pen: Pen, scene: Scene) -> None:
        measurement = scene.measurement
        if measurement is None:
            return
        selected = min(scene.view.step, measurement.steps - 1)
        write(pen, 0, 0, _legend(scene, measurement, selected), width=pen.width, gap=2)
        if pen.height >= 4:
            _Chart(pen, scene, measurement, selected).draw()


def _visible(scene: Scene, values: "Sequence[float]") -> list[float]:
    """The values that have come back so far while playing, all of them otherwise; NaN for the others."""
    play = scene.view.play
    if play is None:
        return [float(value) for value in values]
    first = len(values) if play.phase == "forward" else play.step
    return [float(value) if step >= first else math.nan for step, value in enumerate(values)]


def all_series(scene: Scene, measurement: Measurement, *, marked: bool) -> list[Series]:
    """What the chart shows: the raw gradient, that of the last step where the loss is another, and the clipped one."""
    palette = scene.palette
    steps = range(1, measurement.steps + 1)
    raw = _visible(scene, measurement.log10_grad_hidden)
    found = [Series(x=steps, y=raw, colour=palette.back, marker=RAW if marked else None)]
    if measurement.experiment.loss != "last":
        last = _visible(scene, measurement.log10_grad_hidden_last)
        found.append(Series(x=steps, y=last, colour=palette.flow, marker=LAST if marked else None))
    clipped = measurement.log10_grad_hidden_clipped
    if measurement.clip.mode != "off" and clipped is not None:
        limited = _visible(scene, clipped)
        found.append(
            Series(x=steps, y=limited, colour=palette.clipped, marker=CLIPPED if marked else "▪", line="braille")
        )
    return found


def y_limits(values: Sequence[float]) -> Point:
    """The limits for the finite values: with a margin, and never so narrow that round-off looks like a slope."""
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        return (-1.0, 1.0)
    low, high = min(finite), max(finite)
    margin = max(0.06 * (high - low), (_LEAST_SPAN - (high - low)) / 2)
    return (low - margin, high + margin)


def _legend(scene: Scene, measurement: Measurement, selected: int) -> list[Phrase]:
    palette = scene.palette
    muted, plain = Ink(palette.muted, palette.panel), Ink(palette.text, palette.panel)
    back = Ink(palette.back, palette.panel)
    value = log10_text(float(measurement.log10_grad_hidden[selected]))
    if math.isnan(_visible(scene, measurement.log10_grad_hidden)[selected]) and scene.view.play is not None:
        value = "…"
    name = subscript(selected)
    strong = (value, Ink(palette.text, palette.panel, bold=True))
    phrases = [
        phrase(((f"‖∂L/∂h{name}‖ ", plain), strong), ((f"‖δ{name}‖ ", plain), strong), ranks=8),
        phrase(((f"{RAW} ", back), ("raw", muted)), (), ranks=3),
    ]
    if measurement.experiment.loss != "last":
        mark = (f"{LAST} ", Ink(palette.flow, palette.panel))
        phrases.append(phrase((mark, ("of L_T alone", muted)), (mark, ("L_T", muted)), ranks=5))
    phrases.extend(_clip_legend(measurement, palette))
    return phrases


def _clip_legend(measurement: Measurement, palette: Palette) -> list[Phrase]:
    clip = measurement.clip
    muted, clipped = Ink(palette.muted, palette.panel), Ink(palette.clipped, palette.panel)
    theta = f"{clip.threshold:g}"
    if clip.mode == "off":
        return []
    if clip.mode == "value":
        ways = (
            f"value clipping limits the entries of g to ±{theta}, not these",
            f"clip ±{theta}: entries of g, not these",
            f"±{theta} on g",
        )
        return [said(clipped, *ways, ranks=6)]
    mark = phrase(((f"{CLIPPED} ", clipped), ("clipped", muted)), ((CLIPPED, clipped),), (), ranks=4)
    if clip.mode == "norm":
        gauge = f"‖g‖ {log10_text(clip.log10_norm_before)} → {log10_text(clip.log10_norm_after)}"
        return [mark, said(clipped, f"{gauge} (θ {theta})", gauge, "", ranks=6)]
    return [mark, said(Ink(palette.threshold, palette.panel), f"┄ θ {theta}", ranks=6)]


class _Chart:
    """One painting of the chart."""

    def __init__(self, pen: Pen, scene: Scene, measurement: Measurement, selected: int) -> None:
        self.pen = pen
        self.scene = scene
        self.measurement = measurement
        self.selected = selected
        self.palette = scene.palette
        steps = measurement.steps
        self.x_limits: Point = (1.0, float(steps)) if steps > 1 else (0.0, 2.0)
        self.top = 1
        self.height = pen.height - 1

    def draw(self) -> None:
        measurement, palette, pen = self.measurement, self.palette, self.pen
        marked = measurement.steps * 3 <= pen.width
        series = all_series(self.scene, measurement, marked=marked)
        # The scale is that of the whole measurement: it must not move while the gradient comes back.
        known = [float(value) for value in measurement.log10_grad_hidden]
        for one in series[1:]:
            known.extend(one.y)
        theta = math.log10(measurement.clip.threshold) if measurement.clip.mode == "step" else None
        limits = y_limits([*known, *([theta] if theta is not None else [])])
        if theta is not None:
            steps = (self.x_limits[0], self.x_limits[1])
            series.insert(0, Series(x=steps, y=(theta, theta), colour=palette.threshold, line="┄"))
        ticks = log_ticks(*limits, most=max(2, (self.height - 2) // 2))
        labels = max(_LABELS, *(len(tick.label) for tick in ticks)) if ticks else _LABELS
        places = self._named_steps(pen.width - labels - 1)
        drawing = chart(
            series,
            width=pen.width,
            height=self.height,
            x_limits=self.x_limits,
            y_limits=limits,
            x_ticks=[step + 1 for step, _, _ in places],
            y_ticks=ticks,
            label_width=labels,
            axis=palette.muted,
        )
        self._copy(drawing)
        self._marks(drawing)
        self._words(drawing, places)

    def _column(self, step: int, columns: int) -> int:
        return column_of(step + 1, limits=self.x_limits, columns=columns)

    def _copy(self, drawing: Chart) -> None:
        for y, row in enumerate(drawing.rows[:-1]):
            for x, (char, colour) in enumerate(row):
                if char != " ":
                    ink = Ink(colour or self.palette.muted, self.palette.panel)
                    self.pen.text(x, self.top + y, char, ink)

    def _marks(self, drawing: Chart) -> None:
        """The selected step as a line down the chart, and steps without a number at its foot."""
        foot = self.top + self.height - 3
        x = drawing.left + self._column(self.selected, drawing.columns)
        line = Ink(self.palette.selected, self.palette.panel)
        for y in range(self.top, foot + 1):
            char, ink = self.pen.rows[y][x]
            self.pen.text(x, y, "┊" if char == " " else char, line if char == " " else ink._replace(bold=True))
        values = _visible(self.scene, self.measurement.log10_grad_hidden)
        if self.scene.view.play is not None:
            return
        for step, value in enumerate(values):
            if not math.isfinite(value):
                column = drawing.left + self._column(step, drawing.columns)
                self.pen.text(column, foot, "?" if math.isnan(value) else "0", Ink(self.palette.bad, self.palette.panel))

    def _named_steps(self, columns: int) -> list[tuple[int, int, int]]:
        """The steps whose word stands under the axis, with its first column and width: the selected one, the first
        and the last, and as many of the others as fit without touching."""
        words = self.measurement.words
        steps = len(words)
        stride = max(1, steps // max(1, columns))
        order = dict.fromkeys([self.selected, 0, steps - 1, *range(0, steps, stride)])
        free = [True] * columns
        placed: list[tuple[int, int, int]] = []
        for step in order:
            chosen = step == self.selected
            width = min(word_width(words[step]), 12) + 2 * chosen
            start = min(max(self._column(step, columns) - width // 2, 0), max(0, columns - width))
            if all(free[max(0, start - 1) : start + width + 1]):
                free[start : start + width] = [False] * width
                placed.append((step, start, width))
        return sorted(placed)

    def _words(self, drawing: Chart, places: list[tuple[int, int, int]]) -> None:
        y = self.top + self.height - 1
        for step, start, width in places:
            word = self.measurement.words[step]
            chosen = step == self.selected
            x = drawing.left + start
            ink = Ink(self.scene.word_colour(word), self.palette.panel, bold=chosen)
            end = self.pen.word(x + chosen, y, word, ink, width=width - 2 * chosen)
            if chosen:
                mark = Ink(self.palette.selected, self.palette.panel, bold=True)
                self.pen.text(x, y, "▸", mark)
                self.pen.text(end, y, "◂", mark)
