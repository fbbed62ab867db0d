"""measure: from an Experiment to its Measurement, one pure function."""

import math
from collections.abc import Mapping

import numpy as np

from rnn_tui.engine import exponents
from rnn_tui.engine.adjoint import is_diagonal
from rnn_tui.engine.all_pairs import all_pairs_influence
from rnn_tui.engine.arrays import AnyArray, FloatArray
from rnn_tui.engine.bptt import HiddenGradient, hidden_gradient, parameter_gradients
from rnn_tui.engine.clipping import (
    clip_by_norm,
    clip_by_value,
    cosine,
    global_norm,
    log10_scale,
    require_finite,
)
from rnn_tui.engine.diagonal import diagonal_influence
from rnn_tui.engine.exponents import Scaled
from rnn_tui.engine.influence import gradient_input_influence, memory_lag, pulled_back_influence, shares
from rnn_tui.engine.itemised import itemised
from rnn_tui.engine.jacobians import growth, last_jacobians, log10_power_growth
from rnn_tui.engine.losses import step_weights
from rnn_tui.engine.occlusion import occlusion_influence
from rnn_tui.engine.optimisers import sgd, unmoved_in_float32
from rnn_tui.engine.spectrum import largest_singular_value, spectral_radius
from rnn_tui.lab.experiment import Experiment
from rnn_tui.lab.measurement import ClipReport, Measurement, Triangle, UpdateReport
from rnn_tui.lab.memory import MOST_PAIRED_STEPS, check_memory
from rnn_tui.lab.notes import notes
from rnn_tui.lab.trace import Trace, trace
from rnn_tui.lab.verdict import bound_and_sentence, verdict, verdict_sentence

__all__ = ["MOST_PAIRED_STEPS", "check_memory", "measure", "measure_triangle"]

OCCLUDED_BEFORE_WINDOW = 400  # words before a window of a long text that are occluded too
SATURATED_SLOPE = 0.01


def measure(experiment: Experiment, *, full: bool = False) -> Measurement:
    """Everything that is shown of an experiment, computed on the network it describes.

    Args:
        full: also the measures over pairs of steps where there are more than `MOST_PAIRED_STEPS`.

    Raises:
        ExperimentError: it would not fit in memory, or W cannot be scaled as asked.
        NonFiniteGradientError: a gradient is not finite; names its tensor.
    """
    check_memory(experiment, full=full)
    run = trace(experiment)
    steps = len(experiment.words)
    losses, unknown = run.losses, run.losses.unknown
    raw = hidden_gradient(run.back, losses.direct, run.weights)
    last = raw if experiment.loss == "last" else hidden_gradient(run.back, losses.direct, step_weights("last", steps))
    gradients = _gradients(run, raw)
    require_finite(gradients)
    clip, clipped_gradients, clipped_hidden = _clip(experiment, run, gradients, raw)
    jacobians = last_jacobians(run.back, run.network.weight_ih_l0)
    log10_growth = growth(jacobians.spectral)
    weight = run.network.weight_hh_l0
    radius, largest = spectral_radius(weight), largest_singular_value(weight)
    kind = verdict(log10_growth)
    saturation = _saturation(run)
    bound, bound_sentence = bound_and_sentence(experiment, radius=radius, largest=largest)
    triangle = _triangle(experiment, run, start=0, stop=steps) if full or steps <= MOST_PAIRED_STEPS else None
    log10_norms = _known_norms(gradients, run)
    log10_norm = _known(float(exponents.log10(global_norm(gradients))), bool((unknown & (run.weights != 0)).any()))
    log10_step_losses = np.where(unknown, np.nan, exponents.log10(losses.losses))
    log10_loss = _log10_loss(log10_step_losses, run.weights)
    found = Measurement(
        experiment=experiment,
        words=experiment.words,
        vocabulary=run.vocabulary,
        targets=run.targets,
        hidden_state=run.trajectory.h.mantissa,
        hidden_exponent=run.trajectory.h.exponent,
        log10_hidden_norm=exponents.log10_norm(run.trajectory.h),
        saturation=saturation,
        predicted=losses.predicted,
        predicted_probability=losses.predicted_probability,
        target_probability=losses.target_probability,
        step_losses=_in_range(exponents.to_float(losses.losses), log10_step_losses),
        log10_step_losses=log10_step_losses,
        loss=_plain(
            log10_loss, exact=float(exponents.to_float(losses.losses)[run.weights != 0].sum() * run.weights.max())
        ),
        log10_loss=log10_loss,
        log10_grad_hidden=_known_hidden(raw, unknown & (run.weights != 0)),
        log10_grad_hidden_last=_known_hidden(last, unknown & (np.arange(steps) == steps - 1)),
        log10_grad_hidden_clipped=None
        if clipped_hidden is None
        else _known_hidden(clipped_hidden, unknown & (run.weights != 0)),
        log10_jacobian=jacobians.spectral,
        triangle=triangle,
        itemised_sum_log10=_itemised_sum(triangle, run.weights),
        grad_norms={name: _plain(value) for name, value in log10_norms.items()},
        log10_grad_norms=log10_norms,
        grad_norm=_plain(log10_norm),
        log10_grad_norm=log10_norm,
        clip=clip,
        update=_update(experiment, run, clipped_gradients),
        spectral_radius=radius,
        largest_singular_value=largest,
        growth_per_step=None if log10_growth is None else _plain(log10_growth),
        log10_growth_per_step=log10_growth,
        memory_lag_90=memory_lag(jacobians.inputs),
        verdict=kind,
        verdict_sentence=verdict_sentence(
            kind,
            experiment=experiment,
            log10_growth=log10_growth,
            log10_jacobian=jacobians.spectral,
            saturation=saturation,
            log10_weight_growth=None if steps == 1 else log10_power_growth(weight, steps - 1),
        ),
        bound=bound,
        bound_sentence=bound_sentence,
        parameters=sum(tensor.size for tensor in run.parameters.values()),
        weight_hh=weight,
        notes=(),
        trace=run,
    )
    return notes(_read_only(found))


