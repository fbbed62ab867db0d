"""Integrated gradients (Sundararajan, Taly & Yan 2017): what each word adds on the way from no words to all of them.

    IG[t, k, u] = Σ_i x_{k,i} ∫₀¹ ∂h_{t,u}/∂x_{k,i}(αx) dα,

all words together from zero, h_0 and c_0 as they are. The integral is a sum of Gauss–Legendre sums over pieces of the
path, see `bisected`. Completeness (their Proposition 1): Σ_k IG[t, k] = h_t − h_t(all words zero). By how much the sums
miss it is reported, and where that is too much, nothing else is.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from rnn_tui.engine.backprop.adjoint import h_part
from rnn_tui.engine.backprop.linear_maps import linearise
from rnn_tui.engine.backprop.unroll import unroll
from rnn_tui.engine.influence.bisection import Pieces, bisected, gauss
from rnn_tui.engine.influence.gradient import StepPairs, walk_words
from rnn_tui.engine.influence.word_path import WordPath
from rnn_tui.engine.kinds import SHARES_WITHIN
from rnn_tui.engine.network.parameters import Parameters
from rnn_tui.engine.numbers import exponents
from rnn_tui.engine.numbers.arithmetic import add, sum_first_axis
from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray, IntArray
from rnn_tui.engine.numbers.exponents import Scaled, rescale
from rnn_tui.engine.numbers.products import rows_times
from rnn_tui.engine.numbers.scaled_rows import ScaledRows, rows_from_scaled, rows_to_scaled
from rnn_tui.engine.progress import Watch, part_of, report, unwatched

AIM = 1e-9  # of the whole, the residual at which a step's sum has nodes enough
AIM_OF_STEEP = 1e-6  # where that asks for too many, or for digits that the runs themselves do not have
EASY = 16  # the part of the work that is spent on the first of the two
WORK = 2**28  # multiplications that a step's sum may take
FEWEST = 128  # nodes that it may have however long the text is
AT_ONCE = 2**18  # numbers of one step's gates, over words and nodes, that are carried together
CLOSE = 500  # powers of two between nodes up to which their sum may be taken as it is


class Integrated(NamedTuple):
    """The influence of words by integrated gradients, for steps start ≤ t < stop (0-based).

    Attributes:
        log10: (…, stop − start, stop) log10 ‖IG[t, k]‖₂ over units, or over logits; NaN where k > t or k < first, and
            in a row whose residual is above `SHARES_WITHIN`.
        residual: (…, stop − start) by how much Σ_k IG[t, k] misses Δ_t, over ‖Δ_t‖, summed over the pieces of the path
            without regard to sign; Δ_t is h_t less what it is without the words. NaN where Δ_t is zero.
    """

    log10: FloatArray
    residual: FloatArray


def integrated_influence(
    pairs: StepPairs, *, first: int = 0, start: int, stop: int, within: float = AIM, watch: Watch = unwatched
) -> Integrated:
    """The influence of the words first ≤ k ≤ t on the steps start ≤ t < stop (0-based) by integrated gradients.

    The words before `first` stay as they are all along the path. One direction a word is carried forward at every
    node, O(T² H²); as many nodes at once as `AT_ONCE` allows, and as many in all as the residual asks for and `WORK`
    allows: a limit by work, not by time, so that the same text has the same answer everywhere.

    Args:
        within: the residual at which a step has nodes enough.

    Raises:
        CancelledError: as `watch` asked.
    """
    members = int(np.prod(pairs.maps.ensemble_shape, dtype=np.int64))
    each = [
        _of_network(
            _member(pairs, index),
            first=first,
            start=start,
            stop=stop,
            within=within,
            watch=part_of(watch, index / members, (index + 1) / members),
        )
        for index in range(members)
    ]
    shape = pairs.maps.ensemble_shape
    return Integrated(*(np.stack(part).reshape(*shape, *part[0].shape) for part in zip(*each, strict=True)))


def _member(pairs: StepPairs, index: int) -> StepPairs:
    """One network of an ensemble (S,), each of which has its own pieces; of one alone, itself."""
    if not pairs.maps.ensemble_shape:
        return pairs
    network, run, probe = pairs.network, pairs.trajectory, pairs.probe
    axis = 1 if network.layered else 0
    network = network._replace(parameters=Parameters(*(np.take(tensor, index, axis) for tensor in network.parameters)))
    alone = unroll(
        network,
        inputs=run.inputs if run.inputs.ndim == 2 else run.inputs[:, index],
        h_0=run.h_0[index],
        c_0=None if run.c_0 is None else run.c_0[index],
    )
    probe = probe if probe is None or probe.ndim == 2 else probe[index]
    return StepPairs(network, alone, linearise(network, alone), probe)


def _of_network(pairs: StepPairs, *, first: int, start: int, stop: int, within: float, watch: Watch) -> Integrated:
    if first and (tail := _from(pairs, first)) is not None:
        found = _of_network(tail, first=0, start=start - first, stop=stop - first, within=within, watch=watch)
        unknown = np.full((len(found.log10), first), np.nan)
        return found._replace(log10=np.concatenate([unknown, found.log10], axis=-1))
    path = WordPath(pairs, first)
    each = pairs.network.parameters.gates * pairs.network.parameters.hidden
    chunk = max(1, AT_ONCE // ((stop - first) * each))
    if path.is_straight:
        pieces = Pieces(np.zeros(1), np.ones(1), np.ones((stop - start, 1), dtype=np.bool_), np.zeros(stop - start), 1)
    else:
        # a step's kinks are those of the steps before it and its own, all of which have pieces, from the first on
        begin = first if path.has_kinks else start
        words = np.arange(begin, stop) + 1 - first
        most: IntArray = np.maximum(FEWEST, WORK // (words * (words + 1) // 2 * each * pairs.network.parameters.hidden))
        pieces = _pieces(path, most, start=begin, within=within, at_once=chunk, watch=part_of(watch, 0.0, 0.5))
        pieces = pieces.from_step(start - begin)
    log10 = np.full((stop - start, stop), np.nan)
    known = ~(pieces.residual > SHARES_WITHIN)
    for t, parts in _sums(path, pieces, known, start=start, chunk=chunk, watch=part_of(watch, 0.5, 1.0)):
        log10[t - start, first : t + 1] = exponents.log10_norm(parts)
    return Integrated(log10, pieces.residual)


def _pieces(path: WordPath, most: IntArray, *, start: int, within: float, at_once: int, watch: Watch) -> Pieces:
    """The pieces of every step; those of the steps for which `within` asks too much are found anew."""
    few = np.maximum(FEWEST, most // EASY)
    found = bisected(path, few, start=start, within=within, at_once=at_once, watch=part_of(watch, 0.0, 0.3))
    steep = found.residual > within
    if not steep.any():
        return found
    first, last = np.flatnonzero(steep)[[0, -1]]
    first = 0 if path.has_kinks else first
    again = bisected(
        path,
        most[first : last + 1],
        start=start + int(first),
        within=max(within, AIM_OF_STEEP),
        at_once=at_once,
        watch=part_of(watch, 0.3, 1.0),
    )
    return found.replaced(again, steep, first=int(first))


def _from(pairs: StepPairs, first: int) -> StepPairs | None:
    """The steps from `first` on as a text of their own; None where more of those before them counts than one state."""
    network, run = pairs.network, pairs.trajectory
    if network.skip is not None or run.h.exponent[first - 1].any():
        return None
    if network.layered:
        network = network._replace(parameters=Parameters(*(tensor[first:] for tensor in network.parameters)))
    c_0 = None if run.c is None else run.c[first - 1]
    rest = unroll(network, inputs=run.inputs[first:], h_0=run.h.mantissa[first - 1], c_0=c_0)
    return pairs._replace(network=network, trajectory=rest, maps=linearise(network, rest))


def _sums(
    path: WordPath, pieces: Pieces, known: AnyArray, *, start: int, chunk: int, watch: Watch
) -> Iterator[tuple[int, Scaled]]:
    """Yields (t, IG[t, k] for first ≤ k ≤ t, a row a word) for the steps that are known."""
    at, weights = gauss(pieces.nodes)
    of_step = pieces.of_step & known[:, None]
    last = np.where(of_step.any(axis=0), len(of_step) - 1 - np.argmax(of_step[::-1], axis=0), -1)
    # the pieces that the latest steps need come first, so that each walk goes no further than it must
    order = np.argsort(-last, kind="stable")[: np.count_nonzero(last >= 0)]
    places = (pieces.low[order, None] + pieces.width[order, None] * at).ravel()
    parts = (pieces.width[order, None] * weights).ravel() / places  # the rows hold αx_k for x_k
    used, last = np.repeat(of_step[:, order], pieces.nodes, axis=1), np.repeat(last[order], pieces.nodes)
    so_far: dict[int, Scaled] = {}
    for begin in range(0, len(places), chunk):
        here = slice(begin, begin + chunk)
        stop = start + int(last[begin]) + 1
        runs = path.runs(places[here], stop)
        for t, rows in walk_words(runs, of="word-input", first=path.first, stop=stop):
            if t >= start and used[t - start, here].any():
                part = _sum_of_nodes(h_part(rows, runs.maps), np.where(used[t - start, here], parts[here], 0.0))
                so_far[t] = _added(so_far[t], part) if t in so_far else part
            report(watch, (begin + len(places[here]) * ((t + 1 - path.first) / (stop - path.first)) ** 2) / len(places))
    report(watch, 1.0)
    for t, found in so_far.items():
        yield t, _seen(found, path.pairs.probe)


def _seen(parts: Scaled, probe: FloatArray | None) -> Scaled:
    """Rows over H units times the probe matrix."""
    if probe is None:
        return parts
    mantissa, exponent = rescale(parts)
    return Scaled(rows_times(mantissa, probe.T), exponent)


def _sum_of_nodes(rows: ScaledRows, coefficients: FloatArray) -> Scaled:
    """The sum over the first axis of coefficient · row: (…, R, H) with an exponent a row."""
    if rows.wide:
        rows = rows_from_scaled(rows_to_scaled(rows))
    exponent = rows.exponent[..., 0]
    top = exponent.max(axis=0)
    if int((top - exponent).max(initial=0)) > CLOSE:
        weighted = rows.mantissa * coefficients.reshape(-1, *(1,) * (rows.mantissa.ndim - 1))
        return sum_first_axis(Scaled(weighted, exponent))
    share = coefficients.reshape(-1, *(1,) * (exponent.ndim - 1)) * np.ldexp(1.0, exponent - top)
    return Scaled(np.einsum("n...r,n...rh->...rh", share, rows.mantissa), top)


def _added(left: Scaled, right: Scaled) -> Scaled:
    top = np.maximum(left.exponent, right.exponent)
    if int(np.abs(left.exponent - right.exponent).max(initial=0)) > CLOSE:
        return add(left, right)
    mantissa = left.mantissa * np.ldexp(1.0, left.exponent - top)[..., None]
    mantissa += right.mantissa * np.ldexp(1.0, right.exponent - top)[..., None]
    return Scaled(mantissa, top)
