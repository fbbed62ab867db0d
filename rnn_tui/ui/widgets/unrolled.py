"""The unrolled panel: one cell a step, the same W between them, and the gradient on its way back."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rnn_tui.lab.glyphs import word_width
from rnn_tui.lab.measurement import Measurement
from rnn_tui.lab.numbers import log10_text
from rnn_tui.ui.scene import Scene
from rnn_tui.ui.view import Play
from rnn_tui.ui.widgets.bars import bar, sign
from rnn_tui.ui.widgets.canvas import Canvas
from rnn_tui.ui.widgets.pen import Ink, Pen
from rnn_tui.ui.widgets.steps import binned, largest_finite, log10_ratio, short_text, spark, subscript
from rnn_tui.ui.widgets.unrolled_layout import ROOMY_GAP, Layout, layout

if TYPE_CHECKING:
    from rnn_tui.engine.arrays import FloatArray

_STROKES = ((-0.5, "═"), (-1.5, "━"), (-3.0, "─"))


class UnrolledPanel(Canvas):
    """The steps side by side; of a long text a window around the selected step, over an overview of all."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._drawing: _Drawing | None = None

    def title(self, scene: Scene) -> str:
        return "Unrolled · one cell, the same W at every step"

    def keys(self, scene: Scene) -> Sequence[tuple[str, str]]:
        return (("←→", "step"), ("i", "inspect"), ("space", "play"))

    def foot(self, scene: Scene) -> Sequence[str]:
        """What the signs mean, where there are some."""
        if scene.measurement is None or self._drawing is None or self._drawing.place.units.reach:
            return ()
        return ("a cell a unit of h_t: ▲ ▴ above 0, ▼ ▾ below, large and small", "▲ ▴ h_t above 0, ▼ ▾ below")

    def paint(self, pen: Pen, scene: Scene) -> None:
        if scene.measurement is None:
            return
        self._drawing = _Drawing(pen, scene, scene.measurement)
        self._drawing.draw()


def gradient_shown(measurement: Measurement) -> "FloatArray":
    """log10 ‖∂L/∂h_t‖ as it flows back: limited at every step where clipping does that, else raw."""
    clipped = measurement.log10_grad_hidden_clipped
    if measurement.experiment.clip == "step" and clipped is not None:
        return clipped
    return measurement.log10_grad_hidden


