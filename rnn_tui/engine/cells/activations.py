"""Activations φ and their slopes φ', the slopes from the pre-activation in forms that do not cancel."""

from collections.abc import Callable, Mapping

import numpy as np

from rnn_tui.engine.kinds import CELLS, Activation, CellName
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponential import exponential
from rnn_tui.engine.numbers.exponents import Scaled, align_exponent, ldexp, unscaled

NEGLIGIBLE = 2.0**-60  # a change this small acts on a smooth φ as on a straight line, to rounding
ORDINARY = 277.0  # slopes down to e**−277 = 2**−400 need no exponent of their own


def sigmoid(a: FloatArray) -> FloatArray:
    """σ(a) = 1 / (1 + e^−a), without overflow."""
    small = np.exp(-np.abs(a))
    result: FloatArray = np.where(a >= 0, 1.0, small) / (1.0 + small)
    return result


def relu(a: FloatArray) -> FloatArray:
    """φ(a) = max(a, 0)."""
    return np.maximum(a, 0.0)


def linear(a: FloatArray) -> FloatArray:
    """φ(a) = a."""
    return a


ACTIVATE: Mapping[Activation, Callable[[FloatArray], FloatArray]] = {
    "tanh": np.tanh,
    "sigmoid": sigmoid,
    "relu": relu,
    "linear": linear,
}


def gate_values(cell: CellName, a: FloatArray) -> dict[str, FloatArray]:
    """The values of a cell's gates by their names, each (…, H), from a (…, G·H): σ, of the new content tanh."""
    kind = CELLS[cell]
    if not kind.gated:
        return {}
    parts = np.split(a, len(kind.gates), axis=-1)
    return {
        name: np.tanh(part) if name == kind.candidate else sigmoid(part)
        for name, part in zip(kind.gates, parts, strict=True)
    }


def slopes(activation: Activation, a: Scaled) -> Scaled:
    """φ'(a_t) for the pre-activations a (T, …, H) with an exponent a step.

    tanh: 4q / (1 + q)² with q = e^{−2|a|}; sigmoid: q / (1 + q)² with q = e^{−|a|}. Neither cancels, and where q
    leaves float64's range it keeps an exponent of its own: a saturated unit has a small slope, not a slope of 0.
    ReLU: 1 where a > 0, else 0, a true zero.
    """
    if activation == "linear":
        return unscaled(np.ones_like(a.mantissa))
    if activation == "relu":
        return unscaled((a.mantissa > 0).astype(np.float64))
    factor, gain = (2.0, 4.0) if activation == "tanh" else (1.0, 1.0)
    x = -factor * np.abs(ldexp(a.mantissa, align_exponent(a.exponent, a.mantissa)))
    if not x.size or x.min() > -ORDINARY:
        q = np.exp(x)
        return unscaled(gain * q / np.square(1.0 + q))
    q_scaled = exponential(x)
    one_plus = 1.0 + ldexp(q_scaled.mantissa, q_scaled.exponent)
    return Scaled(gain * q_scaled.mantissa / np.square(one_plus), q_scaled.exponent)


def open_share(a: Scaled) -> Scaled:
    """σ(a) for the pre-activations a (T, …, H) of a gate; a closed gate lets a little through, however little.

    1 − σ(a) = σ(−a): what a gate keeps back is `open_share` of −a, and nothing is subtracted from 1.
    """
    x = ldexp(a.mantissa, align_exponent(a.exponent, a.mantissa))
    if not x.size or x.min() > -ORDINARY:
        return unscaled(sigmoid(x))
    small = exponential(-np.abs(x))
    one_plus = 1.0 + ldexp(small.mantissa, small.exponent)
    opened = x >= 0
    return Scaled(np.where(opened, 1.0, small.mantissa) / one_plus, np.where(opened, 0, small.exponent))


def difference(activation: Activation, *, a: Scaled, change: Scaled) -> Scaled:
    """φ(a) − φ(a − change), exact to rounding however small the change or saturated the unit.

    Args:
        a: pre-activations that broadcast to (…, R, H), with an exponent for each row or for each element.
        change: by how much each would be less, (…, R, H), likewise.

    Returns:
        (…, R, H) with an exponent for each element.
    """
    elementwise = np.zeros(change.mantissa.shape, dtype=np.int64)
    change_exponent = elementwise + align_exponent(change.exponent, change.mantissa)
    if activation == "linear":
        return Scaled(change.mantissa, change_exponent)
    if activation == "relu":
        exponent = elementwise + align_exponent(a.exponent, a.mantissa)
        top = np.maximum(exponent, change_exponent)
        whole, less = ldexp(a.mantissa, exponent - top), ldexp(change.mantissa, change_exponent - top)
        on, was_on = a.mantissa > 0, whole - less > 0
        return Scaled(
            np.where(on & was_on, change.mantissa, np.where(on, a.mantissa, np.where(was_on, less - whole, 0.0))),
            np.where(on & was_on, change_exponent, np.where(on, exponent, top)),
        )
    stretch, gain = (1.0, 1.0) if activation == "tanh" else (0.5, 0.5)
    value = stretch * ldexp(a.mantissa, align_exponent(a.exponent, a.mantissa))
    step = stretch * ldexp(change.mantissa, change_exponent)
    result = tanh_difference(value, step)
    tiny = np.abs(step) < NEGLIGIBLE
    if bool(tiny.any()):
        slope = slopes("tanh", Scaled(value, np.zeros((), dtype=np.int64)))
        slope_exponent = slope.exponent
        return Scaled(
            gain * np.where(tiny, stretch * slope.mantissa * change.mantissa, result.mantissa),
            np.where(tiny, slope_exponent + change_exponent, result.exponent),
        )
    return Scaled(gain * result.mantissa, result.exponent)


def tanh_difference(a: FloatArray, change: FloatArray) -> Scaled:
    """tanh(a) − tanh(b), b = a − change.

    On one side of 0 that is 2 e^{−2|near|} (1 − e^{−2|a−b|}) / ((1 + e^{−2|a|})(1 + e^{−2|b|})), near being the smaller
    of the two in size; across 0 the two parts add and nothing cancels.
    """
    b = a - change
    near = np.minimum(np.abs(a), np.abs(b))
    decay = exponential(-2.0 * near)
    same = np.sign(change) * -2.0 * np.expm1(-2.0 * np.abs(change)) * decay.mantissa
    same /= (1.0 + np.exp(-2.0 * np.abs(a))) * (1.0 + np.exp(-2.0 * np.abs(b)))
    across = a * b < 0
    return Scaled(np.where(across, np.tanh(a) - np.tanh(b), same), np.where(across, 0, decay.exponent))
