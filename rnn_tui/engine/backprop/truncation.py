"""Truncated backpropagation: every step's loss goes back at most so many steps, and no further."""

import numpy as np

from rnn_tui.engine.backprop.linear_maps import LinearMaps
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.scaled_rows import ScaledRows


def within_window(rows: ScaledRows, maps: LinearMaps, weights: FloatArray, *, t: int, steps: int) -> ScaledRows | None:
    """The rows at step t without those whose loss is `steps` or more steps later: t' − t < `steps` are left.

    With K = `steps`, L_{t'} asks something of the copies k of the weights with t' − K < k ≤ t', and of none before.

    Args:
        rows: one row for every step t' > t with a weight, the nearest first.
        weights: w_t, (T,), how much each step's loss counts; a step of no weight has no row.
        t: the step that the rows have come back to, from 0.
    """
    origins = np.flatnonzero(weights[t + 1 :]) + t + 1
    origins = origins[: rows.mantissa.shape[-2]]
    left = int((origins - t < steps).sum())
    if left == len(origins):
        return rows
    if maps.skip is None:
        return ScaledRows(rows.mantissa[..., :left, :], rows.exponent[..., :left, :], rows.drift) if left else None
    # what a skip will still bring has a row for every loss, so rows are emptied and not dropped
    mantissa = rows.mantissa.copy()
    mantissa[..., left:, :] = 0.0
    return rows._replace(mantissa=mantissa)
