"""Occlusion: the true effect of taking a word out, ‖h_t − h_t(x_k := 0)‖₂."""

from collections.abc import Iterator

import numpy as np

from rnn_tui.engine.backprop.linear_maps import LinearMaps
from rnn_tui.engine.backprop.walk import walk_forward
from rnn_tui.engine.influence.difference_steps import bending_function, brought_by_words, differences_through
from rnn_tui.engine.influence.gradient import StepPairs, times_probe, walk_words
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.scaled_rows import ScaledRows, log10_row_norms, rows_from_floats, stack_rows
from rnn_tui.engine.progress import Watch, report, unwatched


def occlusion_influence(
    pairs: StepPairs, *, first: int = 0, start: int, stop: int, watch: Watch = unwatched
) -> FloatArray:
    """log10 ‖h_t − h_t(x_k := 0)‖₂ for words first ≤ k ≤ t and steps start ≤ t < stop (0-based).

    The difference of the two runs is carried itself, starting with that of W_ih x_k at step k, in the forms of
    `difference_steps`, which do not cancel. So the effect of a word long past is right to rounding even where it is far
    below the rounding of the two states. One row for every word, all carried forward together.

    Returns:
        (…, stop − start, stop): row i is step start + i, column k is word k; NaN where k > t or k < first, −inf for a
        true zero.

    Raises:
        CancelledError: as `watch` asked.
    """
    found = np.full((*pairs.maps.ensemble_shape, stop - start, stop), np.nan)
    for t, rows in walk_occluded(pairs, first=first, stop=stop):
        if t >= start:
            found[..., t - start, first : t + 1] = log10_row_norms(times_probe(rows, pairs))
        report(watch, ((t + 1 - first) / (stop - first)) ** 2)
    return found


def walk_occluded(pairs: StepPairs, *, first: int = 0, stop: int) -> Iterator[tuple[int, ScaledRows]]:
    """Yields (t, rows), row k being s_t − s_t(x_k := 0), for first ≤ k ≤ t < stop: (…, t + 1 − first, P·H)."""
    if bending_function(pairs.network) == "linear":
        return walk_words(pairs, of="word-input", first=first, stop=stop)
    walk = differences_through(pairs)
    each = walk.of_words(first, stop)

    def inject(t: int, rows: ScaledRows | None) -> ScaledRows:
        here = (..., slice(t - first, t - first + 1), slice(None))
        own = ScaledRows(each.mantissa[here], each.exponent[here], each.drift)
        return own if rows is None else stack_rows(rows, own)

    return walk_forward(pairs.maps, inject, first=first, last=stop - 1, step=walk.step)


def walk_scaled_inputs(
    pairs: StepPairs, share: FloatArray, *, first: int = 0, stop: int
) -> Iterator[tuple[int, ScaledRows]]:
    """Yields (t, row), the row being s_t − s_t(all x_k := (1 − share) x_k, k ≥ first), for first ≤ t < stop.

    The difference itself is carried, as for one word, in forms that do not cancel. Not for a linear network, where it
    is `share` times the sum of the words' tangents.

    Args:
        share: (…), of every run.
    """
    walk, maps = differences_through(pairs), pairs.maps
    brought = share[..., None, None] * brought_by_words(pairs, first, stop)
    nothing = rows_from_floats(np.zeros((*maps.ensemble_shape, 1, maps.size)))

    def step(rows: ScaledRows, _: LinearMaps, t: int) -> ScaledRows:
        return walk.step_of_words(rows, brought[..., t - first : t - first + 1, :], t)

    def inject(t: int, rows: ScaledRows | None) -> ScaledRows:
        return step(nothing, maps, t) if rows is None else rows

    return walk_forward(maps, inject, first=first, last=stop - 1, step=step)
