"""Rows of adjoints ∂(·)/∂s_t on their way back through time, and rows of tangents on their way forward.

Every measure of this program is some set of rows pulled back through the same steps: δ_t is one row, ∂h_T/∂h_t is
H of them, all itemised gradients are T of them.
"""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np

from rnn_tui.engine.backprop.linear_maps import LinearMaps
from rnn_tui.engine.backprop.rows import (
    Rows,
    add_rows,
    entry_exponents,
    matmul_entries,
    renormalise,
    rescale_entries,
    rescale_rows,
    rows_to_scaled,
    zeros_above,
    zeros_below,
)
from rnn_tui.engine.network import skips
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import Scaled, has_exponents
from rnn_tui.engine.numbers.products import rows_times

ALLOWANCE = 900.0  # powers of two that rows may drift before they are looked at again

Inject: TypeAlias = Callable[[int, Rows | None], Rows | None]
"""From the step (from 0) and the rows that came to it, or None where there are none yet, to the rows that go on."""

Step: TypeAlias = Callable[[Rows, LinearMaps, int], Rows]
"""From the rows of one step to those of the next, of that index."""


def gate_adjoint_floats(rows: FloatArray, factors: FloatArray) -> FloatArray:
    """Σ_p factors[p, g] ⊙ rows[p] for every gate g: from (…, R, P·H) and (…, P, G, H) to (…, R, G·H)."""
    parts, gates, hidden = factors.shape[-3:]
    if parts == gates == 1:
        return rows * factors[..., 0, :, :]
    apart = rows.reshape(*rows.shape[:-1], parts, 1, hidden)
    result: FloatArray = apart[..., 0, :, :] * factors[..., None, 0, :, :]
    for p in range(1, parts):
        result += apart[..., p, :, :] * factors[..., None, p, :, :]
    return result.reshape(*rows.shape[:-1], gates * hidden)


def pull_back_floats(rows: FloatArray, back: LinearMaps, t: int, *, of_gates: FloatArray | None = None) -> FloatArray:
    """Rows of ∂/∂s_t in ordinary float64 to rows of ∂/∂s_{t−1}, without skips: (…, R, P·H).

    Args:
        of_gates: what `gate_adjoint_floats` makes of the rows at this step, where it is known already.
    """
    if of_gates is None:
        of_gates = gate_adjoint_floats(rows, back.maps.to_gates.mantissa[t])
    result = rows_times(of_gates, back.matrix(t))
    carry = back.maps.carry
    if carry is None:
        return result
    parts, hidden = back.parts, back.hidden
    kept = rows[..., :hidden] * carry.mantissa[t][..., None, 0, :]
    if parts == 1:
        result += kept
        return result
    kept += rows[..., hidden:] * carry.mantissa[t][..., None, 1, :]
    return np.concatenate([result, kept], axis=-1)


def push_forward_floats(rows: FloatArray, back: LinearMaps, t: int) -> FloatArray:
    """Rows of ds_{t−1} in ordinary float64 to rows of ds_t, without skips: (…, R, P·H)."""
    hidden, parts = back.hidden, back.parts
    driven = rows_times(rows[..., :hidden], np.swapaxes(back.matrix(t), -1, -2))
    if back.maps.through is not None and not has_exponents(back.maps.through.exponent[t]):
        return _lstm_forward(driven, rows[..., hidden:], back, t)
    result = from_gates(driven, back.maps.to_gates.mantissa[t])
    if back.maps.carry is not None:
        carry = back.maps.carry.mantissa[t]
        last = rows[..., (parts - 1) * hidden :]
        for p in range(parts):
            result[..., p * hidden : (p + 1) * hidden] += last * carry[..., None, p, :]
    return result


def from_gates(driven: FloatArray, factors: FloatArray) -> FloatArray:
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


def _lstm_forward(driven: FloatArray, rows_c: FloatArray, back: LinearMaps, t: int) -> FloatArray:
    """Rows of d(gates) and of dc_{t−1} to rows of d(h_t, c_t): all that reaches h_t but by o goes through c_t."""
    assert back.maps.carry is not None
    assert back.maps.through is not None
    hidden, factors = back.hidden, back.maps.to_gates.mantissa[t]
    result = np.empty((*driven.shape[:-1], 2 * hidden))
    of_h, of_c = result[..., :hidden], result[..., hidden:]
    np.multiply(rows_c, back.maps.carry.mantissa[t][..., None, 1, :], out=of_c)
    for g in range(3):
        of_c += driven[..., g * hidden : (g + 1) * hidden] * factors[..., None, 1, g, :]
    np.multiply(driven[..., 3 * hidden :], factors[..., None, 0, 3, :], out=of_h)
    of_h += of_c * back.maps.through.mantissa[t][..., None, :]
    return result


