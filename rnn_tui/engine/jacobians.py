"""The Jacobians ∂h_T/∂h_t of the last state: how much of a change at step t is left at the end."""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine import adjoint
from rnn_tui.engine.adjoint import StepsBack
from rnn_tui.engine.arrays import FloatArray
from rnn_tui.engine.exponents import LOG10_2, Scaled, log10, log10_norm, rescaled

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
    held: list[Scaled] = []
    for t in range(steps - 1, -1, -1):
        held.append(adjoint.to_scaled(rows))
        if len(held) == chunk or t == 0:
            with_slope = _through(held, back, t)
            spectral[t : t + len(held)] = _log10_spectral(held)[::-1]
            inputs[t : t + len(held)] = _log10_frobenius(with_slope, weight_ih)[::-1]
            held = []
        if t:
            rows = adjoint.pull_back(rows, back, t)
    return LastJacobians(spectral, inputs)


def _common(held: list[Scaled]) -> Scaled:
    """Blocks (n, H, H) with one exponent each, from rows with their own."""
    mantissa = np.stack([block.mantissa for block in held])
    exponent = np.stack([block.exponent for block in held])
    used = mantissa.any(axis=2)
    top = np.where(used, exponent, np.int64(-(2**62))).max(axis=1)
    top = np.where(used.any(axis=1), top, 0)
    shift = np.maximum(exponent - top[:, None], -5000)
    return Scaled(np.ldexp(mantissa, shift[:, :, None]), top)


def _log10_spectral(held: list[Scaled]) -> FloatArray:
    blocks = _common(held)
    if blocks.mantissa.shape[1] == 1:
        return log10_norm(blocks)
    largest = np.linalg.svd(blocks.mantissa, compute_uv=False)[:, 0]
    return log10(Scaled(largest, blocks.exponent))


def _through(held: list[Scaled], back: StepsBack, t: int) -> list[Scaled]:
    """∂h_T/∂a: each block through its own step's slopes; `held` runs from the latest step down to t."""
    result = []
    for offset, block in enumerate(held):
        step = t + len(held) - 1 - offset
        result.append(adjoint.to_scaled(adjoint.through_slope(adjoint.from_scaled(block), back.slopes, step)))
    return result


def _log10_frobenius(blocks: list[Scaled], weight_ih: FloatArray) -> FloatArray:
    common = _common(blocks)
    return log10_norm(rescaled(Scaled(common.mantissa @ weight_ih, common.exponent)))


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
