"""The intermediate results that several measures share: gradients, Jacobians, losses, each computed once."""

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from rnn_tui.engine.backprop.bptt import HiddenGradient, hidden_gradient
from rnn_tui.engine.backprop.jacobians import LastJacobians, last_jacobians
from rnn_tui.engine.cells.activations import gate_values
from rnn_tui.engine.learning.clipping import Clipped
from rnn_tui.engine.network.losses import step_weights
from rnn_tui.engine.numbers import exponents
from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray
from rnn_tui.engine.numbers.exponents import Scaled
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.experiment.trace import Trace
from rnn_tui.lab.measurement.from_log10 import log10_hidden, nan_if_unknown
from rnn_tui.lab.measurement.gradient.clipping import clip_gradients, clip_report, gradients_of
from rnn_tui.lab.measurement.measurement import ClipReport, Triangle
from rnn_tui.lab.measurement.verdict.arrival import Arrival, arrival, first_to_last_ratio, last_gradient
from rnn_tui.lab.measurement.verdict.judgement import Judgement, judged

SATURATED_SLOPE = 0.01


class IntermediateResults:
    """The intermediate results of one trace, computed when a measure first asks; `…` is an ensemble's S, or nothing.

    Attributes:
        triangle: the measures over pairs of steps of the whole text; None where they are left out.
    """

    def __init__(self, experiment: Experiment, run: Trace) -> None:
        self.experiment = experiment
        self.run = run
        self.triangle: Triangle | None = None

    @property
    def steps(self) -> int:
        """T."""
        return self.run.maps.steps

    @cached_property
    def unknown(self) -> AnyArray:
        """(T, …) where L_t counts in L and is too small to be known."""
        return self.run.unknown

    @cached_property
    def any_unknown(self) -> AnyArray:
        """(…) whether the loss of a step that counts is too small to be known."""
        return np.asarray(self.unknown.any(axis=0))

    @cached_property
    def full(self) -> HiddenGradient:
        """∂L/∂h_t without truncation."""
        return hidden_gradient(self.run.maps, self.run.losses.each.direct, self.run.weights)

    @cached_property
    def raw(self) -> HiddenGradient:
        """∂L/∂h_t before clipping, or what truncation leaves of it."""
        if self.experiment.truncate is None:
            return self.full
        direct = self.run.losses.each.direct
        return hidden_gradient(self.run.maps, direct, self.run.weights, truncate=self.experiment.truncate)

    @cached_property
    def log10_grad_hidden(self) -> FloatArray:
        """(T, …) log10 ‖∂L/∂h_t‖ before clipping, as truncated."""
        return log10_hidden(self.raw.delta, self.unknown)

    def log10_of(self, delta: Scaled) -> FloatArray:
        """(T, …) log10 ‖δ_t‖ of a gradient of the states; the same array where that is `raw`."""
        return self.log10_grad_hidden if delta is self.raw.delta else log10_hidden(delta, self.unknown)

    @cached_property
    def parameters(self) -> Mapping[str, Scaled]:
        """∂L/∂θ of every parameter θ by name, before clipping, as truncated."""
        return gradients_of(self.run, self.raw)

    @cached_property
    def arrived(self) -> Arrival:
        """The gradient of the last step's loss that arrives at each step, without truncation."""
        return arrival(self.run, self.full if self.experiment.loss == "last" else last_gradient(self.run))

    @cached_property
    def jacobians(self) -> LastJacobians:
        """∂h_T/∂h_t, ∂h_T/∂c_t and ∂h_T/∂x_t."""
        return last_jacobians(self.run.network, self.run.maps)

    @cached_property
    def log10_losses(self) -> FloatArray:
        """(T, …) log10 L_t; NaN where it is unknown."""
        each = self.run.losses.each
        return np.where(each.unknown, np.nan, exponents.log10(each.losses))

    @cached_property
    def log10_loss(self) -> FloatArray:
        """(…) log10 Σ w_t L_t; NaN where all that counts is too small to be known."""
        each = exponents.log10(self.run.losses.each.losses)[self.run.weights != 0]
        top = each.max(axis=0)
        whole = np.where(np.isinf(top), 0.0, top)
        with np.errstate(divide="ignore"):
            found = whole + np.log10((10.0 ** (each - whole)).sum(axis=0) * self.run.weights.max())
        return np.where(np.isneginf(found) & self.any_unknown, np.nan, found)

    @cached_property
    def log10_word_to_state(self) -> FloatArray:
        """(…) log10 ‖∂h_T/∂x_1‖_F / ‖∂h_T/∂x_T‖_F; NaN where there is none."""
        return first_to_last_ratio(self.jacobians.inputs)

    @cached_property
    def saturated(self) -> AnyArray:
        """(T, …, G, H) the units of every gate with |φ'(a_t)| < `SATURATED_SLOPE`."""
        result: AnyArray = self.run.maps.factors.slopes < SATURATED_SLOPE
        return result

    @cached_property
    def saturation(self) -> FloatArray:
        """(T, …) the share of units that are saturated."""
        return np.asarray(self.saturated.mean(axis=(-2, -1)))

    # of a network by itself, not of an ensemble

    @cached_property
    def clipped(self) -> Clipped:
        """The gradient as clipped."""
        e = self.experiment
        return clip_gradients(
            self.run, mode=e.clip, threshold=e.threshold, truncate=e.truncate, gradients=self.parameters, raw=self.raw
        )

    @cached_property
    def clip(self) -> ClipReport:
        """The gradient before clipping beside it."""
        e, unknown = self.experiment, bool(self.any_unknown)
        return clip_report(e.clip, e.threshold, before=self.parameters, after=self.clipped, unknown=unknown)

    @cached_property
    def log10_grad_norms(self) -> Mapping[str, float]:
        """log10 ‖∂L/∂θ‖ of every parameter; NaN in the place of a zero where it is unknown."""
        unknown = bool(self.any_unknown)
        return {
            name: nan_if_unknown(float(exponents.log10_norm(gradient)), unknown=unknown)
            for name, gradient in self.parameters.items()
        }

    @cached_property
    def log10_grad_hidden_last(self) -> FloatArray:
        """(T,) log10 ‖∂L_T/∂h_t‖ as truncated."""
        run = self.run
        if self.experiment.loss == "last":
            return self.log10_grad_hidden
        alone = step_weights("last", self.steps)
        last = hidden_gradient(run.maps, run.losses.each.direct, alone, truncate=self.experiment.truncate)
        return log10_hidden(last.delta, run.losses.each.unknown & (alone != 0))

    @cached_property
    def gates(self) -> Mapping[str, FloatArray]:
        """(T, H) of each gate by its name."""
        return gate_values(self.experiment.cell, exponents.to_float(self.run.trajectory.a))

    @cached_property
    def judgement(self) -> Judgement:
        """The verdict and what theory allows."""
        run, arrived, jacobians = self.run, self.arrived, self.jacobians
        return judged(self.experiment, run, arrived=arrived, jacobians=jacobians, saturation=self.saturation)
