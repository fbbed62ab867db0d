"""The simple RNN cell, also the layer of a feed-forward net: h_t = φ(W_ih x_t + b_ih + W_hh h_{t−1} + b_hh)."""

from typing import NamedTuple

from rnn_tui.engine.cells.activations import ACTIVATE, slopes
from rnn_tui.engine.cells.local import StepMaps
from rnn_tui.engine.kinds import Activation
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import Scaled, to_float
from rnn_tui.engine.numbers.products import matvec


class RNNStep(NamedTuple):
    """One step forward: the pre-activation a_t and the state h_t = φ(a_t), both (…, H)."""

    a: FloatArray
    h: FloatArray


def rnn_step(weight_hh: FloatArray, activation: Activation, *, driven: FloatArray, h_prev: FloatArray) -> RNNStep:
    """a_t = driven_t + W_hh h_{t−1} and h_t = φ(a_t), driven_t = W_ih x_t + b_ih + b_hh: all (…, H)."""
    a = matvec(weight_hh, h_prev) + driven
    return RNNStep(a, ACTIVATE[activation](a))


def rnn_maps(activation: Activation, a: Scaled) -> StepMaps:
    """The linear maps of all steps: the adjoint of a_t is φ'(a_t) times that of h_t.

    Args:
        a: pre-activations, (T, …, H) with an exponent a step.
    """
    slope = slopes(activation, a)
    to_gates = Scaled(slope.mantissa[..., None, None, :], slope.exponent[..., None, None, :])
    size = to_float(slope)[..., None, :]
    return StepMaps(to_gates=to_gates, to_inputs=to_gates, carry=None, through=None, slopes=size)
