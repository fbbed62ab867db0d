"""The matrix panel: W as a coloured grid with a cursor, and what is to be said of the entry under it."""

import math
from collections.abc import Sequence

from rnn_tui.ui.panels.drawing.bars import sign_mark
from rnn_tui.ui.panels.drawing.canvas import Canvas
from rnn_tui.ui.panels.drawing.pen import Ink, Pen
from rnn_tui.ui.panels.drawing.phrases import write
from rnn_tui.ui.screens.spectrum.panels.entry import entry_lines
from rnn_tui.ui.screens.spectrum.panels.grid import HEADING, GridPlace, bar_part, cell_text, decimals_of, grid_place
from rnn_tui.ui.screens.spectrum.panels.shown import ShownGrid, grid_shown, grid_title, set_entries
from rnn_tui.ui.screens.spectrum.scene import SpectrumScene

DEPTH = 0.75  # of the colour of a sign that the largest entry gets
_LEVELS = 24  # strengths that are distinguished
IN_HAND = 0.3
MOST_NUMBERS = 24  # units from which on the foot tells of the marks
FEWEST_LINES, MOST_LINES = 2, 6


class MatrixPanel(Canvas[SpectrumScene]):
    """Row i is what unit i hears, column j what unit j says."""

    def title(self, scene: SpectrumScene) -> str:
        return "W" if scene.measurement is None else grid_title(scene, scene.measurement)

    def keys(self, scene: SpectrumScene) -> Sequence[tuple[str, str]]:
        turn = "nudge" if scene.view.hand == "entry" else "scale"
        return (("+ -", turn), ("Enter", "type"), ("0", "clear"), ("x", "row, column"), ("v", "view"))

    def foot(self, scene: SpectrumScene) -> Sequence[str]:
        if scene.measurement is not None and len(scene.measurement.trace.weight_hh) > MOST_NUMBERS:
            return ("▲ ▴ above 0, ▼ ▾ below; unit j to unit i of the next step", "▲ ▴ above 0, ▼ ▾ below", "▲ +  ▼ −")
        return ("W[i,j]: from unit j to unit i of the next step", "W[i,j]: from unit j to unit i", "unit j to unit i")

    def paint(self, pen: Pen, scene: SpectrumScene) -> None:
        measurement = scene.measurement
        if measurement is None:
            return
        hidden = len(measurement.trace.weight_hh)
        row, column = scene.view.cursor(hidden)
        lines = lines_of(pen.height, hidden)
        place = grid_place(width=pen.width, height=pen.height - lines, hidden=hidden, row=row, column=column)
        shown = grid_shown(scene)
        if shown is None:
            _missing(pen, scene)
        else:
            _Painting(pen, scene, place, shown).draw()
        top = max(place.height, min(pen.height - lines, place.height + 1))
        for line, phrases in enumerate(entry_lines(scene, measurement)[:lines], start=top):
            write(pen, 0, line, phrases, width=pen.width)