class _Drawing:
    """One painting of the panel."""

    def __init__(self, pen: Pen, scene: Scene, measurement: Measurement) -> None:
        self.pen = pen
        self.scene = scene
        self.measurement = measurement
        self.palette = scene.palette
        self.selected = min(scene.view.step, measurement.steps - 1)
        self.place: Layout = layout(
            width=pen.width,
            height=pen.height,
            steps=measurement.steps,
            hidden=measurement.hidden_state.shape[1],
            selected=self.selected,
        )
        self.gradient = gradient_shown(measurement)
        self.largest = largest_finite(self.gradient)

    def ink(self, colour: str, *, bold: bool = False) -> Ink:
        return Ink(colour, self.palette.panel, bold=bold)

    def reached(self, step: int) -> bool:
        """Whether the walk forward has come to this step."""
        play = self.scene.view.play
        return play is None or play.phase == "backward" or step <= play.step

    def came_back(self, step: int) -> bool:
        """Whether the gradient has come back to this step."""
        play: Play | None = self.scene.view.play
        return play is None or (play.phase == "backward" and step >= play.step)

    def draw(self) -> None:
        steps = self.place.steps
        self._lead()
        for step in range(steps.start, steps.stop):
            self._step(step)
            if step + 1 < steps.stop:
                self._between(step, self.place.column(step) + self.place.cell, self.place.gap)
        if steps.stop < self.measurement.steps:
            self._between(steps.stop - 1, self.place.column(steps.stop - 1) + self.place.cell, self.place.gap, cut=True)
        if self.place.overview >= 0:
            self._overview()

    def _lead(self) -> None:
        """h_0, or the steps before the window."""
        place, pen = self.place, self.pen
        row = place.baseline - 1
        end = place.column(place.steps.start) - 1
        first = place.steps.start == 0
        flow = (
            self.ink(self.palette.flow, bold=True) if self.reached(place.steps.start) else self.ink(self.palette.border)
        )
        x = pen.text(place.left, row, "h₀ " if first else "┄", self.ink(self.palette.muted))
        pen.text(x, row, "━" * (end - x - 1) + "▶", flow)
        if first:
            pen.text(place.left, row + 1, "= 0", self.ink(self.palette.muted))
        elif self.came_back(place.steps.start - 1):
            self._stroke(place.left, row + 1, end - place.left, place.steps.start - 1, "")

    def _step(self, step: int) -> None:
        place, palette = self.place, self.palette
        x, cell = place.column(step), place.cell
        chosen = step == self.selected
        self._word(step, x, cell)
        if place.boxed:
            ink = self.ink(palette.selected, bold=True) if chosen else self.ink(palette.border_focused)
            top, height = place.baseline - place.up - 1, place.up + place.down + 2
            if chosen:
                self.pen.box(x - 1, top, cell + 2, height, ink, corners="┏┓┗┛", edges="━┃")
            else:
                self.pen.box(x - 1, top, cell + 2, height, ink)
        if not self.reached(step):
            for line in place.units.lines:
                y = place.baseline - place.up + line - (1 if place.units.reach else 0)
                self.pen.centred(x, y, cell, "·" * min(cell, place.units.per_row), self.ink(palette.border))
            return
        self._units(step, x)
        self._output(step, x, cell)
        if self.came_back(step):
            self._delta(step, x, cell)

    def _word(self, step: int, x: int, cell: int) -> None:
        place, scene = self.place, self.scene
        word = self.measurement.words[step]
        chosen = step == self.selected
        ink = self.ink(scene.word_colour(word), bold=chosen)
        room = cell + max(0, place.gap - 4)
        width = min(room, word_width(word))
        left = x + (cell - width) // 2
        if place.inlet >= 0:
            self.pen.centred(x, place.inlet, cell, "↑", self.ink(self.palette.flow))
        end = self.pen.word(left, place.word, word, ink, width=room)
        if chosen:
            mark = self.ink(self.palette.selected, bold=True)
            self.pen.text(left - 1, place.word, "▸", mark)
            self.pen.text(end, place.word, "◂", mark)

    def _units(self, step: int, x: int) -> None:
        place, palette, units = self.place, self.palette, self.place.units
        state = self.measurement.hidden_state[step]
        unbounded = self.measurement.experiment.activation in ("relu", "linear")
        largest = float(abs(state).max()) if unbounded else 1.0
        left, top = x + (place.cell - units.columns) // 2, place.baseline - place.up
        for index in range(units.shown):
            value = float(state[index]) / largest if largest > 0 else 0.0
            colour = palette.positive if value > 0 else palette.negative if value < 0 else palette.muted
            row, column = divmod(index, units.per_row)
            place_x, line = left + column * units.width, top + units.lines[row]
            if units.reach:
                width = units.width - 1 if units.width > 2 else units.width
                bar(self.pen, place_x, line, width, value, up=units.reach, down=units.reach, colour=colour)
            else:
                sign(self.pen, place_x, line, value, self.ink(colour))
        if units.shown < len(state):
            more = f"+{len(state) - units.shown}"
            self.pen.text(left + units.columns - len(more), top + units.lines[-1], more, self.ink(palette.muted))

    def _output(self, step: int, x: int, cell: int) -> None:
        place, measurement, palette = self.place, self.measurement, self.palette
        counts = measurement.experiment.loss != "last" or step == measurement.steps - 1
        strong = self.ink(palette.text, bold=step == self.selected)
        ink = strong if counts or step == self.selected else self.ink(palette.muted)
        loss = f"L{subscript(step)} {log10_text(float(measurement.log10_step_losses[step]))}"
        self.pen.centred(x, place.loss, cell, loss, ink)
        if place.outlet >= 0:
            self.pen.centred(x, place.outlet, cell, "↑", self.ink(palette.flow))
        if place.predicted >= 0:
            self._predicted(step, x, cell)

    def _predicted(self, step: int, x: int, cell: int) -> None:
        """The likeliest next word, whether it is right, and its probability."""
        measurement, palette = self.measurement, self.palette
        word = measurement.vocabulary[int(measurement.predicted[step])]
        right = int(measurement.predicted[step]) == int(measurement.targets[step])
        tail = f" {100 * float(measurement.predicted_probability[step]):.0f} % {'✓' if right else '✗'}"
        room = cell + self.place.gap - 2
        width = min(word_width(word), room - len(tail) - 2)
        left = min(x + (cell - width - len(tail) - 2) // 2, self.pen.width - width - len(tail) - 2)
        colour = self.scene.word_colour(word)
        left = self.pen.text(left, self.place.predicted, "→ ", self.ink(colour))
        end = self.pen.word(left, self.place.predicted, word, self.ink(colour), width=width)
        self.pen.text(end, self.place.predicted, tail, self.ink(palette.good if right else palette.muted))

    def _delta(self, step: int, x: int, cell: int) -> None:
        value = float(self.gradient[step])
        colour = self._strength(value)
        raw = float(self.measurement.log10_grad_hidden[step])
        limited = value < raw - 1e-9
        at_threshold = limited and abs(value - math.log10(self.measurement.clip.threshold)) < 1e-9
        text = f"‖δ{subscript(step)}‖ {log10_text(value)}{' = θ' if at_threshold else ''}"
        self.pen.centred(
            x,
            self.place.gradient,
            cell,
            text,
            self.ink(self.palette.clipped if limited else colour, bold=step == self.selected),
        )

    def _between(self, step: int, x: int, width: int, *, cut: bool = False) -> None:
        """W on its way from a step to the next, and the gradient on its way back."""
        place, palette = self.place, self.palette
        if place.boxed or width >= ROOMY_GAP:
            x, width = x + 1, width - 2
        if cut:
            width = min(self.pen.width - x - 1, width)
        row = place.baseline - 1
        reached = self.reached(step + 1)
        ink = self.ink(palette.flow, bold=True) if reached else self.ink(palette.border)
        label = " W " if width >= 7 else ""
        left = (width - 1 - len(label)) // 2
        right = "━" * (width - 1 - left - len(label)) + ("┄" if cut else "▶")
        self.pen.text(x, row, "━" * left + label + right, ink)
        if self.came_back(step):
            ratio = log10_ratio(float(self.gradient[step]), float(self.gradient[step + 1]))
            self._stroke(x, row + 1, width, step, "" if cut or math.isnan(ratio) else f"×{short_text(ratio)}")

    def _stroke(self, x: int, row: int, width: int, step: int, label: str) -> None:
        """The gradient that comes back to `step`: the heavier, the larger."""
        value = float(self.gradient[step])
        colour = self._strength(value)
        stroke = " "
        if math.isfinite(value):
            stroke = next((char for floor, char in _STROKES if value - self.largest >= floor), "╌")
        head = "◀" if math.isfinite(value) else " "
        label = f" {label} " if label and len(label) + 4 <= width else label
        left = max(0, (width - 1 - len(label)) // 2)
        text = head + stroke * left + label
        self.pen.text(x, row, text + stroke * (width - len(text)), self.ink(colour, bold=True))

    def _strength(self, value: float) -> str:
        """The gradient's colour, fading over three decades below the largest one."""
        if not math.isfinite(value):
            return self.palette.muted
        share = 1 + (value - self.largest) / 3
        return self.palette.mix(self.palette.muted, self.palette.back, max(0.0, min(1.0, share)))

    def _overview(self) -> None:
        """The whole length as a line of gradient norms, the window and the selected step in it."""
        place, palette, steps = self.place, self.palette, self.measurement.steps
        before, after = place.steps.start, steps - place.steps.stop
        row = place.overview
        muted = self.ink(palette.muted)
        left = f"‹ {before:,} more " if before else ""
        right = f" {after:,} more ›" if after else ""
        side = len(f"‹ {steps:,} more ")
        self.pen.text(0, row, left, muted)
        self.pen.text(self.pen.width - len(right), row, right, muted)
        room = self.pen.width - 2 * side
        if room < 4:
            return
        line = spark(binned(self.measurement.log10_grad_hidden, room))
        line = "".join(mark * max(1, room // len(line)) for mark in line)
        x = side + (room - len(line)) // 2
        first = place.steps.start * len(line) // steps
        last = max(first + 1, place.steps.stop * len(line) // steps)
        self.pen.text(x, row, line, self.ink(palette.border_focused))
        self.pen.text(x + first, row, line[first:last], self.ink(palette.back, bold=True))
        self.pen.text(x + first - 1, row, "[", self.ink(palette.selected))
        self.pen.text(x + last, row, "]", self.ink(palette.selected))
