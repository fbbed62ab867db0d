"""How much of the last step's gradient arrives at the first step, and how much the first word moves the last state."""

from typing import Literal, NamedTuple

import numpy as np

from rnn_tui.engine.backprop.bptt import HiddenGradient, hidden_gradient
from rnn_tui.engine.network.losses import step_weights
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.lab.experiment.trace import Trace
from rnn_tui.lab.measurement.from_log10 import log10_hidden

Carrier = Literal["h", "c"]


class Arrival(NamedTuple):
    """The way of the last step's gradient back through a text, in log10; `…` is an ensemble's S, or nothing.

    Attributes:
        carrier: q, whose gradient is followed: an LSTM's cell state c, of any other cell the state h.
        way: (T, …) log10 ‖∂L_T/∂q_t‖, of an LSTM the way from c_t to h_t included; L_T is the loss of the last step
            whatever the experiment's loss is, and nothing is truncated. −inf for a true zero, NaN where it is unknown.
        hidden: (T, …) log10 ‖∂L_T/∂h_t‖, of an LSTM with c_t held: else the same as `way`.
        arrives: (…) log10 r = log10 ‖∂L_T/∂q_1‖ / ‖∂L_T/∂q_T‖; NaN at T = 1, and where there is no error to send.
    """

    carrier: Carrier
    way: FloatArray
    hidden: FloatArray
    arrives: FloatArray


def last_gradient(run: Trace) -> HiddenGradient:
    """The gradient of the last step's loss alone at every step, without truncation or clipping."""
    return hidden_gradient(run.maps, run.losses.each.direct, step_weights("last", run.maps.steps))


def arrival(run: Trace, gradient: HiddenGradient) -> Arrival:
    """How much of `gradient`, that of the last step's loss, arrives at the first step."""
    unknown = run.losses.each.unknown.copy()
    unknown[:-1] = False
    hidden = log10_hidden(gradient.delta, unknown)
    way = hidden if gradient.cell is None else log10_hidden(gradient.cell, unknown)
    return Arrival("h" if gradient.cell is None else "c", way, hidden, first_to_last_ratio(way))


def first_to_last_ratio(log10: FloatArray) -> FloatArray:
    """log10 of the first step's size over the last one's, (T, …) to (…); NaN at T = 1, and over nothing (0/0)."""
    if len(log10) == 1:
        return np.full_like(log10[0], np.nan)
    with np.errstate(invalid="ignore"):
        result: FloatArray = np.where(np.isneginf(log10[-1]), np.nan, log10[0] - log10[-1])
    return result


def per_step(log10: float | None, steps: int) -> float | None:
    """log10 of the factor a step whose product over T − 1 steps is 10**log10; None where there is none."""
    return None if log10 is None or steps < 2 else log10 / (steps - 1)


def known_or_none(log10: float) -> float | None:
    """The logarithm; None where it is unknown (NaN)."""
    return None if np.isnan(log10) else float(log10)
