"""The influence of word k on step t by the gradient, ‖∂h_t/∂x_k‖_F and ‖(∂h_t/∂x_k) x_k‖₂, one step after the other.

`all_pairs` computes the same for nearly every network, and faster.
"""

from collections.abc import Iterator
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from rnn_tui.engine.backprop import adjoint
from rnn_tui.engine.backprop.adjoint import gate_adjoint, h_as_state, h_part
from rnn_tui.engine.backprop.linear_maps import LinearMaps
from rnn_tui.engine.backprop.unroll import Trajectory
from rnn_tui.engine.backprop.walk import Inject, walk_back, walk_forward
from rnn_tui.engine.network import skips
from rnn_tui.engine.network.network import Network
from rnn_tui.engine.numbers import exponents
from rnn_tui.engine.numbers.arrays import FloatArray, IntArray
from rnn_tui.engine.numbers.exponents import ZERO_EXPONENT, Scaled
from rnn_tui.engine.numbers.products import matvec, rows_times
from rnn_tui.engine.numbers.scaled_rows import (
    SAFE_SQUARE,
    ScaledRows,
    add_rows,
    rows_from_floats,
    rows_to_scaled,
    stack_rows,
)

TIE = 1e-12  # shares that differ by less are equal

InfluenceOf: TypeAlias = Literal["word", "word-input", "state"]
"""Of what the influence is measured: ∂h_t/∂x_k, (∂h_t/∂x_k) x_k, or the state itself, ∂h_t/∂h_k."""


class StepPairs(NamedTuple):
    """The input of the measures over pairs of steps.

    Attributes:
        network, trajectory, maps: the network, its forward pass, and its linear maps.
        probe: (Q, H) or (…, Q, H): the probe matrix: ‖probe · ∂h_t‖ is measured; None for h_t itself.
    """

    network: Network
    trajectory: Trajectory
    maps: LinearMaps
    probe: FloatArray | None = None

    @property
    def rows(self) -> FloatArray:
        """The rows that are pulled back from a step: those of the probe, or the unit vectors, (…, Q, H)."""
        hidden = self.maps.hidden
        wanted = np.eye(hidden) if self.probe is None else self.probe
        return np.broadcast_to(wanted, (*self.maps.ensemble_shape, *wanted.shape[-2:]))

    def gathered(self, steps: IntArray) -> "StepPairs":
        """The steps (n, m) as m pieces of the text side by side: an ensemble axis m in front of all others."""
        inputs = self.trajectory.inputs[steps]
        if self.trajectory.inputs.ndim == 2:
            inputs = inputs.reshape(*steps.shape, *(1,) * len(self.maps.ensemble_shape), inputs.shape[-1])
        network = self.network
        if network.layered:
            weight_ih = network.parameters.weight_ih_l0[steps]
            network = network._replace(parameters=network.parameters._replace(weight_ih_l0=weight_ih))
        trajectory = self.trajectory._replace(inputs=inputs)
        return StepPairs(network, trajectory, self.maps.gathered(steps), self.probe)

    def columns(self, of: InfluenceOf) -> int:
        """How many directions each word or state has: D, 1 or H."""
        return {"word": int(self.trajectory.inputs.shape[-1]), "word-input": 1, "state": self.maps.hidden}[of]

    def right(self, of: InfluenceOf, k: int) -> FloatArray:
        """∂(gates of step k)/∂x_k = W_ih, (…, G·H, D), or W_ih x_k, (…, G·H, 1)."""
        weight_ih = self.network.weight_ih(k)
        return weight_ih if of == "word" else matvec(weight_ih, self.trajectory.inputs[k])[..., None]


def output_probe(weight: FloatArray) -> FloatArray:
    """R with RᵀR = W_hyᵀ W_hy, (…, min(V, H), H): ‖R v‖ = ‖W_hy v‖ for every v, in fewer rows where V is large."""
    if weight.shape[-2] <= weight.shape[-1]:
        return weight
    return np.linalg.qr(weight).R


