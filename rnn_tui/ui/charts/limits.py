"""The limits of a chart's axes over the steps of a text."""

import math
from collections.abc import Sequence

from rnn_tui.ui.charts.plotting import Point

_LEAST_SPAN = 0.5  # of log10


def limits_of_steps(steps: int) -> Point:
    """The x axis for so many steps; a single one is in the middle."""
    return (1.0, float(steps)) if steps > 1 else (0.0, 2.0)


def y_limits(values: Sequence[float]) -> Point:
    """The limits for the finite values, never so narrow that round-off looks like a slope."""
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        return (-1.0, 1.0)
    low, high = min(finite), max(finite)
    margin = max(0.0, (_LEAST_SPAN - (high - low)) / 2)
    return (low - margin, high + margin)
