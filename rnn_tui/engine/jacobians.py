"""The Jacobians ∂h_T/∂h_t of the last state: how much of a change at step t is left at the end."""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine import adjoint, factors
from rnn_tui.engine import rows as row_sets
from rnn_tui.engine.adjoint import gate_rows, through_cell, walk_back
from rnn_tui.engine.arrays import FloatArray
from rnn_tui.engine.exponents import LOG10_2, NOTHING, Scaled, ldexp, log10_norm, rescaled
from rnn_tui.engine.factors import Factors
from rnn_tui.engine.linear import Linear
from rnn_tui.engine.network import Network
from rnn_tui.engine.rows import Rows
from rnn_tui.engine.spectral_norm import log10_spectral

CHUNK = 512  # matrices whose singular values are found together
NUMBERS = 2**22  # entries of the matrices that are held at once


class LastJacobians(NamedTuple):
    """The last state's Jacobians for every step, in log10.

    Attributes:
        spectral: (T, …) log10 ‖∂h_T/∂h_t‖₂, of an LSTM with c_t held; 0 at t = T.
        cell: (T, …) of an LSTM log10 ‖∂h_T/∂c_t‖₂, the way c_t → h_t included; else None.
        inputs: (T, …) log10 ‖∂h_T/∂x_t‖_F, the gradient influence of each word on the last state.
        state: (…) log10 ‖∂s_T/∂s_1‖₂ of the whole state, h or (h, c).
    """

    spectral: FloatArray
    cell: FloatArray | None
    inputs: FloatArray
    state: FloatArray


def last_jacobians(network: Network, back: Linear) -> LastJacobians:
    """‖∂h_T/∂h_t‖₂ and ‖∂h_T/∂x_t‖_F for t = T … 1, the product of the steps' maps taken from the left."""
    steps, hidden, size = back.steps, back.hidden, back.size
    spectral, inputs = np.zeros((steps, *back.ahead)), np.zeros((steps, *back.ahead))
    cell = np.zeros_like(spectral) if back.parts == 2 else None
    state = np.zeros(back.ahead)
    members = int(np.prod(back.ahead))
    chunk = max(1, min(CHUNK, NUMBERS // (size**2 * members)))
    identity = np.broadcast_to(np.eye(size), (*back.ahead, size, size))
    kept = _Blocks([], [], [])

    def inject(_: int, rows: Rows | None) -> Rows:
        return row_sets.start(identity) if rows is None else rows

    for t, rows in walk_back(back, inject, last=steps - 1):
        of_last = rows if back.parts == 1 else _first(rows, hidden)
        kept.states.append(adjoint.of_h(of_last, back))
        kept.gates.append(gate_rows(of_last, back, t, of_inputs=True))
        if cell is not None:
            kept.cells.append(through_cell(of_last, back, t))
        if len(kept.states) == chunk or t == 0:
            here = slice(t, t + len(kept.states))
            spectral[here] = _log10_spectral(_blocks(kept.states))
            inputs[here] = _log10_of_inputs(network, _blocks(kept.gates), t)
            if cell is not None:
                cell[here] = _log10_spectral(_blocks(kept.cells))
            kept = _Blocks([], [], [])
        if t == 0:
            state = spectral[0] if back.parts == 1 else _log10_spectral(_blocks([rows]))[0]
    return LastJacobians(spectral, cell, inputs, state)


def carried(carry: Factors) -> FloatArray:
    """log10 of what the skip inside a gated cell alone still carries at the end: max_u ∏_{s>t} f_s, (T, …); 0 at T.

    Args:
        carry: the factors of the last part of the state, f of an LSTM or z of a GRU, (T, …, H).
    """
    with np.errstate(divide="ignore"):
        each = np.log10(np.abs(carry.mantissa)) + (0 if carry.exponent is None else carry.exponent) * LOG10_2
    later = np.cumsum(each[::-1], axis=0)[::-1]
    result: FloatArray = np.concatenate([later[1:], np.zeros_like(each[:1])]).max(axis=-1)
    return result


def last_carry(back: Linear) -> Factors | None:
    """F of an LSTM or z of a GRU, (T, …, H): by what the cell's own skip multiplies the state; else None."""
    carry = back.maps.carry
    if carry is None:
        return None
    exponent = None if carry.exponent is None else carry.exponent[..., -1, :]
    return factors.Factors(carry.mantissa[..., -1, :], exponent)


class _Blocks(NamedTuple):
    """Rows of Jacobians that are held, from the latest step to the earliest."""

    states: list[Rows]
    gates: list[Rows]
    cells: list[Rows]


def _first(rows: Rows, count: int) -> Rows:
    return Rows(rows.mantissa[..., :count, :], rows.exponent[..., :count, :], rows.drift)


def _blocks(kept: list[Rows]) -> Scaled:
    """Rows of some steps, latest first, as matrices (n, …, R, N) with one exponent each, earliest first."""
    each = [
        Scaled(rows.mantissa, rows.exponent[..., 0]) if not rows.wide else row_sets.to_scaled(rows)
        for rows in reversed(kept)
    ]
    mantissa, exponent = rescaled(
        Scaled(np.stack([rows.mantissa for rows in each]), np.stack([rows.exponent for rows in each]))
    )
    occupied = mantissa.any(axis=-1)
    top = np.where(occupied, exponent, NOTHING).max(axis=-1)
    top = np.where(top == NOTHING, 0, top)
    return Scaled(ldexp(mantissa, (exponent - top[..., None])[..., None]), top)


def _log10_of_inputs(network: Network, blocks: Scaled, t: int) -> FloatArray:
    """log10 ‖∂h_T/∂x‖_F for the steps from t on, from ∂h_T/∂(gates), (n, …, H, G·H)."""
    weight_ih = network.parameters.weight_ih_l0
    if network.layered:
        weight_ih = weight_ih[t : t + len(blocks.mantissa)]
    return log10_norm(Scaled(np.matmul(blocks.mantissa, weight_ih), blocks.exponent))


def _log10_spectral(blocks: Scaled) -> FloatArray:
    if blocks.mantissa.shape[-1] == 1:
        return log10_norm(blocks)
    mantissa = blocks.mantissa.reshape(-1, *blocks.mantissa.shape[-2:])
    return log10_spectral(Scaled(mantissa, blocks.exponent.reshape(-1))).reshape(blocks.exponent.shape)


def growth(log10_jacobian: float, steps: int) -> float | None:
    """log10 of ‖∂s_T/∂s_1‖₂^{1/(T−1)}, the growth per step, from its log10 norm; None at T = 1."""
    return log10_jacobian / (steps - 1) if steps > 1 else None


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
