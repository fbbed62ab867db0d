"""The maps s_{t−1} → s_t of the whole state as matrices, each row with its own power of two."""

from typing import Any, NamedTuple

import numpy as np

from rnn_tui.engine.backprop.linear_maps import LinearMaps
from rnn_tui.engine.network.skips import Pinned, Shared
from rnn_tui.engine.numbers.arrays import FloatArray, IntArray
from rnn_tui.engine.numbers.exponents import ZERO_EXPONENT, Scaled, ldexp, rescale, to_float

LARGEST = 1024  # numbers in a window of states


class StateMaps(NamedTuple):
    """∂s_t/∂s_{t−1} of n steps, as S_t B_t; `…` is an ensemble's S, or nothing.

    Attributes:
        rows: B_t, (n, …, N, N) with an exponent for every row, (n, …, N).
        through: of an LSTM o ⊙ sech²(c_t), (n, …, H): S_t adds so much of ∂c_t to ∂h_t, which with a closed o would
            otherwise be a multiple of ∂c_t to the last digit. None of the other cells, whose S_t is I.
    """

    rows: Scaled
    through: FloatArray | None


def state_size(maps: LinearMaps) -> int:
    """N, the size of the whole state: h; (h, c) of an LSTM; with a skip shared over D steps also h of D − 1 before."""
    lag = maps.skip.lag if isinstance(maps.skip, Shared) else 1
    return maps.size + (lag - 1) * maps.hidden


def has_state(maps: LinearMaps) -> bool:
    """Whether the network is a map of a state that the text replaces, at least once, wholly by later ones.

    It is not at T = 1; nor with a pinned skip, whose steps are not alike; nor with a skip shared over D ≥ T steps. A
    window of more than `LARGEST` numbers is too large to be followed.
    """
    if isinstance(maps.skip, Pinned):
        return False
    lag = maps.skip.lag if isinstance(maps.skip, Shared) else 1
    return maps.steps > lag and state_size(maps) <= max(LARGEST, maps.size)


def state_maps(maps: LinearMaps, *, start: int, stop: int) -> StateMaps:
    """∂s_t/∂s_{t−1} for the steps start ≤ t < stop (from 0).

    With a skip shared over D steps the state is the window of the last D of them, (h_t, c_t, h_{t−1}, …, h_{t−D+1}),
    which moves on by one step; what it holds of before the start is zero, and would be carried on like the rest.
    """
    hidden, last, size = maps.hidden, maps.parts - 1, state_size(maps)
    unit, skips = np.arange(hidden), isinstance(maps.skip, Shared)
    matrices = np.zeros((stop - start, *maps.ensemble_shape, size, size))
    exponent = np.zeros((stop - start, *maps.ensemble_shape, size), dtype=np.int64)
    for p in range(maps.parts):
        # what h_t of an LSTM gets by c_t is `through`'s; besides, h_{t−1} acts on it through o alone
        driven = slice(0, maps.gates) if p == last else slice(3, 4)
        gates = _at(maps.factors.to_gates, (slice(start, stop), ..., p, driven, slice(None)))
        carry = None
        if maps.factors.carry is not None and p == last:
            carry = _at(maps.factors.carry, (slice(start, stop), ..., p, slice(None)))
        tops = _height(gates).max(axis=-2)
        if carry is not None:
            tops = np.maximum(tops, _height(carry))
        if skips and p == 0:
            tops = np.maximum(tops, 1)
        tops = np.where(tops == ZERO_EXPONENT, 0, tops)
        here = p * hidden + unit
        matrices[..., here, :hidden] = _mixed(_divided(gates, tops[..., None, :]), maps, driven=driven, start=start)
        if carry is not None:
            matrices[..., here, last * hidden + unit] += _divided(carry, tops)
        if skips and p == 0:
            matrices[..., unit, (size - hidden if size > maps.size else 0) + unit] += ldexp(np.ones(()), -tops)
        exponent[..., here] = tops
    for block in range(maps.size, size, hidden):
        matrices[..., block + unit, (block - hidden if block > maps.size else 0) + unit] = 1.0
    through = None if maps.factors.through is None else to_float(maps.factors.through)[start:stop]
    return StateMaps(rescale(Scaled(matrices, exponent)), through)


def _mixed(gates: FloatArray, maps: LinearMaps, *, driven: slice, start: int) -> FloatArray:
    """Σ_g gates[g] ⊙ W_hh[g] over some of the gates: from (n, …, G, H) to (n, …, H, H)."""
    weight = maps.weight_hh[start : start + len(gates)] if maps.layered else maps.weight_hh
    blocks = weight.reshape(*weight.shape[:-2], maps.gates, maps.hidden, maps.hidden)[..., driven, :, :]
    if blocks.shape[-3] == 1:
        return gates[..., 0, :, None] * blocks[..., 0, :, :]
    result: FloatArray = np.einsum("n...gi,...gij->n...ij", gates, blocks)
    return result


def _at(factors: Scaled, at: Any) -> Scaled:
    return Scaled(factors.mantissa[at], factors.exponent[at])


def _height(factors: Scaled) -> IntArray:
    """The power of two just above every factor; `NOTHING` for a zero."""
    mantissa, power = np.frexp(factors.mantissa)
    return np.where(mantissa == 0, ZERO_EXPONENT, power + factors.exponent)


def _divided(factors: Scaled, top: IntArray) -> FloatArray:
    """The factors divided by 2**top."""
    return ldexp(factors.mantissa, factors.exponent - top)
