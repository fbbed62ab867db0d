"""What clipping did to one vector of all gradients, for the steps of a training."""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine.kinds import ClipMode
from rnn_tui.engine.network.model import Model, flat_norm, largest_tensor, not_finite
from rnn_tui.engine.numbers.arrays import FloatArray


class Clipped(NamedTuple):
    """What clipping did to g.

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


def clip_in_place(gradient: Model, *, mode: ClipMode, threshold: float) -> Clipped:
    """`norm`: g ← g·min(1, θ/‖g‖); `value`: g ← max(−θ, min(θ, g)), entry by entry; else g as it is.

    PyTorch's `clip_grad_norm_` divides by ‖g‖ + 1e-6; here nothing is added, so that ‖g‖ becomes θ itself.

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
            after, cosine = flat_norm(g), cosine_of(whole, g)
            scale = after / before
    return Clipped(mode, threshold, before, after, scale, cosine, touched, name)


def clipped_by_steps(whole: Model, limited: Model, *, threshold: float, touched: float) -> Clipped:
    """What limiting ∂L/∂h_t on the way back did to g: `whole` without it, `limited` with it.

    Args:
        touched: the share of the gradients at the steps that were beyond θ.
    """
    after = flat_norm(limited.flat)
    if not np.isfinite(whole.flat).all():
        name = not_finite(whole) or ""
        return Clipped("step", threshold, flat_norm(whole.flat), after, 0.0, None, touched, name)
    before, name = largest_tensor(whole)
    cosine = cosine_of(whole.flat, limited.flat)
    return Clipped("step", threshold, before, after, after / before if before else 1.0, cosine, touched, name)


def cosine_of(left: FloatArray, right: FloatArray) -> float | None:
    """⟨g, g'⟩ / (‖g‖ ‖g'‖); None where one of the two is zero."""
    sizes = flat_norm(left), flat_norm(right)
    if not sizes[0] or not sizes[1]:
        return None
    return max(-1.0, min(1.0, float((left / sizes[0]).dot(right / sizes[1]))))
