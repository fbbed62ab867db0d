"""The measures over pairs of steps, above all the influence of each word on each step, of a text or a window of it."""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine.influence.all_pairs import all_pairs_influence, can_be_cut
from rnn_tui.engine.influence.diagonal import diagonal_influence, remembers_alone
from rnn_tui.engine.influence.gradient import InfluenceOf, StepPairs, carried_influence, pulled_back_influence, shares
from rnn_tui.engine.influence.integrated import integrated_influence
from rnn_tui.engine.influence.itemised import itemised
from rnn_tui.engine.influence.occlusion import occlusion_influence
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.progress import Watch, part_of, unwatched
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.experiment.memory import MOST_PAIRED_STEPS
from rnn_tui.lab.experiment.trace import Trace
from rnn_tui.lab.measurement.from_log10 import log10_sum
from rnn_tui.lab.measurement.measurement import Measurement, Triangle

BEFORE_WINDOW = 400  # words before a window of a long text that are measured too


def measure_triangle(measurement: Measurement, start: int, stop: int, *, watch: Watch = unwatched) -> Triangle:
    """The measures over pairs of steps for start ≤ t < stop (0-based) of what was measured.

    For `occlusion` and `integrated` on a long text only the words from `BEFORE_WINDOW` before the window on are
    measured.

    Raises:
        CancelledError: as `watch` asked.
    """
    return triangle_of(measurement.experiment, measurement.trace, start=start, stop=stop, watch=watch)


def triangle_of(experiment: Experiment, run: Trace, *, start: int, stop: int, watch: Watch = unwatched) -> Triangle:
    """The measures over pairs of steps for start ≤ t < stop (0-based), of a network or of an ensemble."""
    long = len(experiment.words) > MOST_PAIRED_STEPS
    first = max(0, start - BEFORE_WINDOW) if long and experiment.influence in ("occlusion", "integrated") else 0
    found = influence_of(experiment, run, first=first, start=start, stop=stop, watch=part_of(watch, 0.0, 0.8))
    share = shares(found.log10)
    items = itemised(run.trajectory, run.maps, run.losses.each.direct, start=start, stop=stop).weight_hh
    items[run.losses.each.unknown[start:stop].T] = np.nan
    return Triangle(
        start=start,
        stop=stop,
        shares=share[..., start:],
        earlier=share[..., :start].sum(axis=-1) if first == 0 else np.full(share.shape[:-1], np.nan),
        influence_log10=found.log10[..., start:],
        itemised_log10=items,
        integrated_residual=found.residual,
    )


class InfluenceResult(NamedTuple):
    """The influence of words on steps.

    Attributes:
        log10: (…, stop − start, stop); NaN where k > t or k < first, −inf for a true zero.
        residual: (…, stop − start) of integrated gradients, by how much their completeness is missed; else None.
    """

    log10: FloatArray
    residual: FloatArray | None


def influence_of(
    experiment: Experiment, run: Trace, *, first: int, start: int, stop: int, watch: Watch
) -> InfluenceResult:
    """The influence that the experiment asks for, of the words first ≤ k on the steps start ≤ t < stop."""
    pairs = run.pairs(experiment.influence_on)
    if experiment.influence == "integrated":
        return InfluenceResult(*integrated_influence(pairs, first=first, start=start, stop=stop, watch=watch))
    if experiment.influence == "occlusion":
        return InfluenceResult(occlusion_influence(pairs, first=first, start=start, stop=stop, watch=watch), None)
    times_input = experiment.influence == "gradient-input"
    whole = (start, stop) == (0, len(experiment.words))
    if whole and times_input and not remembers_alone(pairs):
        return InfluenceResult(carried_influence(pairs), None)
    of: InfluenceOf = "word-input" if times_input else "word"
    return InfluenceResult(gradient_pairs(pairs, of=of, start=start, stop=stop, watch=watch), None)


def gradient_pairs(pairs: StepPairs, *, of: InfluenceOf, start: int, stop: int, watch: Watch) -> FloatArray:
    """log10 of ‖∂h_t/∂x_k‖_F, ‖(∂h_t/∂x_k) x_k‖₂ or ‖∂h_t/∂h_k‖_F for all pairs, the quickest way that is right.

    Returns:
        (stop − start, stop): row i is step start + i, column k is word k; NaN where k > t, −inf for a true zero.
    """
    if remembers_alone(pairs):
        return diagonal_influence(pairs, of=of, start=start, stop=stop)
    if can_be_cut(pairs.maps):
        return all_pairs_influence(pairs, of=of, start=start, stop=stop, watch=watch)
    return pulled_back_influence(pairs, of=of, start=start, stop=stop)


def state_pairs_log10(
    measurement: Measurement, start: int = 0, stop: int | None = None, *, watch: Watch = unwatched
) -> FloatArray:
    """log10 ‖∂h_t/∂h_k‖_F, of an LSTM with c_k held, for start ≤ k ≤ t < stop (0-based; all steps by default).

    Returns:
        (n, n): row i is step start + i, column j is step start + j; NaN where k > t, −inf for a true zero.

    Raises:
        CancelledError: as `watch` asked.
    """
    stop = measurement.steps if stop is None else stop
    pairs = measurement.trace.pairs("state")
    return gradient_pairs(pairs, of="state", start=start, stop=stop, watch=watch)[:, start:]


def itemised_sum_log10(triangle: Triangle, weights: FloatArray) -> float:
    """log10 Σ_{t,k} ‖w_t C[t,k]‖ for the weights w_t (T,), which are equal where they are not 0."""
    return log10_sum(triangle.itemised_log10[weights != 0], times=weights.max())
