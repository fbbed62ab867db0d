"""Gradient clipping: by the norm of all parameters together, entry by entry, or step by step on the way back.

g ← g · min(1, θ/‖g‖), ‖g‖ over all tensors together (Pascanu et al. 2013, algorithm 1); g ← max(−θ, min(θ, g)), entry
by entry; or every ∂L/∂h_t limited before it goes further back, which `bptt.hidden_gradient` and
`batches.backward_batch` do. PyTorch's `clip_grad_norm_` divides by ‖g‖ + 1e-6; here nothing is added, so that ‖g‖
becomes θ itself.

A gradient is tensors by name, each with an exponent, or in training one vector of ordinary float64, changed in place.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from rnn_tui.engine.backprop.bptt import HiddenGradient
from rnn_tui.engine.kinds import ClipMode
from rnn_tui.engine.network.model import Model, flat_norm, largest_tensor, not_finite
from rnn_tui.engine.numbers import exponents
from rnn_tui.engine.numbers.arithmetic import square_root, sum_first_axis
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import LOG10_2, Scaled, ldexp, log10, rescale, to_float

WHOLE = Scaled(np.ones(()), np.zeros((), dtype=np.int64))


class NonFiniteGradientError(ValueError):
    """A gradient holds NaN or inf; names its tensor."""

    def __init__(self, tensor: str) -> None:
        self.tensor = tensor
        super().__init__(f"the gradient of {tensor} is not finite, so it was not clipped and nothing was changed")


class Clipped(NamedTuple):
    """A gradient as clipped.

    Attributes:
        gradients: of every parameter, by name.
        scale: by what the whole gradient was multiplied; None where entries or steps were limited one by one.
        touched, touched_of: how many wholes, entries or steps were limited, of how many.
        hidden: δ_t as clipped; None where clipping acts on the parameters' gradients only.
    """

    gradients: Mapping[str, Scaled]
    scale: Scaled | None
    touched: int
    touched_of: int
    hidden: HiddenGradient | None = None


class ClippedVector(NamedTuple):
    """The clipping of one vector g of all gradients, for the steps of a training.

    Attributes:
        mode, threshold: how, and θ.
        norm_before, norm_after: ‖g‖ over all parameters; before step clipping that of the gradient left alone.
        scale: ‖after‖/‖before‖; under norm clipping min(1, θ/‖g‖). 1 where g = 0.
        cosine: between g before and after; None where g = 0.
        touched: the share that was beyond θ: norm, 1 or 0; value, of the entries of g; step, of the gradients that
            arrived at the steps of the sequences.
        tensor: the one with the largest norm before.
    """

    mode: ClipMode
    threshold: float
    norm_before: float
    norm_after: float
    scale: float
    cosine: float | None
    touched: float
    tensor: str


def require_finite(gradients: Mapping[str, Scaled]) -> None:
    """Raises `NonFiniteGradientError` with the name of the first tensor that holds NaN or inf."""
    for name, gradient in gradients.items():
        if not np.isfinite(gradient.mantissa).all():
            raise NonFiniteGradientError(name)


def global_norm(gradients: Mapping[str, Scaled]) -> Scaled:
    """‖g‖₂ over all tensors together."""
    norms = [exponents.block_norm(gradient) for gradient in gradients.values()]
    stacked = Scaled(np.array([n.mantissa for n in norms]), np.array([n.exponent for n in norms], dtype=np.int64))
    return square_root(sum_first_axis(Scaled(np.square(stacked.mantissa), 2 * stacked.exponent)))


def clip_by_norm(gradients: Mapping[str, Scaled], threshold: float, *, hidden: HiddenGradient | None = None) -> Clipped:
    """The gradients g · min(1, θ/‖g‖), ‖g‖ over all tensors together.

    Args:
        gradients: one exponent a tensor.
        threshold: θ.
        hidden: δ_t that the gradients come from, to be multiplied with the same; or None.

    Raises:
        NonFiniteGradientError: a gradient holds NaN or inf.
    """
    require_finite(gradients)
    before = global_norm(gradients)
    if not before.mantissa or float(log10(before)) < np.log10(threshold) - 1e-9:
        return Clipped(gradients, WHOLE, 0, 1, hidden)
    size, power = np.frexp(threshold)
    scale = rescale(Scaled(np.asarray(size / before.mantissa), np.asarray(int(power) - before.exponent)))
    if scale.exponent > 1 or (scale.exponent == 1 and scale.mantissa >= 0.5):
        return Clipped(gradients, WHOLE, 0, 1, hidden)
    clipped = {name: _times(gradient, scale) for name, gradient in gradients.items()}
    return Clipped(clipped, scale, 1, 1, None if hidden is None else hidden._replace(delta=_times(hidden.delta, scale)))


def clip_by_value(gradients: Mapping[str, Scaled], threshold: float) -> Clipped:
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
    return Clipped(clipped, None, touched, sum(gradient.mantissa.size for gradient in gradients.values()))


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


def clip_in_place(gradient: Model, *, mode: ClipMode, threshold: float) -> ClippedVector:
    """`norm`: g ← g·min(1, θ/‖g‖); `value`: g ← max(−θ, min(θ, g)), entry by entry; else g as it is.

    Args:
        gradient: all finite; changed.
    """
    g = gradient.flat
    before, name = largest_tensor(gradient)
    after, cosine, touched = before, 1.0 if before else None, 0.0
    scale = 1.0
    if mode == "norm" and before > threshold:
        scale, after, touched = threshold / before, threshold, 1.0
        np.multiply(g, scale, g)
    elif mode == "value":
        whole = g.copy()
        np.clip(g, -threshold, threshold, out=g)
        touched = float(np.count_nonzero(g != whole)) / g.size
        if touched:
            after, cosine = flat_norm(g), vector_cosine(whole, g)
            scale = after / before
    return ClippedVector(mode, threshold, before, after, scale, cosine, touched, name)


def clipped_by_steps(whole: Model, limited: Model, *, threshold: float, touched: float) -> ClippedVector:
    """The clipping of g by limiting ∂L/∂h_t on the way back: `whole` without it, `limited` with it.

    Args:
        touched: the share of the gradients at the steps that were beyond θ.
    """
    after = flat_norm(limited.flat)
    if not np.isfinite(whole.flat).all():
        name = not_finite(whole) or ""
        return ClippedVector("step", threshold, flat_norm(whole.flat), after, 0.0, None, touched, name)
    before, name = largest_tensor(whole)
    cosine = vector_cosine(whole.flat, limited.flat)
    return ClippedVector("step", threshold, before, after, after / before if before else 1.0, cosine, touched, name)


def vector_cosine(left: FloatArray, right: FloatArray) -> float | None:
    """⟨g, g'⟩ / (‖g‖ ‖g'‖); None where one of the two is zero."""
    sizes = flat_norm(left), flat_norm(right)
    if not sizes[0] or not sizes[1]:
        return None
    return max(-1.0, min(1.0, float((left / sizes[0]).dot(right / sizes[1]))))


def _times(value: Scaled, scale: Scaled) -> Scaled:
    return Scaled(value.mantissa * scale.mantissa, value.exponent + scale.exponent)
