"""Backpropagation through time: ∂L/∂h_t at every step, and the gradient of every parameter."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from rnn_tui.engine import adjoint
from rnn_tui.engine.adjoint import StepsBack
from rnn_tui.engine.arrays import AnyArray, FloatArray
from rnn_tui.engine.exponents import Scaled, scaled
from rnn_tui.engine.losses import outer_sum
from rnn_tui.engine.unroll import Trajectory


class HiddenGradient(NamedTuple):
    """The gradient at every step, with all later effects of that step.

    Attributes:
        delta: δ_t = ∂L/∂h_t, (T, H) with an exponent a step.
        pre: ∂L/∂a_t = φ'(a_t) ⊙ δ_t, (T, H) with an exponent a step.
        limited: where δ_t was limited, (T,).
    """

    delta: Scaled
    pre: Scaled
    limited: AnyArray


def hidden_gradient(
    back: StepsBack, direct: Scaled, weights: FloatArray, *, step_threshold: float | None = None
) -> HiddenGradient:
    """δ_t = w_t ∂⁺L_t/∂h_t + W_hhᵀ (φ'(a_{t+1}) ⊙ δ_{t+1}).

    Args:
        back: the reverse steps.
        direct: ∂⁺L_t/∂h_t, (T, H) with an exponent a step.
        weights: w_t, (T,).
        step_threshold: where given, every δ_t is limited to this 2-norm before it goes further back.
    """
    steps, hidden = direct.mantissa.shape
    delta = Scaled(np.zeros((steps, hidden)), np.zeros(steps, dtype=np.int64))
    pre = Scaled(np.zeros((steps, hidden)), np.zeros(steps, dtype=np.int64))
    limited, apart = np.zeros(steps, dtype=bool), np.zeros(steps, dtype=bool)
    rows = adjoint.start(np.zeros((1, hidden)))
    for t in range(steps - 1, -1, -1):
        if t < steps - 1:
            rows = adjoint.pull_back(rows, back, t + 1)
        if weights[t]:
            own = Scaled(direct.mantissa[t : t + 1] * weights[t], direct.exponent[t : t + 1])
            rows = adjoint.add(rows, adjoint.from_scaled(own))
        if step_threshold is not None:
            rows, limited[t] = adjoint.limited(rows, step_threshold)
        apart[t] = adjoint.apart(rows, back, t)
        if apart[t]:
            _keep(delta, t, adjoint.to_scaled(rows))
            _keep(pre, t, adjoint.to_scaled(adjoint.through_slope(rows, back.slopes, t)))
        else:
            delta.mantissa[t], delta.exponent[t] = rows.mantissa[0], rows.exponent[0, 0]
    together = ~apart
    pre.mantissa[together] = delta.mantissa[together] * back.slopes.mantissa[together]
    pre.exponent[together] = delta.exponent[together]
    return HiddenGradient(delta, pre, limited)


def _keep(rows: Scaled, t: int, row: Scaled) -> None:
    rows.mantissa[t], rows.exponent[t] = row.mantissa[0], row.exponent[0]


def parameter_gradients(trajectory: Trajectory, pre: Scaled) -> Mapping[str, Scaled]:
    """Σ_t ∂L/∂a_t ⊗ what a_t is linear in, by PyTorch's parameter names; one exponent a tensor.

    Args:
        pre: ∂L/∂a_t, (T, H) with an exponent a step.
    """
    bias = outer_sum(pre, scaled(np.ones((len(pre.mantissa), 1)), blocks=1))
    bias = Scaled(bias.mantissa[:, 0], bias.exponent)
    return {
        "weight_ih_l0": outer_sum(pre, scaled(trajectory.inputs, blocks=1)),
        "weight_hh_l0": outer_sum(pre, trajectory.h_prev),
        "bias_ih_l0": bias,
        "bias_hh_l0": bias,
    }
