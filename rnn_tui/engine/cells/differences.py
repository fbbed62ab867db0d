"""The parts of the differences of all cells: two runs, value' = value − difference, in forms that do not cancel.

Each difference exists twice. In ordinary float64 it is `Bend.difference` and the sums around it; where that would lose
something, `ExactChange` has an exponent for every entry.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from rnn_tui.engine.cells.activations import difference, slopes, tanh_difference
from rnn_tui.engine.cells.step import CellRun
from rnn_tui.engine.kinds import CELLS, Activation
from rnn_tui.engine.network.network import Network
from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray, IntArray
from rnn_tui.engine.numbers.exponents import Scaled, align_exponent, ldexp, to_float
from rnn_tui.engine.numbers.scaled_rows import ScaledRows, add_rows, rescale_entries

LEAST = 2.0**-3  # a denominator 1 − tanh tanh this large has lost three bits at most
LARGEST = 1e300  # a gate this far open equals one that is further open

FloatSteps: TypeAlias = tuple[Any, ...]
"""A NamedTuple of a cell's own: arrays (T, …, ·), and `Bend`s of such."""


class Bend(NamedTuple):
    """tanh near the values x that one run has, times a gain: σ(a) = ½ + ½ tanh(a/2).

    Attributes:
        x: (…, N).
        value: tanh(x).
        slope: gain · sech²(x), in a form that does not cancel.
        gain: (…, N).
    """

    x: FloatArray
    value: FloatArray
    slope: FloatArray
    gain: FloatArray

    def difference(self, change: FloatArray) -> FloatArray:
        """The difference gain (tanh(x) − tanh(x − change)) = gain sech²(x) tanh(change) / (1 − tanh(x) tanh(change)).

        That is exact to rounding but where the denominator cancels: there the two values are taken from their own
        ends of the curve.
        """
        moved = np.tanh(change)
        rest = self.value * moved
        np.subtract(1.0, rest, out=rest)
        moved *= self.slope
        if rest.min(initial=1.0) >= LEAST:
            moved /= rest
            return moved
        close = rest < LEAST
        moved /= np.where(close, 1.0, rest)
        x, gain = (np.broadcast_to(part, close.shape)[close] for part in (self.x, self.gain))
        moved[close] = gain * to_float(tanh_difference(x, change[close]))
        return moved


def bend(a: FloatArray, gain: FloatArray | float = 1.0) -> Bend:
    """Gain · tanh(gain · a), (T, …, N): with ½ a σ of a but for a constant, with 1 a tanh."""
    gain = np.asarray(gain)
    x = gain * a
    slope = gain * to_float(slopes("tanh", Scaled(x, np.zeros(len(x), dtype=np.int64))))
    return Bend(x, np.tanh(x), slope, np.broadcast_to(gain, x.shape))


def tanh_gains(network: Network) -> FloatArray:
    """(G·H,): ½ for a σ, which is a tanh of half its argument; 1 for a tanh."""
    kind, hidden = CELLS[network.cell], network.parameters.hidden
    if kind.gated:
        return np.repeat([1.0 if name == kind.candidate else 0.5 for name in kind.gates], hidden)
    return np.full(hidden, 0.5 if network.activation == "sigmoid" else 1.0)


def step_beside_rows(steps: FloatSteps, t: int) -> FloatSteps:
    """One step (from 0), to be broadcast against rows (…, R, ·)."""
    return _each(steps, lambda part: part[t][..., None, :])  # type: ignore[no-any-return]


def steps_as_rows(steps: FloatSteps, first: int, stop: int) -> FloatSteps:
    """The steps first ≤ t < stop as rows, (…, stop − first, ·)."""
    return _each(steps, lambda part: np.moveaxis(part[first:stop], 0, -2))  # type: ignore[no-any-return]


def _each(part: Any, change: Callable[[FloatArray], FloatArray]) -> Any:
    return change(part) if isinstance(part, np.ndarray) else type(part)(*(_each(inner, change) for inner in part))


class ExactChange(NamedTuple):
    """A step of one run, or a step for every row, and by how much what goes into it differs in another run.

    All of the run is broadcast against rows (…, R, ·), block by block; a list is empty where nothing differs.

    Attributes:
        activation: φ of a cell without gates.
        a: the pre-activations, one a gate.
        old_less_new: h_{t−1} less the new content, where the cell mixes these two.
        c, c_prev, u: as in `step.CellStep`; None where the cell does not have them.
        recurrent: by how much W_hh h_{t−1} differs, one a gate.
        of_word: by how much W_ih x_t differs, one a gate.
        before: by how much the state before the step differs, one for each of its parts.
    """

    activation: Activation
    a: list[Scaled]
    old_less_new: Scaled | None
    c: FloatArray | None
    c_prev: FloatArray | None
    u: Scaled | None
    recurrent: list[Scaled]
    of_word: list[Scaled]
    before: list[Scaled]

    def driven(self, gates: int) -> list[Scaled]:
        """By how much the pre-activations of the first gates differ."""
        given = [part[:gates] for part in (self.recurrent, self.of_word) if part]
        return [sum_of(*both) for both in zip(*given, strict=True)]


