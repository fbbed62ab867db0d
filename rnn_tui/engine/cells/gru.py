"""The GRU cell (Cho et al. 2014), in the conventions of `torch.nn.GRU`, whose reset gate acts after W_hn and b_hn.

r, z = σ(W_ih x_t + b_ih + W_hh h_{t−1} + b_hh); n = tanh(W_in x_t + b_in + r ⊙ u) with u = W_hn h_{t−1} + b_hn;
h_t = (1 − z) ⊙ n + z ⊙ h_{t−1}.
"""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine.cells.activations import open_share, sigmoid, slopes
from rnn_tui.engine.cells.local import StepMaps
from rnn_tui.engine.numbers.arithmetic import add, product
from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray, IntArray
from rnn_tui.engine.numbers.exponents import (
    Scaled,
    align_exponent,
    broadcast_exponents,
    from_floats,
    ldexp,
    stack,
    to_float,
)
from rnn_tui.engine.numbers.products import matvec

CANCELLED = 1e-3  # of |n_t|: what a smaller h_{t−1} − n_t has lost is to be had back
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
    recurrent = matvec(weight_hh, h_prev)
    u = recurrent[..., 2 * hidden :] + _at(bias_n, exponent, -1)
    whole = _at(recurrent, exponent, 1)
    a_rz = np.clip(driven[..., : 2 * hidden] + whole[..., : 2 * hidden], -LARGEST, LARGEST)
    opened = sigmoid(a_rz)
    r, z = opened[..., :hidden], opened[..., hidden:]
    whole_n = whole[..., 2 * hidden :] + bias_n  # not from u, in which b_hn may be lost beside a large exponent
    reset = np.multiply(r, whole_n, where=r != 0.0, out=np.zeros_like(u))  # a shut gate passes no infinity
    a_n = driven[..., 2 * hidden :] + np.clip(reset, -LARGEST, LARGEST)
    n = _at(np.tanh(a_n), exponent, -1)
    return GRUStep(np.concatenate([a_rz, a_n], axis=-1), u, n + z * (h_prev - n))


def _at(values: FloatArray, exponent: IntArray | None, sign: int) -> FloatArray:
    return values if exponent is None else ldexp(values, sign * exponent[..., None])


def gru_gates(a: FloatArray) -> dict[str, FloatArray]:
    """The values of the gates r, z, n, each (…, H), from a (…, 3H)."""
    r, z, n = np.split(a, 3, axis=-1)
    return {"r": sigmoid(r), "z": sigmoid(z), "n": np.tanh(n)}


def gru_maps(*, a: Scaled, u: Scaled, h_prev: Scaled, joined: AnyArray) -> StepMaps:
    """The linear maps of all steps, from forms that do not cancel.

    Args:
        a: pre-activations, (T, …, 3H) with an exponent a step.
        u: W_hn h_{t−1} + b_hn, (T, …, H) with an exponent a step.
        h_prev: (T, …, H) with an exponent a step.
        joined: (T,) whether h_{t−1} is more than the cell's own: h_0, or a state that a skip was added to.
    """
    a_r, a_z, a_n = (Scaled(part, a.exponent) for part in np.split(a.mantissa, 3, axis=-1))
    r, z = open_share(a_r), open_share(a_z)
    kept_back = open_share(Scaled(-a_z.mantissa, a_z.exponent))
    of_n = product(kept_back, slopes("tanh", a_n))
    behind = _behind(a_n, z, kept_back, h_prev, joined)
    slope_r, slope_z = slopes("sigmoid", a_r), slopes("sigmoid", a_z)
    to_r, to_z = product(of_n, broadcast_exponents(u), slope_r), product(behind, slope_z)
    hidden_side, input_side = ([to_r, to_z, product(of_n, r)], [to_r, to_z, of_n])
    size = np.stack([to_float(each) for each in (slope_r, slope_z, slopes("tanh", a_n))], axis=-2)
    return StepMaps(
        to_gates=_one_part(stack(hidden_side, axis=-2)),
        to_inputs=_one_part(stack(input_side, axis=-2)),
        carry=Scaled(z.mantissa[..., None, :], z.exponent[..., None, :]),
        through=None,
        slopes=size,
    )


