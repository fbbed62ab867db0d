"""Overlay: what is laid over a built chart: bands between two curves, and markers that do not cover each other."""

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from rnn_tui.ui.charts.plotting import Chart, Point, column_of

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import FloatArray

_FURTHEST = 6  # columns from its step that a marker may be put on its curve


class ShadedBand(NamedTuple):
    """Between two curves over x, straight from point to point; where either is unknown, nothing.

    Attributes:
        x: ascending.
        low, high: of the same length; −inf reaches down to the axis.
        char: what fills it.
        colour: `#rrggbb`.
    """

    x: "Sequence[float] | FloatArray"
    low: "FloatArray"
    high: "FloatArray"
    char: str
    colour: str


class CurveMarkers(NamedTuple):
    """Markers on a curve over the steps from 1 on.

    Attributes:
        y: (T,) of every step; where it is not finite there is no marker.
        steps: which steps have one, 0-based.
        char: the marker.
        colour: `#rrggbb`.
    """

    y: "FloatArray"
    steps: range
    char: str
    colour: str


def row_of(y: float, *, limits: Point, rows: int) -> int:
    """The row, from the top, on which plotext draws y in a canvas of so many rows."""
    low, high = limits
    return rows - 1 - round((y - low) / (high - low) * (rows - 1))


def draw_bands(chart: Chart, bands: Sequence[ShadedBand], *, x_limits: Point, y_limits: Point) -> None:
    """Fills the bands into the chart's blank cells; of two that cover a cell, the last one is seen."""
    import numpy as np

    rows = len(chart.rows) - 1  # the lowest is the axis
    filled: dict[tuple[int, int], tuple[str, str]] = {}
    places = np.linspace(*x_limits, chart.columns)
    for band in bands:
        bottom, top = (_between(places, band.x, edge, y_limits) for edge in (band.low, band.high))
        for column, (lower, upper) in enumerate(zip(bottom.tolist(), top.tolist(), strict=True)):
            if math.isnan(lower) or math.isnan(upper):
                continue
            first, last = (row_of(y, limits=y_limits, rows=rows) for y in (upper, lower))
            for y in range(first, last + 1):
                filled[y, chart.left + column] = band.char, band.colour
    for (y, x), cell in filled.items():
        if chart.rows[y][x][0] == " ":
            chart.rows[y][x] = cell


def draw_markers(chart: Chart, curves: Sequence[CurveMarkers], *, x_limits: Point, y_limits: Point) -> None:
    """Writes the markers over what is drawn, those of the first curve where they belong.

    A marker whose cell is taken is put on its curve as near as there is a free cell.
    """
    taken: set[tuple[int, int]] = set()
    for curve in curves:
        for step in curve.steps:
            ways = [cell for cell in _cells_near(chart, curve.y, step, x_limits, y_limits) if cell not in taken]
            if ways:
                y, x = ways[0]
                taken.add((y, x))
                chart.rows[y][x] = curve.char, curve.colour


def _cells_near(
    chart: Chart, y: "FloatArray", step: int, x_limits: Point, y_limits: Point
) -> Iterator[tuple[int, int]]:
    """The cells of a curve from that of a step outwards, as far as half the way to the next one."""
    if not math.isfinite(y[step]):
        return
    low, high = x_limits
    columns_a_step = (chart.columns - 1) / (high - low)
    own = column_of(step + 1, limits=x_limits, columns=chart.columns)
    for away in sorted(range(-_FURTHEST, _FURTHEST + 1), key=lambda columns: (abs(columns), -columns)):
        part = away / columns_a_step
        other = step + (1 if away > 0 else -1)
        if not 0 <= own + away < chart.columns or abs(part) > 0.5 or (away and not 0 <= other < len(y)):
            continue
        height = float(y[step]) if not away else float(y[step] + (y[other] - y[step]) * abs(part))
        if math.isfinite(height):
            held = min(max(height, y_limits[0]), y_limits[1])
            yield row_of(held, limits=y_limits, rows=len(chart.rows) - 1), chart.left + own + away


def _between(places: "FloatArray", x: "Sequence[float] | FloatArray", y: "FloatArray", limits: Point) -> "FloatArray":
    """Y at the places, held within the limits; NaN beside an unknown value, and outside of x."""
    import numpy as np

    held = np.where(np.isnan(y), np.nan, np.clip(y, *limits))
    result: FloatArray = np.interp(places, np.asarray(x, dtype=float), held, left=np.nan, right=np.nan)
    return result
