"""The difference of two runs of the GRU over one step, in float64 and with exponents.

Primes mark the other run, value' = value − difference; a product's difference is d(pq) = p dq + dp q'.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from rnn_tui.engine.cells.activations import open_share, sigmoid
from rnn_tui.engine.cells.differences import (
    LARGEST,
    Bend,
    ExactChange,
    bend,
    factors_of,
    float_of,
    negative,
    scaled_difference,
    scaled_where,
    sum_of,
)
from rnn_tui.engine.cells.step import CellRun
from rnn_tui.engine.network.parameters import Parameters
from rnn_tui.engine.numbers.arithmetic import product
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import Scaled, ldexp, to_float
from rnn_tui.engine.numbers.products import matvec_of_steps

LIMIT = 1e11  # of a gate's pre-activation: further out it is no more open or shut; −LIMIT a step adds up over any text


class GRUSteps(NamedTuple):
    """Steps of a run: r and z together, n, and what else the equations hold."""

    rz: Bend
    r: FloatArray
    z: FloatArray
    kept_back: FloatArray
    u: FloatArray
    n: Bend
    old_less_new: FloatArray


def gru_steps(run: CellRun, gain: FloatArray, old_less_new: Scaled) -> GRUSteps:
    """All T steps of a run: (T, …, ·); `old_less_new` is h_{t−1} − n_t."""
    assert run.u is not None
    a = to_float(run.a)
    r, z, n = np.split(a, 3, axis=-1)
    rz = slice(2 * n.shape[-1])
    return GRUSteps(
        bend(a[..., rz], gain[rz]),
        sigmoid(r),
        sigmoid(z),
        sigmoid(-z),
        to_float(run.u),
        bend(n),
        to_float(old_less_new),
    )


def gru_float_difference(
    steps: GRUSteps, gates: FloatArray, rows: FloatArray | None, *, words: FloatArray | None = None
) -> FloatArray:
    """Dh = (1 − z) dn + z dh_prev + dz (h_prev' − n'), the argument of n differing by W dx + r du + dr u'.

    Or dh = (1 − z') dn + z' dh_prev + dz (h_prev − n): with the larger of z and z', one large term is not taken from
    another.
    """
    hidden = gates.shape[-1] // 3
    both = gates if words is None else gates + words
    moved, d_u = steps.rz.difference(both[..., : 2 * hidden]), gates[..., 2 * hidden :]
    d_r, d_z = moved[..., :hidden], moved[..., hidden:]
    change = steps.r * d_u + d_r * (steps.u - d_u)
    d_n = steps.n.difference(change if words is None else change + words[..., 2 * hidden :])
    wider = d_z < 0
    other = 2.0 * (steps.rz.x[..., hidden:] - both[..., hidden : 2 * hidden])
    found = np.where(wider, sigmoid(-other), steps.kept_back) * d_n
    apart = d_n
    if rows is not None:
        found += np.where(wider, sigmoid(other), steps.z) * rows
        apart = apart - rows
    found += d_z * (steps.old_less_new + np.where(wider, 0.0, apart))
    return found


def gru_exact_difference(change: ExactChange) -> list[Scaled]:
    """The same with exponents; of the argument of n, W dx is what the word brings."""
    assert change.u is not None
    assert change.old_less_new is not None
    a, driven = change.a, change.driven(2)
    r, z, kept_back = open_share(a[0]), open_share(a[1]), open_share(Scaled(-a[1].mantissa, a[1].exponent))
    d_r, d_z = (scaled_difference("sigmoid", a[k], driven[k]) for k in (0, 1))
    u, own = factors_of(change.u), change.of_word[2:]
    if change.recurrent:
        d_u = change.recurrent[2]
        d_a_n = sum_of(*own, product(r, d_u), product(d_r, sum_of(u, negative(d_u))))
    else:
        d_a_n = sum_of(*own, product(d_r, u))
    d_n = scaled_difference("tanh", a[2], d_a_n)
    # with the larger of z and z', one large term is not taken from another: see the same in ordinary float64
    wider, other = d_z.mantissa < 0, float_of(factors_of(a[1])) - float_of(driven[1])
    level = np.zeros((), dtype=np.int64)
    apart, terms = d_n, [product(scaled_where(wider, open_share(Scaled(-other, level)), kept_back), d_n)]
    if change.before:
        before = change.before[0]
        apart = sum_of(apart, negative(before))
        terms.append(product(scaled_where(wider, open_share(Scaled(other, level)), z), before))
    apart = apart._replace(mantissa=np.where(wider, 0.0, apart.mantissa))
    return [sum_of(*terms, product(d_z, sum_of(change.old_less_new, apart)))]


def gru_unlimited(parameters: Parameters, run: CellRun, brought: Callable[[], FloatArray]) -> Scaled:
    """The pre-activations of a run as large as they are, also where the step limits them.

    The other run's are these less a difference, which may be as large.
    """
    if run.u is None or np.abs(run.a.mantissa).max() < LIMIT:
        return run.a
    hidden = parameters.hidden
    carried = matvec_of_steps(parameters.weight_hh_l0, run.h_prev.mantissa)[..., : 2 * hidden]
    carried = ldexp(carried, run.h_prev.exponent[..., None]) + parameters.bias_hh_l0[..., : 2 * hidden]
    reset = sigmoid(run.a.mantissa[..., :hidden]) * to_float(run.u)
    a = np.clip(brought() + parameters.bias_ih_l0 + np.concatenate([carried, reset], axis=-1), -LARGEST, LARGEST)
    return run.a._replace(mantissa=a)
