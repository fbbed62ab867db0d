"""How the difference of two runs of a network moves over one step, in forms that do not cancel.

tanh(a) − tanh(a − d) = sech²(a) tanh(d) / (1 − tanh(a) tanh(d)), and pq − p'q' = p dq + dp q'.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import numpy as np

from rnn_tui.engine.backprop import adjoint
from rnn_tui.engine.backprop.linear_maps import LinearMaps, joined_steps
from rnn_tui.engine.cells.differences import (
    LARGEST,
    FloatSteps,
    exact_change,
    exact_rows,
    step_beside_rows,
    steps_as_rows,
    tanh_gains,
)
from rnn_tui.engine.cells.table import MATHEMATICS
from rnn_tui.engine.influence.gradient import StepPairs
from rnn_tui.engine.kinds import CELLS, Activation
from rnn_tui.engine.network.network import Network
from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray, IntArray
from rnn_tui.engine.numbers.exponents import ZERO_EXPONENT, Scaled, ldexp
from rnn_tui.engine.numbers.products import rows_times
from rnn_tui.engine.numbers.scaled_rows import (
    ScaledRows,
    entry_exponents,
    renormalise,
    rescale_entries,
    rescale_rows,
    rows_from_floats,
)

STRAIGHT = -60.0  # log2 of a change that acts on a smooth φ as on a straight line, to rounding
GENTLE = 400.0  # powers of two that a step may move a row before the result is checked
FAINT = -500  # log2 of a row's largest entry below which others of its terms may have been lost to underflow
LOWEST = -1000.0  # log2 of the least entry that float64 holds to full precision, with room
HIGHEST = 900.0

RowMap: TypeAlias = Callable[[ScaledRows], ScaledRows]


def differences_through(pairs: StepPairs) -> "SmoothDifferences | ReluDifferences":
    """How differences step through this network: by max(a, 0) or by smooth functions."""
    pairs = _unlimited(pairs)
    return ReluDifferences(pairs) if bending_function(pairs.network) == "relu" else _smooth(pairs)


def bending_function(network: Network) -> Activation:
    """φ of the network; of a gated cell tanh, for its functions bend as that does."""
    return "tanh" if CELLS[network.cell].gated else network.activation


class SmoothDifferences(NamedTuple):
    """How differences move through cells whose functions are smooth.

    A difference that is negligible beside everything moves as on a straight line; others in float64; and where that
    would lose something, with an exponent for every entry.

    Attributes:
        steps: what float64 needs of every step.
        weight: the transpose of W_hh times `tanh_gains`, (…, H, G·H).
        reach: (T,) log2 of how much larger a change may be inside the cell than in the state.
        tame: (T,) whether the step's values are within float64's range.
        old_less_new: (T, …, H) of a GRU h_{t−1} − n_t; else None.
    """

    pairs: StepPairs
    steps: FloatSteps
    weight: FloatArray
    reach: FloatArray
    tame: AnyArray
    old_less_new: Scaled | None

    def of_words(self, first: int, stop: int) -> ScaledRows:
        """The differences that the words first ≤ k < stop make at their own steps, (…, stop − first, P·H)."""
        network, maps = self.pairs.network, self.pairs.maps
        driven = brought_by_words(self.pairs, first, stop)
        here = steps_as_rows(self.steps, first, stop)
        gain, still = tanh_gains(network), np.zeros_like(driven)
        found = MATHEMATICS[network.cell].float_difference(here, still, None, words=driven * gain)
        size = np.abs(driven)
        faint = (np.where(size == 0, 1.0, size) < 2.0**FAINT).any(axis=-1)
        odd = faint | (maps.apart | ~self.tame)[first:stop]
        if not odd.any():
            return ScaledRows(found, np.zeros((*found.shape[:-1], 1), dtype=np.int64), 0.0)
        exact, mask = entry_exponents(_exact_of_words(self.pairs, self.old_less_new, first, stop)), odd[..., None]
        return adjoint.renormalise_for(
            ScaledRows(np.where(mask, exact.mantissa, found), np.where(mask, exact.exponent, 0), np.inf), maps
        )

    def step(self, rows: ScaledRows, maps: LinearMaps, t: int) -> ScaledRows:
        """The differences after step t from those before it."""
        straight = _heights(rows) + self.reach[t] < STRAIGHT
        return _each_way(
            straight, rows, lambda part: adjoint.push_forward_rows(part, maps, t), lambda part: self._bent(part, t)
        )

    def step_of_words(self, rows: ScaledRows, words: FloatArray, t: int) -> ScaledRows:
        """The differences after step t where W_ih x_t differs too, by `words` (…, 1, G·H); of one row."""
        maps = self.pairs.maps
        if self.tame[t] and not maps.apart[t] and _heights(rows).max(initial=ZERO_EXPONENT) < HIGHEST:
            found = self._in_float64(rows, t, words)
            if _lowest(found).min() > LOWEST:
                return found
        return _exact(self.pairs, self.old_less_new, rows, t, words)

    def _bent(self, rows: ScaledRows, t: int) -> ScaledRows:
        maps = self.pairs.maps
        if not self.tame[t] or _heights(rows).max(initial=ZERO_EXPONENT) > HIGHEST:
            return _exact(self.pairs, self.old_less_new, rows, t)
        drift = float(maps.drift[t])
        if not maps.mixes:
            odd = _lowest(rows) - drift < LOWEST
        elif maps.apart[t] or drift > GENTLE:
            odd = _heights(self._in_float64(rows, t)) < FAINT
        else:
            return self._in_float64(rows, t)
        return _each_way(
            odd,
            rows,
            lambda part: _exact(self.pairs, self.old_less_new, part, t),
            lambda part: self._in_float64(part, t),
        )

    def _in_float64(self, rows: ScaledRows, t: int, words: FloatArray | None = None) -> ScaledRows:
        maps = self.pairs.maps
        before = ldexp(rows.mantissa, rows.exponent) if rows.exponent.any() else rows.mantissa
        gates = rows_times(before[..., : maps.hidden], self.weight[t] if maps.layered else self.weight)
        words = None if words is None else words * tanh_gains(self.pairs.network)
        cell = MATHEMATICS[self.pairs.network.cell]
        found = cell.float_difference(step_beside_rows(self.steps, t), gates, before, words=words)
        return ScaledRows(found, np.zeros((*found.shape[:-1], 1), dtype=np.int64), 0.0)


class ReluDifferences(NamedTuple):
    """How differences move through max(a, 0), which bends nothing but at 0: exactly, with an exponent a row."""

    pairs: StepPairs

    def of_words(self, first: int, stop: int) -> ScaledRows:
        """The differences that the words first ≤ k < stop make at their own steps, (…, stop − first, H)."""
        return _exact_of_words(self.pairs, None, first, stop)

    def step(self, rows: ScaledRows, maps: LinearMaps, t: int) -> ScaledRows:
        """The differences after step t from those before it: max(a, 0) − max(a − d, 0) = min(a, d) − min(a, 0)."""
        rows = rescale_rows(rows) if maps.mixes and not rows.wide else renormalise(rows)
        a = self.pairs.trajectory.a
        shift = a.exponent[t][..., None, None] - rows.exponent
        if rows.wide or shift.min() < FAINT:
            return _exact(self.pairs, None, rows, t)
        driven = rows_times(rows.mantissa, np.swapaxes(maps.matrix(t), -1, -2))
        own = a.mantissa[t][..., None, :]
        if shift.any():
            own = np.clip(ldexp(own, shift), -LARGEST, LARGEST)
        found = np.minimum(driven, own)
        found -= np.minimum(own, 0.0)
        return ScaledRows(found, rows.exponent, np.inf)

    def step_of_words(self, rows: ScaledRows, words: FloatArray, t: int) -> ScaledRows:
        """The differences after step t where W_ih x_t differs too, by `words` (…, 1, H)."""
        a, maps = self.pairs.trajectory.a, self.pairs.maps
        if rows.wide or a.exponent[t].any() or int(np.abs(rows.exponent).max()) > GENTLE or not maps.mixes:
            return _exact(self.pairs, None, rows, t, words)
        before = ldexp(rows.mantissa, rows.exponent)
        driven = rows_times(before, np.swapaxes(maps.matrix(t), -1, -2)) + words
        own = a.mantissa[t][..., None, :]
        found = np.minimum(driven, own) - np.minimum(own, 0.0)
        return rescale_rows(ScaledRows(found, np.zeros_like(rows.exponent), np.inf))


def brought_by_words(pairs: StepPairs, first: int, stop: int) -> FloatArray:
    """W_ih x_k, what the words first ≤ k < stop bring to the gates of their steps: (…, stop − first, G·H)."""
    brought = np.stack([pairs.right("word-input", k)[..., 0] for k in range(first, stop)], axis=-2)
    return np.broadcast_to(brought, (*pairs.maps.ensemble_shape, *brought.shape[-2:]))


def _unlimited(pairs: StepPairs) -> StepPairs:
    """With pre-activations as large as they are, for the other run's are these less a difference."""
    run, cell = pairs.trajectory, MATHEMATICS[pairs.network.cell]

    def brought() -> FloatArray:
        return np.moveaxis(brought_by_words(pairs, 0, len(run.h.exponent)), -2, 0)

    return pairs._replace(trajectory=run._replace(a=cell.unlimited(pairs.network, run, brought)))


