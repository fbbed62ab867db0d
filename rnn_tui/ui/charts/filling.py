"""Bands in a chart: the room between two curves, filled with braille dots, dense or sparse."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from rnn_tui.ui.charts.braille import ACROSS, BITS, DOWN, braille
from rnn_tui.ui.charts.plotting import Chart, Point

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import FloatArray, IntArray

Texture = Literal["sparse", "dense"]


class DottedBand(NamedTuple):
    """The room between two curves.

    Attributes:
        x: ascending, (m,).
        low, high: of the band at each x; −inf is below every limit.
        colour: of its dots.
        texture: which distinguishes it from another without its colour.
    """

    x: "FloatArray"
    low: "FloatArray"
    high: "FloatArray"
    colour: str
    texture: Texture


def with_bands(drawing: Chart, bands: Sequence[DottedBand], *, x_limits: Point, y_limits: Point) -> Chart:
    """The chart with bands, the later ones over the earlier: sparse ones behind its lines, dense ones before them.

    A band is one dot high at least, so that one that spreads little is a line.
    """
    cells = [list(row) for row in drawing.rows]
    for band in bands:
        dots = _dots(band, drawing, x_limits=x_limits, y_limits=y_limits)
        for y, row in enumerate(dots.tolist()):
            for x, bits in enumerate(row, start=drawing.left):
                drawn = drawing.rows[y][x][0]
                if bits and (drawn == " " or (band.texture == "dense" and drawn >= braille(0))):
                    cells[y][x] = (braille(bits), band.colour)
    return Chart(cells, drawing.left, drawing.columns)


def _dots(band: DottedBand, drawing: Chart, *, x_limits: Point, y_limits: Point) -> "IntArray":
    """The dots of each cell of the canvas, as bits of its braille character: (rows, columns)."""
    import numpy as np

    canvas = len(drawing.rows) - 1
    across, up = drawing.columns * ACROSS, canvas * DOWN
    at, apart = np.linspace(*x_limits, across, retstep=True)
    shown = (at > band.x[0] - apart) & (at < band.x[-1] + apart)
    # a true zero is no place on the axis
    shown &= np.interp(at, band.x, np.isfinite(band.high)) == 1.0

    def row_of(values: "FloatArray") -> "FloatArray":
        share = (np.interp(at, band.x, np.clip(values, *y_limits)) - y_limits[0]) / (y_limits[1] - y_limits[0])
        return up - 1 - np.rint(share * (up - 1))

    rows = np.arange(up)[:, None]
    inside = (rows >= row_of(band.high)) & (rows <= row_of(band.low)) & shown
    if band.texture == "sparse":
        inside &= (rows + 2 * (np.arange(across) % 2)) % 4 == 0
    bits = np.array(BITS).reshape(1, DOWN, 1, ACROSS)
    found: IntArray = (inside.reshape(canvas, DOWN, drawing.columns, ACROSS) * bits).sum(axis=(1, 3))
    return found
