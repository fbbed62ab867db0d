"""Shading: a band between two curves, in the cells of a built chart that nothing else is drawn in."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from rnn_tui.ui.plotting import Chart, Point

if TYPE_CHECKING:
    from rnn_tui.engine.arrays import FloatArray


class Band(NamedTuple):
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


def shade(chart: Chart, bands: Sequence[Band], *, x_limits: Point, y_limits: Point) -> None:
    """Fills the bands into the chart's blank cells; of two that cover a cell, the last one is seen."""
    import numpy as np

    rows = len(chart.rows) - 1  # the lowest is the axis
    low, high = y_limits
    filled: dict[tuple[int, int], tuple[str, str]] = {}
    places = np.linspace(*x_limits, chart.columns)
    for band in bands:
        bottom, top = (_between(places, band.x, edge, y_limits) for edge in (band.low, band.high))
        for column, (lower, upper) in enumerate(zip(bottom.tolist(), top.tolist(), strict=True)):
            if math.isnan(lower) or math.isnan(upper):
                continue
            first, last = (round((high - y) / (high - low) * (rows - 1)) for y in (upper, lower))
            for y in range(first, last + 1):
                filled[y, chart.left + column] = band.char, band.colour
    for (y, x), cell in filled.items():
        if chart.rows[y][x][0] == " ":
            chart.rows[y][x] = cell


def _between(places: "FloatArray", x: "Sequence[float] | FloatArray", y: "FloatArray", limits: Point) -> "FloatArray":
    """Y at the places, held within the limits; NaN beside an unknown value, and outside of x."""
    import numpy as np

    held = np.where(np.isnan(y), np.nan, np.clip(y, *limits))
    result: FloatArray = np.interp(places, np.asarray(x, dtype=float), held, left=np.nan, right=np.nan)
    return result
