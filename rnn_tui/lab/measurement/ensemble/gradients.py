"""The gradients of all members of an ensemble: their norms, what truncation loses, and what float32 leaves unmoved."""

from collections.abc import Mapping

import numpy as np

from rnn_tui.engine.backprop.bptt import hidden_gradient
from rnn_tui.engine.learning.optimisers import moved_in_float32
from rnn_tui.engine.numbers import exponents
from rnn_tui.engine.numbers.arithmetic import add
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import Scaled
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.experiment.trace import Trace
from rnn_tui.lab.measurement.gradient.clipping import gradients_of
from rnn_tui.lab.measurement.intermediate import IntermediateResults


def gradient_measures(found: IntermediateResults) -> dict[str, FloatArray | None]:
    """The measures of the gradients of all parameters together, (S,), which have a batched form of their own.

    Returns:
        log10_grad_norm: log10 ‖g‖ before clipping.
        truncation_lost: ‖g_full − g_cut‖ / ‖g_full‖; None where nothing is truncated.
        unmoved: the share of the parameters that the clipped update leaves where they are in float32.
    """
    experiment, run, gradients = found.experiment, found.run, found.parameters
    log10_norm = _log10_norm(gradients)
    lost = None
    if experiment.truncate is not None:
        whole = gradients_of(run, found.full)
        missing = {
            name: add(each, Scaled(-gradients[name].mantissa, gradients[name].exponent)) for name, each in whole.items()
        }
        with np.errstate(invalid="ignore"):
            lost = 10.0 ** (_log10_norm(missing) - _log10_norm(whole))
    unmoved = _unmoved(experiment, run, _clipped(experiment, run, gradients, log10_norm))
    return {"log10_grad_norm": log10_norm, "truncation_lost": lost, "unmoved": unmoved}


def _log10_norm(gradients: Mapping[str, Scaled]) -> FloatArray:
    """log10 ‖g‖ over all parameters of every member, (S,)."""
    log10 = np.stack([exponents.log10_norm(gradient) for gradient in gradients.values()])
    top = log10.max(axis=0)
    whole = np.where(np.isinf(top), 0.0, top)
    with np.errstate(divide="ignore"):
        result: FloatArray = whole + 0.5 * np.log10((10.0 ** (2.0 * (log10 - whole))).sum(axis=0))
    return result


def _clipped(
    experiment: Experiment, run: Trace, gradients: Mapping[str, Scaled], log10_norm: FloatArray
) -> Mapping[str, FloatArray]:
    """Every member's gradient as the update takes it, in float64: clipped as `clipping` does for one."""
    threshold = experiment.threshold
    if experiment.clip == "step":
        limited = hidden_gradient(
            run.maps, run.losses.each.direct, run.weights, step_threshold=threshold, truncate=experiment.truncate
        )
        gradients = gradients_of(run, limited)
    values = {name: exponents.to_float(gradient) for name, gradient in gradients.items()}
    if experiment.clip == "value":
        return {name: np.clip(value, -threshold, threshold) for name, value in values.items()}
    if experiment.clip != "norm":
        return values
    bits = np.maximum(log10_norm - np.log10(threshold), 0.0) / exponents.LOG10_2
    whole = np.floor(bits)
    return {
        name: exponents.to_float(
            Scaled(
                gradient.mantissa * exponents.align_exponent(np.exp2(whole - bits), gradient.mantissa),
                gradient.exponent - whole.astype(np.int64),
            )
        )
        for name, gradient in gradients.items()
    }


def _unmoved(experiment: Experiment, run: Trace, gradients: Mapping[str, FloatArray]) -> FloatArray:
    members, layered = len(run.trajectory.h_0), run.network.layered
    still, size = np.zeros(members), 0
    for name, tensor in run.parameters.items():
        own = np.moveaxis(tensor, 0, 1) if layered and name in run.network.parameters._fields else tensor
        moved = moved_in_float32(own, gradients[name], lr=experiment.lr)
        still += (~moved).reshape(members, -1).sum(axis=1)
        size += moved[0].size
    return still / size
