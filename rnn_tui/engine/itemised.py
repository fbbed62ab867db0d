"""The gradient itemised: C[t,k], what the loss of step t asks of the copy of W_hh used at step k."""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine import exponents, skips
from rnn_tui.engine import rows as row_sets
from rnn_tui.engine.adjoint import gate_mantissa, gate_rows, of_state, plain_back, walk_back
from rnn_tui.engine.arrays import FloatArray
from rnn_tui.engine.exponents import LOG10_2, Scaled, rescaled
from rnn_tui.engine.linear import Linear
from rnn_tui.engine.rows import Rows
from rnn_tui.engine.unroll import Trajectory

FAINT = 2.0**-200  # where the square of a norm is below this or above its inverse, the row is divided by its size
STRONG = 200.0  # powers of two that one step may move a row without its being looked at


class Itemised(NamedTuple):
    """log10 ‖∂L_t/∂W⁽ᵏ⁾‖_F for the copies of W_hh and of W_ih: rows t, columns k, NaN above the diagonal."""

    weight_hh: FloatArray
    weight_ih: FloatArray


def itemised(trajectory: Trajectory, back: Linear, direct: Scaled, *, start: int, stop: int) -> Itemised:
    """log10 ‖C[t,k]‖ for start ≤ k ≤ t < stop, n = stop − start: two (…, n, n) arrays.

    C[t,k] = ∂L_t/∂(gates of step k) h_{k−1}ᵀ is an outer product, so its Frobenius norm is the product of the two
    norms; for W_ih, x_k stands in the place of h_{k−1}. All rows t are pulled back together, where a skip has to keep
    the rows of many steps in as many turns: O(T² + T·H) numbers are kept.

    Args:
        direct: ∂L_t/∂h_t at h_t itself, unweighted, (T, …, H) with an exponent a step.
    """
    count = stop - start
    of_hh = np.full((*back.ahead, count, count), np.nan)
    of_ih = of_hh if back.maps.to_inputs is back.maps.to_gates else of_hh.copy()
    at_once = skips.rows_at_once(back.skip, count)
    plain = back.skip is None and back.shares_exponents
    if plain:
        _pull_back_plainly(of_hh, of_ih, back, direct, start=start, stop=stop)
    for begin in () if plain else range(start, stop, at_once):
        _pull_back(of_hh, of_ih, back, direct, start=start, begin=begin, end=min(stop, begin + at_once))
    h_prev = Scaled(trajectory.h_prev.mantissa[start:stop], trajectory.h_prev.exponent[start:stop])
    inputs = trajectory.inputs[start:stop]
    return Itemised(
        of_hh + _for_columns(exponents.log10_norm(h_prev)),
        of_ih + _for_columns(exponents.log10_norm(exponents.scaled(inputs, blocks=inputs.ndim - 1))),
    )


def _pull_back(
    of_hh: FloatArray, of_ih: FloatArray, back: Linear, direct: Scaled, *, start: int, begin: int, end: int
) -> None:
    """Fills in the rows begin ≤ t < end of the arrays, which begin at `start` on both sides."""

    def inject(t: int, rows: Rows | None) -> Rows | None:
        if t < begin:
            return rows
        here = of_state(direct.mantissa[t][..., None, :], back)
        own = row_sets.from_scaled(Scaled(here, direct.exponent[t][..., None]))
        return own if rows is None else row_sets.stack(own, rows)

    for k, rows in walk_back(back, inject, last=end - 1, first=start):
        here = slice(max(k, begin) - start, end - start)
        of_hh[..., here, k - start] = row_sets.log10_norms(gate_rows(rows, back, k))
        if of_ih is not of_hh:
            of_ih[..., here, k - start] = row_sets.log10_norms(gate_rows(rows, back, k, of_inputs=True))


def _pull_back_plainly(
    of_hh: FloatArray, of_ih: FloatArray, back: Linear, direct: Scaled, *, start: int, stop: int
) -> None:
    """Fills in all rows, where one exponent a row is enough and no skip leads past a step.

    One matrix holds the rows of all t ≥ k; they are divided by powers of two only where their norms ask for it.
    """
    count, maps = stop - start, back.maps
    own = rescaled(Scaled(direct.mantissa[start:stop], direct.exponent[start:stop]))
    rows = np.moveaxis(of_state(own.mantissa, back), 0, -2).copy()
    exponent = np.moveaxis(own.exponent, 0, -1)[..., None].copy()
    height: FloatArray = np.multiply(exponent[..., 0], LOG10_2)
    for k in range(count - 1, -1, -1):
        active = rows[..., k:, :]
        of_gates = gate_mantissa(active, maps.to_gates.mantissa[start + k])
        level = float(back.drift[start + k]) < STRONG
        level = _keep(of_hh[..., k:, k], of_gates, height[..., k:]) and level
        if of_ih is not of_hh:
            of_inputs = gate_mantissa(active, maps.to_inputs.mantissa[start + k])
            level = _keep(of_ih[..., k:, k], of_inputs, height[..., k:]) and level
        if k:
            active[...] = plain_back(active, back, start + k, of_gates=of_gates)
            if not level:
                near_one = row_sets.levelled(Rows(active, exponent[..., k:, :], np.inf))
                active[...], exponent[..., k:, :] = near_one.mantissa, near_one.exponent
                height[..., k:] = near_one.exponent[..., 0] * LOG10_2


def _keep(found: FloatArray, rows: FloatArray, height: FloatArray) -> bool:
    """log10 ‖row‖ + height of the rows (…, R, N) into `found`, (…, R); whether the squares of the norms are near 1."""
    squares = np.vecdot(rows, rows)
    level = FAINT < np.minimum.reduce(squares, axis=None) <= np.maximum.reduce(squares, axis=None) < 1.0 / FAINT
    if level:
        np.log10(squares, squares)
        np.multiply(squares, 0.5, squares)
        np.add(squares, height, found)
    else:
        found[...] = row_sets.log10_norms(row_sets.start(rows)) + height
    return bool(level)


def _for_columns(log10: FloatArray) -> FloatArray:
    """One number for each step k, (n, …), as what multiplies the columns of (…, n, n)."""
    return np.moveaxis(log10, 0, -1)[..., None, :]