def lines_of(height: int, hidden: int) -> int:
    """The lines for what is said of the entry: as many as all of W leaves, else a third of the panel."""
    left = height - HEADING - hidden
    return min(MOST_LINES, left if left >= FEWEST_LINES else max(FEWEST_LINES, height // 3))


def _missing(pen: Pen, scene: SpectrumScene) -> None:
    none = scene.results.entries is not None and scene.view.shown == "radius"
    said = "several eigenvalues are as large: ρ has no one slope" if none else "measuring…"
    pen.text(0, 1, said, Ink(scene.palette.muted, scene.palette.panel))


class _Painting:
    """One painting of the grid."""

    def __init__(self, pen: Pen, scene: SpectrumScene, place: GridPlace, shown: ShownGrid) -> None:
        self.pen = pen
        self.scene = scene
        self.palette = scene.palette
        self.place = place
        self.shown = shown
        self.hidden = len(shown.values)
        self.row, self.column = scene.view.cursor(self.hidden)
        self.inks: dict[tuple[bool, int, bool, bool], Ink] = {}
        self.set = set_entries(scene.experiment)
        self.decimals = decimals_of(float(abs(shown.values).max()), place.cell - 1)

    def draw(self) -> None:
        self._headings()
        place = self.place
        rows, columns = slice(*place.rows), slice(*place.columns)
        values, strength = self.shown.values[rows, columns].tolist(), self.shown.strength[rows, columns].tolist()
        for i, (of_row, strengths) in enumerate(zip(values, strength, strict=True), start=place.rows.start):
            for j, (value, strong) in enumerate(zip(of_row, strengths, strict=True), start=place.columns.start):
                self._cell(i, j, value, strong)
        self._bars()

    def _in_hand(self, row: int, column: int) -> bool:
        hand = self.scene.view.hand
        return (hand == "row" and row == self.row) or (hand == "column" and column == self.column)

    def _cell(self, row: int, column: int, value: float, strength: float) -> None:
        place, pen = self.place, self.pen
        here = (row, column) == (self.row, self.column)
        ink = self._ink(value < 0, round(strength * _LEVELS), here=here, in_hand=self._in_hand(row, column))
        x, y = place.x(column), place.y(row)
        if place.tall > 1:
            pen.fill(x, y, place.cell, place.tall, ink)
        if place.numbers:
            text = cell_text(value, place.cell - 1, decimals=self.decimals)
            text = f"{text}{' ' * ((place.cell - 1 - len(text)) // 3)}".rjust(place.cell - 1)
            ink = ink._replace(underline=(row, column) in self.set)
            pen.text(x, y + (place.tall - 1) // 2, f"{'▸' if here else ' '}{text}", ink)
        else:
            pen.text(x, y, sign_mark(math.copysign(strength, value) if value else 0.0).center(place.cell), ink)

    def _ink(self, below: bool, level: int, *, here: bool, in_hand: bool) -> Ink:
        """The ink of a cell, found once for all that are coloured alike."""
        key = (below, level, here, in_hand)
        if key not in self.inks:
            palette = self.palette
            ground = palette.mix(
                palette.panel, palette.negative if below else palette.positive, DEPTH * level / _LEVELS
            )
            if here:
                ground = palette.selected
            elif in_hand:
                ground = palette.mix(ground, palette.selected, IN_HAND)
            colour = palette.on(ground)
            if not palette.blend and level and ground == palette.panel:
                colour = palette.negative if below else palette.positive
            if not self.place.numbers:
                colour = palette.mix(ground, colour, 0.5 + 0.5 * level / _LEVELS)
            self.inks[key] = Ink(colour, ground, bold=here or in_hand)
        return self.inks[key]

    def _headings(self) -> None:
        """The numbers of the columns, that of the cursor first, and of the rows."""
        palette, place, pen = self.palette, self.place, self.pen
        muted = Ink(palette.muted, palette.panel)
        chosen = Ink(palette.selected, palette.panel, bold=True)
        free = [True] * pen.width
        every = 1 if place.cell > len(str(self.hidden)) else 5 if self.hidden < 100 else 10
        numbers = [column for column in range(*place.columns) if (column + 1) % every == 0 or column == 0]
        for column in dict.fromkeys([self.column, *numbers]):
            here = column == self.column
            text = f"▾{column + 1}" if here else str(column + 1)
            end = place.x(column) + (place.cell if place.numbers else max(place.cell, len(text)))
            start = end - len(text)
            if end <= pen.width and all(free[max(0, start - 1) : end + 1]):
                free[start:end] = [False] * len(text)
                pen.text(start, 0, text, chosen if here else muted)
        for row in range(*place.rows):
            here = row == self.row
            text = f"{'▸' if here else ''}{row + 1}".rjust(place.label)
            pen.text(0, place.y(row) + (place.tall - 1) // 2, text, chosen if here else muted)

    def _bars(self) -> None:
        """Where a W that does not fit is left out, bars that tell which part of it is shown."""
        place, pen, palette = self.place, self.pen, self.palette
        rest, part = Ink(palette.border, palette.panel), Ink(palette.flow, palette.panel)
        if not place.all_rows:
            x, cells = place.width - 1, place.rows.length
            shown = bar_part(place.rows, self.hidden, cells)
            for line in range(cells):
                inside = shown.start <= line < shown.stop
                pen.text(x, HEADING + line, "┃" if inside else "│", part if inside else rest)
        if not place.all_columns:
            y, cells = HEADING + place.rows.length * place.tall, place.columns.length * place.cell
            shown = bar_part(place.columns, self.hidden, cells)
            pen.text(place.label, y, "─" * cells, rest)
            pen.text(place.label + shown.start, y, "━" * shown.length, part)
