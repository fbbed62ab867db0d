"""Backpropagation through time: ∂L/∂h_t at every step, and the gradient of every parameter."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from rnn_tui.engine import adjoint
from rnn_tui.engine.adjoint import StepsBack
from rnn_tui.engine.arrays import AnyArray, FloatArray
from rnn_tui.engine.exponents import Scaled, ldexp, scaled
from rnn_tui.engine.losses import outer_sum
from rnn_tui.engine.unroll import Trajectory


class HiddenGradient(NamedTuple):
    """δ_t = ∂L/∂h_t with all later effects of h_t, (T, H) with an exponent a step; where it was limited, (T,)."""

    delta: Scaled
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
    mantissa, exponent = np.zeros((steps, hidden)), np.zeros(steps, dtype=np.int64)
    limited = np.zeros(steps, dtype=bool)
    rows = adjoint.start(np.zeros((1, hidden)))
    for t in range(steps - 1, -1, -1):
        if t < steps - 1:
            rows = adjoint.pull_back(rows, back, t + 1)
        if weights[t]:
            own = Scaled(direct.mantissa[t : t + 1] * weights[t], direct.exponent[t : t + 1])
            rows = adjoint.add(rows, adjoint.from_scaled(own))
        if step_threshold is not None:
            rows, limited[t] = adjoint.limited(rows, step_threshold)
        if rows.exponent.shape[1] == 1:
            mantissa[t], exponent[t] = rows.mantissa[0], rows.exponent[0, 0]
        else:
            row = adjoint.to_scaled(rows)
            mantissa[t], exponent[t] = row.mantissa[0], row.exponent[0]
    return HiddenGradient(Scaled(mantissa, exponent), limited)


def preactivation_gradient(trajectory: Trajectory, delta: Scaled) -> Scaled:
    """∂L/∂a_t = φ'(a_t) ⊙ δ_t: (T, H) with an exponent a step."""
    slopes = trajectory.slopes
    if slopes.exponent is None:
        return Scaled(delta.mantissa * slopes.mantissa, delta.exponent)
    product = delta.mantissa * slopes.mantissa
    exponent = np.where(product == 0, np.int64(-(2**62)), slopes.exponent)
    top = exponent.max(axis=1)
    top = np.where(top == -(2**62), 0, top)
    return Scaled(ldexp(product, slopes.exponent - top[:, None]), delta.exponent + top)


def parameter_gradients(trajectory: Trajectory, delta: Scaled) -> Mapping[str, Scaled]:
    """Σ_t ∂L/∂a_t ⊗ what a_t is linear in, by PyTorch's parameter names; one exponent a tensor."""
    u = preactivation_gradient(trajectory, delta)
    ones = scaled(np.ones((len(u.mantissa), 1)), blocks=1)
    bias = outer_sum(u, ones)
    bias = Scaled(bias.mantissa[:, 0], bias.exponent)
    return {
        "weight_ih_l0": outer_sum(u, scaled(trajectory.inputs, blocks=1)),
        "weight_hh_l0": outer_sum(u, trajectory.h_prev),
        "bias_ih_l0": bias,
        "bias_hh_l0": bias,
    }
