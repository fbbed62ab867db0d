"""One step's adjoint and tangent in float64 alone, as nearly all steps of nearly all networks may be taken.

With s_t the state, (h) or (h, c), and the factors of `StepMaps`:

    back:     ∂/∂(gates) = Σ_p to_gates[p] ⊙ ∂/∂s_t[p],   ∂/∂h_{t−1} = ∂/∂(gates) W_hh (+ carry);
    forward:  d(gates) = W_hh dh_{t−1},   ds_t[p] = Σ_g to_gates[p, g] ⊙ d(gates)[g] (+ carry).

`adjoint` has the same for rows that need exponents, and decides which of the two a step takes.
"""

import numpy as np

from rnn_tui.engine.backprop.linear_maps import LinearMaps
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import any_exponent
from rnn_tui.engine.numbers.products import rows_times


def gate_adjoint_floats(rows: FloatArray, factors: FloatArray) -> FloatArray:
    """∂/∂(gate g) = Σ_p factors[p, g] ⊙ ∂/∂s_t[p]: from (…, R, P·H) and (…, P, G, H) to (…, R, G·H)."""
    parts, gates, hidden = factors.shape[-3:]
    if parts == gates == 1:
        return rows * factors[..., 0, :, :]
    apart = rows.reshape(*rows.shape[:-1], parts, 1, hidden)
    result: FloatArray = apart[..., 0, :, :] * factors[..., None, 0, :, :]
    for p in range(1, parts):
        result += apart[..., p, :, :] * factors[..., None, p, :, :]
    return result.reshape(*rows.shape[:-1], gates * hidden)


def pull_back_floats(rows: FloatArray, maps: LinearMaps, t: int, *, of_gates: FloatArray | None = None) -> FloatArray:
    """Rows of ∂/∂s_t to rows of ∂/∂s_{t−1}, without skips: (…, R, P·H).

    Args:
        of_gates: what `gate_adjoint_floats` makes of the rows at this step, where it is known already.
    """
    if of_gates is None:
        of_gates = gate_adjoint_floats(rows, maps.factors.to_gates.mantissa[t])
    result = rows_times(of_gates, maps.matrix(t))
    carry = maps.factors.carry
    if carry is None:
        return result
    parts, hidden = maps.parts, maps.hidden
    kept = rows[..., :hidden] * carry.mantissa[t][..., None, 0, :]
    if parts == 1:
        result += kept
        return result
    kept += rows[..., hidden:] * carry.mantissa[t][..., None, 1, :]
    return np.concatenate([result, kept], axis=-1)


def push_forward_floats(rows: FloatArray, maps: LinearMaps, t: int) -> FloatArray:
    """Rows of ds_{t−1} to rows of ds_t, without skips: (…, R, P·H)."""
    hidden, parts = maps.hidden, maps.parts
    driven = rows_times(rows[..., :hidden], np.swapaxes(maps.matrix(t), -1, -2))
    if maps.factors.through is not None and not any_exponent(maps.factors.through.exponent[t]):
        return _lstm_forward(driven, rows[..., hidden:], maps, t)
    result = gate_tangents_floats(driven, maps.factors.to_gates.mantissa[t])
    if maps.factors.carry is not None:
        carry = maps.factors.carry.mantissa[t]
        last = rows[..., (parts - 1) * hidden :]
        for p in range(parts):
            result[..., p * hidden : (p + 1) * hidden] += last * carry[..., None, p, :]
    return result


def gate_tangents_floats(driven: FloatArray, factors: FloatArray) -> FloatArray:
    """Σ_g factors[p, g] ⊙ driven[g] for every part p of the state: (…, R, G·H) and (…, P, G, H) to (…, R, P·H)."""
    parts, gates, hidden = factors.shape[-3:]
    if parts == gates == 1:
        return np.multiply(driven, factors[..., 0, :, :])
    result = np.empty((*driven.shape[:-1], parts * hidden))
    for p in range(parts):
        here = result[..., p * hidden : (p + 1) * hidden]
        np.multiply(driven[..., :hidden], factors[..., None, p, 0, :], out=here)
        for g in range(1, gates):
            here += driven[..., g * hidden : (g + 1) * hidden] * factors[..., None, p, g, :]
    return result


def _lstm_forward(driven: FloatArray, rows_c: FloatArray, maps: LinearMaps, t: int) -> FloatArray:
    """Rows of d(gates) and of dc_{t−1} to rows of d(h_t, c_t): all that reaches h_t but by o goes through c_t."""
    assert maps.factors.carry is not None
    assert maps.factors.through is not None
    hidden, factors = maps.hidden, maps.factors.to_gates.mantissa[t]
    result = np.empty((*driven.shape[:-1], 2 * hidden))
    of_h, of_c = result[..., :hidden], result[..., hidden:]
    np.multiply(rows_c, maps.factors.carry.mantissa[t][..., None, 1, :], out=of_c)
    for g in range(3):
        of_c += driven[..., g * hidden : (g + 1) * hidden] * factors[..., None, 1, g, :]
    np.multiply(driven[..., 3 * hidden :], factors[..., None, 0, 3, :], out=of_h)
    of_h += of_c * maps.factors.through.mantissa[t][..., None, :]
    return result