def gate_adjoint(rows: Rows, back: LinearMaps, t: int, *, of_inputs: bool = False) -> Rows:
    """∂/∂(gates of step t), rows over G·H entries: the adjoint of W_hh h_{t−1} + b_hh, or of W_ih x_t + b_ih."""
    factors = back.maps.to_inputs if of_inputs else back.maps.to_gates
    if not rows.wide and not has_exponents(factors.exponent[t]):
        rows, drift = _in_range(rows, back, t)
    if not rows.wide and not has_exponents(factors.exponent[t]):
        return Rows(gate_adjoint_floats(rows.mantissa, factors.mantissa[t]), rows.exponent, rows.drift + drift)
    parts, gates, hidden = factors.mantissa.shape[-3:]
    each = rescale_entries(rows)
    found: list[Rows] = []
    for g in range(gates):
        terms = [_scaled_by(_part(each, p, hidden), factors, (t, ..., None, p, g, slice(None))) for p in range(parts)]
        total = terms[0]
        for term in terms[1:]:
            total = add_rows(total, term)
        found.append(total)
    return Rows(
        np.concatenate([part.mantissa for part in found], axis=-1),
        np.concatenate([part.exponent for part in found], axis=-1),
        np.inf,
    )


def pull_back(rows: Rows, back: LinearMaps, t: int) -> Rows:
    """Rows of ∂/∂s_t to rows of ∂/∂s_{t−1}, without skips."""
    rows, drift = _in_range(rows, back, t)
    if not rows.wide and not back.apart[t]:
        return Rows(pull_back_floats(rows.mantissa, back, t), rows.exponent, rows.drift + drift)
    each = rescale_entries(rows)
    result = times_weight_hh(gate_adjoint(each, back, t), back, back.matrix(t))
    if back.maps.carry is not None:
        parts, hidden = back.parts, back.hidden
        kept: Rows | None = None
        for p in range(parts):
            term = _scaled_by(_part(each, p, hidden), back.maps.carry, (t, ..., None, p, slice(None)))
            kept = term if kept is None else add_rows(kept, term)
        assert kept is not None
        result = add_rows(entry_exponents(result), kept) if parts == 1 else _beside(result, kept)
    return renormalise_for(result, back)


def push_forward(rows: Rows, back: LinearMaps, t: int) -> Rows:
    """Rows of ds_{t−1} to rows of ds_t, without skips."""
    rows, drift = _in_range(rows, back, t)
    if not rows.wide and not back.apart[t]:
        return Rows(push_forward_floats(rows.mantissa, back, t), rows.exponent, rows.drift + drift)
    each, parts, hidden = rescale_entries(rows), back.parts, back.hidden
    driven = times_weight_hh(_part(each, 0, hidden), back, np.swapaxes(back.matrix(t), -1, -2))
    result = tangents(driven, back, t, of_inputs=False)
    if back.maps.carry is not None:
        last = _part(each, parts - 1, hidden)
        kept = [_scaled_by(last, back.maps.carry, (t, ..., None, p, slice(None))) for p in range(parts)]
        whole = kept[0] if parts == 1 else _beside(kept[0], kept[1])
        result = add_rows(entry_exponents(result), whole)
    return renormalise_for(result, back)


def _in_range(rows: Rows, back: LinearMaps, t: int) -> tuple[Rows, float]:
    """The rows, looked at again where step t could move them out of float64, and by how much it can."""
    drift = float(back.drift[t])
    if rows.drift + drift > ALLOWANCE:
        rows = rescale_rows(rows) if back.mixes and not rows.wide else renormalise(rows)
    return rows, drift


def tangents(driven: Rows, back: LinearMaps, t: int, *, of_inputs: bool) -> Rows:
    """Rows of d(gates of step t), over G·H entries, to rows of ds_t; `of_inputs` for d(W_ih x_t)."""
    factors = back.maps.to_inputs if of_inputs else back.maps.to_gates
    if not driven.wide and not has_exponents(factors.exponent[t]):
        driven, drift = _in_range(driven, back, t)
    if not driven.wide and not has_exponents(factors.exponent[t]):
        return Rows(from_gates(driven.mantissa, factors.mantissa[t]), driven.exponent, driven.drift + drift)
    parts, gates, hidden = factors.mantissa.shape[-3:]
    each, result = rescale_entries(driven), None
    for p in range(parts):
        total: Rows | None = None
        for g in range(gates):
            term = _scaled_by(_part(each, g, hidden), factors, (t, ..., None, p, g, slice(None)))
            total = term if total is None else add_rows(total, term)
        assert total is not None
        result = total if result is None else _beside(result, total)
    assert result is not None
    return result


def walk_back(back: LinearMaps, inject: Inject, *, last: int, first: int = 0) -> Iterator[tuple[int, Rows]]:
    """Yields (t, rows of ∂/∂s_t) for t = last … first, with what every skip brings.

    `inject` adds to the rows that came back to a step those that begin there; new rows stand above the others.
    """
    kept: dict[int, Rows] = {}
    rows: Rows | None = None
    for t in range(last, first - 1, -1):
        if rows is not None:
            rows = pull_back(rows, back, t + 1)
        later = skips.receiver(back.skip, t, last + 1)
        if later is not None and later in kept and rows is not None:
            brought = _h_only(kept.pop(later), back)
            rows = add_rows(rows, zeros_above(brought, rows.mantissa.shape[-2]))
        rows = inject(t, rows)
        if rows is None:
            continue
        source = skips.source(back.skip, t)
        if source is not None and source >= first:
            kept[t] = rows
        yield t, rows


