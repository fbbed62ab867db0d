"""What the panels over time share: the window of steps that is shown, and how a step is named and marked."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import FloatArray

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_LEVELS = "▁▂▃▄▅▆▇█"


class Window(NamedTuple):
    """The steps `start … stop − 1` (0-based) out of all."""

    start: int
    stop: int

    @property
    def length(self) -> int:
        """How many steps it shows."""
        return self.stop - self.start


def window(selected: int, steps: int, room: int) -> Window:
    """At most `room` of `steps`, with the selected one well inside.

    The window does not move while the selection moves through its middle half, and then goes on by half: so a key
    seldom redraws everything.
    """
    room = max(1, min(room, steps))
    half = max(1, room // 2)
    start = half * (selected // half) - (room - half) // 2
    start = min(max(start, 0), steps - room)
    return Window(start, start + room)


def subscript(step: int) -> str:
    """The 0-based step as the index of a symbol, from 1: `₁`."""
    return str(step + 1).translate(_SUBSCRIPTS)


def log10_ratio(one: float, other: float) -> float:
    """log10 of the ratio of two numbers given by theirs: −∞ where only the first is zero, NaN where the other is."""
    if other == -math.inf:
        return math.nan
    return one - other


def spark(values: Sequence[float]) -> str:
    """One character a value, low to high over the finite ones; `·` for −∞ (a true zero), `?` for NaN."""
    finite = [value for value in values if math.isfinite(value)]
    low, high = (min(finite), max(finite)) if finite else (0.0, 0.0)

    def mark(value: float) -> str:
        if math.isnan(value):
            return "?"
        if math.isinf(value):
            return "·"
        if high - low < 1e-9:
            return _LEVELS[3]
        return _LEVELS[round((value - low) / (high - low) * (len(_LEVELS) - 1))]

    return "".join(map(mark, values))


def largest_finite(values: "FloatArray") -> float:
    """The largest finite value; 0 where there is none."""
    import numpy as np

    finite = values[np.isfinite(values)]
    return float(finite.max()) if finite.size else 0.0


def binned(values: "FloatArray", bins: int) -> list[float]:
    """The largest value in each of `bins` equal stretches; a stretch without a known value is NaN."""
    import numpy as np

    edges = np.linspace(0, len(values), min(bins, len(values)) + 1).astype(int)
    known = np.where(np.isnan(values), -np.inf, values)
    largest = np.maximum.reduceat(known, edges[:-1])
    unknown = np.minimum.reduceat(np.isnan(values), edges[:-1])
    return [math.nan if missing else float(value) for value, missing in zip(largest, unknown, strict=True)]
