"""The numbers panel: E and ∇E at the present point of both paths, and the arithmetic of the step from there."""

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rnn_tui.lab.cliff.settings import CliffSettings
from rnn_tui.lab.text.numbers import coordinate_text, log10_text
from rnn_tui.ui.panels.drawing.canvas import Canvas
from rnn_tui.ui.panels.drawing.pen import Ink, Pen
from rnn_tui.ui.panels.drawing.phrases import said, write
from rnn_tui.ui.screens.cliff.panels.ground import COLOURS, colour_at
from rnn_tui.ui.screens.cliff.panels.trails import MARKS, TrailKind
from rnn_tui.ui.screens.cliff.scene import CliffScene

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.scaled_float import ScaledFloat
    from rnn_tui.lab.cliff.paths import Descents, PathPoint

_TABLE_ROWS = 12
_SUMS_WIDTH = 46
_LABEL = 6
_DECIMALS = 5
_LOG_ENDS = (4, 13, 22, 31, 40, 47)
_SCALE_ROWS = 3
_SCALE_LEVELS = (0.01, 0.1, 0.3)


class NumbersPanel(Canvas[CliffScene]):
    """A column for each path; sums in whole lines where there is room, else number under number."""

    def title(self, scene: CliffScene) -> str:
        found = scene.results.descents
        if found is None:
            return "Numbers"
        free, clipped = (path.points[-1].step for path in (found.unclipped, found.clipped))
        if free == clipped:
            return f"Step {clipped:,}"
        return f"Steps {free:,} and {clipped:,}"

    def keys(self, scene: CliffScene) -> Sequence[tuple[str, str]]:
        return (("f", "ten"), ("b", "back"), ("Home", "start"))

    def paint(self, pen: Pen, scene: CliffScene) -> None:
        found = scene.results.descents
        if found is None:
            return
        if pen.height < _TABLE_ROWS:
            _lines(pen, found, scene)
            return
        settings = scene.view.settings
        points = found.unclipped.points[-1], found.clipped.points[-1]
        y = _header(pen, scene)
        y = _table(pen, y, _facts(points), scene)
        if pen.width < _SUMS_WIDTH:
            y = _rule(pen, y, "the step from here", scene)
            y = _table(pen, y, _columns_of_sums(points, settings.lr), scene)
        else:
            y = _rule(pen, y + 1, "the step from here, (w, b) − η g", scene)
            y = _sums(pen, y, points, settings, scene)
            left = pen.height - y - 1
            y = _log(pen, y + 1, left - _SCALE_ROWS if left >= _SCALE_ROWS + 3 else left, found, scene)
        if pen.height - y >= _SCALE_ROWS:
            _scale(pen, pen.height - 2, settings, scene)


def gradient_text(value: "ScaledFloat", digits: int = 6) -> str:
    """A part of the gradient with so many digits where they can be written, else as a power of ten."""
    if value.float_or_none is not None and 1e-4 <= abs(value.float_or_none) < 1e6:
        return f"{value.float_or_none:.{digits}g}".replace("-", "−")
    return log10_text(value.log10, sign="−" if value.mantissa < 0 else "")


def step_scale_text(point: "PathPoint") -> str:
    """What the step from a point multiplies ∇E with, beside η: `1`, or θ/‖∇E‖."""
    return log10_text(point.scale.log10) if point.is_clipped else "1"


def sum_text(point: "PathPoint", axis: str, lr: float) -> str:
    """One coordinate of the step from a point, digits and all: `4.67469 − 0.4·2.5e-3·(−104.931) = 4.78015`."""
    factor = f"{lr:g}" + (f"·{step_scale_text(point)}" if point.is_clipped else "")
    part = gradient_text(getattr(point, f"along_{axis}"))
    part = f"({part})" if part.startswith("−") else part
    at, after = (coordinate_text(getattr(point, name)) for name in (axis, f"{axis}_after"))
    return f"{at} − {factor}·{part} = {after}"


def _ink(kind: TrailKind, scene: CliffScene) -> Ink:
    palette = scene.palette
    return Ink(palette.back if kind == "unclipped" else palette.clipped, palette.panel, bold=True)


