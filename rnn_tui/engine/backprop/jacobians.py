"""The Jacobians ∂h_T/∂h_t of the last state: how much of a change at step t is left at the end."""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine.backprop.adjoint import cell_adjoint, gate_adjoint, h_part
from rnn_tui.engine.backprop.adjoint_floats import gate_adjoint_floats
from rnn_tui.engine.backprop.linear_maps import LinearMaps
from rnn_tui.engine.backprop.walk import walk_back
from rnn_tui.engine.network.network import Network
from rnn_tui.engine.numbers.arrays import FloatArray, IntArray
from rnn_tui.engine.numbers.exponents import LOG10_2, ZERO_EXPONENT, Scaled, log10_norm, rescale
from rnn_tui.engine.numbers.products import rows_times
from rnn_tui.engine.numbers.scaled_rows import (
    SAFE_SQUARE,
    ScaledRows,
    rows_from_floats,
    rows_from_scaled,
    rows_to_scaled,
)
from rnn_tui.engine.numbers.spectral_norm import log10_spectral

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


def last_jacobians(network: Network, maps: LinearMaps) -> LastJacobians:
    """‖∂h_T/∂h_t‖₂ and ‖∂h_T/∂x_t‖_F for t = T … 1, the product of the steps' maps taken from the left."""
    steps, hidden, size = maps.steps, maps.hidden, maps.size
    spectral, inputs = np.zeros((steps, *maps.ensemble_shape)), np.zeros((steps, *maps.ensemble_shape))
    cell = np.zeros_like(spectral) if maps.parts == 2 else None
    state = np.zeros(maps.ensemble_shape)
    members = int(np.prod(maps.ensemble_shape))
    chunk = max(1, min(steps, CHUNK, NUMBERS // (size**2 * members)))
    identity = np.broadcast_to(np.eye(size), (*maps.ensemble_shape, size, size))
    # the rows of a simple state are used while they are in the cache; an LSTM's are many, and quicker all at once
    step_by_step = maps.parts == 1 or not maps.shares_exponents
    whole = _Held.empty(chunk, maps, hidden if step_by_step else size)
    words = _Held.empty(chunk, maps, network.parameters.weight_ih_l0.shape[-1])
    cells = _Held.empty(chunk if cell is not None else 0, maps, hidden)

    def inject(_: int, rows: ScaledRows | None) -> ScaledRows:
        return rows_from_floats(identity) if rows is None else rows

    for t, rows in walk_back(maps, inject, last=steps - 1):
        of_last = rows if maps.parts == 1 else _first(rows, hidden)
        place = chunk - 1 - (steps - 1 - t) % chunk
        # what is left of h may be beyond float64 beside what is left of c: alone it has exponents of its own
        whole.hold(place, h_part(of_last, maps) if step_by_step else of_last)
        if step_by_step:
            words.hold(place, _times(gate_adjoint(of_last, maps, t, of_inputs=True), network.weight_ih(t)))
            if cell is not None:
                cells.hold(place, cell_adjoint(of_last, maps, t))
        if place == 0 or t == 0:
            here, held = slice(t, t + chunk - place), slice(place, chunk)
            blocks = whole.blocks(held)
            spectral[here] = _log10_spectral(Scaled(blocks.mantissa[..., :hidden], blocks.exponent))
            inputs[here] = log10_norm(words.blocks(held) if step_by_step else _of_words(network, maps, blocks, here))
            if cell is not None:
                cell[here] = _log10_spectral(cells.blocks(held) if step_by_step else _of_cells(maps, blocks, here))
        if t == 0:
            state = spectral[0] if maps.parts == 1 else _log10_spectral(_one(rows).blocks(slice(0, 1)))[0]
    return LastJacobians(spectral, cell, inputs, state)


def _of_words(network: Network, maps: LinearMaps, blocks: Scaled, here: slice) -> Scaled:
    """∂h_T/∂x_t from ∂h_T/∂s_t, (n, …, H, P·H), for the steps `here`, whose factors need no exponents: (n, …, H, D)."""
    weight_ih = network.parameters.weight_ih_l0
    gates = gate_adjoint_floats(blocks.mantissa, maps.factors.to_inputs.mantissa[here])
    return Scaled(rows_times(gates, weight_ih[here] if network.layered else weight_ih), blocks.exponent)


def _of_cells(maps: LinearMaps, blocks: Scaled, here: slice) -> Scaled:
    """∂h_T/∂c_t with the way c_t → h_t included, from ∂h_T/∂(h_t, c_t), (n, …, H, 2H): (n, …, H, H)."""
    assert maps.factors.through is not None
    hidden, through = maps.hidden, maps.factors.through.mantissa[here][..., None, :]
    return Scaled(blocks.mantissa[..., hidden:] + blocks.mantissa[..., :hidden] * through, blocks.exponent)


def log10_carried(carry: Scaled) -> FloatArray:
    """log10 of what the skip inside a gated cell alone still carries at the end: max_u ∏_{s>t} f_s, (T, …); 0 at T.

    Args:
        carry: the factors of the last part of the state, f of an LSTM or z of a GRU, (T, …, H).
    """
    with np.errstate(divide="ignore"):
        each = np.log10(np.abs(carry.mantissa)) + carry.exponent * LOG10_2
    later = np.cumsum(each[::-1], axis=0)[::-1]
    result: FloatArray = np.concatenate([later[1:], np.zeros_like(each[:1])]).max(axis=-1)
    return result


def last_carry(maps: LinearMaps) -> Scaled | None:
    """The f of an LSTM or z of a GRU, (T, …, H): by what the cell's own skip multiplies the state; else None."""
    carry = maps.factors.carry
    if carry is None:
        return None
    exponent = carry.exponent[..., -1, :]
    return Scaled(carry.mantissa[..., -1, :], exponent)


class _Held(NamedTuple):
    """Matrices of some steps, of H rows each with its own exponent: (n, …, H, N) and (n, …, H)."""

    mantissa: FloatArray
    exponent: IntArray

    @classmethod
    def empty(cls, count: int, maps: LinearMaps, columns: int) -> "_Held":
        shape = (count, *maps.ensemble_shape, maps.hidden)
        return cls(np.empty((*shape, columns)), np.empty(shape, dtype=np.int64))

    def hold(self, place: int, rows: ScaledRows) -> None:
        mantissa, exponent = rows_to_scaled(rows) if rows.wide else (rows.mantissa, rows.exponent[..., 0])
        self.mantissa[place], self.exponent[place] = mantissa, exponent

    def blocks(self, held: slice) -> Scaled:
        """The matrices with one exponent each, near which their largest row lies."""
        mantissa, exponent = self.mantissa[held], self.exponent[held]
        squares = np.einsum("...ij,...ij->...i", mantissa, mantissa)
        if squares.size and not SAFE_SQUARE < squares.min() <= squares.max() < 1.0 / SAFE_SQUARE:
            mantissa, exponent = rescale(Scaled(mantissa, exponent))
            squares = np.einsum("...ij,...ij->...i", mantissa, mantissa)
        height = np.where(squares > 0, exponent + np.frexp(squares)[1] // 2, ZERO_EXPONENT)
        top = height.max(axis=-1)
        top = np.where(top == ZERO_EXPONENT, 0, top)
        return Scaled(_at_exponent(mantissa, exponent - top[..., None]), top)


def _one(rows: ScaledRows) -> _Held:
    held = _Held(np.empty((1, *rows.mantissa.shape)), np.empty((1, *rows.mantissa.shape[:-1]), dtype=np.int64))
    held.hold(0, rows)
    return held


def _at_exponent(mantissa: FloatArray, exponent: IntArray) -> FloatArray:
    """The rows times 2**exponent; what is too small beside its matrix's largest row becomes 0."""
    power = np.clip(exponent, -2000, 1023)
    if int(power.min(initial=0)) > -1000:
        return mantissa * np.ldexp(1.0, power)[..., None]
    return np.ldexp(mantissa, power[..., None])


def _times(rows: ScaledRows, weight: FloatArray) -> ScaledRows:
    if rows.wide:
        rows = rows_from_scaled(rows_to_scaled(rows))
    return rows._replace(mantissa=rows_times(rows.mantissa, weight))


def _first(rows: ScaledRows, count: int) -> ScaledRows:
    return ScaledRows(rows.mantissa[..., :count, :], rows.exponent[..., :count, :], rows.drift)


def _log10_spectral(blocks: Scaled) -> FloatArray:
    if blocks.mantissa.shape[-1] == 1:
        return log10_norm(blocks)
    mantissa = blocks.mantissa.reshape(-1, *blocks.mantissa.shape[-2:])
    return log10_spectral(Scaled(mantissa, blocks.exponent.reshape(-1))).reshape(blocks.exponent.shape)
