"""Both descents in the cells of the picture: dots from point to point, markers, and an arrow where one leaves it.

What tells the two apart is their marks: × and a broken line unclipped, ● and a full line clipped, ○ where they go
together. Colours only say it again.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

from rnn_tui.ui.charts.braille import ACROSS, DOWN, dot
from rnn_tui.ui.screens.cliff.panels.plot import CliffPlot

if TYPE_CHECKING:
    from rnn_tui.lab.cliff.paths import DescentPath, Descents, PathPoint

TrailKind = Literal["both", "unclipped", "clipped"]
Place = tuple[float, float]

MARKS: dict[TrailKind, str] = {"both": "○", "unclipped": "×", "clipped": "●"}
START_MARK = "◆"
_ARROWS = "→↗↑↖←↙↓↘"
_BREAK = 3  # of the dots of a broken line every third is left out
_FAR = 1e9  # pictures away; farther is as far


class TrailMark(NamedTuple):
    """A character in a cell of the picture."""

    char: str
    kind: TrailKind
    present: bool = False


class Exit(NamedTuple):
    """Where a path leaves the picture: the cell at its edge, the arrow there, which step it is, and where it leads."""

    column: int
    row: int
    arrow: str
    kind: TrailKind
    step: int
    point: tuple[float, float]


@dataclass(slots=True)
class Trails:
    """What is drawn over the ground, by cell (column, row).

    Attributes:
        dots: Braille patterns, and whose they are.
        marks: a point of a path in place of the dots.
        exits: the last of each path.
    """

    dots: dict[tuple[int, int], tuple[int, TrailKind]] = field(default_factory=dict)
    marks: dict[tuple[int, int], TrailMark] = field(default_factory=dict)
    exits: list[Exit] = field(default_factory=list)


def trails(found: "Descents", plot: CliffPlot) -> Trails:
    """Both paths in a picture; the present points lie on top, the start over all the points that were."""
    drawn = Trails()
    together = (found.parted or len(found.clipped.points)) - 1  # the last step that both took
    common = found.clipped.points[: together + 1]
    parts: list[tuple[TrailKind, Sequence[PathPoint]]] = [("both", common)]
    if found.parted is not None:
        parts += [(kind, path.points[together:]) for kind, path in _paths(found)]
    for kind, points in parts:
        _draw(drawn, plot, kind, points)
    for kind, path in _paths(found):
        _leave(drawn, plot, kind, path)
    _mark(drawn, plot, START_MARK, "both", found.clipped.points[0])
    for kind, path in _paths(found):
        last = path.points[-1]
        alone = found.parted is not None and last.step > together
        _mark(drawn, plot, MARKS[kind if alone else "both"], kind if alone else "both", last, present=True)
    return drawn


def _paths(found: "Descents") -> "Iterator[tuple[TrailKind, DescentPath]]":
    yield "unclipped", found.unclipped
    yield "clipped", found.clipped


def _draw(drawn: Trails, plot: CliffPlot, kind: TrailKind, points: "Sequence[PathPoint]") -> None:
    """The lines of one stretch, and its points over them."""
    places = [_place(plot, point.w, point.b) for point in points]
    for start, end in pairwise(places):
        inside = _within(start, end)
        if inside is not None:
            _line(drawn, plot, kind, *inside)
    for point in points[1:] if kind != "both" else points:
        _mark(drawn, plot, MARKS[kind], kind, point)


def _place(plot: CliffPlot, w: float, b: float) -> Place:
    """A point in parts of the picture from its upper left corner, no farther away than the arithmetic goes."""
    across, down = plot.across(w), plot.down(b)
    return min(max(across, -_FAR), _FAR), min(max(down, -_FAR), _FAR)


def _within(start: Place, end: Place) -> tuple[Place, Place] | None:
    """The part of a line that lies in the unit square (Liang and Barsky); None where none does."""
    low, high = 0.0, 1.0
    for at, to in zip(start, end, strict=True):
        by = to - at
        if by == 0.0:
            if not 0.0 <= at <= 1.0:
                return None
            continue
        near, far = sorted((-at / by, (1.0 - at) / by))
        low, high = max(low, near), min(high, far)
        if low > high:
            return None
    first, last = (tuple(at + share * (to - at) for at, to in zip(start, end, strict=True)) for share in (low, high))
    return (first[0], first[1]), (last[0], last[1])


def _line(drawn: Trails, plot: CliffPlot, kind: TrailKind, start: Place, end: Place) -> None:
    wide, high = ACROSS * plot.columns, DOWN * plot.rows
    x, y = start[0] * wide, start[1] * high
    by = end[0] * wide - x, end[1] * high - y
    count = max(1, math.ceil(max(abs(by[0]), abs(by[1]))))
    for i in range(count + 1):
        if kind == "unclipped" and i % _BREAK == _BREAK - 1:
            continue
        column = min(max(int(x + by[0] * i / count), 0), wide - 1)
        row = min(max(int(y + by[1] * i / count), 0), high - 1)
        cell = column // ACROSS, row // DOWN
        before = drawn.dots.get(cell, (0, kind))[0]
        drawn.dots[cell] = before | dot(column, row), kind


def _mark(
    drawn: Trails, plot: CliffPlot, char: str, kind: TrailKind, point: "PathPoint", *, present: bool = False
) -> None:
    if plot.settings.shows(point.w, point.b):
        drawn.marks[plot.cell(plot.across(point.w), plot.down(point.b))] = TrailMark(char, kind, present)


def _leave(drawn: Trails, plot: CliffPlot, kind: TrailKind, path: "DescentPath") -> None:
    """The last step from inside to outside: an arrow at the edge towards where it leads."""
    taken = path.points if path.ending == "leaves float64" else path.points[:-1]
    for point in reversed(taken):
        to = point.w_after, point.b_after
        if not plot.settings.shows(point.w, point.b) or plot.settings.shows(*to):
            continue
        start, end = _place(plot, point.w, point.b), _place(plot, *to)
        inside = _within(start, end)
        if inside is not None:
            _line(drawn, plot, kind, *inside)
            column, row = plot.cell(*inside[1])
            turned = math.atan2((start[1] - end[1]) * plot.rows * 2, (end[0] - start[0]) * plot.columns)
            arrow = _ARROWS[round(turned / (math.pi / 4)) % 8]
            drawn.exits.append(Exit(column, row, arrow, kind, point.step + 1, to))
        return
