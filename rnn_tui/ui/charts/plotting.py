"""Charts, by plotext. The only module that touches it.

plotext has one figure for the whole process, ends the process on a NaN and hangs on points far outside the limits: so a
chart is built anew each time, on the interface's thread, from finite points within the limits alone.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

from rnn_tui.ui.charts.braille import DOWN
from rnn_tui.ui.themes.colours import channels

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import FloatArray

Point = tuple[float, float]

# From so many decades on, an axis has its ticks at whole powers of ten.
_DECADES = 2.5
_UNSEEN = 0.125  # of a dot: how far a line may pass by a point
# A colour by its channels, another setting of colours, or what is drawn.
_PRINTED = re.compile(r"\x1b\[38;2;(?P<channels>[0-9]+;[0-9]+;[0-9]+)m|\x1b\[(?P<set>[0-9;]*)m|(?P<text>[^\x1b]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartSeries:
    """A line over x, broken where y is not finite.

    Attributes:
        x, y: of the same length, x ascending.
        colour: `#rrggbb`.
        line: the marker that the line is drawn with, such as `braille`; None for none.
        marker: a character at every point; None for none.
    """

    x: "Sequence[float] | FloatArray"
    y: "Sequence[float] | FloatArray"
    colour: str
    line: str | None = "braille"
    marker: str | None = None


class Tick(NamedTuple):
    """A place on an axis and its label."""

    place: float
    label: str


class Chart(NamedTuple):
    """A built chart.

    Attributes:
        rows: each a list of (character, colour), one for each cell; the colour is None where nothing is drawn.
        left: the first column of the canvas.
        columns: the canvas' width.
    """

    rows: list[list[tuple[str, str | None]]]
    left: int
    columns: int


def load() -> None:
    """Loads plotext, which takes as long as all else: a thread may, before the first chart is wanted."""
    import plotext as plt

    plt.terminal.limit(False, False)


def column_of(x: float, *, limits: Point, columns: int) -> int:
    """The canvas column, from 0, on which plotext draws x."""
    low, high = limits
    return round((x - low) / (high - low) * (columns - 1))


def log_axis(low: float, high: float, *, rows: int) -> tuple[Point, list[Tick]]:
    """Limits that hold log10 values from low to high on so many rows, and ticks at round numbers.

    Where the axis spans decades, its ticks fall on rows an equal number apart: a scale that is even looks even.
    """
    if high - low < _DECADES:
        return (low, high), _parts_of_decades(low, high, max(2, rows // 2))
    if rows < 4:
        return (low, high), _two_decades(low, high)
    wanted = max(2, min(4, rows // 3))

    def worse(axis: "_Axis") -> tuple[int, float]:
        return max(0, wanted - len(axis.multiples)), axis.unit

    best: _Axis | None = None
    for axis in _even_axes(low, high, rows):
        if best is not None and worse(best)[0] == 0 and axis.step > best.unit * (rows - 1):
            break  # the steps only grow, and with them the unit
        best = axis if best is None or worse(axis) < worse(best) else best
    assert best is not None
    limits = (best.first * best.unit, (best.first + rows - 1) * best.unit)
    return limits, [Tick(multiple * best.step, power_text(multiple * best.step)) for multiple in best.multiples]


class _Axis(NamedTuple):
    """An axis of whole powers: its lowest row is `first · unit`, its ticks are the multiples of `step`."""

    unit: float
    first: int
    step: int
    multiples: range


def _even_axes(low: float, high: float, rows: int) -> Iterator[_Axis]:
    """The axes that hold low to high on so many rows, with every tick on a row and a row between two at least."""
    for step in (mantissa * 10**power for power in range(8) for mantissa in (1, 2, 3, 5)):
        # with more rows between two ticks the axis is too short
        most = rows if high <= low else min(rows, math.floor(step * rows / (high - low)) + 1)
        for apart in range(2, most):
            unit = step / apart
            first = math.floor(low / unit + 1e-9)
            last = first + rows - 1
            if last * unit >= high:
                yield _Axis(unit, first, step, range(-(-first // apart), last // apart + 1))


def _two_decades(low: float, high: float) -> list[Tick]:
    """The lowest and the highest of the roundest powers of which there are two: for an axis of few rows."""
    for step in (mantissa * 10**power for power in range(8, -1, -1) for mantissa in (5, 2, 1)):
        first, last = math.ceil(low / step), math.floor(high / step)
        if first < last:
            return [Tick(place * step, power_text(place * step)) for place in (first, last)]
    return []


def _parts_of_decades(low: float, high: float, most: int) -> list[Tick]:
    """The coarsest round numbers of which there are three, or as many as there may be."""
    ticks: list[Tick] = []
    finer = (1,), (1, 3), (1, 2, 5), (1, 1.5, 2, 3, 5, 7), tuple(1 + n / 10 for n in range(90))
    for mantissas in finer:
        found = [
            Tick(math.log10(mantissa) + decade, power_text(decade, mantissa))
            for decade in range(math.floor(low), math.ceil(high) + 1)
            for mantissa in mantissas
            if low - 1e-9 <= math.log10(mantissa) + decade <= high + 1e-9
        ]
        if len(found) > most:
            # One tick gives no scale: then the first and the last of the finer ones do.
            ticks = ticks if len(ticks) > 1 else [found[0], found[-1]]
            break
        ticks = found
        if len(ticks) >= min(3, most):
            break
    return ticks or found[:: -(-len(found) // most)]


def power_text(power: float, mantissa: float = 1) -> str:
    """The round number mantissa · 10**power: `0.1`, `20`, `1e-5`, `10^-120`, `3·10^200`."""
    if -3 < power < 4:
        return f"{mantissa * 10.0**power:.10g}"
    if abs(power) < 100:
        return f"{mantissa:g}e{power:.0f}"
    return f"10^{power:.0f}" if mantissa == 1 else f"{mantissa:g}·10^{power:.0f}"


def finite_runs(series: ChartSeries, *, limits: Point, y_limits: Point, columns: int) -> list[list[Point]]:
    """The series' finite points, held within the y limits, in runs without gaps, at most two a column."""
    import numpy as np

    x = series.x if not isinstance(series.x, range) else np.arange(series.x.start, series.x.stop, series.x.step)
    xs, ys = np.asarray(x, dtype=float), np.asarray(series.y, dtype=float)
    if len(xs) > 2 * columns:
        xs, ys = envelope(xs, ys, limits=limits, columns=columns)
    ys = np.where(np.isfinite(ys), np.clip(ys, *y_limits), np.nan)
    points = zip(xs.tolist(), ys.tolist(), strict=True)
    return [list(run) for known, run in groupby(points, key=lambda point: not math.isnan(point[1])) if known]


