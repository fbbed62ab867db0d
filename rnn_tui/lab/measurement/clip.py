"""What clipping does to the gradient of one measurement."""

from collections.abc import Mapping
from typing import NamedTuple

from rnn_tui.engine.backprop.bptt import HiddenGradient, hidden_gradient, parameter_gradients
from rnn_tui.engine.kinds import ClipMode
from rnn_tui.engine.learning.clipping import clip_by_norm, clip_by_value, cosine, global_norm, log10_scale
from rnn_tui.engine.numbers import exponents
from rnn_tui.engine.numbers.exponents import Scaled
from rnn_tui.lab.experiment.trace import Trace
from rnn_tui.lab.measurement.from_log10 import known, plain
from rnn_tui.lab.measurement.measurement import ClipReport


class Clipped(NamedTuple):
    """The gradient as clipped.

    Attributes:
        gradients: of every parameter, by name.
        hidden: δ_t; None where clipping acts on the parameters' gradients only.
        scale: by what the whole gradient was multiplied; None where entries or steps were limited one by one.
        touched, touched_of: how many entries or steps were limited, of how many.
    """

    gradients: Mapping[str, Scaled]
    hidden: HiddenGradient | None
    scale: float | None
    touched: int
    touched_of: int


def gradients_of(run: Trace, hidden: HiddenGradient) -> Mapping[str, Scaled]:
    """∂L/∂θ for every parameter θ by its name, given δ_t."""
    return {
        **parameter_gradients(run.network, run.trajectory, hidden),
        "readout_weight": run.losses.readout_weight,
        "readout_bias": run.losses.readout_bias,
    }


def clipped(
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
            return Clipped(gradients, raw, scale=1.0, touched=0, touched_of=0)
        case "norm":
            return by_norm(gradients, threshold, raw)
        case "value":
            return by_value(gradients, threshold)
        case "step":
            hidden = hidden_gradient(
                run.back,
                run.losses.each.direct,
                run.weights,
                step_threshold=threshold,
                truncate=truncate,
            )
            limited = hidden.limited
            return Clipped(
                gradients_of(run, hidden), hidden, scale=None, touched=int(limited.sum()), touched_of=len(limited)
            )


def by_norm(gradients: Mapping[str, Scaled], threshold: float, raw: HiddenGradient | None = None) -> Clipped:
    """All gradients times min(1, θ/‖g‖), and the δ_t they come from, where these are given, times the same."""
    found = clip_by_norm(gradients, threshold)
    factor, hidden = found.scale, None
    if raw is not None:
        delta = Scaled(raw.delta.mantissa * factor.mantissa, raw.delta.exponent + factor.exponent)
        hidden = raw._replace(delta=delta)
    return Clipped(
        found.gradients,
        hidden,
        scale=plain(log10_scale(factor), exact=float(exponents.to_float(factor))),
        touched=int(found.gradients is not gradients),
        touched_of=1,
    )


def by_value(gradients: Mapping[str, Scaled], threshold: float) -> Clipped:
    """All gradients limited to ±θ, entry by entry."""
    found = clip_by_value(gradients, threshold)
    entries = sum(gradient.mantissa.size for gradient in gradients.values())
    return Clipped(found.gradients, None, scale=None, touched=found.touched, touched_of=entries)


def clip_report(
    mode: ClipMode, threshold: float, *, before: Mapping[str, Scaled], after: Clipped, unknown: bool
) -> ClipReport:
    """The gradient before and after, side by side.

    Args:
        unknown: whether a part of it is too small to be known, and stands as zero.
    """
    log10_before = known(float(exponents.log10(global_norm(before))), unknown=unknown)
    log10_after = log10_before
    if after.gradients is not before:
        log10_after = known(float(exponents.log10(global_norm(after.gradients))), unknown=unknown)
    return ClipReport(
        mode=mode,
        threshold=threshold,
        scale=after.scale,
        norm_before=plain(log10_before),
        norm_after=plain(log10_after),
        log10_norm_before=log10_before,
        log10_norm_after=log10_after,
        cosine=cosine(before, after.gradients),
        touched=after.touched,
        touched_of=after.touched_of,
    )
