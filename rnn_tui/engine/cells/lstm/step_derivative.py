"""The derivative of the LSTM's step, exact with exponents, and in float64 for batches.

All that reaches h_t but through o goes through c_t: ∂h_t/∂(·) = o ⊙ sech²(c_t) ⊙ ∂c_t/∂(·), and ∂c_t/∂c_{t−1} = f.
"""

import numpy as np

from rnn_tui.engine.cells.activations import open_share, sigmoid, slopes
from rnn_tui.engine.cells.batch_parts import sigmoid_slope, tanh_slope
from rnn_tui.engine.cells.step_maps import FloatMaps, StepMaps
from rnn_tui.engine.numbers.arithmetic import add, product
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import Scaled, broadcast_exponents, from_floats, stack, to_float, unscaled

FAINT = 1e-290  # a cell state below it is kept with an exponent, for float64 may soon make it nothing


def lstm_maps(*, a: Scaled, c: FloatArray, c_prev: FloatArray) -> StepMaps:
    """The linear maps of all steps, from forms that do not cancel.

    Args:
        a: pre-activations, (T, …, 4H) with an exponent a step.
        c, c_prev: (T, …, H).
    """
    a_i, a_f, a_g, a_o = (Scaled(part, a.exponent) for part in np.split(a.mantissa, 4, axis=-1))
    level = np.zeros_like(a.exponent)
    opened = {name: open_share(part) for name, part in (("i", a_i), ("f", a_f), ("o", a_o))}
    slope = {name: slopes("sigmoid", part) for name, part in (("i", a_i), ("f", a_f), ("o", a_o))}
    slope["g"] = slopes("tanh", a_g)
    g = unscaled(np.tanh(np.ldexp(a_g.mantissa, np.minimum(a.exponent, 1000)[..., None])))
    through = product(opened["o"], slopes("tanh", Scaled(c, level)))
    before, squashed = unscaled(c_prev), unscaled(np.tanh(c))
    if bool((np.abs(c) < FAINT).any()):
        before, squashed = _faint(c, c_prev, kept=opened["f"], brought=product(opened["i"], g))
    of_c = [product(g, slope["i"]), product(before, slope["f"]), product(opened["i"], slope["g"])]
    nothing = unscaled(np.zeros_like(c))
    to_h = [*(product(through, each) for each in of_c), product(squashed, slope["o"])]
    to_gates = stack([stack(to_h, axis=-2), stack([*of_c, nothing], axis=-2)], axis=-3)
    carry = stack([product(through, opened["f"]), opened["f"]], axis=-2)
    size = np.stack([to_float(slope[name]) for name in ("i", "f", "g", "o")], axis=-2)
    return StepMaps(to_gates=to_gates, to_inputs=to_gates, carry=carry, through=through, slopes=size)


def _faint(c: FloatArray, c_prev: FloatArray, *, kept: Scaled, brought: Scaled) -> tuple[Scaled, Scaled]:
    """c_{t−1} and tanh(c_t), (T, …, H), where shut gates have left less in a cell than float64 can hold.

    Args:
        kept: f_t.
        brought: i_t ⊙ g_t.
    """
    carry, new = broadcast_exponents(kept), broadcast_exponents(brought)
    found = from_floats(np.concatenate([c_prev[:1], c]), blocks=c.ndim)
    faint = np.abs(c) < FAINT
    for t in np.flatnonzero(faint.reshape(len(faint), -1).any(axis=1)):
        left = Scaled(carry.mantissa[t] * found.mantissa[t], carry.exponent[t] + found.exponent[t])
        whole = add(left, Scaled(new.mantissa[t], new.exponent[t]))
        found.mantissa[t + 1] = np.where(faint[t], whole.mantissa, found.mantissa[t + 1])
        found.exponent[t + 1] = np.where(faint[t], whole.exponent, found.exponent[t + 1])
    before = Scaled(found.mantissa[:-1], found.exponent[:-1])
    # of so little, tanh is the same
    squashed = from_floats(np.tanh(c), blocks=c.ndim)
    return before, Scaled(
        np.where(faint, found.mantissa[1:], squashed.mantissa), np.where(faint, found.exponent[1:], squashed.exponent)
    )


def lstm_float_maps(a: FloatArray, c: FloatArray) -> FloatMaps:
    """The same in ordinary float64, from a (T, B, 4H) and c_0 … c_T (T + 1, B, H)."""
    steps, batch, hidden = c[1:].shape
    i, f, g, o = np.split(a, 4, axis=-1)
    slope, tanh_c = np.empty((5, steps, batch, hidden)), np.tanh(c[1:])
    opened = [sigmoid(part) for part in (i, f, o)]
    for place, (value, part) in zip((0, 1, 3), zip(opened, (i, f, o), strict=True), strict=True):
        sigmoid_slope(value, 0.5 * part, slope[place])
    new = np.tanh(g)
    tanh_slope(new, g, slope[2])
    tanh_slope(tanh_c, c[1:], slope[4])
    through = opened[2] * slope[4]
    to_gates = np.zeros((steps, batch, 2, 4, hidden))
    to_gates[:, :, 1, 0] = new * slope[0]
    to_gates[:, :, 1, 1] = c[:-1] * slope[1]
    to_gates[:, :, 1, 2] = opened[0] * slope[2]
    to_gates[:, :, 0] = to_gates[:, :, 1] * through[:, :, None]
    to_gates[:, :, 0, 3] = tanh_c * slope[3]
    return FloatMaps(to_gates, to_gates, np.stack([through * opened[1], opened[1]], axis=2))
