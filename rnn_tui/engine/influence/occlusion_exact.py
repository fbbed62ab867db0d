"""What one step makes of a difference between two runs, for numbers of any size: every entry has its own exponent.

Primes mark the other run: value' = value − difference.
"""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine.backprop.rows import ScaledRows, add_rows, rescale_entries
from rnn_tui.engine.backprop.unroll import Trajectory
from rnn_tui.engine.cells.activations import difference, open_share
from rnn_tui.engine.kinds import Activation
from rnn_tui.engine.network.network import Network
from rnn_tui.engine.numbers.arithmetic import product
from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray, IntArray
from rnn_tui.engine.numbers.exponents import Scaled, align_exponent, ldexp, unscaled

LARGEST = 1e300  # a gate this far open is told from no other


class Here(NamedTuple):
    """One step of a run beside rows (…, R, ·), or a step for every row; what the cell does not have is None.

    `behind` is a GRU's h_{t−1} − n_t.
    """

    a: Scaled
    behind: Scaled | None
    c: FloatArray | None
    c_prev: FloatArray | None
    u: Scaled | None


def of_step(trajectory: Trajectory, behind: Scaled | None, t: int) -> Here:
    """One step (from 0), to be broadcast against rows (…, R, ·)."""

    def one(value: Scaled) -> Scaled:
        return Scaled(value.mantissa[t][..., None, :], value.exponent[t][..., None])

    c, c_prev, u = trajectory.c, trajectory.c_prev, trajectory.u
    return Here(
        one(trajectory.a),
        None if behind is None else Scaled(behind.mantissa[t][..., None, :], _exponent(behind)[t][..., None, :]),
        None if c is None else c[t][..., None, :],
        None if c_prev is None else c_prev[t][..., None, :],
        None if u is None else one(u),
    )


def as_rows(trajectory: Trajectory, behind: Scaled | None, first: int, stop: int) -> Here:
    """The steps first ≤ t < stop as rows, (…, stop − first, ·)."""

    def each(value: FloatArray) -> FloatArray:
        return np.moveaxis(value[first:stop], 0, -2)

    def every(value: Scaled) -> Scaled:
        exponent: IntArray = np.moveaxis(value.exponent[first:stop], 0, -1)
        return Scaled(each(value.mantissa), exponent)

    c, c_prev, u = trajectory.c, trajectory.c_prev, trajectory.u
    return Here(
        every(trajectory.a),
        None if behind is None else Scaled(each(behind.mantissa), np.moveaxis(_exponent(behind)[first:stop], 0, -2)),
        None if c is None else each(c),
        None if c_prev is None else each(c_prev),
        None if u is None else every(u),
    )


def exact_step(
    network: Network, here: Here, gates: ScaledRows | None, rows: ScaledRows | None, *, words: ScaledRows | None = None
) -> ScaledRows:
    """The differences of the states after a step: rows over P·H entries, with an exponent for each.

    Args:
        here: the step, or a step for every row.
        gates: by how much W_hh h_{t−1} differs: rows over G·H entries; None where it does not.
        rows: by how much the states before the step differ, rows over P·H entries; None where they do not.
        words: by how much W_ih x_t differs: rows over G·H entries; None where it does not.
    """
    blocks = network.parameters.gates
    recurrent, of_word = ([_part(part, k, blocks) for k in range(blocks)] if part else [] for part in (gates, words))
    driven = [_sum(*both) for both in zip(*(part for part in (recurrent, of_word) if part), strict=True)]
    a = [Scaled(part, here.a.exponent) for part in np.split(here.a.mantissa, blocks, axis=-1)]
    if network.cell == "lstm":
        return _lstm(here, a, driven, rows)
    if network.cell == "gru":
        own = [of_word[2]] if of_word else []
        return _gru(here, a, driven[:2], rows, d_u=recurrent[2] if recurrent else None, own=own)
    return _rows(_moved(network.activation, a[0], driven[0]))


def _lstm(here: Here, a: list[Scaled], driven: list[Scaled], rows: ScaledRows | None) -> ScaledRows:
    """The LSTM: dc = f dc_prev + df c_prev' + i dg + di g' and dh = o d(tanh c) + do tanh(c')."""
    assert here.c is not None
    assert here.c_prev is not None
    i, f, o = (open_share(a[k]) for k in (0, 1, 3))
    d_i, d_f, d_o = (_moved("sigmoid", a[k], driven[k]) for k in (0, 1, 3))
    d_g = _moved("tanh", a[2], driven[2])
    other_g = np.tanh(_value(a[2]) - _float(driven[2]))
    terms = [product(i, d_g), product(d_i, unscaled(other_g))]
    if rows is None:
        terms.append(product(d_f, unscaled(here.c_prev)))
    else:
        before = _part(rows, 1, 2)
        terms += [product(f, before), product(d_f, unscaled(here.c_prev - _float(before)))]
    d_c = _sum(*terms)
    c = Scaled(here.c, np.zeros((), dtype=np.int64))
    other_c = np.tanh(here.c - _float(d_c))
    d_h = _sum(product(o, _moved("tanh", c, d_c)), product(d_o, unscaled(other_c)))
    return _rows(d_h, d_c)


