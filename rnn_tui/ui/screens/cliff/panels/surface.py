"""The picture panel: E(w, b) as a height map with contours and axes, and both descents on it."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rnn_tui.lab.text.numbers import number_text
from rnn_tui.ui.charts.braille import braille
from rnn_tui.ui.panels.drawing.canvas import Canvas
from rnn_tui.ui.panels.drawing.pen import Ink, Pen, PenRow
from rnn_tui.ui.screens.cliff.panels.ground import ground
from rnn_tui.ui.screens.cliff.panels.plot import CliffPlot, cliff_plot
from rnn_tui.ui.screens.cliff.panels.trails import MARKS, Exit, TrailKind, TrailMark, Trails, trails
from rnn_tui.ui.screens.cliff.scene import CliffScene

if TYPE_CHECKING:
    from rnn_tui.lab.cliff.surface import CliffSurface

_LEVELS = "0 0.01 0.03 0.1 0.3"


class SurfacePanel(Canvas[CliffScene]):
    """Redraws the ground only where the picture is another.

    Attributes:
        shaded: whether the ground is shades instead of colours.
    """

    shaded = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._ground: tuple[object, CliffSurface, list[PenRow]] | None = None

    def title(self, scene: CliffScene) -> str:
        stage = scene.results.stage("surface")
        # only what takes long tells how far it is
        late = stage is not None and stage.under_way and stage.progress > 0
        return f"E(w, b) · measuring… {stage.progress:.0%}" if stage is not None and late else "E(w, b)"

    def keys(self, scene: CliffScene) -> Sequence[tuple[str, str]]:
        return (("←→↑↓", "start"), ("space", "step"), ("+ -", "zoom"), ("0", "whole"))

    def foot(self, scene: CliffScene) -> Sequence[str]:
        return (
            f"{MARKS['both']} both, {MARKS['unclipped']} unclipped, {MARKS['clipped']} clipped; lines: E = {_LEVELS}",
            f"lines: E = {_LEVELS}",
        )

    def paint(self, pen: Pen, scene: CliffScene) -> None:
        plot = cliff_plot(scene.view.settings, width=pen.width, height=pen.height)
        _axes(pen, plot, scene)
        for y, row in enumerate(self._ground_of(plot, scene)):
            pen.rows[y][plot.left : plot.left + plot.columns] = row
        found = scene.results.descents
        if found is not None:
            _paths(pen, plot, scene, trails(found, plot))

    def _ground_of(self, plot: CliffPlot, scene: CliffScene) -> list[PenRow]:
        surface = scene.results.surface
        if surface is None:
            return []
        shaded = self.shaded or not scene.palette.blend
        key = (plot, scene.palette, shaded)
        if self._ground is None or self._ground[0] != key or self._ground[1] is not surface:
            self._ground = (key, surface, ground(surface, plot, scene.palette, shaded=shaded))
        return self._ground[2]


def _axes(pen: Pen, plot: CliffPlot, scene: CliffScene) -> None:
    muted = Ink(scene.palette.muted, scene.palette.panel)
    name = Ink(scene.palette.text, scene.palette.panel, bold=True)
    for row, label in plot.b_ticks:
        pen.text(plot.left - 1 - len(label), row, label, muted)
    used = {row for row, _ in plot.b_ticks}
    pen.text(plot.left - 2, next((row for row in range(plot.rows) if row not in used), 0), "b", name)
    end = 0
    for column, label in plot.w_ticks:
        x = min(max(plot.left + column - len(label) // 2, end), pen.width - len(label))
        if x >= end:
            end = pen.text(x, plot.rows, label, muted) + 2
    if end < pen.width - 1:
        pen.text(pen.width - 1, plot.rows, "w", name)


def _paths(pen: Pen, plot: CliffPlot, scene: CliffScene, drawn: Trails) -> None:
    inks: dict[tuple[str, TrailKind], Ink] = {}
    for (column, row), (pattern, kind) in drawn.dots.items():
        under = pen.rows[row][plot.left + column][1].ground
        if (under, kind) not in inks:
            inks[under, kind] = _over(under, kind, scene)
        pen.text(plot.left + column, row, braille(pattern), inks[under, kind])
    for (column, row), mark in drawn.marks.items():
        _marked(pen, plot, column, row, mark, scene)
    if not drawn.dots and not drawn.marks:
        note = " both paths are outside: a shows all of them "[: plot.columns]
        pen.text(plot.left, 0, note, Ink(scene.palette.text, scene.palette.panel))
    taken: set[int] = set()
    for leaving in drawn.exits:
        _exit(pen, plot, leaving, scene, taken)


def _colour(kind: TrailKind, scene: CliffScene) -> str:
    palette = scene.palette
    return {"both": palette.text, "unclipped": palette.back, "clipped": palette.clipped}[kind]


def _over(under: str, kind: TrailKind, scene: CliffScene) -> Ink:
    """The ink of dots on the ground of a cell: easy to read on a colour, in the path's own where there is none."""
    palette = scene.palette
    return Ink(_colour(kind, scene) if under == palette.panel else palette.on(under), under)


def _marked(pen: Pen, plot: CliffPlot, column: int, row: int, mark: TrailMark, scene: CliffScene) -> None:
    colour, panel = _colour(mark.kind, scene), scene.palette.panel
    ink = Ink(panel, colour, bold=True) if mark.present else Ink(colour, panel, bold=True)
    pen.text(plot.left + column, row, mark.char, ink)


def _exit(pen: Pen, plot: CliffPlot, leaving: Exit, scene: CliffScene, taken: set[int]) -> None:
    """The arrow, and beside it, inside the picture, which step leads where."""
    colour, panel = _colour(leaving.kind, scene), scene.palette.panel
    pen.text(plot.left + leaving.column, leaving.row, leaving.arrow, Ink(panel, colour, bold=True))
    to = (
        "beyond float64"
        if not all(map(math.isfinite, leaving.point))
        else "({}, {})".format(*map(number_text, leaving.point))
    )
    text = f" {MARKS[leaving.kind]} step {leaving.step:,} → {to} "
    left, right = leaving.column - len(text), plot.columns - leaving.column - 1 - len(text)
    inward = 1 if leaving.row < plot.rows // 2 else -1
    row = leaving.row if max(left, right) >= 0 else leaving.row + inward
    while row in taken:
        row += inward
    taken.add(row)
    x = left if left >= 0 else leaving.column + 1 if right >= 0 else max(0, min(left, plot.columns - len(text)))
    if 0 <= row < plot.rows and len(text) <= plot.columns:
        pen.text(plot.left + x, row, text, Ink(colour, panel, bold=True))
