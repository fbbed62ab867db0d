"""The GRU cell (Cho et al. 2014), in the conventions of `torch.nn.GRU`, whose reset gate acts after W_hn and b_hn.

r, z = σ(W_ih x_t + b_ih + W_hh h_{t−1} + b_hh); n = tanh(W_in x_t + b_in + r ⊙ u) with u = W_hn h_{t−1} + b_hn;
h_t = (1 − z) ⊙ n + z ⊙ h_{t−1}.
"""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine.activations import open_share, sigmoid, slopes
from rnn_tui.engine.arrays import FloatArray, IntArray
from rnn_tui.engine.cells.local import StepMaps
from rnn_tui.engine.exponents import Scaled, ldexp, spread
from rnn_tui.engine.factors import Factors, of_scaled, product, stacked, values
from rnn_tui.engine.products import applied, rows_times

LARGEST = 1e11  # a gate this far open or shut is told from no other: e**−LARGEST a step still adds up over any text


class GRUStep(NamedTuple):
    """One step forward: the pre-activations a_t (…, 3H) of r z n, u_t and the state h_t (…, H)."""

    a: FloatArray
    u: FloatArray
    h: FloatArray


def gru_step(
    weight_hh: FloatArray,
    bias_n: FloatArray,
    *,
    driven: FloatArray,
    h_prev: FloatArray,
    exponent: IntArray | None = None,
) -> GRUStep:
    """h_t = (1 − z) ⊙ n + z ⊙ h_{t−1}.

    Args:
        weight_hh: (…, 3H, H).
        bias_n: b_hn, (…, H).
        driven: W_ih x_t + b_ih, plus b_hh for r and z: (…, 3H).
        h_prev: (…, H).
        exponent: (…), where given, h_{t−1} is `h_prev` · 2**exponent, and so are h_t and u_t of the result. A skip lets
            a GRU's state grow beyond float64.
    """
    hidden = h_prev.shape[-1]
    recurrent = applied(weight_hh, h_prev)
    u = recurrent[..., 2 * hidden :] + _at(bias_n, exponent, -1)
    whole = _at(recurrent[..., : 2 * hidden], exponent, 1)
    a_rz = np.clip(driven[..., : 2 * hidden] + whole, -LARGEST, LARGEST)
    opened = sigmoid(a_rz)
    r, z = opened[..., :hidden], opened[..., hidden:]
    reset = np.multiply(r, _at(u, exponent, 1), where=r != 0.0, out=np.zeros_like(u))  # a shut gate passes no infinity
    a_n = driven[..., 2 * hidden :] + np.clip(reset, -LARGEST, LARGEST)
    n = _at(np.tanh(a_n), exponent, -1)
    return GRUStep(np.concatenate([a_rz, a_n], axis=-1), u, n + z * (h_prev - n))


def _at(values: FloatArray, exponent: IntArray | None, sign: int) -> FloatArray:
    return values if exponent is None else ldexp(values, sign * exponent[..., None])


def gru_step_reverse(
    weight_hh: FloatArray, *, a: FloatArray, u: FloatArray, h_prev: FloatArray, delta: FloatArray
) -> FloatArray:
    """∂/∂h_{t−1}, the way back through `gru_step`, for rows of adjoints (…, R, H) of h_t."""
    hidden = h_prev.shape[-1]
    opened = sigmoid(a[..., : 2 * hidden])
    r, z = opened[..., :hidden], opened[..., hidden:]
    n = np.tanh(a[..., 2 * hidden :])
    of_n = delta * ((1.0 - z) * (1.0 - n**2))
    gates = np.concatenate([of_n * (u * r * (1.0 - r)), delta * ((h_prev - n) * z * (1.0 - z)), of_n * r], axis=-1)
    return rows_times(gates, weight_hh) + delta * z


def gru_gates(a: FloatArray) -> dict[str, FloatArray]:
    """The values of the gates r, z, n, each (…, H), from a (…, 3H)."""
    r, z, n = np.split(a, 3, axis=-1)
    return {"r": sigmoid(r), "z": sigmoid(z), "n": np.tanh(n)}


def gru_maps(*, a: Scaled, u: Scaled, h_prev: Scaled) -> StepMaps:
    """The linear maps of all steps, as `gru_step_reverse` has them, from forms that do not cancel.

    Args:
        a: pre-activations, (T, …, 3H) with an exponent a step.
        u: W_hn h_{t−1} + b_hn, (T, …, H) with an exponent a step.
        h_prev: (T, …, H) with an exponent a step.
    """
    a_r, a_z, a_n = (Scaled(part, a.exponent) for part in np.split(a.mantissa, 3, axis=-1))
    n = np.tanh(ldexp(a_n.mantissa, spread(a.exponent, a_n.mantissa)))
    r, z = open_share(a_r), open_share(a_z)
    kept_back = open_share(Scaled(-a_z.mantissa, a_z.exponent))
    of_n = product(kept_back, slopes("tanh", a_n))
    behind = Scaled(h_prev.mantissa - ldexp(n, -spread(h_prev.exponent, n)), h_prev.exponent)
    slope_r, slope_z = slopes("sigmoid", a_r), slopes("sigmoid", a_z)
    to_r, to_z = product(of_n, of_scaled(u), slope_r), product(of_scaled(behind), slope_z)
    hidden_side, input_side = ([to_r, to_z, product(of_n, r)], [to_r, to_z, of_n])
    size = np.stack([values(each) for each in (slope_r, slope_z, slopes("tanh", a_n))], axis=-2)
    return StepMaps(
        to_gates=_one_part(stacked(hidden_side, axis=-2)),
        to_inputs=_one_part(stacked(input_side, axis=-2)),
        carry=Factors(z.mantissa[..., None, :], None if z.exponent is None else z.exponent[..., None, :]),
        through=None,
        slopes=size,
    )


def _one_part(factors: Factors) -> Factors:
    exponent = None if factors.exponent is None else factors.exponent[..., None, :, :]
    return Factors(factors.mantissa[..., None, :, :], exponent)
