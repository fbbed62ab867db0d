"""The LSTM cell (Hochreiter & Schmidhuber 1997, Gers et al. 2000), in the conventions of `torch.nn.LSTM`.

i, f, o = σ(a_i), σ(a_f), σ(a_o) and g = tanh(a_g), a = W_ih x_t + b_ih + W_hh h_{t−1} + b_hh in the order i f g o;
c_t = f ⊙ c_{t−1} + i ⊙ g and h_t = o ⊙ tanh(c_t).
"""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine.cells.activations import open_share, sigmoid, slopes
from rnn_tui.engine.cells.local import StepMaps
from rnn_tui.engine.numbers.arithmetic import add, product
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import Scaled, broadcast_exponents, from_floats, stack, to_float, unscaled
from rnn_tui.engine.numbers.products import matvec

FAINT = 1e-290  # a cell state below it is kept with an exponent, for float64 may soon make it nothing


class LSTMStep(NamedTuple):
    """One step forward: the pre-activations a_t (…, 4H), the states c_t and h_t (…, H)."""

    a: FloatArray
    c: FloatArray
    h: FloatArray


def lstm_step(weight_hh: FloatArray, *, driven: FloatArray, h_prev: FloatArray, c_prev: FloatArray) -> LSTMStep:
    """c_t = f ⊙ c_{t−1} + i ⊙ g and h_t = o ⊙ tanh(c_t).

    Args:
        weight_hh: (…, 4H, H).
        driven: W_ih x_t + b_ih + b_hh, (…, 4H).
        h_prev, c_prev: (…, H).
    """
    a = matvec(weight_hh, h_prev) + driven
    hidden = h_prev.shape[-1]
    opened = sigmoid(a)
    i, f, o = opened[..., :hidden], opened[..., hidden : 2 * hidden], opened[..., 3 * hidden :]
    c = f * c_prev + i * np.tanh(a[..., 2 * hidden : 3 * hidden])
    return LSTMStep(a, c, o * np.tanh(c))


def lstm_gates(a: FloatArray) -> dict[str, FloatArray]:
    """The values of the gates i, f, g, o, each (…, H), from a (…, 4H)."""
    i, f, g, o = np.split(a, 4, axis=-1)
    return {"i": sigmoid(i), "f": sigmoid(f), "g": np.tanh(g), "o": sigmoid(o)}


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
    """c_{t−1} and tanh(c_t), (T, …, H), where shut gates have left less in a cell than float64 can tell from nothing.

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
