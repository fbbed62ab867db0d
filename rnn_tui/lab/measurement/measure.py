"""measure: from an Experiment to its Measurement, one pure function."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from rnn_tui.engine.backprop.bptt import HiddenGradient, hidden_gradient
from rnn_tui.engine.backprop.jacobians import LastJacobians, carried, last_carry, last_jacobians
from rnn_tui.engine.cells.activations import gate_values
from rnn_tui.engine.influence.gradient import memory_lag
from rnn_tui.engine.kinds import GATES
from rnn_tui.engine.learning.clipping import Clipped, require_finite
from rnn_tui.engine.network.losses import step_weights
from rnn_tui.engine.numbers import exponents
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import Scaled
from rnn_tui.engine.progress import Watch, part_of, report, unwatched
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.experiment.memory import MOST_PAIRED_STEPS, check_memory
from rnn_tui.lab.experiment.trace import Trace, trace
from rnn_tui.lab.measurement.clipping import clip_report, clipped, gradients_of
from rnn_tui.lab.measurement.from_log10 import known, log10_hidden, log10_sum, plain, plain_row
from rnn_tui.lab.measurement.measurement import ClipReport, Measurement, Triangle
from rnn_tui.lab.measurement.notes import notes
from rnn_tui.lab.measurement.triangle import itemised_sum_log10, triangle_of
from rnn_tui.lab.measurement.truncation import truncation_report
from rnn_tui.lab.measurement.update import update_report
from rnn_tui.lab.measurement.verdict.arrival import Arrival, arrival, known_or_none, last_gradient, per_step, ratio
from rnn_tui.lab.measurement.verdict.judgement import judged

SATURATED_SLOPE = 0.01


def measure(experiment: Experiment, *, full: bool = False, watch: Watch = unwatched) -> Measurement:
    """Everything that is shown of an experiment, computed on the network it describes.

    Args:
        full: also the measures over pairs of steps where there are more than `MOST_PAIRED_STEPS`.
        watch: told which share is done; answers whether to go on.

    Raises:
        CancelledError: as `watch` asked.
        ExperimentError: it would not fit in memory, or W cannot be scaled as asked.
        NonFiniteGradientError: a gradient is not finite; names its tensor.
    """
    check_memory(experiment, full=full)
    run = trace(experiment, watch=part_of(watch, 0.0, 0.1))
    report(watch, 0.1)
    full_gradient = hidden_gradient(run.back, run.losses.each.direct, run.weights)
    raw = full_gradient
    if experiment.truncate is not None:
        raw = hidden_gradient(run.back, run.losses.each.direct, run.weights, truncate=experiment.truncate)
    gradients = gradients_of(run, raw)
    require_finite(gradients)
    clip = clipped(
        run,
        mode=experiment.clip,
        threshold=experiment.threshold,
        truncate=experiment.truncate,
        gradients=gradients,
        raw=raw,
    )
    steps = len(experiment.words)
    paired = full or steps <= MOST_PAIRED_STEPS
    report(watch, 0.2)
    jacobians = last_jacobians(run.network, run.back)
    report(watch, 0.4)
    rest = part_of(watch, 0.4, 1.0)
    triangle = triangle_of(experiment, run, start=0, stop=steps, watch=rest) if paired else None
    last = full_gradient if experiment.loss == "last" else last_gradient(run)
    gradient = _Gradient(full_gradient, raw, gradients, clip, arrival(run, last))
    return notes(_read_only(_found(experiment, run, gradient, jacobians, triangle)))


class _Gradient(NamedTuple):
    """The whole gradient of the states; what truncation leaves of it, there and of the parameters; as clipped.

    And what arrives of the last step's alone, whole.
    """

    full: HiddenGradient
    raw: HiddenGradient
    parameters: Mapping[str, Scaled]
    clipped: Clipped
    arrived: Arrival


class _Losses(NamedTuple):
    """The fields of `Measurement` of the same names."""

    step_losses: FloatArray
    log10_step_losses: FloatArray
    loss: float | None
    log10_loss: float


def _found(
    experiment: Experiment, run: Trace, gradient: _Gradient, jacobians: LastJacobians, triangle: Triangle | None
) -> Measurement:
    losses, log10_norms = _losses(run), _log10_norms(gradient.parameters, run)
    clip, each = _clip(experiment, gradient, run), run.losses.each
    carry, hidden = last_carry(run.back), gradient.clipped.hidden
    saturated = run.back.maps.slopes < SATURATED_SLOPE
    saturation = saturated.mean(axis=(-2, -1))
    arrived, gates = gradient.arrived, gate_values(experiment.cell, exponents.to_float(run.trajectory.a))
    judgement = judged(experiment, run, arrived=arrived, jacobians=jacobians, saturation=saturation)
    arrives_per_step, word_to_state = per_step(judgement.log10_arrives, run.back.steps), ratio(jacobians.inputs)
    return Measurement(
        experiment=experiment,
        words=experiment.words,
        vocabulary=run.vocabulary,
        targets=run.targets,
        hidden_state=run.trajectory.h.mantissa,
        hidden_exponent=run.trajectory.h.exponent,
        log10_hidden_norm=exponents.log10_norm(run.trajectory.h),
        saturation=saturation,
        gates=gates,
        gate_saturation={name: saturated[:, GATES[experiment.cell].index(name)].mean(axis=-1) for name in gates},
        cell_state=run.trajectory.c,
        log10_carry=None if carry is None else carried(carry),
        predicted=each.predicted,
        predicted_probability=each.predicted_probability,
        target_probability=each.target_probability,
        step_losses=losses.step_losses,
        log10_step_losses=losses.log10_step_losses,
        loss=losses.loss,
        log10_loss=losses.log10_loss,
        log10_grad_hidden=log10_hidden(gradient.raw.delta, run.unknown),
        log10_grad_hidden_full=log10_hidden(gradient.full.delta, run.unknown),
        log10_grad_cell=None if gradient.raw.cell is None else log10_hidden(gradient.raw.cell, run.unknown),
        log10_grad_hidden_last=_log10_hidden_last(experiment, run, gradient.raw),
        log10_grad_hidden_clipped=None if hidden is None else log10_hidden(hidden.delta, run.unknown),
        log10_jacobian=jacobians.spectral,
        log10_jacobian_cell=jacobians.cell,
        triangle=triangle,
        itemised_sum_log10=np.nan if triangle is None else itemised_sum_log10(triangle, run.weights),
        grad_norms={name: plain(value) for name, value in log10_norms.items()},
        log10_grad_norms=log10_norms,
        grad_norm=clip.norm_before,
        log10_grad_norm=clip.log10_norm_before,
        clip=clip,
        truncation=truncation_report(experiment, run, full=gradient.full, cut=gradient.parameters),
        update=update_report(run, gradient.clipped.gradients, lr=experiment.lr),
        spectral_radius=judgement.spectral_radius,
        largest_singular_value=judgement.largest_singular_value,
        growth_per_step=None if judgement.log10_growth is None else plain(judgement.log10_growth),
        log10_growth_per_step=judgement.log10_growth,
        arrives_of=arrived.carrier,
        log10_arriving=arrived.way,
        log10_arrives=judgement.log10_arrives,
        arrives_per_step=None if arrives_per_step is None else plain(arrives_per_step),
        log10_input_jacobian=jacobians.inputs,
        log10_word_to_state=known_or_none(float(word_to_state)),
        word_to_state=plain(float(word_to_state)),
        memory_lag_90=memory_lag(jacobians.inputs),
        verdict=judgement.verdict,
        verdict_sentence=judgement.verdict_sentence,
        bound=judgement.bound,
        bound_sentence=judgement.bound_sentence,
        parameters=run.size,
        notes=(),
        trace=run,
        grad_weight_hh=gradient.parameters["weight_hh_l0"],
        grad_weight_hh_clipped=gradient.clipped.gradients["weight_hh_l0"],
    )


def _losses(run: Trace) -> _Losses:
    values = exponents.to_float(run.losses.each.losses)
    log10 = np.where(run.losses.each.unknown, np.nan, exponents.log10(run.losses.each.losses))
    counts, weight = run.weights != 0, run.weights.max()
    log10_loss = known(log10_sum(log10[counts], times=weight), unknown=bool(run.unknown.any()))
    loss = plain(log10_loss, exact=float(values[counts].sum() * weight))
    return _Losses(plain_row(values, log10), log10, loss, log10_loss)


def _clip(experiment: Experiment, gradient: _Gradient, run: Trace) -> ClipReport:
    unknown = bool(run.unknown.any())
    before, after = gradient.parameters, gradient.clipped
    return clip_report(experiment.clip, experiment.threshold, before=before, after=after, unknown=unknown)


def _log10_norms(gradients: Mapping[str, Scaled], run: Trace) -> dict[str, float]:
    unknown = bool(run.unknown.any())
    return {name: known(float(exponents.log10_norm(gradient)), unknown=unknown) for name, gradient in gradients.items()}


def _log10_hidden_last(experiment: Experiment, run: Trace, raw: HiddenGradient) -> FloatArray:
    """log10 ‖∂L_T/∂h_t‖: the raw gradient, or where the loss is another, that of the last step alone."""
    if experiment.loss == "last":
        return log10_hidden(raw.delta, run.unknown)
    alone = step_weights("last", len(experiment.words))
    last = hidden_gradient(run.back, run.losses.each.direct, alone, truncate=experiment.truncate)
    return log10_hidden(last.delta, run.losses.each.unknown & (alone != 0))


def _read_only(measurement: Measurement) -> Measurement:
    """The same measurement, no array of which can be written to."""
    parts = [measurement, measurement.triangle]
    for part in parts:
        for name in part.__slots__ if part is not None else ():
            value = getattr(part, name)
            held = value.values() if isinstance(value, Mapping) else value if isinstance(value, Scaled) else (value,)
            for array in held:
                if isinstance(array, np.ndarray):
                    array.flags.writeable = False
    return measurement