def measure_triangle(measurement: Measurement, start: int, stop: int) -> Triangle:
    """The measures over pairs of steps for start ≤ t < stop (0-based), sliced where they are known already.

    For `occlusion` on a long text only the words from `OCCLUDED_BEFORE_WINDOW` before the window on are taken out.
    """
    whole = measurement.triangle
    if whole is None:
        return _triangle(measurement.experiment, measurement.trace, start=start, stop=stop)
    return Triangle(
        start=start,
        stop=stop,
        shares=whole.shares[start:stop, start:stop],
        earlier=whole.shares[start:stop, :start].sum(axis=1),
        influence_log10=whole.influence_log10[start:stop, start:stop],
        itemised_log10=whole.itemised_log10[start:stop, start:stop],
    )


def _triangle(experiment: Experiment, run: Trace, *, start: int, stop: int) -> Triangle:
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
    if whole and back.mixes and trajectory.slopes.exponent is None:
        return all_pairs_influence(trajectory, back, weight_ih)
    return pulled_back_influence(trajectory, back, weight_ih, times_input=times_input, start=start, stop=stop)


def _gradients(run: Trace, hidden: HiddenGradient) -> Mapping[str, Scaled]:
    return {
        **parameter_gradients(run.trajectory, hidden.pre),
        "readout_weight": run.losses.readout_weight,
        "readout_bias": run.losses.readout_bias,
    }


def _clip(
    experiment: Experiment, run: Trace, gradients: Mapping[str, Scaled], raw: HiddenGradient
) -> tuple[ClipReport, Mapping[str, Scaled], HiddenGradient | None]:
    """The report, the gradients as clipped, and δ_t as clipped (None where clipping does not act on it)."""
    mode, threshold = experiment.clip, experiment.threshold
    entries = sum(gradient.mantissa.size for gradient in gradients.values())
    clipped, hidden = gradients, raw if mode != "value" else None
    scale: float | None = 1.0 if mode in ("off", "norm") else None
    touched, touched_of = 0, {"off": 0, "norm": 1, "value": entries, "step": len(raw.limited)}[mode]
    if mode == "norm":
        result = clip_by_norm(gradients, threshold)
        clipped, factor = result.gradients, result.scale
        scale, touched = _plain(log10_scale(factor), exact=float(exponents.to_float(factor))), int(scale != 1.0)
        touched = int(clipped is not gradients)
        hidden = raw._replace(delta=Scaled(raw.delta.mantissa * factor.mantissa, raw.delta.exponent + factor.exponent))
    elif mode == "value":
        by_value = clip_by_value(gradients, threshold)
        clipped, touched = by_value.gradients, by_value.touched
    elif mode == "step":
        hidden = hidden_gradient(run.back, run.losses.direct, run.weights, step_threshold=threshold)
        clipped, touched = _gradients(run, hidden), int(hidden.limited.sum())
    before, after = float(exponents.log10(global_norm(gradients))), float(exponents.log10(global_norm(clipped)))
    unknown = bool((run.losses.unknown & (run.weights != 0)).any())
    report = ClipReport(
        mode=mode,
        threshold=threshold,
        scale=scale,
        norm_before=_plain(_known(before, unknown)),
        norm_after=_plain(_known(after, unknown)),
        log10_norm_before=_known(before, unknown),
        log10_norm_after=_known(after, unknown),
        cosine=cosine(gradients, clipped),
        touched=touched,
        touched_of=touched_of,
    )
    return report, clipped, hidden


