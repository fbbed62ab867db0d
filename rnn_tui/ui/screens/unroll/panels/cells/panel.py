"""The unrolled panel: one cell a step, the same W between them, and the gradient on its way back."""

import itertools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rnn_tui.engine.kinds import CELLS, GATED, UNBOUNDED
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.measurement.measurement import Measurement
from rnn_tui.lab.text.glyphs import word_width
from rnn_tui.lab.text.numbers import log10_text
from rnn_tui.ui.panels.drawing.bars import bar, sign
from rnn_tui.ui.panels.drawing.canvas import Canvas
from rnn_tui.ui.panels.drawing.pen import Ink, Pen
from rnn_tui.ui.panels.drawing.phrases import wrapped
from rnn_tui.ui.panels.steps import subscript
from rnn_tui.ui.screens.unroll.panels.cells.gates import draw_gates
from rnn_tui.ui.screens.unroll.panels.cells.overview import draw_overview
from rnn_tui.ui.screens.unroll.panels.cells.painting import Painting
from rnn_tui.ui.screens.unroll.panels.cells.paths import draw_between, draw_lead, state_paths
from rnn_tui.ui.screens.unroll.panels.cells.skips import draw_skip
from rnn_tui.ui.screens.unroll.scene import UnrollScene

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import FloatArray


def _shown(scene: UnrollScene) -> Experiment:
    """The experiment whose cells are on the screen."""
    return scene.measurement.experiment if scene.measurement is not None else scene.experiment


def _scale(drawing: Painting) -> Sequence[str]:
    """What the bars of a gated cell reach to, and what the factors on the ways back are."""
    measurement = drawing.measurement
    reach = "" if drawing.reach == 1 else f"bars reach ±{drawing.reach:g}"
    of, brief = _factors(measurement)
    return tuple(way for way in (f"{reach}   {of}" if reach and of else "", of, brief, reach) if way)


def _factors(measurement: Measurement) -> tuple[str, str]:
    """Of what the factors on the ways back are, in full and in brief; empty where that is what the cells show too."""
    if measurement.experiment.loss != "last":
        return "× of the last step's loss alone: the others feed gradient in at every step", "× of L_T alone"
    if measurement.experiment.clip == "step":
        return "× of the gradient before clipping", "× unclipped"
    if measurement.cell_state is None:
        return "", ""
    return "× of ‖∂L/∂c_t‖ on c, of ‖∂L/∂h_t‖ on h", "× of ‖∂L/∂c‖, ‖∂L/∂h‖"


