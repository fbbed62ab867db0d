"""The grid of W: where its cells are, how many of them there is room for, and what is in them."""

import math
from typing import NamedTuple

from rnn_tui.ui.panels.steps import Window, window

WIDEST_CELL = 11
NUMBER_CELL = 5  # the narrowest that holds a number
SQUARE_CELL = 2  # as wide as it is high
TALLEST_CELL = 3
HEADING = 1


class GridPlace(NamedTuple):
    """The places of the cells.

    Attributes:
        rows, columns: which of W are shown.
        label: the cells of the row numbers.
        cell, tall: the width and height of a cell.
        all_rows, all_columns: whether none is left out.
    """

    rows: Window
    columns: Window
    label: int
    cell: int
    tall: int
    all_rows: bool
    all_columns: bool

    @property
    def numbers(self) -> bool:
        """Whether a cell holds a number; else its sign alone."""
        return self.cell >= NUMBER_CELL

    @property
    def width(self) -> int:
        """The columns that all takes, the bar that tells the rows included."""
        return self.label + self.columns.length * self.cell + (0 if self.all_rows else 2)

    @property
    def height(self) -> int:
        """The rows that all takes, the heading and the bar that tells the columns included."""
        return HEADING + self.rows.length * self.tall + (0 if self.all_columns else 1)

    def x(self, column: int) -> int:
        """The first column of a cell."""
        return self.label + (column - self.columns.start) * self.cell

    def y(self, row: int) -> int:
        """The first row of a cell."""
        return HEADING + (row - self.rows.start) * self.tall


def grid_place(*, width: int, height: int, hidden: int, row: int, column: int) -> GridPlace:
    """All of W in cells as large as they can be, else as much of it around the cursor as there is room for."""
    label = len(str(hidden)) + 1
    all_rows = hidden <= height - HEADING
    room = width - label - (0 if all_rows else 2)
    cell = min(WIDEST_CELL, room // hidden)
    all_columns = cell >= SQUARE_CELL
    if not all_columns:
        cell = SQUARE_CELL
    if all_rows and not all_columns:
        all_rows = hidden <= height - HEADING - 1
        room = width - label - (0 if all_rows else 2)
    rows = height - HEADING - (0 if all_columns else 1)
    tall = min(TALLEST_CELL, max(1, rows // hidden)) if cell >= NUMBER_CELL else 1
    return GridPlace(
        rows=window(row, hidden, rows // tall),
        columns=window(column, hidden, room // cell),
        label=label,
        cell=cell,
        tall=tall,
        all_rows=all_rows,
        all_columns=all_columns,
    )


def cell_text(value: float, width: int, *, decimals: int) -> str:
    """A number in at most `width` cells, four at least, with so many decimals where they fit: `−0.43`, `−.43`, `−2e5`.

    Exact zero is `0`.
    """
    if value == 0 or math.isnan(value):
        return "?" if math.isnan(value) else "0"
    size, normal = abs(value), f"{abs(value):.{decimals}f}"
    if size < 0.5 * 10.0**-decimals:
        ways = [_power(size), normal, normal[1:]]
    elif size < 999.5:
        ways = [normal, normal[1:] if normal.startswith("0") else f"{size:.1f}", f"{size:.0f}"]
    else:
        ways = [_power(size)]
    sign = "−" if value < 0 else ""
    return sign + next((way for way in ways if len(sign + way) <= width), ways[-1])


def decimals_of(largest: float, width: int) -> int:
    """The decimals that all numbers up to the largest can have in cells of that width, sign and all; two at least."""
    return 3 if len(f"−{largest:.3f}") <= width else 2


def _power(size: float) -> str:
    """One digit and a power of ten: `3e-4`."""
    mantissa, power = f"{size:.0e}".split("e")
    return f"{mantissa}e{int(power)}"


def bar_part(window: Window, count: int, cells: int) -> Window:
    """The part of a bar of so many cells that represents a window; one cell at least."""
    first = window.start * cells // count
    return Window(first, min(cells, max(first + 1, -(-window.stop * cells // count))))
