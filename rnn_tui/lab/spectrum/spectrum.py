"""Eigenvalues and singular values of W and of one step's Jacobian; what theory allows beside what the text did."""

import math
from dataclasses import dataclass

import numpy as np

from rnn_tui.engine.dynamics.powers import linear_powers, steps_on_log_scale
from rnn_tui.engine.dynamics.state_maps import LARGEST, state_maps, state_size
from rnn_tui.engine.kinds import GATED, LARGEST_SLOPE, Bound
from rnn_tui.engine.network.skips import Pinned
from rnn_tui.engine.network.spectrum import ROUNDING, departure_from_normality, eigenvalues, singular_values
from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray, protect
from rnn_tui.engine.numbers.exponents import LOG10_2, ldexp
from rnn_tui.engine.progress import Watch, unwatched
from rnn_tui.lab.measurement.measurement import Measurement, Verdict
from rnn_tui.lab.measurement.verdict.theory import on_this_text
from rnn_tui.lab.measurement.verdict.verdict import Finding, finding_of
from rnn_tui.lab.measurement.verdict.words import any_text, rate_text
from rnn_tui.lab.powers.powers import first_state
from rnn_tui.lab.report.fields import LOG10, declared, report_field
from rnn_tui.lab.text.numbers import apart_text, compared_text, log10_text, short_text

ALIKE = math.log10(1.03)  # two rates of growth that are nearer than this count as one
TRANSIENT = math.log10(1.1)
MANY_UNITS = 64  # from here on only powers of two are tried for a transient
LONGEST = 1024
AGREEMENT = "Theory and measurement say the same here."
FIRST = 4  # so many of them at first; where that does not settle it, ever more


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class StepJacobian:
    """∂s_t/∂s_{t−1} of one step, s the whole state: h, of an LSTM (h, c), with a shared skip the window it reaches."""

    step: int = report_field("t, from 1")
    eigenvalues: AnyArray = report_field("as [real, imaginary], the largest first; 0 below float64's range", "N")
    log10_radius: float = report_field("log10 of the largest |λ|", unit=LOG10)
    log10_norm: float = report_field("log10 of the largest singular value", unit=LOG10)


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Transient:
    """Where ‖Wⁿ‖₂ is largest among the n that were tried."""

    power: int = report_field("that n")
    log10_norm: float = report_field("log10 ‖Wⁿ‖₂ there")


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Spectrum:
    """W of the measured network by its eigenvalues and singular values. Compared by identity. H units.

    The Lyapunov exponents, which take longer where W is large, are `lab.measurement.lyapunov`'s.
    """

    measurement: Measurement = report_field(
        "whose W it is (of a gated cell the candidate block, of a feed-forward net the first layer)", json=False
    )
    eigenvalues: AnyArray = report_field("of W, as [real, imaginary], the largest in size first", "H")
    singular_values: FloatArray = report_field("of W, descending", "H")
    threshold: float | None = report_field(
        "1/γ, what the largest singular value must reach for any growth; null where the cell has gates"
    )
    departure: float = report_field(
        "√(‖W‖_F² − Σ|λ|²) / ‖W‖_F, Henrici's: 0 for a normal W, near 1 for one far from it"
    )
    transient: Transient | None = report_field("of Wⁿ where ρ(W) < 1 < σ₁; else null", fields=declared(Transient))
    jacobian: StepJacobian | None = report_field(
        "∂s_t/∂s_{t−1} of one step; null where the state is too large to be taken apart", fields=declared(StepJacobian)
    )
    bound: Bound | None = report_field("what theory allows", json=False)
    bound_sentence: str = report_field("that in words", json=False)
    verdict: Verdict = report_field("what was measured", json=False)
    verdict_sentence: str = report_field("that in words", json=False)
    remarks: tuple[str, ...] = report_field("where theory and this text part, and why")


def spectrum(measurement: Measurement, *, step: int | None = None, watch: Watch = unwatched) -> Spectrum:
    """The spectrum of the measured network's W, and of the Jacobian of one of its steps.

    Args:
        step: the step t of the Jacobian, from 1; the last by default.

    Raises:
        CancelledError: as `watch` asked.
        ValueError: there is no such step.
    """
    found, weight = measurement, measurement.trace.weight_hh
    values, sizes = eigenvalues(weight), singular_values(weight)
    transient = _transient(found, weight, watch)
    jacobian = step_jacobian(found, found.steps if step is None else step)
    protect(values, sizes)
    gated = found.experiment.cell in GATED
    return Spectrum(
        measurement=found,
        eigenvalues=values,
        singular_values=sizes,
        threshold=None if gated else 1.0 / LARGEST_SLOPE[found.experiment.activation],
        departure=departure_from_normality(weight),
        transient=transient,
        jacobian=jacobian,
        bound=found.bound,
        bound_sentence=found.bound_sentence,
        verdict=found.verdict,
        verdict_sentence=found.verdict_sentence,
        remarks=tuple(_remarks(found, transient, jacobian)),
    )


