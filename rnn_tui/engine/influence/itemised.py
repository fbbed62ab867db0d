"""The gradient itemised: C[t,k], what the loss of step t asks of the copy of W_hh used at step k."""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine.backprop.adjoint import gate_adjoint, h_as_state
from rnn_tui.engine.backprop.adjoint_floats import gate_adjoint_floats, pull_back_floats
from rnn_tui.engine.backprop.linear_maps import LinearMaps
from rnn_tui.engine.backprop.unroll import Trajectory
from rnn_tui.engine.backprop.walk import walk_back
from rnn_tui.engine.network import skips
from rnn_tui.engine.numbers import exponents
from rnn_tui.engine.numbers.arrays import FloatArray, IntArray
from rnn_tui.engine.numbers.exponents import LOG10_2, Scaled, rescale
from rnn_tui.engine.numbers.scaled_rows import ScaledRows, log10_row_norms, rescale_rows, rows_from_scaled, stack_rows

NEAR = 60.0  # powers of two that the norm of a row may be from 1 when it goes on as it is
FARTHEST = 500.0  # powers of two that it may have drifted when it is brought near 1: its square is still a float64


class Itemised(NamedTuple):
    """log10 ‖∂L_t/∂W⁽ᵏ⁾‖_F for the copies of W_hh and of W_ih: rows t, columns k, NaN above the diagonal."""

    weight_hh: FloatArray
    weight_ih: FloatArray


def itemised(trajectory: Trajectory, maps: LinearMaps, direct: Scaled, *, start: int, stop: int) -> Itemised:
    """log10 ‖C[t,k]‖ for start ≤ k ≤ t < stop, n = stop − start: two (…, n, n) arrays.

    C[t,k] = ∂L_t/∂(gates of step k) h_{k−1}ᵀ is an outer product, so its Frobenius norm is the product of the two
    norms; for W_ih, h_{k−1} is replaced by x_k. All rows t are pulled back together, where a skip has to keep
    the rows of many steps in as many turns: O(T² + T·H) numbers are kept.

    Args:
        direct: ∂L_t/∂h_t at h_t itself, unweighted, (T, …, H) with an exponent a step.
    """
    count = stop - start
    of_hh = np.full((*maps.ensemble_shape, count, count), np.nan)
    of_ih = of_hh if maps.factors.to_inputs is maps.factors.to_gates else of_hh.copy()
    at_once = skips.rows_at_once(maps.skip, count)
    in_floats = maps.skip is None and maps.shares_exponents
    if in_floats:
        _pull_back_in_floats(of_hh, of_ih, maps, direct, start=start, stop=stop)
    for begin in () if in_floats else range(start, stop, at_once):
        _pull_back(of_hh, of_ih, maps, direct, start=start, begin=begin, end=min(stop, begin + at_once))
    h_prev = Scaled(trajectory.h_prev.mantissa[start:stop], trajectory.h_prev.exponent[start:stop])
    inputs = trajectory.inputs[start:stop]
    return Itemised(
        of_hh + _for_columns(exponents.log10_norm(h_prev)),
        of_ih + _for_columns(exponents.log10_norm(exponents.from_floats(inputs, blocks=inputs.ndim - 1))),
    )


def _pull_back(
    of_hh: FloatArray, of_ih: FloatArray, maps: LinearMaps, direct: Scaled, *, start: int, begin: int, end: int
) -> None:
    """Fills in the rows begin ≤ t < end of the arrays, which begin at `start` on both sides."""

    def inject(t: int, rows: ScaledRows | None) -> ScaledRows | None:
        if t < begin:
            return rows
        here = h_as_state(direct.mantissa[t][..., None, :], maps)
        new = rows_from_scaled(Scaled(here, direct.exponent[t][..., None]))
        return new if rows is None else stack_rows(new, rows)

    for k, rows in walk_back(maps, inject, last=end - 1, first=start):
        here = slice(max(k, begin) - start, end - start)
        of_hh[..., here, k - start] = log10_row_norms(gate_adjoint(rows, maps, k))
        if of_ih is not of_hh:
            of_ih[..., here, k - start] = log10_row_norms(gate_adjoint(rows, maps, k, of_inputs=True))


def _pull_back_in_floats(
    of_hh: FloatArray, of_ih: FloatArray, maps: LinearMaps, direct: Scaled, *, start: int, stop: int
) -> None:
    """Fills in all rows, where one exponent a row is enough and no skip leads past a step.

    One matrix holds the rows of all t ≥ k; they are divided by powers of two only where their norms ask for it.
    """
    count, step_maps = stop - start, maps.factors
    sent = rescale(Scaled(direct.mantissa[start:stop], direct.exponent[start:stop]))
    rows = np.moveaxis(h_as_state(sent.mantissa, maps), 0, -2).copy()
    exponent = np.moveaxis(sent.exponent, 0, -1)[..., None].copy()
    wanted = [(of_hh, step_maps.to_gates.mantissa)]
    if of_ih is not of_hh:
        wanted.append((of_ih, step_maps.to_inputs.mantissa))
    one_matrix = rows.ndim == 2 and maps.weight_hh.ndim == 2 and step_maps.carry is None
    drifted, end = 0.0, count  # since the rows were near 1, and the column after the last that holds squared norms
    for k in range(count - 1, -1, -1):
        active, drift = rows[..., k:, :], float(maps.drift[start + k])
        drifted += drift
        if drifted > FARTHEST:
            drifted = drift + NEAR
            if not _near_one(active):
                _finish(wanted, exponent, begin=k + 1, end=end)
                end = k + 1
                near_one = rescale_rows(ScaledRows(active, exponent[..., k:, :], np.inf))
                active[...], exponent[..., k:, :] = near_one.mantissa, near_one.exponent
        of_gates = None
        for found, factors in wanted:
            each = gate_adjoint_floats(active, factors[start + k])
            of_gates = each if of_gates is None else of_gates
            np.vecdot(each, each, out=found[..., k:, k])
        if drift > FARTHEST - NEAR:
            _finish(wanted, exponent, begin=k + 1, end=end)
            for found, factors in wanted:
                each = gate_adjoint_floats(active, factors[start + k])
                found[..., k:, k] = log10_row_norms(ScaledRows(each, exponent[..., k:, :], np.inf))
            end = k
        if k and one_matrix and of_gates is not None:
            np.dot(of_gates, maps.weight_hh, out=active)
        elif k:
            active[...] = pull_back_floats(active, maps, start + k, of_gates=of_gates)
    _finish(wanted, exponent, begin=0, end=end)


def _near_one(rows: FloatArray) -> bool:
    """Whether the norms of the rows (…, R, N) are within NEAR powers of two of 1."""
    squares = np.vecdot(rows, rows)
    least, most = np.minimum.reduce(squares, axis=None), np.maximum.reduce(squares, axis=None)
    return bool(4.0**-NEAR < least <= most < 4.0**NEAR)


def _finish(wanted: list[tuple[FloatArray, FloatArray]], exponent: IntArray, *, begin: int, end: int) -> None:
    """Columns begin … end − 1 of the squares of mantissas become log10 of the norms."""
    for found, _ in wanted:
        columns = found[..., begin:end]
        with np.errstate(divide="ignore"):
            np.log10(columns, columns)
        np.multiply(columns, 0.5, columns)
        np.add(columns, exponent * LOG10_2, columns)


def _for_columns(log10: FloatArray) -> FloatArray:
    """One number for each step k, (n, …), as what multiplies the columns of (…, n, n)."""
    return np.moveaxis(log10, 0, -1)[..., None, :]