def _columns(pen: Pen) -> tuple[int, int]:
    """Where both columns of the table end."""
    each = min(14, (pen.width - _LABEL) // 2)
    return _LABEL + each, _LABEL + 2 * each


def _header(pen: Pen, scene: CliffScene) -> int:
    kinds: tuple[TrailKind, TrailKind] = "unclipped", "clipped"
    for kind, end in zip(kinds, _columns(pen), strict=True):
        name = f"{MARKS[kind]} {kind}"
        pen.text(end - len(name), 0, name, _ink(kind, scene))
    return 1


def _facts(points: "tuple[PathPoint, PathPoint]") -> Iterator[tuple[str, list[str]]]:
    yield "E", [log10_text(point.error.log10) for point in points]
    yield "∂E/∂w", [gradient_text(point.along_w, 4) for point in points]
    yield "∂E/∂b", [gradient_text(point.along_b, 4) for point in points]
    yield "‖∇E‖", [log10_text(point.norm.log10) for point in points]
    yield "scale", [step_scale_text(point) for point in points]


def _columns_of_sums(points: "tuple[PathPoint, PathPoint]", lr: float) -> Iterator[tuple[str, list[str]]]:
    """(w, b) − η g as one number under the other, with as many decimals: so that they add up as they are printed."""
    for axis in "wb":
        yield axis, [_decimals(getattr(point, axis)) for point in points]
        yield "−η g", [_move(point, axis, lr) for point in points]
        yield f"= {axis}", [_decimals(getattr(point, f"{axis}_after")) for point in points]


def _decimals(value: float) -> str:
    return f"{value:.{_DECIMALS}f}".replace("-", "−") if abs(value) < 1000 else coordinate_text(value)


def _move(point: "PathPoint", axis: str, lr: float) -> str:
    """−η g with its sign; what moves nothing in so many decimals is written as a power of ten."""
    along = getattr(point, f"along_{axis}")
    log10 = along.log10 + point.scale.log10 + math.log10(lr)
    sign = "−" if along.mantissa > 0 else "+"
    if log10 < -_DECIMALS or log10 >= 3 or math.isnan(log10):
        return log10_text(log10, sign=sign)
    return f"{sign}{10.0**log10:.{_DECIMALS}f}"


def _table(pen: Pen, y: int, rows: Iterator[tuple[str, list[str]]], scene: CliffScene) -> int:
    muted, normal = Ink(scene.palette.muted, scene.palette.panel), Ink(scene.palette.text, scene.palette.panel)
    for label, values in rows:
        pen.text(0, y, label, muted)
        for value, end in zip(values, _columns(pen), strict=True):
            pen.text(end - len(value), y, value, normal)
        y += 1
    return y


def _rule(pen: Pen, y: int, text: str, scene: CliffScene) -> int:
    pen.text(0, y, text, Ink(scene.palette.muted, scene.palette.panel))
    return y + 1


def _sums(
    pen: Pen, y: int, points: "tuple[PathPoint, PathPoint]", settings: CliffSettings, scene: CliffScene, *, x: int = 0
) -> int:
    kinds: tuple[TrailKind, TrailKind] = "unclipped", "clipped"
    for kind, point in zip(kinds, points, strict=True):
        pen.text(x, y, MARKS[kind], _ink(kind, scene))
        for row, axis in enumerate("wb"):
            text = sum_text(point, axis, settings.lr)
            pen.text(x + 2, y + row, axis, Ink(scene.palette.muted, scene.palette.panel))
            pen.text(x + 4, y + row, text, Ink(scene.palette.text, scene.palette.panel))
        y += 2
    return y


def _log(pen: Pen, y: int, rows: int, found: "Descents", scene: CliffScene) -> int:
    """The last steps, one a row: where both paths were, and by how much the gradient was cut there."""
    if rows < 3:
        return y
    muted, normal = Ink(scene.palette.muted, scene.palette.panel), Ink(scene.palette.text, scene.palette.panel)
    heads = ("step", muted), ("× E", _ink("unclipped", scene)), ("‖∇E‖", muted), ("● E", _ink("clipped", scene))
    for (head, ink), end in zip((*heads, ("‖∇E‖", muted), ("scale", muted)), _LOG_ENDS, strict=True):
        pen.text(end - len(head), y, head, ink)
    free, clipped = found.unclipped.points, found.clipped.points
    last = max(len(free), len(clipped)) - 1
    first = max(0, last - rows + 2)
    for step in range(first, last + 1):
        y += 1
        here = [f"{step:,}"]
        for points in (free, clipped):
            known = points[step] if step < len(points) else None
            here += ["–", "–"] if known is None else [log10_text(known.error.log10), log10_text(known.norm.log10)]
        here.append(step_scale_text(clipped[step]) if step < len(clipped) else "–")
        ink = normal if step == last else muted
        for text, end in zip(here, _LOG_ENDS, strict=True):
            pen.text(end - len(text), y, text, ink)
    return y + 1


def _scale(pen: Pen, y: int, settings: CliffSettings, scene: CliffScene) -> None:
    """The colours, from E = 0 to the largest that there can be."""
    palette = scene.palette
    highest = max(settings.target, 1.0 - settings.target)
    muted = Ink(palette.muted, palette.panel)
    x, width = 2, min(pen.width - 8, 34)
    pen.text(0, y, "E", muted)
    for column in range(width):
        colour = colour_at(palette, round(column / (width - 1) * (COLOURS - 1)))
        pen.text(x + column, y, "█", Ink(colour, palette.panel))
    end = 0
    for level in (0.0, *_SCALE_LEVELS, highest**2):
        label = f"{level:.2g}"
        place = x + round(math.sqrt(level) / highest * (width - 1)) - len(label) // 2
        if level <= highest**2 and place >= end:
            end = pen.text(place, y + 1, label, muted) + 1


def _lines(pen: Pen, found: "Descents", scene: CliffScene) -> None:
    """Two lines for each path: its present point, and its next step."""
    settings, palette = scene.view.settings, scene.palette
    normal, muted = Ink(palette.text, palette.panel), Ink(palette.muted, palette.panel)
    kinds: tuple[TrailKind, TrailKind] = "unclipped", "clipped"
    for index, (kind, path) in enumerate(zip(kinds, (found.unclipped, found.clipped), strict=True)):
        point = path.points[-1]
        y = index if pen.height < 4 else 2 * index
        pen.text(0, y, MARKS[kind], _ink(kind, scene))
        gradient = f"∇E ({gradient_text(point.along_w)}, {gradient_text(point.along_b)})"
        facts = [
            said(normal, f"E {log10_text(point.error.log10)}", ranks=8),
            said(normal, gradient, "", ranks=6),
            said(normal, f"‖∇E‖ {log10_text(point.norm.log10)}", ranks=7),
            said(muted, f"×{step_scale_text(point)}" if point.is_clipped else "", "", ranks=5),
        ]
        write(pen, 2, y, facts, width=pen.width - 2, gap=2)
        if pen.height >= 4:
            sums = [said(muted, f"{axis} {sum_text(point, axis, settings.lr)}", "", ranks=3) for axis in "wb"]
            write(pen, 2, y + 1, sums, width=pen.width - 2, gap=2)
