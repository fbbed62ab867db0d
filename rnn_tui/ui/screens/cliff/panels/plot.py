"""The places of things in the picture of the cliff: its cells, its two axes and their labels."""

import math
from typing import NamedTuple

from rnn_tui.lab.cliff.settings import CliffSettings

_LEAST_LABEL = 5
_MOST_LABEL = 13
_APART = 3  # rows between two labels of b
_MANTISSAS = (1, 2, 5, 10)


class CellTick(NamedTuple):
    """A round number on an axis: the column, or row, that it is nearest to, and its label."""

    at: int
    label: str


class CliffPlot(NamedTuple):
    """The picture's cells within a panel.

    Attributes:
        settings: whose w_low … b_high are the picture's sides.
        left: the columns before it, for the labels of b.
        columns, rows: its cells; each of them shows E at two heights.
        w_ticks, b_ticks: in columns and rows of the picture.
    """

    settings: CliffSettings
    left: int
    columns: int
    rows: int
    w_ticks: tuple[CellTick, ...]
    b_ticks: tuple[CellTick, ...]

    def across(self, w: float) -> float:
        """How far to the right w is, from 0 to 1 in the picture."""
        return (w - self.settings.w_low) / (self.settings.w_high - self.settings.w_low)

    def down(self, b: float) -> float:
        """How far down b is, from 0 to 1 in the picture."""
        return (self.settings.b_high - b) / (self.settings.b_high - self.settings.b_low)

    def cell(self, across: float, down: float) -> tuple[int, int]:
        """The column and row of a place in the picture."""
        return min(int(across * self.columns), self.columns - 1), min(int(down * self.rows), self.rows - 1)


def cliff_plot(settings: CliffSettings, *, width: int, height: int) -> CliffPlot:
    """The picture in so many cells, two of them at least left for the axes: a row below, and columns on the left."""
    e = settings
    rows = max(1, height - 1)
    b_places = _round_numbers(e.b_low, e.b_high, max(2, rows // _APART))
    left = min(_MOST_LABEL, max(_LEAST_LABEL, *(len(label) for _, label in b_places))) + 1
    left = min(left, width // 3)
    columns = max(1, width - left)
    plot = CliffPlot(e, left, columns, rows, (), ())
    w_places = _round_numbers(e.w_low, e.w_high, max(2, columns // 7))
    return plot._replace(
        w_ticks=tuple(CellTick(plot.cell(plot.across(w), 0.0)[0], label) for w, label in w_places),
        b_ticks=tuple(CellTick(plot.cell(0.0, plot.down(b))[1], label) for b, label in b_places),
    )


def _round_numbers(low: float, high: float, most: int) -> list[tuple[float, str]]:
    """Round numbers from low to high, an equal step apart and so many at most, with their labels; one at least."""
    share = (high - low) / most
    decade = math.floor(math.log10(share))
    for mantissa in _MANTISSAS:
        step = mantissa * 10.0**decade
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if 0 <= last - first < most:
            digits = max(0, -decade) if mantissa < 10 else max(0, -decade - 1)
            places = [min(max(round(place * step, digits), low), high) for place in range(first, last + 1)]
            return [(place, _label(place, digits)) for place in places]
    middle = (low + high) / 2
    return [(middle, _label(middle, max(0, 1 - decade)))]


def _label(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}" if abs(value) < 1e6 else f"{value:.2g}"
    return ("0" if float(text) == 0 else text).replace("-", "−")
