"""The paths between the steps: what carries a state on, and the gradient that comes back on the same way."""

import itertools
import math
from typing import TYPE_CHECKING, NamedTuple

from rnn_tui.lab.text.numbers import short_text
from rnn_tui.ui.panels.drawing.pen import Ink
from rnn_tui.ui.panels.steps import log10_ratio, subscript
from rnn_tui.ui.screens.unroll.panels.cells.layout import ROOMY_GAP
from rnn_tui.ui.screens.unroll.panels.cells.painting import Painting

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import FloatArray

_STROKES = ((-0.5, "═"), (-1.5, "━"), (-3.0, "─"))
_OPEN = ((0.85, "═"), (0.6, "━"), (0.3, "─"))
_FAINT = "╌"


class StatePath(NamedTuple):
    """One way through time.

    Attributes:
        state: the letter of what it carries.
        row: the row of the way on; the way back is the row below it, or where units are one row, the same.
        gradient: (T,) log10 of the gradient's norm on the way back.
        factor: (T − 1,) log10 of what is left from step t + 1 to step t (from 0) of the last step's gradient, before
            clipping: the factors of the verdict.
        colour: of the way back.
        gate: the gate that carries the state on; None where W does.
        open: (T,) the gate's mean over the units.
    """

    state: str
    row: int
    gradient: "FloatArray"
    factor: "FloatArray"
    colour: str
    gate: str | None = None
    open: "FloatArray | None" = None


def state_paths(painting: Painting) -> list[StatePath]:
    """The ways of the measured network: of an LSTM that of c and that of h, else one."""
    measurement, place, palette = painting.measurement, painting.place, painting.palette
    gates = measurement.gates
    kept = gates["z"].mean(axis=1) if "z" in gates else None
    of_h = _ratios(measurement.log10_grad_hidden_last)
    if measurement.log10_grad_cell is None:
        gate = None if kept is None else "z"
        return [StatePath("h", place.baseline - 1, painting.gradient, of_h, palette.back, gate, kept)]
    forget, of_c = gates["f"].mean(axis=1), _ratios(measurement.log10_arriving)
    return [
        StatePath("c", place.cell_baseline - 1, measurement.log10_grad_cell, of_c, palette.cell, "f", forget),
        StatePath("h", place.baseline - 1, painting.gradient, of_h, palette.back),
    ]


def _ratios(gradient: "FloatArray") -> "FloatArray":
    """log10 of what is left of a gradient from each step to the one before, (T,) to (T − 1,)."""
    import numpy as np

    return np.array([log10_ratio(one, other) for one, other in itertools.pairwise(gradient.tolist())])


def draw_lead(painting: Painting, path: StatePath) -> None:
    """The state before the first step, or the steps before the window."""
    place, pen, palette = painting.place, painting.pen, painting.palette
    start = place.steps.start
    end = place.column(start) - 1
    muted = painting.ink(palette.muted)
    x = pen.text(place.left, path.row, f"{path.state}₀ " if start == 0 else "┄", muted)
    pen.text(x, path.row, _onward(path, start) * (end - x - 1) + "▶", _flow(painting, start))
    if not place.down:
        return
    if start == 0:
        pen.text(place.left, path.row + 1, "= 0", muted)
    elif painting.came_back(start - 1):
        _stroke(painting, path, place.left, path.row + 1, end - place.left, start - 1, "")


def draw_between(painting: Painting, path: StatePath, step: int, *, cut: bool = False) -> None:
    """The way from a step to the next, and the gradient on its way back; `cut` where the next is not shown."""
    place, pen = painting.place, painting.pen
    x, width = place.column(step) + place.cell, place.gap
    if place.boxed or width >= ROOMY_GAP:
        x, width = x + 1, width - 2
    if cut:
        width = min(pen.width - x - 1, width)
    one_row = not place.down
    if not (one_row and painting.came_back(step)):
        label = _label(painting, path, step + 1, width)
        stroke = _onward(path, step + 1)
        left = (width - 1 - len(label)) // 2
        right = stroke * (width - 1 - left - len(label)) + ("┄" if cut else "▶")
        pen.text(x, path.row, stroke * left + label + right, _flow(painting, step + 1))
    if painting.came_back(step):
        factor = "" if cut else _factor(painting, path, step)
        if one_row:
            # The signs on both sides leave the way back no room of its own.
            x, width, factor = x + 1, width - 1, factor.replace("×0.", "×.")
        _stroke(painting, path, x, path.row + (0 if one_row else 1), width, step, factor)


def _factor(painting: Painting, path: StatePath, step: int) -> str:
    """What is left of the gradient on the way to a step; `cut` where truncation ends it there."""
    measurement = painting.measurement
    sent = measurement.log10_grad_hidden_last if path.state == "h" else path.gradient
    if measurement.truncation is not None and not math.isfinite(sent[step]):
        return "cut" if math.isfinite(sent[step + 1]) else ""
    ratio = float(path.factor[step])
    return "" if math.isnan(ratio) else f"×{short_text(ratio)}"


def _label(painting: Painting, path: StatePath, step: int, width: int) -> str:
    """What carries the state on: W, of a feed-forward net the layer's own, or the gate that multiplies it."""
    if path.gate is not None:
        name = f"×{path.gate}"
    elif painting.measurement.experiment.cell == "feedforward":
        name = f"W{subscript(step)}"
    else:
        name = "W"
    return f" {name} " if width >= len(name) + 6 else name if width >= len(name) + 3 else ""


def _onward(path: StatePath, step: int) -> str:
    """The stroke of the way on into a step: the heavier, the wider the gate is open."""
    if path.open is None:
        return "━"
    share = float(path.open[step]) if step < len(path.open) else 0.0
    return next((char for floor, char in _OPEN if share >= floor), _FAINT)


def _flow(painting: Painting, step: int) -> Ink:
    palette = painting.palette
    return painting.ink(palette.flow, bold=True) if painting.reached(step) else painting.ink(palette.border)


def _stroke(painting: Painting, path: StatePath, x: int, row: int, width: int, step: int, label: str) -> None:
    """The gradient that comes back to `step`: the heavier, the larger."""
    value = float(path.gradient[step])
    stroke = " "
    if math.isfinite(value):
        stroke = next((char for floor, char in _STROKES if value - painting.largest >= floor), _FAINT)
    head = "◀" if math.isfinite(value) else " "
    label = f" {label} " if label and len(label) + 4 <= width else label
    left = max(0, (width - 1 - len(label)) // 2)
    text = head + stroke * left + label
    ink = painting.ink(painting.strength(value, path.colour), bold=True)
    painting.pen.text(x, row, text + stroke * (width - len(text)), ink)