def _gru(
    here: Here, a: list[Scaled], driven: list[Scaled], rows: ScaledRows | None, *, d_u: Scaled | None, own: list[Scaled]
) -> ScaledRows:
    """The GRU: dh = (1 − z) dn + z dh_prev + dz (h_prev' − n'), the argument of n differing by `own` + r du + dr u'."""
    assert here.u is not None
    assert here.behind is not None
    r, z, kept_back = open_share(a[0]), open_share(a[1]), open_share(Scaled(-a[1].mantissa, a[1].exponent))
    d_r, d_z = (_moved("sigmoid", a[k], driven[k]) for k in (0, 1))
    u = _factors(here.u)
    if d_u is None:
        change = _sum(*own, product(d_r, u))
    else:
        change = _sum(*own, product(r, d_u), product(d_r, _sum(u, _minus(d_u))))
    d_n = _moved("tanh", a[2], change)
    # with the larger of z and z', one large term is not taken from another: see the same in ordinary float64
    wider, other = d_z.mantissa < 0, _value(a[1]) - _float(driven[1])
    level = np.zeros((), dtype=np.int64)
    apart, terms = d_n, [product(_either(wider, open_share(Scaled(-other, level)), kept_back), d_n)]
    if rows is not None:
        before = _part(rows, 0, 1)
        apart = _sum(apart, _minus(before))
        terms.append(product(_either(wider, open_share(Scaled(other, level)), z), before))
    apart = apart._replace(mantissa=np.where(wider, 0.0, apart.mantissa))
    return _rows(_sum(*terms, product(d_z, _sum(here.behind, apart))))


def _either(mask: AnyArray, one: Scaled, other: Scaled) -> Scaled:
    exponent = np.where(mask, _exponent(one), _exponent(other))
    return Scaled(np.where(mask, one.mantissa, other.mantissa), exponent)


def _moved(activation: Activation, a: Scaled, change: Scaled) -> Scaled:
    found = difference(activation, a=a, change=Scaled(change.mantissa, _exponent(change)))
    return Scaled(found.mantissa, found.exponent)


def _part(rows: ScaledRows, p: int, parts: int) -> Scaled:
    hidden = rows.mantissa.shape[-1] // parts
    here = slice(p * hidden, (p + 1) * hidden)
    each = rescale_entries(
        ScaledRows(rows.mantissa[..., here], rows.exponent[..., here] if rows.wide else rows.exponent, 0.0)
    )
    return Scaled(each.mantissa, each.exponent)


def _factors(value: Scaled) -> Scaled:
    return Scaled(value.mantissa, np.broadcast_to(align_exponent(value.exponent, value.mantissa), value.mantissa.shape))


def _minus(factors: Scaled) -> Scaled:
    return Scaled(-factors.mantissa, factors.exponent)


def _sum(*terms: Scaled) -> Scaled:
    shape = np.broadcast_shapes(*(term.mantissa.shape for term in terms))
    total: ScaledRows | None = None
    for term in terms:
        one = ScaledRows(np.broadcast_to(term.mantissa, shape), np.broadcast_to(_exponent(term), shape), 0.0)
        total = one if total is None else add_rows(total, one)
    assert total is not None
    return Scaled(total.mantissa, total.exponent)


def _value(value: Scaled) -> FloatArray:
    return np.clip(ldexp(value.mantissa, align_exponent(value.exponent, value.mantissa)), -LARGEST, LARGEST)


def _float(factors: Scaled) -> FloatArray:
    return np.clip(ldexp(factors.mantissa, _exponent(factors)), -LARGEST, LARGEST)


def _exponent(factors: Scaled) -> IntArray:
    return factors.exponent


def _rows(*parts: Scaled) -> ScaledRows:
    each = [rescale_entries(ScaledRows(part.mantissa, _exponent(part), 0.0)) for part in parts]
    return ScaledRows(
        np.concatenate([part.mantissa for part in each], axis=-1),
        np.concatenate([part.exponent for part in each], axis=-1),
        np.inf,
    )
