"""How every measure is computed, by the name under which `Measurement` declares it.

An ensemble's measures are the same computations on a trace with the axis S behind T: `…` is S, or nothing.
"""

from collections.abc import Callable, Mapping

import numpy as np

from rnn_tui.engine.backprop.jacobians import last_carry, log10_carried
from rnn_tui.engine.influence.gradient import memory_lags
from rnn_tui.engine.kinds import GATES
from rnn_tui.engine.numbers import exponents
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import Scaled
from rnn_tui.lab.experiment.trace import Trace
from rnn_tui.lab.measurement.from_log10 import float_or_none, floats_or_nan
from rnn_tui.lab.measurement.gradient.truncation import truncation_report
from rnn_tui.lab.measurement.gradient.update import update_report
from rnn_tui.lab.measurement.intermediate import IntermediateResults
from rnn_tui.lab.measurement.pair_measures import itemised_sum_log10


def _loss(found: IntermediateResults) -> float | None:
    weights, losses = found.run.weights, exponents.to_float(found.run.losses.each.losses)
    return float_or_none(float(found.log10_loss), exact=float(losses[weights != 0].sum() * weights.max()))


def _log10_delta(found: IntermediateResults, delta: Scaled | None) -> FloatArray | None:
    return None if delta is None else found.log10_of(delta)


def _carry(run: Trace) -> FloatArray | None:
    carry = last_carry(run.maps)
    return None if carry is None else log10_carried(carry)


def _growth(found: IntermediateResults) -> FloatArray:
    """(…) log10 ‖∂s_T/∂s_1‖₂^(1/(T−1)); NaN at T = 1."""
    state, steps = found.jacobians.state, found.steps
    return state / (steps - 1) if steps > 1 else np.full_like(state, np.nan)


def _memory_lag(found: IntermediateResults) -> FloatArray:
    return memory_lags(found.jacobians.inputs.T)


MEASURES: Mapping[str, Callable[[IntermediateResults], object]] = {
    "experiment": lambda r: r.experiment,
    "words": lambda r: r.experiment.words,
    "vocabulary": lambda r: r.run.vocabulary,
    "targets": lambda r: r.run.targets,
    "loss": _loss,
    "log10_loss": lambda r: r.log10_loss,
    "step_losses": lambda r: floats_or_nan(exponents.to_float(r.run.losses.each.losses), r.log10_losses),
    "log10_step_losses": lambda r: r.log10_losses,
    "target_probability": lambda r: r.run.losses.each.target_probability,
    "predicted": lambda r: r.run.losses.each.predicted,
    "predicted_probability": lambda r: r.run.losses.each.predicted_probability,
    "log10_hidden_norm": lambda r: exponents.log10_norm(r.run.trajectory.h),
    "log10_grad_hidden": lambda r: r.log10_grad_hidden,
    "log10_grad_hidden_full": lambda r: r.log10_of(r.full.delta),
    "log10_grad_hidden_last": lambda r: r.log10_grad_hidden_last,
    "log10_grad_hidden_clipped": lambda r: _log10_delta(r, r.clipped.hidden and r.clipped.hidden.delta),
    "log10_grad_cell": lambda r: _log10_delta(r, r.raw.cell),
    "log10_arriving": lambda r: r.arrived.way,
    "log10_input_jacobian": lambda r: r.jacobians.inputs,
    "log10_jacobian": lambda r: r.jacobians.spectral,
    "log10_jacobian_cell": lambda r: r.jacobians.cell,
    "log10_carry": lambda r: _carry(r.run),
    "saturation": lambda r: r.saturation,
    "gate_saturation": lambda r: {
        name: r.saturated[:, GATES[r.experiment.cell].index(name)].mean(axis=-1) for name in r.gates
    },
    "grad_norms": lambda r: {name: float_or_none(value) for name, value in r.log10_grad_norms.items()},
    "log10_grad_norms": lambda r: r.log10_grad_norms,
    "grad_norm": lambda r: r.clip.norm_before,
    "log10_grad_norm": lambda r: r.clip.log10_norm_before,
    "clip": lambda r: r.clip,
    "truncation": lambda r: truncation_report(r.experiment, r.run, full=r.full, cut=r.parameters),
    "update": lambda r: update_report(r.run, r.clipped.gradients, lr=r.experiment.lr),
    "spectral_radius": lambda r: r.judgement.spectral_radius,
    "largest_singular_value": lambda r: r.judgement.largest_singular_value,
    "growth_per_step": lambda r: float_or_none(float(_growth(r))),
    "log10_growth_per_step": _growth,
    "arrives_of": lambda r: r.arrived.carrier,
    "log10_arrives": lambda r: r.arrived.arrives,
    "arrives_per_step": lambda r: float_or_none(float(r.arrived.arrives) / max(r.steps - 1, 1)),
    "log10_word_to_state": lambda r: r.log10_word_to_state,
    "word_to_state": lambda r: float_or_none(float(r.log10_word_to_state)),
    "memory_lag_90": _memory_lag,
    "verdict": lambda r: r.judgement.verdict,
    "verdict_sentence": lambda r: r.judgement.verdict_sentence,
    "bound": lambda r: r.judgement.bound,
    "bound_sentence": lambda r: r.judgement.bound_sentence,
    "parameters": lambda r: r.run.size,
    "itemised_sum_log10": lambda r: np.nan if r.triangle is None else itemised_sum_log10(r.triangle, r.run.weights),
    "gates": lambda r: r.gates,
    "cell_state": lambda r: r.run.trajectory.c,
    "notes": lambda _: (),
    "hidden_state": lambda r: r.run.trajectory.h.mantissa,
    "hidden_exponent": lambda r: r.run.trajectory.h.exponent,
    "triangle": lambda r: r.triangle,
    "grad_weight_hh": lambda r: r.parameters["weight_hh_l0"],
    "grad_weight_hh_clipped": lambda r: r.clipped.gradients["weight_hh_l0"],
    "trace": lambda r: r.run,
}
