"""Any network over B sequences at once: forward, and back with limits, cuts and skips on the way, in ordinary float64.

It runs what a cell's quicker batch kernel does not: feed-forward nets, skips, step clipping and truncation. The way
back is the same for every cell: the state is one part (h) or two (h, c), and what a step is nearby is a linear map, as
in `cells.linear_map.StepMaps`.
"""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine.cells.step import CellStep
from rnn_tui.engine.cells.table import MATHEMATICS
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


class BatchAdjoints(NamedTuple):
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


def forward_batch(network: Network, inputs: FloatArray) -> Tape:
    """h_t = cell(x_t, h_{t−1}), plus the state that a skip brings to step t, from h_0 = c_0 = 0.

    Args:
        inputs: (T, B, D).
    """
    steps, batch, _ = inputs.shape
    hidden, cell = network.parameters.hidden, MATHEMATICS[network.cell]
    driven = _driven(network, inputs)
    a, u = np.empty_like(driven), np.empty((steps, batch, hidden))
    h, c = np.zeros((steps + 1, batch, hidden)), np.zeros((steps + 1, batch, hidden))
    made = CellStep(a[0], h[0])
    for t in range(steps):
        made = cell.step(network, t, driven=driven[t], h_prev=h[t], c_prev=c[t])
        a[t] = made.a
        if made.c is not None:
            c[t + 1] = made.c
        if made.u is not None:
            u[t] = made.u
        source = skips.source(network.skip, t)
        h[t + 1] = made.h if source is None else made.h + h[source + 1]
    maps = cell.float_maps(network, a=a, h=h, c=None if made.c is None else c, u=None if made.u is None else u)
    return Tape(inputs, h, *maps)


def backward_batch(
    network: Network,
    tape: Tape,
    *,
    direct: FloatArray,
    scored: IntArray,
    step_threshold: float | None = None,
    truncate: int | None = None,
) -> BatchAdjoints:
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
    return BatchAdjoints(states[:, :, 0], of_gates, of_inputs, limited)


def batch_gradients(network: Network, tape: Tape, back: BatchAdjoints, into: Parameters) -> None:
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
    """W_ih x_t and the bias that drives a step, (T, B, G·H)."""
    parameters = network.parameters
    bias = MATHEMATICS[network.cell].driving_bias(parameters)
    driven: FloatArray = inputs @ parameters.weight_ih_l0.swapaxes(-1, -2)
    driven += bias[:, None] if network.layered else bias
    return driven
