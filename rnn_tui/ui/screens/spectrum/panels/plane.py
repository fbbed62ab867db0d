"""The plane panel: the eigenvalues of W and of one step's Jacobian, and the unit circle."""

import cmath
import math
from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from rnn_tui.lab.measurement.measurement import Measurement
from rnn_tui.lab.text.glyphs import word_width
from rnn_tui.lab.text.numbers import apart_text, log10_text, number_text
from rnn_tui.ui.panels.drawing.canvas import Canvas
from rnn_tui.ui.panels.drawing.pen import Ink, Pen, PenRow
from rnn_tui.ui.panels.drawing.phrases import phrase, write
from rnn_tui.ui.panels.steps import subscript
from rnn_tui.ui.screens.spectrum.panels.dots import Plane
from rnn_tui.ui.screens.spectrum.panels.shown import title_with_progress
from rnn_tui.ui.screens.spectrum.scene import SpectrumScene

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import AnyArray
    from rnn_tui.lab.spectrum.spectrum import Spectrum

OF_W, OF_STEP, OF_BOTH = "●", "×", "⊗"
_MARGIN = 1.08
COLUMN = 13  # of the list of eigenvalues
_GAP = 2
_HEAD = 2
_ALIKE = 1e-6


class PlanePanel(Canvas[SpectrumScene]):
    """W's eigenvalues and the step's have different marks; what lies outside the circle has another colour too."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._drawn: tuple[tuple[Hashable, ...], list[PenRow]] | None = None

    def title(self, scene: SpectrumScene) -> str:
        return title_with_progress("Eigenvalues", scene, "spectrum")

    def keys(self, scene: SpectrumScene) -> Sequence[tuple[str, str]]:
        return (("b f", "step of J"), ("p", "panel"))

    def foot(self, scene: SpectrumScene) -> Sequence[str]:
        found = scene.results.spectrum
        if found is None:
            return ()
        if found.threshold is None:
            return (
                "× outside the circle grows; ● alone settles nothing",
                "× outside the circle grows",
                "× |λ| > 1 grows",
            )
        if found.threshold != 1.0:
            return ("outside its circle, ● 1/γ and × 1, it may grow", "● against 1/γ, × against 1")
        return ("repeated: outside the circle grows, inside it fades", "outside the circle grows", "|λ| > 1 grows")

    def paint(self, pen: Pen, scene: SpectrumScene) -> None:
        measurement, found = scene.measurement, scene.results.spectrum
        if measurement is None or found is None:
            return
        # the cursor over W moves, and all of this stays
        key = (found, scene.palette, pen.width, pen.height, tuple(scene.word_colours.items()))
        if self._drawn is None or self._drawn[0] != key:
            _draw(pen, scene, measurement, found)
            self._drawn = (key, [list(row) for row in pen.rows])
        pen.rows[:] = [list(row) for row in self._drawn[1]]


def _draw(pen: Pen, scene: SpectrumScene, measurement: Measurement, found: "Spectrum") -> None:
    _head(pen, scene, measurement, found)
    plane = Plane(width=pen.width, height=pen.height - _HEAD, reach=_reach(found))
    listed = pen.width - plane.columns - _GAP
    columns = 2 if listed >= 2 * COLUMN else 1 if listed >= COLUMN else 0
    plane.left = 0 if columns else (pen.width - plane.columns) // 2
    _plane(pen, scene, plane, found, _HEAD)
    if columns:
        x = min(pen.width - columns * COLUMN, plane.columns + 2 * _GAP)
        _list(pen, scene, found.eigenvalues, OF_W, x, _HEAD, circle=_circle_of_w(found))
        if columns > 1 and found.jacobian is not None:
            _list(pen, scene, found.jacobian.eigenvalues, OF_STEP, x + COLUMN, _HEAD, circle=1.0)


def _circle_of_w(found: "Spectrum") -> float:
    """What |λ| of W is held against: 1/γ, or 1 where gates decide."""
    return 1.0 if found.threshold is None else found.threshold


def _reach(found: "Spectrum") -> float:
    """What of the plane is to be seen: the unit circle, all eigenvalues, and the circle 1/γ where they come near it."""
    largest = float(abs(found.eigenvalues[0]))
    sizes = [1.0, largest, _circle_of_w(found) if largest > 1.0 else 1.0]
    if found.jacobian is not None:
        sizes.append(float(abs(found.jacobian.eigenvalues[0])))
    return _MARGIN * max(size for size in sizes if math.isfinite(size))


def _head(pen: Pen, scene: SpectrumScene, measurement: Measurement, found: "Spectrum") -> None:
    """What the marks are, and the largest of each."""
    palette, jacobian = scene.palette, found.jacobian
    normal, muted = Ink(palette.text, palette.panel), Ink(palette.muted, palette.panel)
    of_w = (f"{OF_W} ", Ink(palette.flow, palette.panel)), ("W ", normal)
    radius = apart_text(float(abs(found.eigenvalues[0])), 1.0)
    write(pen, 0, 0, [phrase((*of_w, ("|λ| up to ", muted), (radius, normal)), ranks=2)], width=pen.width)
    if jacobian is None:
        write(pen, 0, 1, [phrase((("the state is too large for its Jacobian", muted),), (), ranks=1)], width=pen.width)
        return
    index = subscript(jacobian.step - 1)
    mark = (f"{OF_STEP} ", Ink(palette.back, palette.panel, bold=True)), (f"J{index} ", normal)
    size = ("|λ| up to ", muted), (log10_text(jacobian.log10_radius), normal)
    norm = (" ‖J‖ ", muted), (log10_text(jacobian.log10_norm), normal)
    word = measurement.words[jacobian.step - 1]
    room = pen.width - word_width(word) - 3
    end = write(pen, 0, 1, [phrase((*mark, *size, *norm), (*mark, *size), mark, ranks=1)], width=max(room, 24))
    pen.word(end + 2, 1, word, Ink(scene.word_colour(word), palette.panel), width=max(0, pen.width - end - 2))


def _plane(pen: Pen, scene: SpectrumScene, plane: Plane, found: "Spectrum", top: int) -> None:
    palette = scene.palette
    plane.axes(pen, top, Ink(palette.border, palette.panel))
    limit = _circle_of_w(found)
    if limit != 1.0 and plane.holds(limit):
        plane.circle(pen, top, limit, Ink(palette.threshold, palette.panel), dashes=True)
        pen.text(plane.cell(limit)[0] - 3, top + plane.cell(0)[1], "1/γ", Ink(palette.threshold, palette.panel))
    plane.circle(pen, top, 1.0, Ink(palette.border_focused, palette.panel))
    marks: dict[tuple[int, int], tuple[str, bool]] = {}
    of_step = () if found.jacobian is None else found.jacobian.eigenvalues.tolist()
    for values, mark, circle in ((of_step, OF_STEP, 1.0), (found.eigenvalues.tolist(), OF_W, limit)):
        for value in values:
            if cmath.isfinite(value):
                place = plane.cell(value)
                before, outside = marks.get(place, (mark, False))
                beyond = abs(value) > circle * (1.0 + _ALIKE)
                marks[place] = (mark if before == mark else OF_BOTH, outside or beyond)
    colours = {OF_W: palette.flow, OF_STEP: palette.back, OF_BOTH: palette.text}
    for (x, y), (mark, outside) in marks.items():
        pen.text(x, top + y, mark, Ink(palette.bad if outside else colours[mark], palette.panel, bold=True))
    x, y = plane.cell(1.0)
    if (x, y) not in marks:
        pen.text(x + 1 if x + 1 < plane.left + plane.columns else x, top + y, "1", Ink(palette.muted, palette.panel))


class _Line(NamedTuple):
    """One line of the list: a size, an angle, how many eigenvalues are there, and how many it is of."""

    size: float
    angle: str
    times: int
    values: int


def _list(pen: Pen, scene: SpectrumScene, values: "AnyArray", mark: str, x: int, top: int, *, circle: float) -> None:
    """The eigenvalues by size and angle, the two of a pair in one line, and equal ones."""
    palette = scene.palette
    muted = Ink(palette.muted, palette.panel)
    pen.text(x, top, mark, Ink(palette.flow if mark == OF_W else palette.back, palette.panel, bold=True))
    pen.text(x + 3, top, "|λ| angle", muted)
    lines = _lines(values.tolist())
    room = pen.height - top - 1
    shown = lines if len(lines) <= room else lines[: room - 1]
    for row, line in enumerate(shown, start=top + 1):
        ink = Ink(palette.bad if line.size > circle * (1.0 + _ALIKE) else palette.text, palette.panel)
        angle = line.angle.rjust(6) if line.times == 1 else f" {line.angle}×{line.times}"
        pen.text(x, row, f"{number_text(line.size):>6}{angle}"[: COLUMN - 1], ink)
    if len(shown) < len(lines):
        more = len(values) - sum(line.values for line in shown)
        pen.text(x, pen.height - 1, f"{more:>6,} more", muted)


def _lines(values: Sequence[complex]) -> list[_Line]:
    """A line for each eigenvalue on the real axis or above it; equal ones in one."""
    lines: list[_Line] = []
    for value in values:
        if value.imag < 0:
            continue
        degrees = math.degrees(cmath.phase(value)) if value else 0.0
        pair = value.imag > 0
        angle = f"{degrees:.0f}°" if not pair else f"±{degrees:.0f}°" if degrees >= 0.5 else "±<1°"
        line = _Line(abs(value), angle, 1, 2 if pair else 1)
        before = lines[-1] if lines else None
        if before is not None and before.angle == line.angle and abs(before.size - line.size) <= _ALIKE * line.size:
            lines[-1] = before._replace(times=before.times + 1, values=before.values + line.values)
        else:
            lines.append(line)
    return lines
