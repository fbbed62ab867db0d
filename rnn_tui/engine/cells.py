"""The simple RNN cell: its parameters, one step, and the reverse of that step."""

from typing import NamedTuple

from rnn_tui.engine.activations import ACTIVATE
from rnn_tui.engine.arrays import FloatArray
from rnn_tui.engine.kinds import Activation


class RNNParameters(NamedTuple):
    """The parameters of one simple RNN layer, named and laid out as `torch.nn.RNN`'s.

    Attributes:
        weight_ih_l0: (H, D).
        weight_hh_l0: (H, H).
        bias_ih_l0: (H,).
        bias_hh_l0: (H,).
    """

    weight_ih_l0: FloatArray
    weight_hh_l0: FloatArray
    bias_ih_l0: FloatArray
    bias_hh_l0: FloatArray


class RNNStep(NamedTuple):
    """One step forward: the pre-activation a_t and the state h_t = φ(a_t), both (H,)."""

    a: FloatArray
    h: FloatArray


def rnn_driven(parameters: RNNParameters, inputs: FloatArray) -> FloatArray:
    """What the inputs alone bring to each pre-activation, W_ih x_t + b_ih + b_hh: (T, H), one product for all steps."""
    driven: FloatArray = inputs @ parameters.weight_ih_l0.T
    driven += parameters.bias_ih_l0 + parameters.bias_hh_l0
    return driven


def rnn_step(weight_hh: FloatArray, activation: Activation, *, driven: FloatArray, h_prev: FloatArray) -> RNNStep:
    """a_t = driven_t + W_hh h_{t−1} and h_t = φ(a_t): both (H,)."""
    a = weight_hh.dot(h_prev)
    a += driven
    return RNNStep(a, ACTIVATE[activation](a))


def rnn_step_reverse(weight_hh: FloatArray, *, slope: FloatArray, delta: FloatArray) -> FloatArray:
    """∂/∂h_{t−1} = (φ'(a_t) ⊙ ∂/∂h_t) W_hh, the way back through `rnn_step`, for rows of adjoints: (R, H)."""
    result: FloatArray = (delta * slope).dot(weight_hh)
    return result
