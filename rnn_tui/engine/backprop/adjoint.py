"""One step back for rows of adjoints ∂(·)/∂s_t, one step forward for rows of tangents ds_t, of numbers of any size.

The equations are those of `adjoint_floats`, and where float64 holds all of a step, so is the work. Where it does not
(saturated units, shut gates, a W that does not mix), every entry has an exponent, and every sum is taken on that of its
largest term.
"""

from functools import reduce
from typing import Any

import numpy as np

from rnn_tui.engine.backprop.adjoint_floats import (
    gate_adjoint_floats,
    gate_tangents_floats,
    pull_back_floats,
    push_forward_floats,
)
from rnn_tui.engine.backprop.linear_maps import LinearMaps
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import Scaled, any_exponent
from rnn_tui.engine.numbers.products import rows_times
from rnn_tui.engine.numbers.scaled_rows import (
    ScaledRows,
    add_rows,
    entry_exponents,
    matmul_entries,
    renormalise,
    rescale_entries,
    rescale_rows,
    rows_to_scaled,
)

ALLOWANCE = 900.0  # powers of two that rows may drift before their entries are brought back near 1


def gate_adjoint(rows: ScaledRows, maps: LinearMaps, t: int, *, of_inputs: bool = False) -> ScaledRows:
    """∂/∂(gates) = Σ_p to_gates[p] ⊙ ∂/∂s_t[p], rows over the G·H gates of step t.

    For the simple RNN this is φ'(a_t) ⊙ δ_t. It is the adjoint of W_hh h_{t−1} + b_hh; `of_inputs` asks for that of
    W_ih x_t + b_ih, another in the GRU alone.
    """
    factors = maps.factors.to_inputs if of_inputs else maps.factors.to_gates
    if not rows.wide and not (maps.apart[t] and any_exponent(factors.exponent[t])):
        rows, drift = _in_range(rows, maps, t)
        if not rows.wide:
            gates = gate_adjoint_floats(rows.mantissa, factors.mantissa[t])
            return ScaledRows(gates, rows.exponent, rows.drift + drift)
    parts, blocks, hidden = factors.mantissa.shape[-3:]
    each = rescale_entries(rows)

    def term(p: int, g: int) -> ScaledRows:
        return _scaled_by(_part(each, p, hidden), factors, (t, ..., None, p, g, slice(None)))

    return _beside(*(reduce(add_rows, (term(p, g) for p in range(parts))) for g in range(blocks)))


def pull_back_rows(rows: ScaledRows, maps: LinearMaps, t: int) -> ScaledRows:
    """∂/∂h_{t−1} = ∂/∂(gates) W_hh, plus what the cell carries past W_hh: rows of ∂/∂s_t to rows of ∂/∂s_{t−1}.

    Skips between states are `walk_back`'s.
    """
    rows, drift = _in_range(rows, maps, t)
    if not rows.wide and not maps.apart[t]:
        return ScaledRows(pull_back_floats(rows.mantissa, maps, t), rows.exponent, rows.drift + drift)
    each = rescale_entries(rows)
    result = times_weight_hh(gate_adjoint(each, maps, t), maps, maps.matrix(t))
    if maps.factors.carry is not None:
        carry, parts, hidden = maps.factors.carry, maps.parts, maps.hidden
        each_part = (_scaled_by(_part(each, p, hidden), carry, (t, ..., None, p, slice(None))) for p in range(parts))
        kept = reduce(add_rows, each_part)
        result = add_rows(entry_exponents(result), kept) if parts == 1 else _beside(result, kept)
    return renormalise_for(result, maps)


def push_forward_rows(rows: ScaledRows, maps: LinearMaps, t: int) -> ScaledRows:
    """ds_t from ds_{t−1}: d(gates) = W_hh dh_{t−1} through the gates' factors, plus what the cell carries past W_hh."""
    rows, drift = _in_range(rows, maps, t)
    if not rows.wide and not maps.apart[t]:
        return ScaledRows(push_forward_floats(rows.mantissa, maps, t), rows.exponent, rows.drift + drift)
    each, parts, hidden = rescale_entries(rows), maps.parts, maps.hidden
    driven = times_weight_hh(_part(each, 0, hidden), maps, np.swapaxes(maps.matrix(t), -1, -2))
    result = gate_tangents(driven, maps, t, of_inputs=False)
    if maps.factors.carry is not None:
        last = _part(each, parts - 1, hidden)
        kept = [_scaled_by(last, maps.factors.carry, (t, ..., None, p, slice(None))) for p in range(parts)]
        result = add_rows(entry_exponents(result), _beside(*kept))
    return renormalise_for(result, maps)


def _in_range(rows: ScaledRows, maps: LinearMaps, t: int) -> tuple[ScaledRows, float]:
    """The rows, brought near 1 where step t could move them out of float64, and by how much it can."""
    drift = float(maps.drift[t])
    if rows.drift + drift > ALLOWANCE:
        rows = rescale_rows(rows) if maps.mixes and not rows.wide else renormalise(rows)
    return rows, drift