def envelope(x: "FloatArray", y: "FloatArray", *, limits: Point, columns: int) -> "tuple[FloatArray, FloatArray]":
    """The lowest and the highest finite y of every column, the one nearer to what came before first.

    A column without a finite value is one NaN.
    """
    import numpy as np

    low, high = limits
    places = np.rint((x - low) / (high - low) * (columns - 1))
    starts = np.flatnonzero(np.diff(places, prepend=-1.0))
    finite = np.isfinite(y)
    lowest = np.minimum.reduceat(np.where(finite, y, np.inf), starts)
    highest = np.maximum.reduceat(np.where(finite, y, -np.inf), starts)
    xs: list[float] = []
    ys: list[float] = []
    before = 0.0
    for start, bottom, top in zip(x[starts].tolist(), lowest.tolist(), highest.tolist(), strict=True):
        if math.isinf(bottom):
            pair = [math.nan]
        else:
            pair = sorted({bottom, top}, key=lambda value: abs(value - before))
            before = pair[-1]
        xs.extend([start] * len(pair))
        ys.extend(pair)
    return np.array(xs), np.array(ys)


def essential_points(run: list[Point], *, tolerance: float) -> list[Point]:
    """The run's points without those that straight lines between the others pass by at most `tolerance` above or below.

    The library takes as long for a point as for a hundred dots of a line.
    """
    kept = run[:1]
    low, high = -math.inf, math.inf  # the slopes of lines from the last kept point that pass all since
    for before, (x, y) in pairwise(run):
        anchor_x, anchor_y = kept[-1]
        if before != kept[-1] and not (x > anchor_x and low <= (y - anchor_y) / (x - anchor_x) <= high):
            kept.append(before)
            (anchor_x, anchor_y), low, high = before, -math.inf, math.inf
        if x > anchor_x:
            low = max(low, (y - tolerance - anchor_y) / (x - anchor_x))
            high = min(high, (y + tolerance - anchor_y) / (x - anchor_x))
        else:
            low, high = math.inf, -math.inf
    return [*kept, run[-1]] if len(run) > 1 else kept