def walk_forward(
    back: LinearMaps, inject: Inject, *, first: int = 0, last: int, step: Step = push_forward
) -> Iterator[tuple[int, Rows]]:
    """Yields (t, rows of ds_t) for t = first … last, with what every skip brings; new rows stand below the others.

    `step` takes rows over a step without skips.
    """
    kept: dict[int, Rows] = {}
    rows: Rows | None = None
    for t in range(first, last + 1):
        if rows is not None:
            rows = step(rows, back, t)
        earlier = skips.source(back.skip, t)
        if earlier is not None and earlier in kept and rows is not None:
            rows = add_rows(rows, zeros_below(_h_only(kept.pop(earlier), back), rows.mantissa.shape[-2]))
        rows = inject(t, rows)
        if rows is None:
            continue
        if skips.receiver(back.skip, t, last + 1) is not None:
            kept[t] = rows
        yield t, rows


def cell_adjoint(rows: Rows, back: LinearMaps, t: int) -> Rows:
    """An LSTM's ∂/∂c_t with the way c_t → h_t included, rows over H entries, from rows of ∂/∂(h_t, c_t)."""
    assert back.maps.through is not None
    hidden, through = back.hidden, back.maps.through
    if not rows.wide:
        rows, _ = _in_range(rows, back, t)
    if not rows.wide and not has_exponents(through.exponent[t]):
        whole = rows.mantissa[..., hidden:] + rows.mantissa[..., :hidden] * through.mantissa[t][..., None, :]
        return rows._replace(mantissa=whole)
    each = rescale_entries(rows)
    return add_rows(_part(each, 1, hidden), _scaled_by(_part(each, 0, hidden), through, (t, ..., None, slice(None))))


def h_part(rows: Rows, back: LinearMaps) -> Rows:
    """The part of rows of ∂/∂s_t or of ds_t that belongs to h_t: rows over H entries."""
    return rows if back.parts == 1 else _part(rows, 0, back.hidden)


def h_as_state(rows: FloatArray, back: LinearMaps) -> FloatArray:
    """Rows over h_t, (…, R, H), as rows over the state s_t, (…, R, P·H), zero for what else is in it."""
    if back.parts == 1:
        return rows
    return np.concatenate([rows, np.zeros((*rows.shape[:-1], back.size - back.hidden))], axis=-1)


def _part(rows: Rows, p: int, hidden: int) -> Rows:
    here = slice(p * hidden, (p + 1) * hidden)
    exponent = rows.exponent[..., here] if rows.wide else rows.exponent
    return Rows(rows.mantissa[..., here], exponent, rows.drift)


def _h_only(rows: Rows, back: LinearMaps) -> Rows:
    if back.parts == 1:
        return rows
    mantissa = rows.mantissa.copy()
    mantissa[..., back.hidden :] = 0.0
    return rows._replace(mantissa=mantissa)


def _beside(first: Rows, second: Rows) -> Rows:
    first, second = entry_exponents(first), entry_exponents(second)
    return Rows(
        np.concatenate([first.mantissa, second.mantissa], axis=-1),
        np.concatenate([first.exponent, second.exponent], axis=-1),
        np.inf,
    )


def _scaled_by(rows: Rows, factors: Scaled, at: Any) -> Rows:
    return rescale_entries(Rows(rows.mantissa * factors.mantissa[at], rows.exponent + factors.exponent[at], np.inf))


def times_weight_hh(rows: Rows, back: LinearMaps, weight: FloatArray) -> Rows:
    """The product rows · W for rows whose entries have exponents of their own."""
    if back.mixes:
        # an entry far behind the largest of its row here never matters again: one exponent a row will do
        together = rows_to_scaled(rows)
        return Rows(rows_times(together.mantissa, weight), together.exponent[..., None], np.inf)
    if back.parts == 1 and is_diagonal(weight):
        diagonal = np.diagonal(weight, axis1=-2, axis2=-1)[..., None, :]
        return Rows(rows.mantissa * diagonal, rows.exponent, np.inf)
    return matmul_entries(rows, weight)


def is_diagonal(weight_hh: FloatArray) -> bool:
    """Whether no unit hears of another."""
    if weight_hh.shape[-1] != weight_hh.shape[-2]:
        return False
    on_diagonal = np.diagonal(weight_hh, axis1=-2, axis2=-1)
    return int(np.count_nonzero(weight_hh)) == int(np.count_nonzero(on_diagonal))


def renormalise_for(rows: Rows, back: LinearMaps) -> Rows:
    """The rows with mantissas near 1, and with an exponent an entry only where W_hh leaves their entries apart.

    What a cell carries by itself is mixed by no matrix, so after a step of shut gates it may be far from the rest.
    """
    if not back.mixes or (rows.wide and back.maps.carry is not None):
        return renormalise(rows)
    if not rows.wide:
        return rescale_rows(rows)
    together = rows_to_scaled(rows)
    return rescale_rows(Rows(together.mantissa, together.exponent[..., None], np.inf))
