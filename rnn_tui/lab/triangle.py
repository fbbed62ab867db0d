"""The measures over pairs of steps, for the whole text or for a window of it."""

import numpy as np

from rnn_tui.engine.adjoint import is_diagonal
from rnn_tui.engine.all_pairs import all_pairs_influence
from rnn_tui.engine.arrays import FloatArray
from rnn_tui.engine.diagonal import diagonal_influence
from rnn_tui.engine.influence import gradient_input_influence, pulled_back_influence, shares
from rnn_tui.engine.itemised import itemised
from rnn_tui.engine.occlusion import occlusion_influence
from rnn_tui.lab.experiment import Experiment
from rnn_tui.lab.measurement import Measurement, Triangle
from rnn_tui.lab.memory import MOST_PAIRED_STEPS
from rnn_tui.lab.plain import log10_sum
from rnn_tui.lab.trace import Trace

OCCLUDED_BEFORE_WINDOW = 400  # words before a window of a long text that are occluded too


def measure_triangle(measurement: Measurement, start: int, stop: int) -> Triangle:
    """The measures over pairs of steps for start ≤ t < stop (0-based) of what was measured.

    For `occlusion` on a long text only the words from `OCCLUDED_BEFORE_WINDOW` before the window on are taken out.
    """
    return triangle_of(measurement.experiment, measurement.trace, start=start, stop=stop)


def triangle_of(experiment: Experiment, run: Trace, *, start: int, stop: int) -> Triangle:
    """The measures over pairs of steps for start ≤ t < stop (0-based)."""
    long = len(experiment.words) > MOST_PAIRED_STEPS
    first = max(0, start - OCCLUDED_BEFORE_WINDOW) if long and experiment.influence == "occlusion" else 0
    influence = _influence(experiment, run, first=first, start=start, stop=stop)
    share = shares(influence)
    items = itemised(run.trajectory, run.back, run.losses.direct, start=start, stop=stop).weight_hh
    items[run.losses.unknown[start:stop]] = np.nan
    return Triangle(
        start=start,
        stop=stop,
        shares=share[:, start:],
        earlier=share[:, :start].sum(axis=1) if first == 0 else np.full(stop - start, np.nan),
        influence_log10=influence[:, start:],
        itemised_log10=items,
        integrated_residual=None,
    )


def _influence(experiment: Experiment, run: Trace, *, first: int, start: int, stop: int) -> FloatArray:
    """log10 of the influence of the words first ≤ k on the steps start ≤ t < stop: (stop − start, stop)."""
    trajectory, back, weight_ih = run.trajectory, run.back, run.network.weight_ih_l0
    if experiment.influence == "occlusion":
        return occlusion_influence(trajectory, run.network, experiment.activation, first=first, start=start, stop=stop)
    times_input = experiment.influence == "gradient-input"
    if is_diagonal(back.weight_hh):
        return diagonal_influence(trajectory, back, weight_ih, times_input=times_input, start=start, stop=stop)
    whole = (start, stop) == (0, len(experiment.words))
    if whole and times_input:
        return gradient_input_influence(trajectory, back, weight_ih)
    if back.mixes and trajectory.slopes.exponent is None:
        return all_pairs_influence(trajectory, back, weight_ih, times_input=times_input, start=start, stop=stop)
    return pulled_back_influence(trajectory, back, weight_ih, times_input=times_input, start=start, stop=stop)


def itemised_sum_log10(triangle: Triangle, weights: FloatArray) -> float:
    """log10 Σ_{t,k} ‖w_t C[t,k]‖ for the weights w_t (T,), which are equal where they are not 0."""
    return log10_sum(triangle.itemised_log10[weights != 0], times=weights.max())
