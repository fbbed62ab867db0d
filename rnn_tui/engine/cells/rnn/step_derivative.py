"""The derivative of the simple RNN's step: ∂h_t/∂a_t = φ'(a_t), exact with exponents, and in float64 for batches."""

import numpy as np

from rnn_tui.engine.cells.activations import ACTIVATE, slopes
from rnn_tui.engine.cells.batch_parts import SLOPE_INTO
from rnn_tui.engine.cells.step_maps import FloatMaps, StepMaps
from rnn_tui.engine.kinds import Activation
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import Scaled, to_float


def rnn_maps(activation: Activation, a: Scaled) -> StepMaps:
    """The linear maps of all steps: the adjoint of a_t is φ'(a_t) times that of h_t.

    Args:
        a: pre-activations, (T, …, H) with an exponent a step.
    """
    slope = slopes(activation, a)
    to_gates = Scaled(slope.mantissa[..., None, None, :], slope.exponent[..., None, None, :])
    size = to_float(slope)[..., None, :]
    return StepMaps(to_gates=to_gates, to_inputs=to_gates, carry=None, through=None, slopes=size)


def rnn_float_maps(activation: Activation, a: FloatArray) -> FloatMaps:
    """The same in ordinary float64, from a (T, B, H)."""
    slope = np.empty_like(a)
    SLOPE_INTO[activation](ACTIVATE[activation](a), a, slope)
    to_gates = slope[:, :, None, None]
    return FloatMaps(to_gates, to_gates, None)
