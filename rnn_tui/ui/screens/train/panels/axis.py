"""The axis of the training's steps: it grows by leaps to the next round number, so that a chart keeps its place."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rnn_tui.lab.training.record.events import Event
from rnn_tui.ui.charts.plotting import Point, Tick

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import FloatArray, IntArray

_MANTISSAS = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0)
_LEAST_END = 20
_DIVISIONS = 50
_SYMBOLS = {
    "changed": "◇",
    "rewound": "↶",
    "diverged": "✗",
    "beats-baseline": "▾",
    "learned": "✓",
    "input-is-enough": "○",
}


def axis_end(step: int) -> int:
    """The round number at which the axis ends after so many steps."""
    power = 1
    while True:
        for mantissa in _MANTISSAS:
            end = round(mantissa * power)
            if end >= max(step, _LEAST_END):
                return end
        power *= 10


def limits(step: int) -> Point:
    """The x axis after so many steps."""
    return (0.0, float(axis_end(step)))


def mark_stride(step: int) -> int:
    """By how many steps the mark moves: about a column of a chart."""
    return max(1, axis_end(step) // _DIVISIONS // 10 * 10) if step >= 10 * _DIVISIONS else 1


def axis_top(largest: float) -> float:
    """The round number at which an axis from 0 ends that holds the largest value."""
    if largest <= 0:
        return 1.0
    power = 1.0
    while power > largest:
        power /= 10
    while power * 10 <= largest:
        power *= 10
    return next((m * power for m in (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0) if m * power >= largest), 10 * power)


def ticks_from_zero(top: float, rows: int, text: Callable[[float], str]) -> list[Tick]:
    """Ticks at 0, the top, and the half where there is a row for it."""
    places = [0.0, top / 2, top] if rows >= 5 else [0.0, top]
    return [Tick(place, text(place)) for place in places]


def binned_curve(
    steps: "IntArray | FloatArray", values: "FloatArray", *, end: int, bins: int, take: Any
) -> "tuple[FloatArray, FloatArray]":
    """The values by bins of the axis: the place of each bin's last point, and what `take.reduceat` makes of its values.

    `take` is a ufunc, as `np.maximum`; with `np.add` it is
    the mean, and the newest bin is left out until it has half of what the one before has.
    """
    import numpy as np

    if len(steps) == 0:
        return np.zeros(0), np.zeros(0)
    places = np.minimum((np.asarray(steps, dtype=float) * bins / end).astype(np.int64), bins - 1)
    starts = np.flatnonzero(np.diff(places, prepend=-1))
    found = take.reduceat(values, starts)
    counts = np.diff(np.append(starts, len(steps)))
    last = np.asarray(steps, dtype=float)[starts + counts - 1]
    if take is not np.add:
        return last, found
    # a mean of few would jump about at the end of the line
    whole = len(counts) - (len(counts) > 1 and 2 * counts[-1] < counts[-2])
    return last[:whole], found[:whole] / counts[:whole]


def symbol_of(event: Event) -> str:
    """The sign of an event, on the charts and in the list."""
    return _SYMBOLS[event.kind]