def _update(experiment: Experiment, run: Trace, gradients: Mapping[str, Scaled]) -> UpdateReport:
    unmoved = {
        name: unmoved_in_float32(tensor, exponents.to_float(gradients[name]), lr=experiment.lr)
        for name, tensor in run.parameters.items()
    }
    weight = run.network.weight_hh_l0
    row, column = (int(i) for i in np.unravel_index(np.abs(weight).argmax(), weight.shape))
    gradient = exponents.to_float(gradients["weight_hh_l0"])[row, column]
    after = sgd(weight[row, column], gradient, lr=experiment.lr)
    return UpdateReport(
        row=row,
        column=column,
        before=float(weight[row, column]),
        gradient=float(gradient) if np.isfinite(gradient) else None,
        after=float(after) if np.isfinite(after) else None,
        unmoved_hh=unmoved["weight_hh_l0"] / weight.size,
        unmoved=sum(unmoved.values()) / sum(tensor.size for tensor in run.parameters.values()),
    )


def _saturation(run: Trace) -> FloatArray:
    slopes = run.trajectory.slopes
    value = slopes.mantissa if slopes.exponent is None else exponents.ldexp(slopes.mantissa, slopes.exponent)
    result: FloatArray = (value < SATURATED_SLOPE).mean(axis=1)
    return result


def _known(log10: float, unknown: bool) -> float:
    """NaN in the place of a zero that stands for a number too small to be known."""
    return math.nan if unknown and math.isinf(log10) else log10


def _known_norms(gradients: Mapping[str, Scaled], run: Trace) -> dict[str, float]:
    unknown = bool((run.losses.unknown & (run.weights != 0)).any())
    return {name: _known(float(exponents.log10_norm(gradient)), unknown) for name, gradient in gradients.items()}


def _known_hidden(hidden: HiddenGradient, unknown: AnyArray) -> FloatArray:
    """log10 ‖δ_t‖, NaN where it is zero only because a later step's error is too small to be known."""
    log10 = exponents.log10_norm(hidden.delta)
    later = np.logical_or.accumulate(unknown[::-1])[::-1]
    return np.where(np.isneginf(log10) & later, np.nan, log10)


def _log10_loss(log10_step_losses: FloatArray, weights: FloatArray) -> float:
    used = log10_step_losses[weights != 0]
    known = used[~np.isnan(used)]
    top = known.max(initial=-math.inf)
    if math.isinf(top):
        return math.nan if len(known) < len(used) else -math.inf
    return float(top + np.log10((10.0 ** (known - top)).sum() * weights.max()))


def _itemised_sum(triangle: Triangle | None, weights: FloatArray) -> float:
    if triangle is None:
        return math.nan
    rows = triangle.itemised_log10[weights != 0]
    known = rows[~np.isnan(rows)]
    top = known.max(initial=-math.inf)
    if math.isinf(top):
        return -math.inf
    return float(top + np.log10((10.0 ** (known - top)).sum() * weights.max()))


def _plain(log10: float, *, exact: float | None = None) -> float | None:
    """The number itself; None where it leaves float64's range, or is unknown.

    Args:
        exact: the number where it is already at hand, free of the rounding of its logarithm.
    """
    if math.isnan(log10) or not -307.6 < log10 < 308.2:
        return 0.0 if log10 == -math.inf else None
    return 10.0**log10 if exact is None else exact


def _in_range(values: FloatArray, log10: FloatArray) -> FloatArray:
    outside = np.isnan(log10) | (log10 > 308.2) | ((log10 < -307.6) & ~np.isneginf(log10))
    return np.where(outside, np.nan, values)


def _read_only(measurement: Measurement) -> Measurement:
    """The same measurement, no array of which can be written to."""
    parts = [measurement, measurement.triangle]
    for part in parts:
        for name in part.__slots__ if part is not None else ():
            value = getattr(part, name)
            if isinstance(value, np.ndarray):
                value.flags.writeable = False
    return measurement