def pulled_back_influence(
    pairs: StepPairs, *, of: InfluenceOf = "word", first: int = 0, start: int, stop: int
) -> FloatArray:
    """log10 ‖∂h_t/∂x_k‖_F for the words first ≤ k ≤ t and the steps start ≤ t < stop (0-based).

    ∂h_t/∂x_k = ∂h_t/∂(gates of step k) W_ih. The rows of ∂h_t/∂h_k for all t are pulled back together, so
    (stop − start)·H rows are kept: right for any network, and quick for a few steps of a long text. Where a skip
    has to keep the rows of many steps, the steps t are taken in as many turns.

    Args:
        of: measure ‖(∂h_t/∂x_k) x_k‖₂ or ‖∂h_t/∂h_k‖_F instead.

    Returns:
        (…, stop − start, stop): row i is step start + i, column k is word k; NaN where k > t or k < first, −inf for a
        true zero.
    """
    maps = pairs.maps
    found = np.full((*maps.ensemble_shape, stop - start, stop), np.nan)
    turns = maps.skip.lag if isinstance(maps.skip, skips.Shared) else 1
    at_once = max(1, -(-(stop - start) // turns))
    for begin in range(start, stop, at_once):
        end = min(stop, begin + at_once)
        _pull_back(found[..., begin - start : end - start, :], pairs, of, first=first, start=begin, stop=end)
    return found


def _pull_back(found: FloatArray, pairs: StepPairs, of: InfluenceOf, *, first: int, start: int, stop: int) -> None:
    maps = pairs.maps
    unit = h_as_state(pairs.rows, maps)
    count = unit.shape[-2]

    def inject(t: int, rows: ScaledRows | None) -> ScaledRows | None:
        if t < start:
            return rows
        new = rows_from_floats(unit)
        return new if rows is None else stack_rows(new, rows)

    for k, rows in walk_back(maps, inject, last=stop - 1, first=first):
        if of == "state":
            reached, right = h_part(rows, maps), None
        else:
            reached, right = gate_adjoint(rows, maps, k, of_inputs=True), pairs.right(of, k)
        found[..., max(k, start) - start :, k] = _log10_block_norms(reached, right, count)


def carried_influence(pairs: StepPairs, *, of: InfluenceOf = "word-input") -> FloatArray:
    """log10 ‖(∂h_t/∂x_k) x_k‖₂, ‖∂h_t/∂x_k‖_F or ‖∂h_t/∂h_k‖_F for all pairs k ≤ t: (…, T, T), NaN where k > t.

    The directions of every word are carried forward together: one for x_k itself, D for any change of it, H for one of
    the state. O(T² H²) for each: quicker than pulling H rows back where the directions are fewer.
    """
    maps, steps = pairs.maps, pairs.maps.steps
    found = np.full((*maps.ensemble_shape, steps, steps), np.nan)
    for t, rows in walk_words(pairs, of=of):
        seen = times_probe(rows, pairs)
        found[..., t, : t + 1] = _log10_block_norms(seen, None, rows.mantissa.shape[-2] // (t + 1))
    return found


def times_probe(rows: ScaledRows, pairs: StepPairs) -> ScaledRows:
    """Rows of ds_t times the probe matrix, probe · dh_t over Q entries; without one dh_t, rows over H."""
    seen = h_part(rows, pairs.maps)
    if pairs.probe is None:
        return seen
    scaled = rows_to_scaled(seen)
    seen_by_probe = rows_times(scaled.mantissa, np.swapaxes(pairs.probe, -1, -2))
    return ScaledRows(seen_by_probe, scaled.exponent[..., None], np.inf)


def walk_words(
    pairs: StepPairs, *, of: InfluenceOf, first: int = 0, stop: int | None = None
) -> Iterator[tuple[int, ScaledRows]]:
    """Yields (t, rows), rows of (∂s_t/∂x_k) x_k or every column of ∂s_t/∂x_k or ∂s_t/∂h_k, for first ≤ k ≤ t < stop.

    The rows of the first word come first: (…, (t + 1 − first)·n, P·H), n directions for each word.
    """

    def inject(t: int, rows: ScaledRows | None) -> ScaledRows:
        new = _of_step(pairs, of, t)
        return new if rows is None else stack_rows(rows, new)

    return _walk(pairs, inject, first, stop)


def walk_all_words(pairs: StepPairs, *, first: int = 0, stop: int | None = None) -> Iterator[tuple[int, ScaledRows]]:
    """Yields (t, row) for first ≤ t < stop, the row being Σ_k (∂s_t/∂x_k) x_k over first ≤ k ≤ t: (…, 1, P·H)."""

    def inject(t: int, rows: ScaledRows | None) -> ScaledRows:
        new = _of_step(pairs, "word-input", t)
        return new if rows is None else adjoint.renormalise_for(add_rows(rows, new), pairs.maps)

    return _walk(pairs, inject, first, stop)


def _walk(pairs: StepPairs, inject: Inject, first: int, stop: int | None) -> Iterator[tuple[int, ScaledRows]]:
    return walk_forward(pairs.maps, inject, first=first, last=(pairs.maps.steps if stop is None else stop) - 1)


def _of_step(pairs: StepPairs, of: InfluenceOf, t: int) -> ScaledRows:
    """∂s_t/∂x_t, or ∂s_t/∂h_t, as n rows: (…, n, P·H)."""
    maps = pairs.maps
    if of == "state":
        unit = np.eye(maps.size)[: maps.hidden]
        new = rows_from_floats(np.broadcast_to(unit, (*maps.ensemble_shape, *unit.shape)))
    else:
        driven = np.swapaxes(pairs.right(of, t), -1, -2)
        driven = np.broadcast_to(driven, (*maps.ensemble_shape, *driven.shape[-2:]))
        new = adjoint.gate_tangents(rows_from_floats(driven), maps, t, of_inputs=True)
    return adjoint.renormalise_for(new, maps)  # so that the others need not be rescaled for its sake


def _log10_block_norms(rows: ScaledRows, right: FloatArray | None, count: int) -> FloatArray:
    """log10 ‖B right‖_F of every block B of `count` rows: (…, blocks)."""
    mantissa, exponent = rows_to_scaled(rows) if rows.wide else (rows.mantissa, rows.exponent[..., 0])
    product = mantissa if right is None else rows_times(mantissa, right)
    squares = np.einsum("...rd,...rd->...r", product, product)
    if squares.size and not SAFE_SQUARE < squares.min() <= squares.max() < 1.0 / SAFE_SQUARE:
        norms = exponents.block_norm(Scaled(product, exponent))
        exponent, of_row = norms.exponent, norms.mantissa
    else:
        of_row = np.sqrt(squares)
    shape = (*of_row.shape[:-1], -1, count)
    of_row, power = of_row.reshape(shape), exponent.reshape(shape)
    top = np.where(of_row > 0, power, ZERO_EXPONENT).max(axis=-1)
    top = np.where(top == ZERO_EXPONENT, 0, top)
    together = np.sqrt(np.square(exponents.ldexp(of_row, power - top[..., None])).sum(axis=-1))
    return exponents.log10(Scaled(together, top))


def shares(influence_log10: FloatArray) -> FloatArray:
    """Each row's influence over the row's sum over k ≤ t: 0 where k > t, NaN in a row where all are zero.

    Args:
        influence_log10: (…, n, m) log10 of the influence, NaN where k > t.
    """
    log = np.where(np.isnan(influence_log10), -np.inf, influence_log10)
    top = log.max(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore"):
        relative = np.where(np.isneginf(top), np.nan, 10.0 ** (log - np.where(np.isneginf(top), 0.0, top)))
        result: FloatArray = relative / relative.sum(axis=-1, keepdims=True)
    return result


def memory_lag(influence_log10: FloatArray, *, share: float = 0.9) -> int | None:
    """The fewest last words that hold `share` of one row's influence; None where all are zero.

    Args:
        influence_log10: (T,) log10 of each word's influence on the last state.
    """
    lag = float(memory_lags(influence_log10[None], share=share)[0])
    return None if np.isnan(lag) else int(lag)


def memory_lags(influence_log10: FloatArray, *, share: float = 0.9) -> FloatArray:
    """The fewest last words that hold `share` of every row's influence, (…); NaN where all are zero.

    Args:
        influence_log10: (…, T) log10 of each word's influence on the last state.
    """
    held = shares(influence_log10)[..., ::-1].cumsum(axis=-1)
    # equal words make exact ties, which the rounding of a sum must not break
    lags = np.minimum((held < share - TIE).sum(axis=-1) + 1, held.shape[-1])
    return np.where(np.isnan(held).any(axis=-1), np.nan, lags)