def chart(
    series: Sequence[ChartSeries],
    *,
    width: int,
    height: int,
    x_limits: Point,
    y_limits: Point,
    y_ticks: Sequence[Tick],
    label_width: int,
    axis: str,
) -> Chart:
    """Draws the series over an axis in the lowest row.

    `axis` is the colour of the axes and of the labels on the left, which take `label_width` cells.
    """
    import plotext as plt

    left, columns = label_width + 1, width - label_width - 1
    load()
    figure = plt.figure
    figure.clear.data()  # all else that a chart has is set anew below
    figure.plot_size(width, height)
    figure.canvas("default")
    figure.axes(False)
    ink = plt.pixel(foreground=channels(axis))
    for direction in (0, 1):
        figure.axes(True, pixel=ink, axis=direction, side=0)
        figure.ruler(direction, 1).frequency(0)
    figure.ruler().pixel(ink)
    figure.ruler(0, 0).lim(*x_limits)
    figure.ruler(1, 0).lim(*y_limits)
    figure.ruler(0, 0).frequency(0)
    figure.ruler(1, 0).ticks(
        [tick.place for tick in y_ticks], [tick.label[:label_width].rjust(label_width) for tick in y_ticks]
    )
    fine = (y_limits[1] - y_limits[0]) / (max(1, height - 1) * DOWN) * _UNSEEN
    for one in series:
        colour = plt.pixel(foreground=channels(one.colour))
        for run in finite_runs(one, limits=x_limits, y_limits=y_limits, columns=columns):
            if one.line is not None and len(run) > 1:
                line = plt.marker(one.line, colour)
                figure.draw(
                    figure.signal(
                        *map(list, zip(*essential_points(run, tolerance=fine), strict=True)), marker=line
                    ).lines(True)
                )
            if one.marker is not None or len(run) == 1:
                marker = plt.marker(one.marker or "●", colour)
                figure.draw(figure.signal(*map(list, zip(*run, strict=True)), marker=marker))
    rows = _cells(figure.build().string(), width, height)
    for y, row in enumerate(rows):
        # plotext paints the tick labels in a colour of its own.
        row[:left] = [(char, axis) for char, _ in row[:left]]
        if y == height - 1:
            row[left:] = [(char, axis) for char, _ in row[left:]]
    return Chart(rows, left, columns)


def _cells(drawing: str, width: int, height: int) -> list[list[tuple[str, str | None]]]:
    """What plotext printed, cell by cell; a colour that is not given by its channels is left to be set."""
    rows: list[list[tuple[str, str | None]]] = []
    for line in drawing.splitlines():
        row: list[tuple[str, str | None]] = []
        colour: str | None = None
        for token in _PRINTED.finditer(line):
            if (text := token["text"]) is not None:
                row += [(char, colour) for char in text]
            elif token["channels"] is not None:
                colour = "#" + "".join(f"{int(channel):02x}" for channel in token["channels"].split(";"))
            elif token["set"] in ("", "0"):
                colour = None
        row.extend([(" ", None)] * (width - len(row)))
        rows.append(row[:width])
    rows.extend([(" ", None)] * width for _ in range(height - len(rows)))
    return rows[:height]
