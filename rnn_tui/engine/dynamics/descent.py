"""Gradient descent on two numbers, a step at a time, with and without clipping of the gradient's norm."""

import math
from typing import NamedTuple

from rnn_tui.engine.numbers.wide import ONE, Wide, hypot, product, quotient


class Step(NamedTuple):
    """Where one step leads.

    Attributes:
        w, b: the point after it; ±inf where it leaves float64's range.
        norm: ‖g‖ before it was clipped.
        scale: min(1, θ/‖g‖); 1 without clipping.
    """

    w: float
    b: float
    norm: Wide
    scale: Wide


def descent_step(
    w: float, b: float, *, along_w: Wide, along_b: Wide, lr: float, threshold: float | None = None
) -> Step:
    """(w, b) ← (w, b) − η g · min(1, θ/‖g‖), the clipping of Pascanu et al. 2013, algorithm 1.

    A gradient that is too small to be known (NaN) moves nothing: no η brings it back into float64's range.

    Args:
        along_w, along_b: g.
        lr: η.
        threshold: θ; None to take every gradient as it is.
    """
    norm = hypot(along_w, along_b)
    scale = ONE if threshold is None else _scale(norm, threshold)
    return Step(_moved(w, along_w, scale, lr), _moved(b, along_b, scale, lr), norm, scale)


def _scale(norm: Wide, threshold: float) -> Wide:
    if norm.mantissa == 0.0 or math.isnan(norm.mantissa):
        return ONE
    scale = quotient(Wide(threshold), norm)
    return scale if scale.exponent < 1 else ONE  # the mantissa is below 1, so the scale is


def _moved(at: float, along: Wide, scale: Wide, lr: float) -> float:
    move = product(Wide(lr), scale, along).value
    return at if math.isnan(move) else at - move
