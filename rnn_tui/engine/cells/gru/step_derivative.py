"""The derivative of the GRU's step, exact with exponents, and in float64 for batches.

∂h_t/∂z = h_{t−1} − n_t, ∂h_t/∂n = 1 − z, and ∂h_t/∂h_{t−1} = z beside what goes through the gates. The reset gate acts
on u = W_hn h_{t−1} + b_hn alone, so n's block of `to_gates` has an r that `to_inputs` has not.
"""

import numpy as np

from rnn_tui.engine.cells.activations import open_share, sigmoid, slopes
from rnn_tui.engine.cells.batch_parts import one_less_sigmoid, sigmoid_slope, tanh_slope
from rnn_tui.engine.cells.step_maps import FloatMaps, StepMaps, one_part
from rnn_tui.engine.numbers.arithmetic import add, product
from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray
from rnn_tui.engine.numbers.exponents import (
    Scaled,
    align_exponent,
    broadcast_exponents,
    from_floats,
    ldexp,
    stack,
    to_float,
)

CANCELLED = 1e-3  # of |n_t|: what a smaller h_{t−1} − n_t has lost is to be had back


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
    old_less_new = _old_less_new(a_n, z, kept_back, h_prev, joined)
    slope_r, slope_z = slopes("sigmoid", a_r), slopes("sigmoid", a_z)
    to_r, to_z = product(of_n, broadcast_exponents(u), slope_r), product(old_less_new, slope_z)
    hidden_side, input_side = ([to_r, to_z, product(of_n, r)], [to_r, to_z, of_n])
    size = np.stack([to_float(each) for each in (slope_r, slope_z, slopes("tanh", a_n))], axis=-2)
    return StepMaps(
        to_gates=one_part(stack(hidden_side, axis=-2)),
        to_inputs=one_part(stack(input_side, axis=-2)),
        carry=Scaled(z.mantissa[..., None, :], z.exponent[..., None, :]),
        through=None,
        slopes=size,
    )


def gru_old_less_new(*, a: Scaled, h_prev: Scaled, joined: AnyArray) -> Scaled:
    """h_{t−1} − n_t, (T, …, H), to all digits; the arguments are those of `gru_maps`."""
    _, a_z, a_n = (Scaled(part, a.exponent) for part in np.split(a.mantissa, 3, axis=-1))
    return _old_less_new(a_n, open_share(a_z), open_share(Scaled(-a_z.mantissa, a_z.exponent)), h_prev, joined)


def _old_less_new(a_n: Scaled, z: Scaled, kept_back: Scaled, h_prev: Scaled, joined: AnyArray) -> Scaled:
    """h_{t−1} − n_t, (T, …, H).

    Where both are near the same end ±1 of tanh's range, the subtraction leaves nothing but their rounding. There it is
    the difference of what each falls short of that end: 1 − |n_t| is known to all digits, and so is what a state
    falls short by, z_t ⊙ that of the state before + (1 − z_t) ⊙ that of n_t, for nothing in it is subtracted.
    """
    level = ldexp(a_n.mantissa, align_exponent(a_n.exponent, a_n.mantissa))
    n = np.tanh(level)
    subtracted = broadcast_exponents(
        Scaled(h_prev.mantissa - ldexp(n, -align_exponent(h_prev.exponent, n)), h_prev.exponent)
    )
    lost = (np.abs(to_float(subtracted)) < CANCELLED * np.abs(n)) & ~align_exponent(joined, n)
    if not lost.any():
        return subtracted
    ordinary = broadcast_exponents(subtracted)
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


def gru_float_maps(a: FloatArray, u: FloatArray, h_prev: FloatArray) -> FloatMaps:
    """The same in ordinary float64, from a (T, B, 3H), u_t and h_{t−1} (T, B, H)."""
    steps, batch, hidden = u.shape
    a_r, a_z, a_n = np.split(a, 3, axis=-1)
    r, z, n = sigmoid(a_r), sigmoid(a_z), np.tanh(a_n)
    slope, kept_back = np.empty((3, steps, batch, hidden)), np.empty_like(u)
    sigmoid_slope(r, 0.5 * a_r, slope[0])
    sigmoid_slope(z, 0.5 * a_z, slope[1])
    tanh_slope(n, a_n, slope[2])
    one_less_sigmoid(z, 0.5 * a_z, kept_back)
    of_n = kept_back * slope[2]
    to_inputs = np.stack([of_n * u * slope[0], (h_prev - n) * slope[1], of_n], axis=2)[:, :, None]
    to_gates = to_inputs.copy()
    to_gates[:, :, 0, 2] *= r
    return FloatMaps(to_gates, to_inputs, z[:, :, None])
