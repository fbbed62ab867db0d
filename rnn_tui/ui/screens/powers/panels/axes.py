"""The axes of the Powers screen: n on a log scale or an even one, and sizes whose digits may be on a log scale."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from rnn_tui.ui.charts.plotting import Chart, Point, Tick, column_of, log_axis, power_text
from rnn_tui.ui.panels.drawing.pen import Ink, Pen
from rnn_tui.ui.themes.themes import Palette

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import FloatArray

LABELS = 6
_UNIT = 0.3  # decades: below, the bent axis is as good as even, and a doubling stays in sight
_LEAST_SPAN = 0.5
_BENT_FROM = 3.0
_NEARLY = 0.8


class SizeAxis(NamedTuple):
    """An axis of log10 sizes.

    Attributes:
        limits: its ends, as `place` gives them.
        ticks: round sizes at their places.
        bent: whether it is even in the logarithm of the digits: a growth to 10 is seen beside one to 10^1000.
    """

    limits: Point
    ticks: list[Tick]
    bent: bool

    def place(self, log10: "FloatArray") -> "FloatArray":
        """The places of log10 sizes on the axis; a true zero (−inf) stays one."""
        import numpy as np

        return np.copysign(np.log10(1.0 + np.abs(log10) / _UNIT), log10) if self.bent else log10


def size_axis(values: "Sequence[FloatArray]", *, rows: int, even: bool) -> SizeAxis:
    """The axis that holds the finite values and the size 1, on so many rows; a narrow one is even in any case."""
    import numpy as np

    joined = np.concatenate([np.zeros(1), *values])
    finite = joined[np.isfinite(joined)]
    low, high = float(finite.min()), float(finite.max())
    margin = max(0.0, (_LEAST_SPAN - (high - low)) / 2)
    low, high = low - margin, high + margin
    if even or high - low < _BENT_FROM:
        return SizeAxis(*log_axis(low, high, rows=rows), bent=False)
    low, high = _to_a_tick(low), _to_a_tick(high)
    limits = _bent(low), _bent(high)
    return SizeAxis(limits, _bent_ticks(low, high, limits=limits, rows=rows), bent=True)


def _bent(log10: float) -> float:
    return math.copysign(math.log10(1.0 + abs(log10) / _UNIT), log10)


def _to_a_tick(log10: float) -> float:
    """An end of the axis moved out to a tick that it nearly reaches."""
    near = next((10.0**power for power in range(7) if _NEARLY * 10.0**power <= abs(log10) <= 10.0**power), abs(log10))
    return math.copysign(near, log10)


def _bent_ticks(low: float, high: float, *, limits: Point, rows: int) -> list[Tick]:
    """1, then the powers of ten whose exponents are 1, 10, 100, …, the outermost first, none on its neighbour's row."""
    taken: dict[int, Tick] = {}
    sizes = [10**power for power in range(6, -1, -1)]
    for exponent in (0, *(sign * size for size in sizes for sign in (1, -1))):
        if low <= exponent <= high:
            place = _bent(exponent)
            row = round((place - limits[0]) / (limits[1] - limits[0]) * (rows - 1))
            if not {row - 1, row, row + 1} & set(taken):
                taken[row] = Tick(place, power_text(exponent))
    return [taken[row] for row in sorted(taken)]


def decades(last: int) -> list[int]:
    """1, 10, 100, … and the last n."""
    return sorted({*(10**power for power in range(len(str(last)))), last})


def evenly(last: int) -> list[int]:
    """0, and round numbers up to the last n, which is there too."""
    step = next(
        mantissa * 10**power for power in range(9) for mantissa in (1, 2, 5) if last / (mantissa * 10**power) <= 4
    )
    return [*range(0, last, step), last]


def write_n_axis(
    pen: Pen, palette: Palette, drawing: Chart, *, y: int, places: Sequence[Tick], limits: Point, cursor: Tick | None
) -> None:
    """The ticks on the axis in row y, their labels below it, and the cursor's n among them, marked."""
    free = [True] * pen.width
    muted = Ink(palette.muted, palette.panel)
    marked = [] if cursor is None else [(cursor, True)]
    for tick, chosen in [*marked, *((tick, False) for tick in (places[-1], *places[:-1]))]:
        column = drawing.left + column_of(tick.place, limits=limits, columns=drawing.columns)
        width = len(tick.label) + 2 * chosen
        start = min(max(column - width // 2, 0), pen.width - width)
        if not all(free[max(0, start - 1) : start + width + 1]):
            continue
        free[start : start + width] = [False] * width
        pen.text(column, y, "┬", muted)
        if not chosen:
            pen.text(start, y + 1, tick.label, muted)
            continue
        mark = Ink(palette.selected, palette.panel, bold=True)
        end = pen.text(
            pen.text(start, y + 1, "▸", mark), y + 1, tick.label, Ink(palette.text, palette.panel, bold=True)
        )
        pen.text(end, y + 1, "◂", mark)
