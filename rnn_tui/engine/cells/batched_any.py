"""Any network over B sequences at once: forward, and back with limits, cuts and skips on the way, in plain float64.

It runs what the quicker kernels of `batched_rnn`, `batched_lstm` and `batched_gru` do not: feed-forward nets, skips,
step clipping and truncation. The way back is the same for every cell: the state is one part (h) or two (h, c), and
what a step is nearby is a linear map, as in `cells.local.StepMaps`.
"""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine.cells.activations import ACTIVATE, sigmoid
from rnn_tui.engine.cells.batched import SLOPE_INTO, one_less_sigmoid, sigmoid_slope, tanh_slope
from rnn_tui.engine.cells.gru import gru_step
from rnn_tui.engine.cells.lstm import lstm_step
from rnn_tui.engine.cells.rnn import rnn_step
from rnn_tui.engine.network import skips
from rnn_tui.engine.network.network import Network
from rnn_tui.engine.network.parameters import Parameters
from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray, IntArray


class Tape(NamedTuple):
    """What a forward pass from a zero state leaves for its reverse.

    Attributes:
        inputs: x_t, (T, B, D).
        h_prev: h_{t−1} for t = 1 … T + 1, skips included, (T + 1, B, H).
        to_gates, to_inputs: ∂s_t/∂(W_hh h_{t−1} + b_hh), ∂s_t/∂(W_ih x_t + b_ih): factors (T, B, P, G, H).
        carry: the skip inside the cell, (T, B, P, H), or None.
    """

    inputs: FloatArray
    h_prev: FloatArray
    to_gates: FloatArray
    to_inputs: FloatArray
    carry: FloatArray | None

    @property
    def h(self) -> FloatArray:
        """h_t, (T, B, H)."""
        return self.h_prev[1:]


class Back(NamedTuple):
    """The gradient at every step of every sequence.

    Attributes:
        hidden: ∂L/∂h_t as it goes on from step t, (T, B, H).
        gates: ∂L/∂(W_hh h_{t−1} + b_hh), (T, B, G·H).
        inputs: ∂L/∂(W_ih x_t + b_ih), (T, B, G·H).
        limited: where the gradient of a sequence was limited at a step, (T, B).
    """

    hidden: FloatArray
    gates: FloatArray
    inputs: FloatArray
    limited: AnyArray


def any_forward(network: Network, inputs: FloatArray) -> Tape:
    """h_t = cell(x_t, h_{t−1}), plus the state that a skip brings to step t, from h_0 = c_0 = 0.

    Args:
        inputs: (T, B, D).
    """
    steps, batch, _ = inputs.shape
    hidden = network.parameters.hidden
    driven = _driven(network, inputs)
    h_prev, c_prev = np.zeros((steps + 1, batch, hidden)), np.zeros((steps + 1, batch, hidden))
    a, u = np.empty_like(driven), np.empty((steps, batch, hidden))
    bias_n = network.parameters.bias_hh_l0[..., 2 * hidden :]
    for t in range(steps):
        weight_hh = network.weight_hh(t)
        match network.cell:
            case "lstm":
                made = lstm_step(weight_hh, driven=driven[t], h_prev=h_prev[t], c_prev=c_prev[t])
                a[t], c_prev[t + 1], h = made
            case "gru":
                a[t], u[t], h = gru_step(weight_hh, bias_n, driven=driven[t], h_prev=h_prev[t])
            case _:
                a[t], h = rnn_step(weight_hh, network.activation, driven=driven[t], h_prev=h_prev[t])
        source = skips.source(network.skip, t)
        h_prev[t + 1] = h if source is None else h + h_prev[source + 1]
    match network.cell:
        case "lstm":
            to_gates, carry = _lstm_factors(a, c_prev)
            return Tape(inputs, h_prev, to_gates, to_gates, carry)
        case "gru":
            return Tape(inputs, h_prev, *_gru_factors(a, u, h_prev[:-1]))
        case _:
            slope = np.empty_like(a)
            SLOPE_INTO[network.activation](ACTIVATE[network.activation](a), a, slope)
            to_gates = slope[:, :, None, None]
            return Tape(inputs, h_prev, to_gates, to_gates, None)


