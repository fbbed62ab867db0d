"""Gradient descent on two numbers, a step at a time, with and without clipping of the gradient's norm."""

import math
from typing import NamedTuple

from rnn_tui.engine.numbers.scaled_float import ONE, ScaledFloat, float_hypot, float_product, float_quotient


class DescentStep(NamedTuple):
    """Where one step leads.

    Attributes:
        w, b: the point after it; ±inf where it leaves float64's range.
        norm: ‖g‖ before it was clipped.
        scale: min(1, θ/‖g‖); 1 without clipping.
    """

    w: float
    b: float
    norm: ScaledFloat
    scale: ScaledFloat


def descent_step(
    w: float, b: float, *, along_w: ScaledFloat, along_b: ScaledFloat, lr: float, threshold: float | None = None
) -> DescentStep:
    """(w, b) ← (w, b) − η g · min(1, θ/‖g‖), the clipping of Pascanu et al. 2013, algorithm 1.

    A gradient that is too small to be known (NaN) moves nothing: no η brings it back into float64's range.

    Args:
        along_w, along_b: g.
        lr: η.
        threshold: θ; None to take every gradient as it is.
    """
    norm = float_hypot(along_w, along_b)
    scale = ONE if threshold is None else _scale(norm, threshold)
    return DescentStep(_moved(w, along_w, scale, lr), _moved(b, along_b, scale, lr), norm, scale)


def _scale(norm: ScaledFloat, threshold: float) -> ScaledFloat:
    if norm.mantissa == 0.0 or math.isnan(norm.mantissa):
        return ONE
    scale = float_quotient(ScaledFloat(threshold), norm)
    return scale if scale.exponent < 1 else ONE  # the mantissa is below 1, so the scale is


def _moved(at: float, along: ScaledFloat, scale: ScaledFloat, lr: float) -> float:
    move = float_product(ScaledFloat(lr), scale, along).value
    return at if math.isnan(move) else at - move
