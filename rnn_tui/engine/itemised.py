"""The gradient itemised: C[t,k], what the loss of step t asks of the copy of W_hh used at step k."""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine import exponents, skips
from rnn_tui.engine import rows as row_sets
from rnn_tui.engine.adjoint import gate_rows, of_state, walk_back
from rnn_tui.engine.arrays import FloatArray
from rnn_tui.engine.exponents import Scaled
from rnn_tui.engine.linear import Linear
from rnn_tui.engine.rows import Rows
from rnn_tui.engine.unroll import Trajectory


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
    for begin in range(start, stop, at_once):
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


def _for_columns(log10: FloatArray) -> FloatArray:
    """One number for each step k, (n, …), as what multiplies the columns of (…, n, n)."""
    return np.moveaxis(log10, 0, -1)[..., None, :]