def gru_behind(*, a: Scaled, h_prev: Scaled, joined: AnyArray) -> Scaled:
    """h_{t−1} − n_t, (T, …, H), to all digits; the arguments are those of `gru_maps`."""
    _, a_z, a_n = (Scaled(part, a.exponent) for part in np.split(a.mantissa, 3, axis=-1))
    return _behind(a_n, open_share(a_z), open_share(Scaled(-a_z.mantissa, a_z.exponent)), h_prev, joined)


def _behind(a_n: Scaled, z: Scaled, kept_back: Scaled, h_prev: Scaled, joined: AnyArray) -> Scaled:
    """h_{t−1} − n_t, (T, …, H).

    Where both are near the same end ±1 of tanh's range, the subtraction leaves nothing but their rounding. There it is
    the difference of what each falls short of that end: 1 − |n_t| is known to all digits, and so is what a state
    falls short by, z_t ⊙ that of the state before + (1 − z_t) ⊙ that of n_t, for nothing in it is subtracted.
    """
    level = ldexp(a_n.mantissa, align_exponent(a_n.exponent, a_n.mantissa))
    n = np.tanh(level)
    plain = broadcast_exponents(
        Scaled(h_prev.mantissa - ldexp(n, -align_exponent(h_prev.exponent, n)), h_prev.exponent)
    )
    lost = (np.abs(to_float(plain)) < CANCELLED * np.abs(n)) & ~align_exponent(joined, n)
    if not lost.any():
        return plain
    ordinary = broadcast_exponents(plain)
    mantissa, exponent = ordinary.mantissa.copy(), ordinary.exponent.copy()
    for end in (1.0, -1.0):
        here = lost & (n * end > 0)
        if not here.any():
            continue
        of_n = open_share(from_floats(-2.0 * end * level))
        of_n = Scaled(2.0 * of_n.mantissa, of_n.exponent)
        last = int(np.flatnonzero(here.reshape(len(here), -1).any(axis=1))[-1])
        of_h = _short_of(end, last, of_n=of_n, z=z, kept_back=kept_back, h_prev=h_prev, joined=joined)
        short = broadcast_exponents(of_n)
        gap = add(Scaled(end * short.mantissa[: last + 1], short.exponent[: last + 1]), of_h)
        mantissa[: last + 1][here[: last + 1]] = gap.mantissa[here[: last + 1]]
        exponent[: last + 1][here[: last + 1]] = gap.exponent[here[: last + 1]]
    return Scaled(mantissa, exponent)


def _short_of(
    end: float, last: int, *, of_n: Scaled, z: Scaled, kept_back: Scaled, h_prev: Scaled, joined: AnyArray
) -> Scaled:
    """h_{t−1} − `end` for the steps t ≤ `last`, by subtraction where the state is no cell's own alone."""
    new, carry = broadcast_exponents(product(kept_back, of_n)), broadcast_exponents(z)
    states = ldexp(h_prev.mantissa, align_exponent(h_prev.exponent, h_prev.mantissa))
    found = from_floats(1.0 - end * states[: last + 1], blocks=states.ndim)
    for t in range(1, last + 1):
        if not joined[t]:
            kept = carry.mantissa[t - 1] * found.mantissa[t - 1]
            before = Scaled(kept, carry.exponent[t - 1] + found.exponent[t - 1])
            found.mantissa[t], found.exponent[t] = add(before, Scaled(new.mantissa[t - 1], new.exponent[t - 1]))
    return Scaled(-end * found.mantissa, found.exponent)


def _one_part(factors: Scaled) -> Scaled:
    return Scaled(factors.mantissa[..., None, :, :], factors.exponent[..., None, :, :])
