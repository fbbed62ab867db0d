"""The squared error of every step, and what it sends back, for outputs that are numbers."""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine.network.losses import LossAtEachStep, Readout, StepLosses
from rnn_tui.engine.numbers.arithmetic import add, outer_sum, sum_first_axis
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import Scaled, from_floats, ldexp, rescale
from rnn_tui.engine.numbers.products import matvec_of_steps


class SquaredErrors(NamedTuple):
    """The losses of all steps with the gradient of the readout, and the outputs y_t, (T, V) with an exponent a step."""

    losses: StepLosses
    outputs: Scaled


def squared_errors(h: Scaled, readout: Readout, *, wanted: FloatArray, weights: FloatArray) -> SquaredErrors:
    """L_t = the mean over the V outputs of (y_t − wanted_t)², and ∂L_t/∂h_t = W_hyᵀ 2 (y_t − wanted_t) / V.

    There is no likeliest class, so `predicted` is 0 and the probabilities are NaN.

    Args:
        h: states, (T, H) with an exponent a step.
        wanted: (T, V).
        weights: w_t, (T,).
    """
    steps, outputs = wanted.shape
    exponent = np.maximum(h.exponent, 0)  # all on the state's exponent, unless the bias is the larger part
    down = -exponent[:, None]
    state = ldexp(h.mantissa, (h.exponent - exponent)[:, None])
    y = matvec_of_steps(readout.weight, state) + ldexp(readout.bias[None], down)
    error = Scaled(y - ldexp(wanted, down), exponent)
    error = rescale(error)
    losses = rescale(Scaled(np.square(error.mantissa).mean(axis=1), 2 * error.exponent))
    sent = Scaled(error.mantissa * (2.0 / outputs), error.exponent)
    direct = rescale(Scaled(matvec_of_steps(readout.weight.T, sent.mantissa), sent.exponent))
    used = weights != 0
    weighted = Scaled(sent.mantissa[used] * weights[used, None], sent.exponent[used])
    states = Scaled(h.mantissa[used], h.exponent[used])
    zero = from_floats(np.zeros_like(readout.weight)), from_floats(np.zeros_like(readout.bias))
    unknown = np.full(steps, np.nan)
    each = LossAtEachStep(
        losses=losses,
        unknown=np.zeros(steps, dtype=bool),
        direct=direct,
        predicted=np.zeros(steps, dtype=np.int64),
        predicted_probability=unknown,
        target_probability=unknown.copy(),
    )
    weight, bias = add(zero[0], outer_sum(weighted, states)), add(zero[1], sum_first_axis(weighted))
    return SquaredErrors(StepLosses(each, weight, bias), Scaled(y, exponent))
