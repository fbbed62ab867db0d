"""Dots: a plane drawn in braille dots, two by four a cell, so that a circle is round where a cell is twice as high."""

import math

from rnn_tui.ui.charts.braille import braille, dot
from rnn_tui.ui.panels.drawing.pen import Ink, Pen


class Plane:
    """The complex plane out to `reach` up and down, in a square of dots in the middle of `width` × `height` cells.

    Attributes:
        columns, rows: the cells of the square, both odd: 0 is in the middle of one.
        left: its first column.
    """

    def __init__(self, *, width: int, height: int, reach: float) -> None:
        self.rows = max(1, height - 1 + height % 2)
        columns = min(width, 2 * self.rows - 1)
        self.columns = max(1, columns - 1 + columns % 2)
        self.left = 0
        self._unit = (min(2 * self.columns, 4 * self.rows) / 2 - 0.5) / reach

    def cell(self, value: complex) -> tuple[int, int]:
        """The column and row of a number's cell."""
        x, y = self._dot(value)
        return self.left + x // 2, y // 4

    def holds(self, value: complex) -> bool:
        """Whether a number lies in the square."""
        x, y = self._dot(value)
        return 0 <= x < 2 * self.columns and 0 <= y < 4 * self.rows

    def circle(self, pen: Pen, top: int, radius: float, ink: Ink, *, dashes: bool = False) -> None:
        """Draws the circle around 0, with gaps where it is to be dashed."""
        steps = max(8, math.ceil(2 * math.pi * radius * self._unit * 1.5))
        cells: dict[tuple[int, int], int] = {}
        for step in range(steps):
            angle = 2 * math.pi * step / steps
            x, y = self._dot(complex(radius * math.cos(angle), radius * math.sin(angle)))
            if 0 <= x < 2 * self.columns and 0 <= y < 4 * self.rows and not (dashes and (x // 2 + y // 4) % 2):
                place = x // 2, y // 4
                cells[place] = cells.get(place, 0) | dot(x, y)
        for (x, y), bits in cells.items():
            pen.text(self.left + x, top + y, braille(bits), ink)

    def axes(self, pen: Pen, top: int, ink: Ink) -> None:
        """Draws both axes."""
        x, y = self.cell(0)
        pen.text(self.left, top + y, "┈" * self.columns, ink)
        for line in range(self.rows):
            pen.text(x, top + line, "┊", ink)
        pen.text(x, top + y, "┼", ink)

    def _dot(self, value: complex) -> tuple[int, int]:
        """The dot of a number, from the upper left."""
        x = self.columns - 0.5 + value.real * self._unit
        y = 2 * self.rows - 0.5 - value.imag * self._unit
        return math.floor(x + 0.5), math.floor(y + 0.5)