def _exact(
    pairs: StepPairs, old_less_new: Scaled | None, rows: ScaledRows, t: int, words: FloatArray | None = None
) -> ScaledRows:
    maps = pairs.maps
    driven = adjoint.times_weight_hh(
        rescale_entries(adjoint.h_part(rows, maps)), maps, np.swapaxes(maps.matrix(t), -1, -2)
    )
    of_word = None if words is None else rows_from_floats(words)
    return _changed(pairs, old_less_new, slice(t, t + 1), recurrent=driven, words=of_word, before=rows)


def _exact_of_words(pairs: StepPairs, old_less_new: Scaled | None, first: int, stop: int) -> ScaledRows:
    driven = rows_from_floats(brought_by_words(pairs, first, stop))
    return _changed(pairs, old_less_new, slice(first, stop), words=driven)


def _changed(
    pairs: StepPairs,
    old_less_new: Scaled | None,
    steps: slice,
    *,
    recurrent: ScaledRows | None = None,
    words: ScaledRows | None = None,
    before: ScaledRows | None = None,
) -> ScaledRows:
    run, network = pairs.trajectory, pairs.network
    change = exact_change(network, run, old_less_new, steps, recurrent=recurrent, words=words, before=before)
    return adjoint.renormalise_for(exact_rows(MATHEMATICS[network.cell].exact_difference(change)), pairs.maps)


