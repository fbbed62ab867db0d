"""Gradient clipping: by the norm of all parameters together, or entry by entry.

Clipping step by step, on the way back through time, is `bptt.hidden_gradient(step_threshold=…)`.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from rnn_tui.engine.numbers.arithmetic import square_root, sum_first_axis
from rnn_tui.engine.numbers.exponents import LOG10_2, Scaled, block_norm, ldexp, log10, rescale, to_float


class NonFiniteGradientError(ValueError):
    """A gradient holds NaN or inf; names its tensor."""

    def __init__(self, tensor: str) -> None:
        self.tensor = tensor
        super().__init__(f"the gradient of {tensor} is not finite, so it was not clipped and nothing was changed")


class ClippedByNorm(NamedTuple):
    """The clipped gradients, and scale = min(1, θ/‖g‖) with its own exponent."""

    gradients: Mapping[str, Scaled]
    scale: Scaled


class ClippedByValue(NamedTuple):
    """The clipped gradients, and how many entries were beyond ±θ."""

    gradients: Mapping[str, Scaled]
    touched: int


def require_finite(gradients: Mapping[str, Scaled]) -> None:
    """Raises `NonFiniteGradientError` with the name of the first tensor that holds NaN or inf."""
    for name, gradient in gradients.items():
        if not np.isfinite(gradient.mantissa).all():
            raise NonFiniteGradientError(name)


def global_norm(gradients: Mapping[str, Scaled]) -> Scaled:
    """‖g‖₂ over all tensors together."""
    norms = [block_norm(gradient) for gradient in gradients.values()]
    stacked = Scaled(np.array([n.mantissa for n in norms]), np.array([n.exponent for n in norms], dtype=np.int64))
    return square_root(sum_first_axis(Scaled(np.square(stacked.mantissa), 2 * stacked.exponent)))


def clip_by_norm(gradients: Mapping[str, Scaled], threshold: float) -> ClippedByNorm:
    """The gradients g · min(1, θ/‖g‖), ‖g‖ over all tensors together (Pascanu et al. 2013, algorithm 1).

    PyTorch's `clip_grad_norm_` divides by ‖g‖ + 1e-6; here nothing is added, so that ‖g‖ becomes θ itself.

    Raises:
        NonFiniteGradientError: a gradient holds NaN or inf.
    """
    require_finite(gradients)
    before = global_norm(gradients)
    if not before.mantissa or float(log10(before)) < np.log10(threshold) - 1e-9:
        return ClippedByNorm(gradients, Scaled(np.ones(()), np.zeros((), dtype=np.int64)))
    size, power = np.frexp(threshold)
    scale = rescale(Scaled(np.asarray(size / before.mantissa), np.asarray(int(power) - before.exponent)))
    if scale.exponent > 1 or (scale.exponent == 1 and scale.mantissa >= 0.5):
        return ClippedByNorm(gradients, Scaled(np.ones(()), np.zeros((), dtype=np.int64)))
    clipped = {
        name: Scaled(gradient.mantissa * scale.mantissa, gradient.exponent + scale.exponent)
        for name, gradient in gradients.items()
    }
    return ClippedByNorm(clipped, scale)


def clip_by_value(gradients: Mapping[str, Scaled], threshold: float) -> ClippedByValue:
    """max(−θ, min(θ, g)), entry by entry.

    Raises:
        NonFiniteGradientError: a gradient holds NaN or inf.
    """
    require_finite(gradients)
    clipped, touched = {}, 0
    for name, gradient in gradients.items():
        values = to_float(gradient)
        beyond = np.abs(values) > threshold
        touched += int(beyond.sum())
        # where nothing is beyond θ the tensor may be below float64's range, and keeps its exponent
        clipped[name] = (
            Scaled(np.clip(values, -threshold, threshold), np.zeros((), dtype=np.int64)) if beyond.any() else gradient
        )
    return ClippedByValue(clipped, touched)


def cosine(left: Mapping[str, Scaled], right: Mapping[str, Scaled]) -> float | None:
    """⟨g, g'⟩ / (‖g‖ ‖g'‖) over all tensors together; None where one of the two is zero."""
    if left is right:
        return 1.0 if any(gradient.mantissa.any() for gradient in left.values()) else None
    norms = global_norm(left), global_norm(right)
    if not norms[0].mantissa or not norms[1].mantissa:
        return None
    dot = 0.0
    for name in left:
        a, b = rescale(left[name]), rescale(right[name])
        product = float(np.vdot(a.mantissa / norms[0].mantissa, b.mantissa / norms[1].mantissa))
        dot += float(ldexp(np.asarray(product), a.exponent + b.exponent - norms[0].exponent - norms[1].exponent))
    return max(-1.0, min(1.0, dot))


def log10_scale(scale: Scaled) -> float:
    """log10 of a scale with its own exponent."""
    return float(np.log10(scale.mantissa) + scale.exponent * LOG10_2)