class UnrolledPanel(Canvas[UnrollScene]):
    """The steps side by side; of a long text a window around the selected step, over an overview of all."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._drawing: _Drawing | None = None

    def title(self, scene: UnrollScene) -> str:
        kind = CELLS[_shown(scene).cell]
        return f"Unrolled · {kind.name}: {kind.summary}" if kind.gated else f"Unrolled · {kind.summary}"

    def keys(self, scene: UnrollScene) -> Sequence[tuple[str, str]]:
        return (("←→", "step"), ("i", "inspect"), ("space", "play"))

    def foot(self, scene: UnrollScene) -> Sequence[str]:
        """What the signs mean, where there are some."""
        if scene.measurement is None or self._drawing is None:
            return ()
        if self._drawing.place.units.reach or any(_factors(scene.measurement)):
            return _scale(self._drawing)
        return ("a cell a unit of h_t: ▲ ▴ above 0, ▼ ▾ below, large and small", "▲ ▴ h_t above 0, ▼ ▾ below")

    def paint(self, pen: Pen, scene: UnrollScene) -> None:
        if scene.measurement is None:
            ink = Ink(scene.palette.bad, scene.palette.panel)
            for row, line in enumerate(wrapped(scene.refusal, pen.width, pen.height)):
                pen.text(0, row, line, ink)
            return
        self._drawing = _Drawing(pen, scene, scene.measurement)
        self._drawing.draw()


class _Drawing(Painting):
    """One painting of the panel, step by step."""

    def draw(self) -> None:
        steps = self.place.steps
        ways = state_paths(self)
        for path in ways:
            draw_lead(self, path)
        for step in range(steps.start, steps.stop):
            self._step(step)
            for path in ways:
                if step + 1 < self.measurement.steps:
                    draw_between(self, path, step, cut=step + 1 == steps.stop)
        draw_skip(self)
        if self.place.overview >= 0:
            draw_overview(self)

    def _step(self, step: int) -> None:
        place, palette = self.place, self.palette
        x, cell = place.column(step), place.cell
        chosen = step == self.selected
        self._word(step, x, cell)
        if place.boxed:
            ink = self.ink(palette.selected, bold=True) if chosen else self.ink(palette.border_focused)
            top, height = place.box_top, place.box_bottom - place.box_top + 1
            if chosen:
                self.pen.box(x - 1, top, cell + 2, height, ink, corners="┏┓┗┛", edges="━┃")
            else:
                self.pen.box(x - 1, top, cell + 2, height, ink)
        baselines = [line for line in (place.cell_baseline, place.baseline) if line >= 0]
        if not self.reached(step):
            for baseline, line in itertools.product(baselines, place.units.lines):
                y = baseline - place.up + line - (1 if place.units.reach else 0)
                self.pen.centred(x, y, cell, "·" * min(cell, place.units.per_row), self.ink(palette.border))
            return
        self._units(self._state(step), x, place.baseline)
        if self.measurement.cell_state is not None:
            cells = self.measurement.cell_state
            self._units(cells[step] / self.reach, x, place.cell_baseline)
        draw_gates(self, step)
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

    def _state(self, step: int) -> "FloatArray":
        """h_t as its bars show it: over its largest unit where nothing bounds it, else over the reach of a bar."""
        experiment = self.measurement.experiment
        state = self.measurement.hidden_state[step]
        largest = self.reach
        if experiment.cell not in GATED and experiment.activation in UNBOUNDED:
            largest = float(abs(state).max())
        within: FloatArray = state / largest if largest > 0 else state
        return within

    def _units(self, state: "FloatArray", x: int, baseline: int) -> None:
        """The units of a state within ±1, as bars or as signs."""
        place, palette, units = self.place, self.palette, self.place.units
        left, top = x + (place.cell - units.columns) // 2, baseline - place.up
        for index in range(units.shown):
            value = float(state[index])
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
        place, palette = self.place, self.palette
        strong = self.ink(palette.text, bold=step == self.selected)
        ink = strong if self._counts(step) or step == self.selected else self.ink(palette.muted)
        if place.loss >= 0:
            self.pen.centred(x, place.loss, cell, self._loss(step), ink)
        if place.outlet >= 0:
            self.pen.centred(x, place.outlet, cell, "↑", self.ink(palette.flow))
        if place.predicted >= 0:
            self._predicted(step, x, cell)

    def _predicted(self, step: int, x: int, cell: int) -> None:
        """The likeliest next word, whether it is right, and its probability."""
        measurement, palette = self.measurement, self.palette
        word = measurement.vocabulary[int(measurement.predicted[step])]
        right = int(measurement.predicted[step]) == int(measurement.targets[step])
        chance = float(measurement.predicted_probability[step])  # NaN where the outputs are numbers
        tail = "" if math.isnan(chance) else f" {100 * chance:.0f} % {'✓' if right else '✗'}"
        room = cell + self.place.gap - 2
        width = min(word_width(word), room - len(tail) - 2)
        left = min(x + (cell - width - len(tail) - 2) // 2, self.pen.width - width - len(tail) - 2)
        colour = self.scene.word_colour(word)
        left = self.pen.text(left, self.place.predicted, "→ ", self.ink(colour))
        end = self.pen.word(left, self.place.predicted, word, self.ink(colour), width=width)
        self.pen.text(end, self.place.predicted, tail, self.ink(palette.good if right else palette.muted))

    def _delta(self, step: int, x: int, cell: int) -> None:
        if self.place.gradient < 0:
            return
        value = float(self.gradient[step])
        colour = self.strength(value, self.palette.back)
        raw = float(self.measurement.log10_grad_hidden[step])
        limited = value < raw - 1e-9
        at_threshold = limited and abs(value - math.log10(self.measurement.clip.threshold)) < 1e-9
        text = f"‖δ{subscript(step)}‖ {log10_text(value)}{' = θ' if at_threshold else ''}"
        ink = self.ink(self.palette.clipped if limited else colour, bold=step == self.selected)
        start = self._beside_loss(step, x, len(text))
        if start is None:
            self.pen.centred(x, self.place.gradient, cell, text, ink)
        else:
            self.pen.text(start, self.place.gradient, text, ink)

    def _beside_loss(self, step: int, x: int, width: int) -> int | None:
        """Writes a loss that counts before the gradient where it has no row of its own; the gradient's first column.

        None where nothing is written.
        """
        place = self.place
        text = f"{self._loss(step)} "
        used = len(text) + width
        # Where the last step's would reach out of the panel, all are moved that much further to the left.
        offset = min((place.cell - used) // 2, self.pen.width - used - place.column(place.steps.stop - 1))
        first = x if self.measurement.experiment.loss == "last" else place.column(place.steps.start)
        fits = used + 1 <= place.cell + place.gap and first + offset >= 0
        if place.loss >= 0 or not self._counts(step) or not fits:
            return None
        ink = self.ink(self.palette.text, bold=step == self.selected)
        return self.pen.text(x + offset, place.gradient, text, ink)

    def _counts(self, step: int) -> bool:
        """Whether the step's loss is a part of L."""
        return self.measurement.experiment.loss != "last" or step == self.measurement.steps - 1

    def _loss(self, step: int) -> str:
        return f"L{subscript(step)} {log10_text(float(self.measurement.log10_step_losses[step]))}"