def any_backward(
    network: Network,
    tape: Tape,
    *,
    direct: FloatArray,
    scored: IntArray,
    step_threshold: float | None = None,
    truncate: int | None = None,
) -> Back:
    """∂L/∂s_t for all steps, from the last to the first.

    Args:
        direct: ∂⁺L/∂h_t at the scored steps, (n, B, H).
        scored: which steps they are, from 0, ascending, (n,).
        step_threshold: where given, what arrives at a step of a sequence, of an LSTM jointly over (h, c), is limited
            to this 2-norm before it goes further back: the gradient of the sequence's own loss, which is B times its
            part of the mean over the batch. So θ means the same for any B.
        truncate: K, where given: what step t is scored by goes back to the steps k with t − K < k ≤ t alone.
    """
    steps, batch, parts, gates, hidden = tape.to_gates.shape
    origins = _Origins(scored, steps if truncate is None else truncate)
    rows = np.zeros((origins.slots, batch, parts, hidden))
    states = np.empty((steps, batch, parts, hidden))
    limited = np.zeros((steps, batch), dtype=bool)
    waiting: dict[int, tuple[FloatArray, IntArray]] = {}
    for t in range(steps - 1, -1, -1):
        later = skips.receiver(network.skip, t, steps)
        if later is not None:
            brought, since = waiting.pop(later)
            rows[:, :, 0] += brought * origins.alive(since, t)[:, None, None]
        if origins.cut:
            rows *= origins.alive(origins.now, t)[:, None, None, None]
        place = origins.place(t)
        if place is not None:
            rows[origins.slot(place), :, 0] += direct[place]
        if step_threshold is not None:
            limited[t] = _limit(rows, step_threshold / batch)
        if network.skip is not None:
            waiting[t] = rows[:, :, 0].copy(), origins.now.copy()
        states[t] = rows.sum(axis=0)
        pulled = _to_gates(rows, tape.to_gates[t]).reshape(-1, gates * hidden) @ network.weight_hh(t)
        before = np.zeros_like(rows)
        before[:, :, 0] = pulled.reshape(-1, batch, hidden)
        if tape.carry is not None:
            before[:, :, -1] += (rows * tape.carry[t]).sum(axis=2)
        rows = before
    of_gates = _to_gates(states, tape.to_gates).reshape(steps, batch, -1)
    of_inputs = of_gates
    if tape.to_inputs is not tape.to_gates:
        of_inputs = _to_gates(states, tape.to_inputs).reshape(steps, batch, -1)
    return Back(states[:, :, 0], of_gates, of_inputs, limited)


def any_gradients(network: Network, tape: Tape, back: Back, into: Parameters) -> None:
    """Σ over steps and sequences of ∂L/∂(gates) ⊗ what they are linear in, into the parameters' own layout.

    Of a feed-forward net nothing is summed over steps: every layer has its own.
    """
    if network.layered:
        into.weight_ih_l0[...] = back.inputs.swapaxes(1, 2) @ tape.inputs
        into.weight_hh_l0[...] = back.gates.swapaxes(1, 2) @ tape.h_prev[:-1]
        into.bias_ih_l0[...], into.bias_hh_l0[...] = back.inputs.sum(axis=1), back.gates.sum(axis=1)
        return
    of_inputs, of_gates = (part.reshape(-1, part.shape[-1]) for part in (back.inputs, back.gates))
    into.weight_ih_l0[...] = of_inputs.T @ tape.inputs.reshape(-1, tape.inputs.shape[-1])
    into.weight_hh_l0[...] = of_gates.T @ tape.h_prev[:-1].reshape(-1, tape.h_prev.shape[-1])
    into.bias_ih_l0[...], into.bias_hh_l0[...] = of_inputs.sum(axis=0), of_gates.sum(axis=0)


def _to_gates(rows: FloatArray, factors: FloatArray) -> FloatArray:
    """Σ over the parts p of factors (…, B, P, G, H) times rows (…, B, P, H): (…, B, G, H)."""
    found: FloatArray = factors[..., 0, :, :] * rows[..., 0, None, :]
    for part in range(1, rows.shape[-2]):
        found += factors[..., part, :, :] * rows[..., part, None, :]
    return found


