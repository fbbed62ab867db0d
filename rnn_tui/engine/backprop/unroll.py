"""One cell with one set of weights, unrolled over a sequence of any length; or a feed-forward net of that depth."""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine.cells.table import MATHEMATICS
from rnn_tui.engine.kinds import CELLS
from rnn_tui.engine.network import skips
from rnn_tui.engine.network.network import Network
from rnn_tui.engine.numbers.arrays import FloatArray, IntArray
from rnn_tui.engine.numbers.exponential import exponential
from rnn_tui.engine.numbers.exponents import Scaled, ldexp
from rnn_tui.engine.numbers.products import matvec, matvec_of_steps

FAR = 2.0**300  # a state within 1/FAR … FAR needs no new exponent: neither W h nor its square leaves float64
TINY_SIGMOID = -700.0  # σ(a) below e**TINY_SIGMOID is e**a to the last digit, and needs an exponent


class Trajectory(NamedTuple):
    """The forward pass over T steps; `…` is an ensemble's S, or nothing.

    Attributes:
        inputs: x_t, (T, D) or (T, …, D).
        h_0: (…, H).
        c_0: (…, H) of an LSTM; else None.
        a: the pre-activations of all gates, (T, …, G·H) with an exponent a step.
        h: states, (T, …, H) with an exponent a step.
        h_prev: the state each step started from, h_{t−1}: (T, …, H) with an exponent a step.
        c: an LSTM's c_t, (T, …, H); else None.
        u: a GRU's W_hn h_{t−1} + b_hn, (T, …, H) with an exponent a step; else None.
    """

    inputs: FloatArray
    h_0: FloatArray
    c_0: FloatArray | None
    a: Scaled
    h: Scaled
    h_prev: Scaled
    c: FloatArray | None
    u: Scaled | None

    @property
    def c_prev(self) -> FloatArray | None:
        """c_{t−1}, (T, …, H), of an LSTM; else None."""
        return None if self.c is None or self.c_0 is None else np.concatenate([self.c_0[None], self.c[:-1]])


def unroll(network: Network, *, inputs: FloatArray, h_0: FloatArray, c_0: FloatArray | None = None) -> Trajectory:
    """h_t = cell(x_t, h_{t−1}) for t = 1 … T, plus the state that a skip brings to step t.

    Args:
        inputs: (T, D) or (T, …, D).
        h_0: (H,) or (…, H).
        c_0: the same of an LSTM; zero where not given.
    """
    driven = _driven(network, inputs)
    ahead = np.broadcast_shapes(driven.shape[1:-1], h_0.shape[:-1])
    tape = _Tape.empty(driven, ahead, network.parameters.hidden)
    h_0 = np.broadcast_to(h_0, (*ahead, h_0.shape[-1]))
    kind = CELLS[network.cell]
    before = None
    if "c" in kind.state:
        before = np.zeros_like(h_0) if c_0 is None else np.broadcast_to(c_0, h_0.shape)
    has_u = _run(network, tape, driven=driven, h_0=h_0, c_0=before)
    h = Scaled(tape.h, tape.h_exponent)
    if not kind.gated and network.activation == "sigmoid" and network.skip is None:
        h = _tiny_sigmoids(tape.a, tape.h)
    start = np.zeros((1, *ahead), dtype=np.int64)
    h_prev = Scaled(np.concatenate([h_0[None], h.mantissa[:-1]]), np.concatenate([start, h.exponent[:-1]]))
    return Trajectory(
        inputs=inputs,
        h_0=h_0,
        c_0=before,
        a=Scaled(tape.a, tape.a_exponent),
        h=h,
        h_prev=h_prev,
        c=None if before is None else tape.c,
        u=Scaled(tape.u, h_prev.exponent) if has_u else None,
    )


class _Tape(NamedTuple):
    """The arrays that the steps fill; `c` and `u` are empty where the cell has none."""

    a: FloatArray
    a_exponent: IntArray
    h: FloatArray
    h_exponent: IntArray
    c: FloatArray
    u: FloatArray

    @classmethod
    def empty(cls, driven: FloatArray, ahead: tuple[int, ...], hidden: int) -> "_Tape":
        steps = len(driven)
        states = (steps, *ahead, hidden)
        return cls(
            np.empty((steps, *ahead, driven.shape[-1])),
            np.zeros((steps, *ahead), dtype=np.int64),
            np.empty(states),
            np.zeros((steps, *ahead), dtype=np.int64),
            np.empty(states),
            np.empty(states),
        )

    def source(self, network: Network, t: int, h_0: FloatArray) -> tuple[FloatArray, IntArray] | None:
        """The state that a skip brings to step t, and its exponent."""
        earlier = skips.source(network.skip, t)
        if earlier is None:
            return None
        if earlier < 0:
            return h_0, np.zeros(h_0.shape[:-1], dtype=np.int64)
        return self.h[earlier], self.h_exponent[earlier]


