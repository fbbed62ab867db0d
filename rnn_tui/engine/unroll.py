"""One cell with one set of weights, unrolled over a sequence of any length."""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine.activations import Slopes, slopes
from rnn_tui.engine.arrays import FloatArray
from rnn_tui.engine.cells import RNNParameters, rnn_driven, rnn_step
from rnn_tui.engine.exponents import Scaled, exponential, ldexp
from rnn_tui.engine.kinds import UNBOUNDED, Activation

COMFORT = 2.0**300  # a state within 1/COMFORT … COMFORT needs no new exponent
FAINT = -700.0  # σ(a) below e**FAINT is e**a to the last digit, and needs an exponent


class Trajectory(NamedTuple):
    """The forward pass over T steps.

    Attributes:
        inputs: x_t, (T, D).
        h_0: (H,).
        a: pre-activations, (T, H) with an exponent a step.
        h: states, (T, H) with an exponent a step.
        h_prev: the state each step started from, h_{t−1}: (T, H) with an exponent a step.
        slopes: φ'(a_t), (T, H).
    """

    inputs: FloatArray
    h_0: FloatArray
    a: Scaled
    h: Scaled
    h_prev: Scaled
    slopes: Slopes


def unroll(parameters: RNNParameters, activation: Activation, *, inputs: FloatArray, h_0: FloatArray) -> Trajectory:
    """h_t = φ(W_ih x_t + b_ih + W_hh h_{t−1} + b_hh) for t = 1 … T.

    Args:
        inputs: (T, D).
        h_0: (H,).
    """
    driven = rnn_driven(parameters, inputs)
    if activation in UNBOUNDED:
        a, h = _unbounded(parameters.weight_hh_l0, activation, driven=driven, h_0=h_0)
    else:
        a, h = _bounded(parameters.weight_hh_l0, activation, driven=driven, h_0=h_0)
    h_prev = Scaled(
        np.concatenate([h_0[None], h.mantissa[:-1]]),
        np.concatenate([np.zeros(1, dtype=np.int64), h.exponent[:-1]]),
    )
    return Trajectory(inputs, h_0, a, h, h_prev, slopes(activation, a))


def _bounded(
    weight_hh: FloatArray, activation: Activation, *, driven: FloatArray, h_0: FloatArray
) -> tuple[Scaled, Scaled]:
    a, h = np.empty_like(driven), np.empty_like(driven)
    state = h_0
    for t, drive in enumerate(driven):
        a[t], state = rnn_step(weight_hh, activation, driven=drive, h_prev=state)
        h[t] = state
    flat = Scaled(a, np.zeros(len(driven), dtype=np.int64))
    return flat, _faint(a, h) if activation == "sigmoid" else Scaled(h, flat.exponent)


def _faint(a: FloatArray, h: FloatArray) -> Scaled:
    """States h = σ(a), (T, H), with an exponent for steps at which every unit is below float64's smallest number."""
    top = a.max(axis=1)
    faint = top < FAINT
    scale = exponential(np.where(faint, top, 0.0))
    if faint.any():
        h = np.where(faint[:, None], np.exp(a - top[:, None]) * scale.mantissa[:, None], h)
    return Scaled(h, np.where(faint, scale.exponent, 0))


def _unbounded(
    weight_hh: FloatArray, activation: Activation, *, driven: FloatArray, h_0: FloatArray
) -> tuple[Scaled, Scaled]:
    a, h = np.empty_like(driven), np.empty_like(driven)
    exponents = np.zeros(len(driven), dtype=np.int64)
    state, exponent = h_0, 0
    for t, drive in enumerate(driven):
        if exponent < 0 and drive.any():
            state, exponent = ldexp(state, exponent), 0
        here = ldexp(drive, -exponent) if exponent else drive
        pre, state = rnn_step(weight_hh, activation, driven=here, h_prev=state)
        largest = np.abs(pre).max()
        if largest and not 1.0 / COMFORT < largest < COMFORT:
            # an unbounded φ is positively homogeneous, φ(2ᵏ a) = 2ᵏ φ(a): both sides move by the same power of two
            shift = int(np.frexp(largest)[1])
            pre, state, exponent = ldexp(pre, -shift), ldexp(state, -shift), exponent + shift
        a[t], h[t], exponents[t] = pre, state, exponent
    return Scaled(a, exponents), Scaled(h, exponents)
