"""What was measured, in words: the verdict, what theory allows, and why."""

import math
from typing import NamedTuple

import numpy as np

from rnn_tui.engine.arrays import FloatArray
from rnn_tui.engine.jacobians import LastJacobians, carried, growth, last_carry, log10_power_growth
from rnn_tui.engine.kinds import GATED, LARGEST_SLOPE, Bound
from rnn_tui.engine.spectrum import bound, largest_singular_value, spectral_radius
from rnn_tui.lab.experiment import Experiment
from rnn_tui.lab.measurement import Verdict
from rnn_tui.lab.numbers import log10_text
from rnn_tui.lab.trace import Trace

VANISHES_BELOW = 0.97
EXPLODES_ABOVE = 1.03
SATURATED_SHARE = 0.1  # from this share of saturated units on, saturation is named as a cause
NO_BOUND = {
    "gates": "no bound: the gates decide, and they follow the text",
    "skip": "no bound: the skip adds a way around W",
}
TRANSIENT = math.log10(1.1)  # from this growth on, a transient is named


class Judgement(NamedTuple):
    """What W and the Jacobians along the text say; the fields of `Measurement` of the same names."""

    spectral_radius: float
    largest_singular_value: float
    log10_growth: float | None
    verdict: Verdict
    verdict_sentence: str
    bound: Bound | None
    bound_sentence: str


def judged(experiment: Experiment, run: Trace, *, jacobians: LastJacobians, saturation: FloatArray) -> Judgement:
    """The growth per step that was measured and what theory allows, in numbers and in words.

    Args:
        saturation: (T,) share of units with |φ'| < .01.
    """
    log10_jacobian = jacobians.spectral
    steps, weight_hh = len(log10_jacobian), run.weight_hh
    radius, largest = spectral_radius(weight_hh), largest_singular_value(weight_hh)
    log10_growth = growth(float(jacobians.state), steps)
    kind, carry = verdict(log10_growth), last_carry(run.back)
    alone = experiment.cell == "rnn" and experiment.skip == "none"
    sentence = verdict_sentence(
        kind,
        experiment=experiment,
        log10_growth=log10_growth,
        log10_jacobian=log10_jacobian,
        saturation=saturation,
        log10_weight_growth=log10_power_growth(weight_hh, steps - 1) if alone and steps > 1 else None,
        log10_carry_growth=None if carry is None or steps == 1 else float(carried(carry)[0]) / (steps - 1),
        log10_arrived=None if jacobians.cell is None else (float(log10_jacobian[0]), float(jacobians.cell[0])),
    )
    if run.network.layered:
        largest_of_all = max(largest_singular_value(layer) for layer in run.network.parameters.weight_hh_l0)
        found, allowed = bound_of_layers(experiment, largest=largest_of_all)
    else:
        found, allowed = bound_and_sentence(experiment, radius=radius, largest=largest)
    return Judgement(radius, largest, log10_growth, kind, sentence, found, allowed)


def verdict(log10_growth: float | None) -> Verdict:
    """Vanishing below ×.97 a step, exploding above ×1.03, steady between; dead for a true zero, undefined at T = 1."""
    if log10_growth is None:
        return "undefined"
    if math.isinf(log10_growth):
        return "dead"
    if log10_growth < math.log10(VANISHES_BELOW):
        return "vanishing"
    return "exploding" if log10_growth > math.log10(EXPLODES_ABOVE) else "steady"


