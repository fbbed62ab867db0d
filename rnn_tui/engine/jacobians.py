"""The Jacobians ∂h_T/∂h_t of the last state: how much of a change at step t is left at the end."""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine import adjoint
from rnn_tui.engine.adjoint import Rows, StepsBack
from rnn_tui.engine.arrays import FloatArray
from rnn_tui.engine.exponents import LOG10_2, NOTHING, Scaled, ldexp, log10, log10_norm, rescaled

CHUNK = 512  # matrices whose singular values are found together


class LastJacobians(NamedTuple):
    """The last state's Jacobians for every step, in log10.

    Attributes:
        spectral: (T,) log10 ‖∂h_T/∂h_t‖₂; 0 at t = T.
        inputs: (T,) log10 ‖∂h_T/∂x_t‖_F, the gradient influence of each word on the last state.
    """

    spectral: FloatArray
    inputs: FloatArray


def last_jacobians(back: StepsBack, weight_ih: FloatArray) -> LastJacobians:
    """‖∂h_T/∂h_t‖₂ and ‖∂h_T/∂x_t‖_F for t = T … 1, the product ∏ diag(φ'(a)) W_hh taken from the left.

    Args:
        back: the reverse steps of T steps over H units.
        weight_ih: W_ih, (H, D).
    """
    steps, hidden = back.slopes.mantissa.shape
    spectral, inputs = np.zeros(steps), np.zeros(steps)
    rows = adjoint.start(np.eye(hidden))
    chunk = max(1, min(CHUNK, 2**22 // hidden**2))
    for end in range(steps, 0, -chunk):
        begin = max(0, end - chunk)
        state, pre = _empty_blocks(end - begin, hidden), _empty_blocks(end - begin, hidden)
        for t in range(end - 1, begin - 1, -1):
            _keep(state, t - begin, rows)
            _keep(pre, t - begin, adjoint.through_slope(rows, back.slopes, t))
            if t:
                rows = adjoint.pull_back(rows, back, t)
        spectral[begin:end] = _log10_spectral(state)
        blocks = _common(pre)
        inputs[begin:end] = log10_norm(Scaled(blocks.mantissa @ weight_ih, blocks.exponent))
    return LastJacobians(spectral, inputs)


def _empty_blocks(count: int, hidden: int) -> Scaled:
    return Scaled(np.empty((count, hidden, hidden)), np.empty((count, hidden), dtype=np.int64))


def _keep(blocks: Scaled, place: int, rows: Rows) -> None:
    if rows.exponent.shape[1] == 1:
        blocks.mantissa[place], blocks.exponent[place] = rows.mantissa, rows.exponent[:, 0]
    else:
        blocks.mantissa[place], blocks.exponent[place] = adjoint.to_scaled(rows)


def _common(blocks: Scaled) -> Scaled:
    """Blocks (n, H, H) with one exponent each, from rows with their own, (n, H)."""
    mantissa, exponent = rescaled(blocks)
    occupied = mantissa.any(axis=2)
    top = np.where(occupied, exponent, NOTHING).max(axis=1)
    top = np.where(mantissa.any(axis=(1, 2)), top, 0)
    return Scaled(ldexp(mantissa, (exponent - top[:, None])[:, :, None]), top)


def _log10_spectral(blocks: Scaled) -> FloatArray:
    common = _common(blocks)
    if common.mantissa.shape[1] == 1:
        return log10_norm(common)
    singular: FloatArray = np.linalg.svd(common.mantissa, compute_uv=False).astype(np.float64, copy=False)
    return log10(Scaled(singular[:, 0], common.exponent))


def growth(log10_jacobian: FloatArray) -> float | None:
    """log10 of ‖∂h_T/∂h_1‖₂^{1/(T−1)}, the growth per step; None at T = 1."""
    steps = len(log10_jacobian)
    return float(log10_jacobian[0]) / (steps - 1) if steps > 1 else None


def log10_power_growth(weight: FloatArray, power: int) -> float:
    """log10 of ‖Wⁿ‖₂^{1/n} for n = `power` ≥ 1, by repeated squaring with an exponent."""
    result, square = Scaled(np.eye(len(weight)), np.zeros((), dtype=np.int64)), Scaled(weight, np.zeros((), np.int64))
    bits = power
    while bits:
        square = rescaled(square)
        if bits & 1:
            result = rescaled(Scaled(result.mantissa @ square.mantissa, result.exponent + square.exponent))
        bits >>= 1
        square = Scaled(square.mantissa @ square.mantissa, 2 * square.exponent)
    largest = float(np.linalg.svd(result.mantissa, compute_uv=False)[0])
    return (np.log10(largest) + float(result.exponent) * LOG10_2) / power if largest else -np.inf