class _Origins:
    """Which scored step each row of a truncated gradient comes from; all in one row where no cut parts them."""

    def __init__(self, scored: IntArray, longest: int) -> None:
        self.scored, self.longest = scored, longest
        self.cut = bool(len(scored)) and int(scored[-1]) - longest >= 0
        most = int((np.searchsorted(scored, scored + longest) - np.arange(len(scored))).max(initial=1))
        self.slots = most if self.cut else 1
        self.now = np.full(self.slots, -1, dtype=np.int64)

    def place(self, t: int) -> int | None:
        """Where step t is among the scored ones; None where it is not scored. Notes that its row begins."""
        place = int(np.searchsorted(self.scored, t))
        if place == len(self.scored) or self.scored[place] != t:
            return None
        self.now[self.slot(place)] = t
        return place

    def slot(self, place: int) -> int:
        """The row of a scored step."""
        return place % self.slots

    def alive(self, origins: IntArray, t: int) -> FloatArray:
        """1 for each row that still goes back to step t, else 0."""
        return (origins - t < self.longest).astype(np.float64) if self.cut else np.ones(len(origins))


def _limit(rows: FloatArray, threshold: float) -> AnyArray:
    """Scales each sequence's rows (R, B, P, H) so that their sum has at most this norm; which had to be, (B,)."""
    whole = rows.sum(axis=0).reshape(rows.shape[1], -1)
    norms = np.linalg.norm(whole, axis=1)
    beyond: AnyArray = norms > threshold
    if beyond.any():
        rows *= np.where(beyond, threshold / np.where(beyond, norms, 1.0), 1.0)[:, None, None]
    return beyond


def _driven(network: Network, inputs: FloatArray) -> FloatArray:
    """W_ih x_t + b_ih + b_hh, (T, B, G·H); without a GRU's b_hn."""
    parameters = network.parameters
    bias = parameters.bias_ih_l0 + parameters.bias_hh_l0
    if network.cell == "gru":
        bias[2 * parameters.hidden :] = parameters.bias_ih_l0[2 * parameters.hidden :]
    driven: FloatArray = inputs @ parameters.weight_ih_l0.swapaxes(-1, -2)
    driven += bias[:, None] if network.layered else bias
    return driven


def _lstm_factors(a: FloatArray, c_prev: FloatArray) -> tuple[FloatArray, FloatArray]:
    """`to_gates` and `carry` of the LSTM, whose state is (h, c), from a (T, B, 4H) and c_{t−1} (T + 1, B, H)."""
    steps, batch, hidden = c_prev[1:].shape
    i, f, g, o = np.split(a, 4, axis=-1)
    slope, tanh_c = np.empty((5, steps, batch, hidden)), np.tanh(c_prev[1:])
    opened = [sigmoid(part) for part in (i, f, o)]
    for place, (value, part) in zip((0, 1, 3), zip(opened, (i, f, o), strict=True), strict=True):
        sigmoid_slope(value, 0.5 * part, slope[place])
    new = np.tanh(g)
    tanh_slope(new, g, slope[2])
    tanh_slope(tanh_c, c_prev[1:], slope[4])
    through = opened[2] * slope[4]
    to_gates = np.zeros((steps, batch, 2, 4, hidden))
    to_gates[:, :, 1, 0] = new * slope[0]
    to_gates[:, :, 1, 1] = c_prev[:-1] * slope[1]
    to_gates[:, :, 1, 2] = opened[0] * slope[2]
    to_gates[:, :, 0] = to_gates[:, :, 1] * through[:, :, None]
    to_gates[:, :, 0, 3] = tanh_c * slope[3]
    return to_gates, np.stack([through * opened[1], opened[1]], axis=2)


def _gru_factors(a: FloatArray, u: FloatArray, h_prev: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """`to_gates`, `to_inputs` and `carry` of the GRU, from a (T, B, 3H), u = W_hn h_{t−1} + b_hn and h_{t−1}."""
    steps, batch, hidden = u.shape
    a_r, a_z, a_n = np.split(a, 3, axis=-1)
    r, z, n = sigmoid(a_r), sigmoid(a_z), np.tanh(a_n)
    slope, kept_back = np.empty((3, steps, batch, hidden)), np.empty_like(u)
    sigmoid_slope(r, 0.5 * a_r, slope[0])
    sigmoid_slope(z, 0.5 * a_z, slope[1])
    tanh_slope(n, a_n, slope[2])
    one_less_sigmoid(z, 0.5 * a_z, kept_back)
    of_n = kept_back * slope[2]
    to_inputs = np.stack([of_n * u * slope[0], (h_prev - n) * slope[1], of_n], axis=2)[:, :, None]
    to_gates = to_inputs.copy()
    to_gates[:, :, 0, 2] *= r
    return to_gates, to_inputs, z[:, :, None]
