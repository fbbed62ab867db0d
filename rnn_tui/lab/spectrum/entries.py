"""W entry by entry: what each is to the loss, to ρ and to σ₁, and where an update takes it."""

import math
from dataclasses import dataclass

import numpy as np

from rnn_tui.engine.learning.optimisers import moved_in_float32, sgd
from rnn_tui.engine.network.spectrum import largest_slopes, radius_slopes
from rnn_tui.engine.numbers import exponents
from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray, protect
from rnn_tui.engine.numbers.exponents import Scaled
from rnn_tui.lab.experiment.edits import ColumnScaling, Edit, Entry, RowScaling, parse_edit
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.experiment.initialise import apply_edit, candidate_of
from rnn_tui.lab.measurement.measurement import Measurement


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Entries:
    """The effect of every entry of W; of a gated cell its candidate block, of a feed-forward net its first layer.

    All arrays are (H, H). Compared by identity.

    Attributes:
        measurement: whose W it is.
        log10_gradient, gradient_sign: log10 |∂L/∂W_ij|, −inf for a true zero and NaN where it is unknown, and its
            sign; as truncated, unclipped.
        after: W − η g with the clipped g; NaN where that leaves float64's range.
        unmoved: whether the same update would leave the entry where it is in float32.
        radius_slopes, largest_slopes: ∂ρ/∂W_ij and ∂σ₁/∂W_ij; None where ρ or σ₁ has no one slope.
    """

    measurement: Measurement
    log10_gradient: FloatArray
    gradient_sign: FloatArray
    after: FloatArray
    unmoved: AnyArray
    radius_slopes: FloatArray | None
    largest_slopes: FloatArray | None


def entries(measurement: Measurement) -> Entries:
    """The effect of every entry of the measured W."""
    experiment, run = measurement.experiment, measurement.trace
    gradient = _of_w(experiment, measurement.grad_weight_hh)
    step = _of_w(experiment, measurement.grad_weight_hh_clipped)
    values = exponents.to_float(step)
    log10_gradient = exponents.log10(gradient)
    if run.unknown.any():
        log10_gradient = np.where(np.isneginf(log10_gradient), math.nan, log10_gradient)
    after = sgd(run.weight_hh, values, lr=experiment.lr)
    found = Entries(
        measurement=measurement,
        log10_gradient=log10_gradient,
        gradient_sign=np.sign(gradient.mantissa),
        after=np.where(np.isfinite(after), after, math.nan),
        unmoved=~moved_in_float32(run.weight_hh, values, lr=experiment.lr),
        radius_slopes=radius_slopes(run.weight_hh),
        largest_slopes=largest_slopes(run.weight_hh),
    )
    protect(found.log10_gradient, found.gradient_sign, found.after, found.unmoved)
    protect(found.radius_slopes, found.largest_slopes)
    return found


def weight_of(measurement: Measurement, experiment: Experiment) -> FloatArray | None:
    """The W of an experiment that is the measured one but for edits of entries, rows and columns: (H, H).

    None where it is not known without measuring: another draw, or an edit that scales the whole of W.
    """
    weight, before = measurement.trace.weight_hh, measurement.experiment
    if experiment == before:
        return weight
    if {**experiment.settings(), "edits": ()} != {**before.settings(), "edits": ()}:
        return None
    pairs = list(zip(before.edits, experiment.edits, strict=False))
    shared = next((at for at, (old, new) in enumerate(pairs) if old != new), len(pairs))
    undone, made = ([parse_edit(line) for line in lines[shared:]] for lines in (before.edits, experiment.edits))
    if len(undone) == 1 and made and (turned := _instead(undone[0], made[0])) is not None:
        undone, made = [], [turned, *made[1:]]
    if undone or not all(isinstance(edit, Entry | RowScaling | ColumnScaling) for edit in made):
        return None
    weight = weight.copy()
    for edit in made:
        apply_edit(weight, edit)
    return weight


def _instead(before: Edit, after: Edit) -> Edit | None:
    """The edits that turn one edited W into another; None where nothing simple does."""
    if isinstance(before, Entry) and isinstance(after, Entry) and before[:2] == after[:2]:
        return after
    if isinstance(before, RowScaling) and isinstance(after, RowScaling) and before.row == after.row and before.factor:
        return RowScaling(after.row, after.factor / before.factor)
    if (
        isinstance(before, ColumnScaling)
        and isinstance(after, ColumnScaling)
        and before.column == after.column
        and before.factor
    ):
        return ColumnScaling(after.column, after.factor / before.factor)
    return None


def _of_w(experiment: Experiment, gradient: Scaled) -> Scaled:
    """The part of a gradient of W_hh that belongs to W: the candidate block, or the first layer."""
    return Scaled(candidate_of(experiment.cell, gradient.mantissa), gradient.exponent)