def _driven(network: Network, inputs: FloatArray) -> FloatArray:
    """W_ih x_t and the biases, the inputs' part of every step's pre-activation: (T, …, G·H)."""
    parameters = network.parameters
    bias = MATHEMATICS[network.cell].driving_bias(parameters)
    if network.layered:
        return matvec(parameters.weight_ih_l0, inputs) + bias
    return matvec_of_steps(parameters.weight_ih_l0, inputs) + bias


def _run(network: Network, tape: _Tape, *, driven: FloatArray, h_0: FloatArray, c_0: FloatArray | None) -> bool:
    """Writes all steps onto the tape; whether the cell has a u."""
    cell = MATHEMATICS[network.cell]
    if cell.homogeneous(network):
        _run_homogeneous(network, tape, driven=driven, h_0=h_0)
        return False
    step, skipping, has_u = cell.step, network.skip is not None, False
    state, carried, exponent, level = h_0, c_0, np.zeros(h_0.shape[:-1], dtype=np.int64), None
    for t, drive in enumerate(driven):
        tape.a[t], state, carried, u = step(network, t, driven=drive, h_prev=state, c_prev=carried, exponent=level)
        if carried is not None:
            tape.c[t] = carried
        if u is not None:
            tape.u[t], has_u = u, True
        if skipping:
            brought = tape.source(network, t, h_0)
            if cell.skip_doubles:
                state, exponent = _with_skip(brought, state, exponent)
                tape.h_exponent[t], level = exponent, exponent if exponent.any() else None
            elif brought is not None:
                state = state + brought[0]
        tape.h[t] = state
    return has_u


def _run_homogeneous(network: Network, tape: _Tape, *, driven: FloatArray, h_0: FloatArray) -> None:
    cell, state, exponent = MATHEMATICS[network.cell], h_0, np.zeros(h_0.shape[:-1], dtype=np.int64)
    for t, drive in enumerate(driven):
        if exponent.any():
            if (exponent < 0).any() and drive.any():
                state, exponent = ldexp(state, np.minimum(exponent, 0)[..., None]), np.maximum(exponent, 0)
            drive = ldexp(drive, -exponent[..., None])
        # the step of 2ᵏ a is 2ᵏ times that of a: both sides have the same exponent
        made = cell.step(network, t, driven=drive, h_prev=state)
        tape.a[t], state, tape.a_exponent[t] = made.a, made.h, exponent
        if network.skip is not None:
            state, exponent = _with_skip(tape.source(network, t, h_0), state, exponent)
        else:
            state, exponent = _near_one(state, exponent)
        tape.h[t], tape.h_exponent[t] = state, exponent


def _with_skip(
    brought: tuple[FloatArray, IntArray] | None, state: FloatArray, exponent: IntArray
) -> tuple[FloatArray, IntArray]:
    """The state plus what a skip brings, on the larger exponent of the two."""
    if brought is not None:
        other, its = brought
        top = np.maximum(np.where(state.any(axis=-1), exponent, its), np.where(other.any(axis=-1), its, exponent))
        state = ldexp(state, (exponent - top)[..., None]) + ldexp(other, (its - top)[..., None])
        exponent = top
    return _near_one(state, exponent)


def _near_one(state: FloatArray, exponent: IntArray) -> tuple[FloatArray, IntArray]:
    """The same state with its largest entry near 1, where that has gone far from it."""
    largest = np.abs(state).max(axis=-1)
    beyond = (largest != 0.0) & ((largest <= 1.0 / FAR) | (largest >= FAR))
    if not beyond.any():
        return state, exponent
    shift = np.where(beyond, np.frexp(largest)[1], 0)
    return ldexp(state, -shift[..., None]), exponent + shift


def _tiny_sigmoids(a: FloatArray, h: FloatArray) -> Scaled:
    """States h = σ(a), (T, …, H), with an exponent for steps at which every unit is below float64's smallest number."""
    top = a.max(axis=-1)
    faint = top < TINY_SIGMOID
    scale = exponential(np.where(faint, top, 0.0))
    if faint.any():
        h = np.where(faint[..., None], np.exp(a - top[..., None]) * scale.mantissa[..., None], h)
    return Scaled(h, np.where(faint, scale.exponent, 0))