def gate_tangents(driven: ScaledRows, maps: LinearMaps, t: int, *, of_inputs: bool) -> ScaledRows:
    """Rows of d(gates of step t), over G·H entries, to rows of ds_t; `of_inputs` for d(W_ih x_t)."""
    factors = maps.factors.to_inputs if of_inputs else maps.factors.to_gates
    if not driven.wide and not (maps.apart[t] and any_exponent(factors.exponent[t])):
        driven, drift = _in_range(driven, maps, t)
        if not driven.wide:
            state = gate_tangents_floats(driven.mantissa, factors.mantissa[t])
            return ScaledRows(state, driven.exponent, driven.drift + drift)
    parts, gates, hidden = factors.mantissa.shape[-3:]
    each = rescale_entries(driven)

    def term(p: int, g: int) -> ScaledRows:
        return _scaled_by(_part(each, g, hidden), factors, (t, ..., None, p, g, slice(None)))

    return _beside(*(reduce(add_rows, (term(p, g) for g in range(gates))) for p in range(parts)))


def cell_adjoint(rows: ScaledRows, maps: LinearMaps, t: int) -> ScaledRows:
    """An LSTM's ∂/∂c_t with the way c_t → h_t included, rows over H entries, from rows of ∂/∂(h_t, c_t)."""
    assert maps.factors.through is not None
    hidden, through = maps.hidden, maps.factors.through
    if not rows.wide:
        rows, _ = _in_range(rows, maps, t)
    if not rows.wide and not any_exponent(through.exponent[t]):
        whole = rows.mantissa[..., hidden:] + rows.mantissa[..., :hidden] * through.mantissa[t][..., None, :]
        return rows._replace(mantissa=whole)
    each = rescale_entries(rows)
    return add_rows(_part(each, 1, hidden), _scaled_by(_part(each, 0, hidden), through, (t, ..., None, slice(None))))


def h_part(rows: ScaledRows, maps: LinearMaps) -> ScaledRows:
    """The part of rows of ∂/∂s_t or of ds_t that belongs to h_t: rows over H entries."""
    return rows if maps.parts == 1 else _part(rows, 0, maps.hidden)


def h_as_state(rows: FloatArray, maps: LinearMaps) -> FloatArray:
    """Rows over h_t, (…, R, H), as rows over the state s_t, (…, R, P·H), zero for what else is in it."""
    if maps.parts == 1:
        return rows
    return np.concatenate([rows, np.zeros((*rows.shape[:-1], maps.size - maps.hidden))], axis=-1)


def _part(rows: ScaledRows, p: int, hidden: int) -> ScaledRows:
    here = slice(p * hidden, (p + 1) * hidden)
    exponent = rows.exponent[..., here] if rows.wide else rows.exponent
    return ScaledRows(rows.mantissa[..., here], exponent, rows.drift)


def _beside(*parts: ScaledRows) -> ScaledRows:
    """The entries of all parts side by side, as one row each."""
    each = [entry_exponents(part) for part in parts]
    return ScaledRows(
        np.concatenate([part.mantissa for part in each], axis=-1),
        np.concatenate([part.exponent for part in each], axis=-1),
        np.inf,
    )


def _scaled_by(rows: ScaledRows, factors: Scaled, at: Any) -> ScaledRows:
    return rescale_entries(
        ScaledRows(rows.mantissa * factors.mantissa[at], rows.exponent + factors.exponent[at], np.inf)
    )


def times_weight_hh(rows: ScaledRows, maps: LinearMaps, weight: FloatArray) -> ScaledRows:
    """The product rows · W for rows whose entries have exponents of their own."""
    if maps.mixes:
        # an entry far behind the largest of its row here never matters again: one exponent a row will do
        together = rows_to_scaled(rows)
        return ScaledRows(rows_times(together.mantissa, weight), together.exponent[..., None], np.inf)
    if maps.parts == 1 and is_diagonal(weight):
        diagonal = np.diagonal(weight, axis1=-2, axis2=-1)[..., None, :]
        return ScaledRows(rows.mantissa * diagonal, rows.exponent, np.inf)
    return matmul_entries(rows, weight)


def is_diagonal(weight_hh: FloatArray) -> bool:
    """Whether W_hh is diagonal: no unit acts on another."""
    if weight_hh.shape[-1] != weight_hh.shape[-2]:
        return False
    on_diagonal = np.diagonal(weight_hh, axis1=-2, axis2=-1)
    return int(np.count_nonzero(weight_hh)) == int(np.count_nonzero(on_diagonal))


def renormalise_for(rows: ScaledRows, maps: LinearMaps) -> ScaledRows:
    """The rows with mantissas near 1, and with an exponent an entry only where W_hh leaves their entries apart.

    What a cell carries by itself is mixed by no matrix, so after a step of shut gates it may be far from the rest.
    """
    if not maps.mixes or (rows.wide and maps.factors.carry is not None):
        return renormalise(rows)
    if not rows.wide:
        return rescale_rows(rows)
    together = rows_to_scaled(rows)
    return rescale_rows(ScaledRows(together.mantissa, together.exponent[..., None], np.inf))