def step_jacobian(measurement: Measurement, step: int) -> StepJacobian | None:
    """The Jacobian of one step, t from 1; with a pinned skip, of the cell alone. None where the state is too large.

    Raises:
        ValueError: there is no such step.
    """
    if not 1 <= step <= measurement.steps:
        raise ValueError(f"the text has the steps 1 to {measurement.steps}, so there is no step {step}")
    maps = measurement.trace.maps
    if state_size(maps) > max(LARGEST, maps.size):
        return None
    (rows, exponents), through = state_maps(maps, start=step - 1, stop=step)
    occupied = rows[0].any(axis=-1)
    top = int(exponents[0][occupied].max(initial=np.iinfo(np.int64).min)) if occupied.any() else 0
    matrix = ldexp(rows[0], np.where(occupied, exponents[0] - top, 0)[:, None])
    if through is not None:
        hidden = maps.hidden
        matrix[:hidden] += through[0][:, None] * matrix[hidden : 2 * hidden]
    values = eigenvalues(matrix)
    with np.errstate(divide="ignore"):
        radius = float(np.log10(np.abs(values).max())) + top * LOG10_2
        norm = float(np.log10(singular_values(matrix)[0])) + top * LOG10_2
    scaled: AnyArray = ldexp(values.real, top) + 1j * ldexp(values.imag, top)
    protect(scaled)
    return StepJacobian(step=step, eigenvalues=scaled, log10_radius=radius, log10_norm=norm)


def _transient(found: Measurement, weight: FloatArray, watch: Watch) -> Transient | None:
    if found.spectral_radius >= 1.0 - ROUNDING or found.largest_singular_value <= 1.0 + ROUNDING:
        return None
    if len(weight) > MANY_UNITS:
        steps = 2 ** np.arange(LONGEST.bit_length(), dtype=np.int64)
    else:
        steps = steps_on_log_scale(LONGEST)
    for count in (FIRST, FIRST**2, len(steps)):
        norms = linear_powers(weight, start=first_state(0, len(weight)), steps=steps[:count], watch=watch).gradient
        if (norms <= 0.0).any():  # ‖Wⁿ⁺ᵐ‖ ≤ ‖Wⁿ‖‖Wᵐ‖: past a power that is no larger than 1 none is a new peak
            break
    place = int(norms.argmax())
    return Transient(power=int(steps[place]), log10_norm=float(norms[place]))


def _remarks(found: Measurement, transient: Transient | None, jacobian: StepJacobian | None) -> list[str]:
    """Where what theory allows and what was measured part, each in a sentence; that they agree where they do."""
    experiment, rate, judged = found.experiment, found.log10_growth_per_step, finding_of(found)
    said: list[str] = []
    if isinstance(found.trace.network.skip, Pinned):
        said.append("The step's Jacobian is the cell's alone: the pinned skip goes past it.")
    if experiment.cell in GATED or experiment.skip != "none":
        said.append(_beside_w(found, jacobian))
    elif experiment.cell == "feedforward":
        said.append(
            "These are the first layer's: a product of different matrices does not follow the eigenvalues of any one; "
            "σ₁ of each bounds it."
        )
    if transient is not None and transient.log10_norm > TRANSIENT:
        said.append(
            f"ρ(W) = {compared_text(found.spectral_radius, 1.0)}, so Wⁿ vanishes in the end; yet "
            f"σ₁ = {compared_text(found.largest_singular_value, 1.0)} and W is not normal: ‖Wⁿ‖ first grows, to "
            f"×{log10_text(transient.log10_norm)} {'at' if transient.power < 24 else 'around'} n = {transient.power:,}."
        )
    if rate is not None and found.bound is not None:
        said += _allowed(found, judged)
    if rate is not None and experiment.cell == "rnn" and experiment.skip == "none":
        said += _radius_against(found, rate)
    if most := any_text(judged):
        said.append(
            f"This error gets ×{rate_text(judged)} a step on this text; any error could get at most ×{most} a step."
        )
    return said or [AGREEMENT]


def _beside_w(found: Measurement, jacobian: StepJacobian | None) -> str:
    decides = "gates decide" if found.experiment.cell in GATED else "skip leads around W"
    said = f"W's own eigenvalues settle nothing here, because the {decides}"
    if jacobian is None:
        return f"{said}."
    return (
        f"{said}: at step {jacobian.step:,} the Jacobian of the whole state has |λ| up to "
        f"{log10_text(jacobian.log10_radius)} and stretches a change by up to ×{log10_text(jacobian.log10_norm)}."
    )


def _allowed(found: Measurement, judged: Finding) -> list[str]:
    """The bound, which is about long texts, beside what this text did, where the two seem to say different things."""
    if judged.log10_arrives is None:
        return []
    happened = on_this_text(judged.log10_arrives, judged.steps)
    if found.bound == "may-explode" and found.verdict in ("vanishing", "dead"):
        allowed = found.largest_singular_value * LARGEST_SLOPE[found.experiment.activation]
        if found.experiment.cell == "feedforward":
            return [f"The layers' σ₁γ would allow growth, yet {happened}."]
        size = apart_text(allowed, 1.0)
        return [f"σ₁γ = {size} ≥ 1 would allow growth by ×{size} a step, yet {happened}."]
    if found.bound == "must-vanish" and found.verdict in ("exploding", "steady"):
        return [f"It must vanish in the long run, yet {happened.replace('shrank to', 'shrank only to')}."]
    if found.bound == "must-explode" and found.verdict not in ("exploding", "undefined"):
        return [f"It must explode in the long run, yet {happened.replace('grew', 'grew only')}."]
    return []


def _radius_against(found: Measurement, rate: float) -> list[str]:
    """The largest |λ| of W beside the growth per step that was measured."""
    radius = found.spectral_radius
    if radius == 0.0 or math.isinf(rate) or abs(rate - math.log10(radius)) <= ALIKE:
        return []
    measured = f"|λ| of W is at most {apart_text(radius, 1.0)}, and any error gets at most ×{short_text(rate)} a step"
    if rate > math.log10(radius):
        return [f"{measured}: where W is not normal, a product of few steps may be larger than ρⁿ."]
    return [f"{measured}: the slopes of {found.experiment.activation} on this text take the rest."]
