"""The influence of words where W_hh is diagonal (the identity, a single number): every unit remembers alone.

Then ∂h_t/∂h_k is diagonal too, its entry for unit u the product of w_u φ'(a_s,u) over k < s ≤ t, and two running sums
of logarithms give it for all pairs at once.
"""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine.backprop.adjoint import is_diagonal
from rnn_tui.engine.backprop.linear_maps import LinearMaps
from rnn_tui.engine.influence.gradient import InfluenceOf, StepPairs
from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray, IntArray
from rnn_tui.engine.numbers.exponents import LOG10_2, ZERO_EXPONENT

ENTRIES_AT_ONCE = 2**20


def remembers_alone(pairs: StepPairs) -> bool:
    """Whether no unit acts on another: one diagonal matrix for all steps, no gates and no skip."""
    maps = pairs.maps
    simple = maps.factors.carry is None and maps.skip is None and not maps.layered
    return simple and not maps.ensemble_shape and pairs.probe is None and is_diagonal(maps.weight_hh)


def diagonal_influence(pairs: StepPairs, *, of: InfluenceOf = "word", start: int, stop: int) -> FloatArray:
    """log10 ‖∂h_t/∂x_k‖_F for all words k ≤ t and the steps start ≤ t < stop (0-based), for a diagonal W_hh.

    ‖∂h_t/∂x_k‖² = Σ_u (∏_{k<s≤t} w_u φ'(a_s,u))² φ'(a_k,u)² ‖W_ih[u]‖². Powers of two are summed as integers and
    the rest as logarithms in [−1, 0), so that nothing is rounded on the scale of the sum. O((stop − start) T H).

    Args:
        of: measure ‖(∂h_t/∂x_k) x_k‖₂ or ‖∂h_t/∂h_k‖_F instead.

    Returns:
        (stop − start, stop): row i is step start + i, column k is word k; NaN where k > t, −inf for a true zero.
    """
    slope = _slopes(pairs.maps, stop)
    factor = _times(slope, _logs(pairs.maps.weight_hh.diagonal()))
    weight_ih, inputs = pairs.network.parameters.weight_ih_l0, pairs.trajectory.inputs
    match of:
        case "word":
            entry = _times(slope, _logs(np.linalg.norm(weight_ih, axis=1)))
        case "word-input":
            entry = _times(slope, _logs(inputs[:stop] @ weight_ih.T))
        case "state":
            entry = _logs(np.ones_like(slope.rest))
    kept = _Logs(*(part.cumsum(axis=0) for part in factor))
    found = np.full((stop - start, stop), np.nan)
    rows = max(1, ENTRIES_AT_ONCE // (stop * len(weight_ih)))
    words = np.arange(stop)
    for begin in range(start, stop, rows):
        steps = np.arange(begin, min(begin + rows, stop))
        found[steps - start] = np.where(words <= steps[:, None], _norms(kept, entry, steps), np.nan)
    return found


class _Logs(NamedTuple):
    """Sizes as 2**(power + rest), rest in [−1, 0) for one number, and how many true zeros are among the factors."""

    power: IntArray
    rest: FloatArray
    zeros: IntArray


def _slopes(maps: LinearMaps, stop: int) -> _Logs:
    factors = maps.factors.to_gates
    exponent = factors.exponent[:stop, 0, 0]
    return _logs(factors.mantissa[:stop, 0, 0], exponent)


def _logs(mantissa: FloatArray, exponent: IntArray | int = 0) -> _Logs:
    size, shift = np.frexp(np.abs(mantissa))
    empty = size == 0
    power = np.where(empty, 0, exponent + shift.astype(np.int64))
    return _Logs(power, np.log2(np.where(empty, 1.0, size)), empty.astype(np.int64))


def _times(left: _Logs, right: _Logs) -> _Logs:
    return _Logs(left.power + right.power, left.rest + right.rest, left.zeros + right.zeros)


def _norms(kept: _Logs, entry: _Logs, steps: AnyArray) -> FloatArray:
    """log10 of the norm over units for the given steps and all words: (len(steps), words)."""
    power = kept.power[steps, None] - kept.power + entry.power
    rest = kept.rest[steps, None] - kept.rest + entry.rest
    whole = np.floor(rest)  # thousands of rests add up to powers of two
    power, rest = power + whole.astype(np.int64), rest - whole
    zero = (kept.zeros[steps, None] != kept.zeros) | (entry.zeros > 0)
    power = np.where(zero, ZERO_EXPONENT, power)
    top = power.max(axis=2, keepdims=True)
    with np.errstate(under="ignore", divide="ignore"):
        squares = np.where(zero, 0.0, np.exp2(2.0 * (rest + np.maximum(power - top, -1200))))
        result: FloatArray = (
            0.5 * np.log10(squares.sum(axis=2)) + np.where(top == ZERO_EXPONENT, 0, top)[..., 0] * LOG10_2
        )
    return result
