"""What clipping does to the gradient of one measurement; and norm, value and step clipping of it side by side."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from rnn_tui.engine.backprop.bptt import HiddenGradient, hidden_gradient, parameter_gradients
from rnn_tui.engine.kinds import ClipMode
from rnn_tui.engine.learning.clipping import (
    WHOLE,
    Clipped,
    clip_by_norm,
    clip_by_value,
    cosine,
    global_norm,
    log10_scale,
)
from rnn_tui.engine.numbers import exponents
from rnn_tui.engine.numbers.exponents import Scaled
from rnn_tui.lab.experiment.trace import Trace
from rnn_tui.lab.measurement.from_log10 import float_or_none, nan_if_unknown
from rnn_tui.lab.measurement.measurement import ClipReport
from rnn_tui.lab.text.numbers import log10_text, setting_text

if TYPE_CHECKING:
    from rnn_tui.lab.measurement.measurement import Measurement

ClipKind = Literal["norm", "value", "step"]
CLIP_KINDS: tuple[ClipKind, ...] = get_args(ClipKind)
TURNED = 1e-9  # of 1 − cosine: a smaller one is rounding


@dataclass(frozen=True, slots=True, kw_only=True)
class Dominant:
    """The tensor that holds the most of a gradient: its name, and its share ‖g_p‖²/‖g‖²."""

    tensor: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipRow:
    """What one kind of clipping makes of the gradient.

    Attributes:
        report: norms before and after, the scale, the cosine to the gradient before, and how much was touched.
        dominant: the tensor that holds the most of the gradient after clipping; None where it is zero or unknown.
    """

    report: ClipReport
    dominant: Dominant | None

    @property
    def touched_share(self) -> float:
        """The share of entries (value) or steps (step) that were limited; of `norm` 1 or 0."""
        return self.report.touched / self.report.touched_of

    @property
    def degrees(self) -> float | None:
        """The angle between the gradient before and after; None where one of them is zero."""
        cosine = self.report.cosine
        if cosine is None:
            return None
        return 0.0 if 1.0 - cosine < TURNED else math.degrees(math.acos(cosine))


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipsCompared:
    """One gradient g, and what each kind of clipping at the same θ makes of it, in the order of `CLIP_KINDS`.

    Attributes:
        threshold: θ.
        log10_norm: log10 ‖g‖ before clipping; −inf for a true zero, NaN where it is unknown.
        dominant: the tensor that holds the most of g; None where it is zero or unknown.
        rows: norm, value and step clipping.
        sentence: how they differ here.
    """

    threshold: float
    log10_norm: float
    dominant: Dominant | None
    rows: tuple[ClipRow, ...]
    sentence: str


def gradients_of(run: Trace, hidden: HiddenGradient) -> Mapping[str, Scaled]:
    """∂L/∂θ for every parameter θ by its name, given δ_t."""
    return {
        **parameter_gradients(run.network, run.trajectory, hidden),
        "readout_weight": run.losses.readout_weight,
        "readout_bias": run.losses.readout_bias,
    }


def clip_gradients(
    run: Trace,
    *,
    mode: ClipMode,
    threshold: float,
    truncate: int | None,
    gradients: Mapping[str, Scaled],
    raw: HiddenGradient,
) -> Clipped:
    """The gradient clipped as `mode` says: as a whole, entry by entry, or step by step on the way back.

    Args:
        threshold: θ.
        truncate: after how many steps the gradient of every L_t is cut.
        gradients, raw: as they are before clipping.
    """
    match mode:
        case "off":
            return Clipped(gradients, WHOLE, 0, 0, raw)
        case "norm":
            return clip_by_norm(gradients, threshold, hidden=raw)
        case "value":
            return clip_by_value(gradients, threshold)
        case "step":
            hidden = hidden_gradient(
                run.maps,
                run.losses.each.direct,
                run.weights,
                step_threshold=threshold,
                truncate=truncate,
            )
            limited = hidden.limited
            return Clipped(gradients_of(run, hidden), None, int(limited.sum()), len(limited), hidden)


def clip_report(
    mode: ClipMode, threshold: float, *, before: Mapping[str, Scaled], after: Clipped, unknown: bool
) -> ClipReport:
    """The gradient before and after, side by side.

    Args:
        unknown: whether a part of it is too small to be known, and counts as zero.
    """
    log10_before = nan_if_unknown(float(exponents.log10(global_norm(before))), unknown=unknown)
    log10_after = log10_before
    if after.gradients is not before:
        log10_after = nan_if_unknown(float(exponents.log10(global_norm(after.gradients))), unknown=unknown)
    factor = after.scale
    return ClipReport(
        mode=mode,
        threshold=threshold,
        scale=None if factor is None else float_or_none(log10_scale(factor), exact=float(exponents.to_float(factor))),
        norm_before=float_or_none(log10_before),
        norm_after=float_or_none(log10_after),
        log10_norm_before=log10_before,
        log10_norm_after=log10_after,
        cosine=cosine(before, after.gradients),
        touched=after.touched,
        touched_of=after.touched_of,
    )


def clips_compared(measurement: "Measurement", *, threshold: float | None = None) -> ClipsCompared:
    """The three kinds of clipping for the gradient that was measured, as truncated where it is.

    Args:
        threshold: θ; the experiment's where not given.
    """
    run, experiment = measurement.trace, measurement.experiment
    threshold = experiment.threshold if threshold is None else threshold
    raw = hidden_gradient(run.maps, run.losses.each.direct, run.weights, truncate=experiment.truncate)
    before = gradients_of(run, raw)

    def by(mode: ClipMode) -> Clipped:
        return clip_gradients(
            run, mode=mode, threshold=threshold, truncate=experiment.truncate, gradients=before, raw=raw
        )

    return compare_clips(
        threshold, before=before, after={kind: by(kind) for kind in CLIP_KINDS}, unknown=bool(run.unknown.any())
    )


def compare_clips(
    threshold: float, *, before: Mapping[str, Scaled], after: Mapping[ClipKind, Clipped], unknown: bool = False
) -> ClipsCompared:
    """A gradient by parameter name beside what each kind of clipping made of it.

    Args:
        unknown: whether a part of it is too small to be known, and counts as zero.
    """
    rows = tuple(
        ClipRow(
            report=clip_report(kind, threshold, before=before, after=found, unknown=unknown),
            dominant=dominant(found.gradients),
        )
        for kind, found in after.items()
    )
    log10_norm = rows[0].report.log10_norm_before
    return ClipsCompared(
        threshold=threshold,
        log10_norm=log10_norm,
        dominant=dominant(before),
        rows=rows,
        sentence=_sentence(threshold, log10_norm, {row.report.mode: row for row in rows}),
    )


def dominant(gradients: Mapping[str, Scaled]) -> Dominant | None:
    """The tensor with the largest share of Σ‖g_p‖²; None where all are zero."""
    log10 = {name: float(exponents.log10_norm(gradient)) for name, gradient in gradients.items()}
    tensor = max(log10, key=lambda name: log10[name])
    top = log10[tensor]
    if math.isinf(top):
        return None
    return Dominant(tensor=tensor, share=1.0 / sum(10.0 ** (2.0 * (each - top)) for each in log10.values()))


def _sentence(threshold: float, log10_norm: float, rows: Mapping[str, ClipRow]) -> str:
    """Which of them acts at all, and which turns the gradient."""
    limit = f"θ = {setting_text(threshold)}"
    if math.isnan(log10_norm):
        return "The gradient is too small to be known, so nothing can be said of clipping it."
    if math.isinf(log10_norm):
        return "The gradient is zero: there is nothing to clip."
    acting = [row for row in rows.values() if row.report.touched]
    if not acting:
        return f"No entry, no step and not the whole reaches {limit}: all three leave this gradient as it is."
    said = []
    norm = rows["norm"]
    if norm.report.touched:
        said.append(f"norm shortens all of it from {log10_text(log10_norm)} to θ and keeps its direction")
    else:
        said.append(f"norm lets it pass, ‖g‖ being {log10_text(log10_norm)}")
    said.append(_turn(rows["value"], "value", "entries"))
    said.append(_turn(rows["step"], "step", "steps"))
    return f"At {limit} {said[0]}; {said[1]}; {said[2]}."


def _turn(row: ClipRow, kind: str, what: str) -> str:
    report = row.report
    if not report.touched:
        return f"{kind} touches nothing"
    said = f"{kind} limits {report.touched:,} of {report.touched_of:,} {what}"
    if row.degrees is None:
        return said
    return f"{said} and {'keeps the direction' if row.degrees == 0.0 else f'turns it by {_angle(row.degrees)}'}"


def _angle(degrees: float) -> str:
    return f"{degrees:.0f}°" if degrees >= 1.0 else "less than 1°"