def verdict_sentence(
    kind: Verdict,
    *,
    experiment: Experiment,
    log10_growth: float | None,
    log10_jacobian: FloatArray,
    saturation: FloatArray,
    log10_weight_growth: float | None,
    log10_carry_growth: float | None = None,
    log10_arrived: tuple[float, float] | None = None,
) -> str:
    """The verdict with the number of factors it rests on, a transient that first grows, and saturation.

    Args:
        log10_growth: of the growth per step.
        log10_jacobian: (T,) log10 ‖∂h_T/∂h_t‖₂.
        saturation: (T,) share of units with |φ'| < .01.
        log10_weight_growth: log10 ‖W^{T−1}‖₂^{1/(T−1)}, what W alone would do; None where it is not alone.
        log10_carry_growth: what a gated cell's own skip alone keeps a step; None where there is none.
        log10_arrived: of an LSTM, what of a change of h_1 and of c_1 arrives at h_T.
    """
    if log10_growth is None:
        return "One step has no step before it: there is nothing to fade. Add a word."
    factors = len(log10_jacobian) - 1
    if kind == "dead":
        last = int(np.flatnonzero(np.isneginf(log10_jacobian))[-1]) + 1
        relu = experiment.activation == "relu" and experiment.cell not in GATED
        cause = "every relu unit on the way is off" if relu else "W lets nothing through"
        return f"Dead: of a change at step {last} or before, exactly nothing is left at the end ({cause})."
    effect = {"vanishing": "fades", "steady": "lasts", "exploding": "grows"}[kind]
    what = "A change of the state (h, c)" if log10_arrived is not None else "A change"
    said = f"{what} {effect} ×{log10_text(log10_growth)} a step, over {factors:,} factor{'s' if factors > 1 else ''}"
    peak, back = float(log10_jacobian.max()), factors - int(log10_jacobian.argmax())
    if kind != "exploding" and peak > TRANSIENT and back < factors:
        said += f", though it first grows to ×{log10_text(peak)} in {back} step{'s' if back > 1 else ''}"
    if kind == "vanishing" and log10_weight_growth is not None and verdict(log10_weight_growth) != "vanishing":
        said += (
            f". W alone would make it ×{log10_text(log10_weight_growth)}: the slopes of {experiment.activation} take it"
        )
        saturated = float(saturation[1:].mean())
        if saturated >= SATURATED_SHARE:
            state = "off" if experiment.activation == "relu" else "saturated (|φ'| < .01)"
            said += f", with {saturated:.0%} of the units {state}"
    if log10_carry_growth is not None:
        gate = "forget gate f" if experiment.cell == "lstm" else "update gate z"
        said += f"; the {gate} alone, at its most open unit, keeps ×{log10_text(log10_carry_growth)}"
    if log10_arrived is not None:
        of_h, of_c = (log10_text(each) for each in log10_arrived)
        said += f". At h_{factors + 1} arrives ×{of_h} of a change of h_1 and ×{of_c} of one of c_1"
    return said + "."


def bound_of_layers(experiment: Experiment, *, largest: float) -> tuple[Bound | None, str]:
    """What theory allows for a product of independent layers, of whose σ₁ `largest` is the largest."""
    if experiment.skip != "none":
        return None, NO_BOUND["skip"]
    product = largest * LARGEST_SLOPE[experiment.activation]
    if product < 1:
        return "must-vanish", f"must vanish: σ₁γ ≤ {product:.3g} < 1 in every layer"
    return "may-explode", f"may explode: the largest layer has σ₁γ = {product:.3g} ≥ 1"


def bound_and_sentence(experiment: Experiment, *, radius: float, largest: float) -> tuple[Bound | None, str]:
    """What theory allows for this W and this φ, and the sentence that says it with its figures."""
    if experiment.cell in GATED or experiment.skip != "none":
        return None, NO_BOUND["gates" if experiment.cell in GATED else "skip"]
    slope = LARGEST_SLOPE[experiment.activation]
    found = bound(experiment.activation, radius=radius, largest=largest)
    product = f"σ₁γ = {largest * slope:.3g}"
    if found == "must-vanish" and largest * slope < 1:
        return found, f"must vanish: {product} < 1"
    sentences = {
        "must-vanish": f"must vanish in the long run: linear, ρ = {radius:.3g} < 1",
        "must-explode": f"must explode: linear, ρ = {radius:.3g} > 1",
        "may-grow": "may grow like a power: linear, ρ = 1",
        "may-explode": f"may explode: {product} ≥ 1 is necessary, not sufficient",
    }
    return found, sentences[found]