def _smooth(pairs: StepPairs) -> SmoothDifferences:
    network, trajectory, maps = pairs.network, pairs.trajectory, pairs.maps
    weight = network.parameters.weight_hh_l0
    steps, cell = maps.steps, MATHEMATICS[network.cell]
    with np.errstate(divide="ignore"):
        rows = np.abs(weight).sum(axis=-1)
        carried = np.abs(rows).reshape(steps, -1).max(axis=1) if maps.layered else np.full(steps, rows.max())
        reach = np.log2(cell.reach(trajectory, carried))
    known = (
        [trajectory.a, trajectory.h_prev] if trajectory.u is None else [trajectory.a, trajectory.h_prev, trajectory.u]
    )
    tame = ~np.any([value.exponent.reshape(steps, -1).any(axis=1) for value in known], axis=0)
    gain = tanh_gains(network)
    old_less_new = cell.old_less_new(trajectory, joined=joined_steps(network, trajectory))
    each = cell.float_steps(trajectory, gain=gain, old_less_new=old_less_new)
    return SmoothDifferences(pairs, each, np.swapaxes(weight, -1, -2) * gain, reach, tame, old_less_new)


def _heights(rows: ScaledRows) -> IntArray:
    """log2 of every row's largest entry, rounded up: (…, R)."""
    if rows.wide:
        power = np.where(rows.mantissa == 0, ZERO_EXPONENT, rows.exponent + np.frexp(rows.mantissa)[1])
        return np.asarray(power.max(axis=-1), dtype=np.int64)
    size = np.maximum(rows.mantissa.max(axis=-1), -rows.mantissa.min(axis=-1))
    return np.where(size == 0, ZERO_EXPONENT, rows.exponent[..., 0] + np.frexp(size)[1])


def _lowest(rows: ScaledRows) -> IntArray:
    """log2 of every row's smallest entry that is not 0: (…, R)."""
    power = np.where(rows.mantissa == 0, -ZERO_EXPONENT, rows.exponent + np.frexp(rows.mantissa)[1])
    return np.asarray(power.min(axis=-1), dtype=np.int64)


def _each_way(mask: AnyArray, rows: ScaledRows, marked: RowMap, others: RowMap) -> ScaledRows:
    """The rows that `mask` (…, R) marks taken one way, and the others another."""
    if mask.all():
        return marked(rows)
    if not mask.any():
        return others(rows)
    parts = []
    for chosen, way in ((mask, marked), (~mask, others)):
        places = np.flatnonzero(chosen.reshape(-1, chosen.shape[-1]).any(axis=0))
        here = (..., slice(places[0], places[-1] + 1), slice(None))
        parts.append(
            (here, chosen[..., None][here], way(ScaledRows(rows.mantissa[here], rows.exponent[here], rows.drift)))
        )
    wide = any(part.wide for _, _, part in parts)
    mantissa = np.empty(rows.mantissa.shape)
    exponent = np.empty(mantissa.shape if wide else (*mantissa.shape[:-1], 1), dtype=np.int64)
    for here, chosen, part in parts:
        np.copyto(mantissa[here], part.mantissa, where=chosen)
        np.copyto(exponent[here], part.exponent, where=chosen)
    return ScaledRows(mantissa, exponent, max(part.drift for _, _, part in parts))