def exact_change(
    network: Network,
    run: CellRun,
    old_less_new: Scaled | None,
    steps: slice,
    *,
    recurrent: ScaledRows | None = None,
    words: ScaledRows | None = None,
    before: ScaledRows | None = None,
) -> ExactChange:
    """Some steps of a run as rows, one for each row of differences; or one step for all rows.

    Args:
        network: of the run.
        run: all T steps.
        old_less_new: h_{t−1} less the new content, where the cell mixes these two.
        steps: which, from 0.
        recurrent: by how much W_hh h_{t−1} differs, rows over G·H entries; None where it does not.
        words: by how much W_ih x_t differs, likewise.
        before: by how much the states before the steps differ, rows over P·H entries; None where they do not.
    """

    def each(value: FloatArray) -> FloatArray:
        return np.moveaxis(value[steps], 0, -2)

    def every(value: Scaled) -> Scaled:
        exponent: IntArray = np.moveaxis(value.exponent[steps], 0, -1)
        return Scaled(each(value.mantissa), exponent)

    def each_factor(value: Scaled) -> Scaled:
        return Scaled(each(value.mantissa), np.moveaxis(_exponent(value)[steps], 0, -2))

    a, c, c_prev, u, hidden = every(run.a), run.c, run.c_prev, run.u, network.parameters.hidden
    return ExactChange(
        network.activation,
        [Scaled(part, a.exponent) for part in np.split(a.mantissa, network.parameters.gates, axis=-1)],
        None if old_less_new is None else each_factor(old_less_new),
        None if c is None else each(c),
        None if c_prev is None else each(c_prev),
        None if u is None else every(u),
        _parts(recurrent, hidden),
        _parts(words, hidden),
        _parts(before, hidden),
    )


def exact_rows(parts: list[Scaled]) -> ScaledRows:
    """The differences of the parts of a state as rows over P·H entries, with an exponent for each."""
    each = [rescale_entries(ScaledRows(part.mantissa, _exponent(part), 0.0)) for part in parts]
    return ScaledRows(
        np.concatenate([part.mantissa for part in each], axis=-1),
        np.concatenate([part.exponent for part in each], axis=-1),
        np.inf,
    )


def scaled_difference(activation: Activation, a: Scaled, change: Scaled) -> Scaled:
    """φ(a) − φ(a − change)."""
    found = difference(activation, a=a, change=Scaled(change.mantissa, _exponent(change)))
    return Scaled(found.mantissa, found.exponent)


def factors_of(value: Scaled) -> Scaled:
    """A value with an exponent for each element."""
    return Scaled(value.mantissa, np.broadcast_to(align_exponent(value.exponent, value.mantissa), value.mantissa.shape))


def float_of(factors: Scaled) -> FloatArray:
    """In float64, at most ±LARGEST."""
    return np.clip(ldexp(factors.mantissa, _exponent(factors)), -LARGEST, LARGEST)


def negative(factors: Scaled) -> Scaled:
    """−f."""
    return Scaled(-factors.mantissa, factors.exponent)


def scaled_where(mask: AnyArray, one: Scaled, other: Scaled) -> Scaled:
    """The one where the mask says so, else the other."""
    exponent = np.where(mask, _exponent(one), _exponent(other))
    return Scaled(np.where(mask, one.mantissa, other.mantissa), exponent)


def sum_of(*terms: Scaled) -> Scaled:
    """The sum of the terms, with an exponent for each entry."""
    shape = np.broadcast_shapes(*(term.mantissa.shape for term in terms))
    total: ScaledRows | None = None
    for term in terms:
        one = ScaledRows(np.broadcast_to(term.mantissa, shape), np.broadcast_to(_exponent(term), shape), 0.0)
        total = one if total is None else add_rows(total, one)
    assert total is not None
    return Scaled(total.mantissa, total.exponent)


def _parts(rows: ScaledRows | None, hidden: int) -> list[Scaled]:
    if rows is None:
        return []
    return [_part(rows, slice(k * hidden, (k + 1) * hidden)) for k in range(rows.mantissa.shape[-1] // hidden)]


def _part(rows: ScaledRows, here: slice) -> Scaled:
    each = rescale_entries(
        ScaledRows(rows.mantissa[..., here], rows.exponent[..., here] if rows.wide else rows.exponent, 0.0)
    )
    return Scaled(each.mantissa, each.exponent)


def _exponent(factors: Scaled) -> IntArray:
    return factors.exponent
