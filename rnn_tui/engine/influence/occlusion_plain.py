"""What one step makes of a difference between two runs, in ordinary float64 and in forms that do not cancel.

Primes mark the other run: value' = value − difference.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias, TypeVar

import numpy as np

from rnn_tui.engine.backprop.linear_maps import joined
from rnn_tui.engine.backprop.unroll import Trajectory
from rnn_tui.engine.cells.activations import sigmoid, slopes, tanh_difference
from rnn_tui.engine.cells.gru import gru_behind
from rnn_tui.engine.kinds import GATED, GATES
from rnn_tui.engine.network.network import Network
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import Scaled, to_float

LEAST = 2.0**-3  # a denominator 1 − tanh tanh this large has lost three bits at most


class Bend(NamedTuple):
    """tanh near the values x that one run has, times a gain: σ(a) = ½ + ½ tanh(a/2).

    Attributes:
        x: (…, N).
        value: tanh(x).
        slope: gain · sech²(x), in a form that does not cancel.
        gain: (…, N).
    """

    x: FloatArray
    value: FloatArray
    slope: FloatArray
    gain: FloatArray

    def difference(self, change: FloatArray) -> FloatArray:
        """The difference gain (tanh(x) − tanh(x − change)) = gain sech²(x) tanh(change) / (1 − tanh(x) tanh(change)).

        That is exact to rounding but where the denominator cancels: there the two values are taken from their own
        ends of the curve.
        """
        moved = np.tanh(change)
        rest = self.value * moved
        np.subtract(1.0, rest, out=rest)
        moved *= self.slope
        if rest.min(initial=1.0) >= LEAST:
            moved /= rest
            return moved
        close = rest < LEAST
        moved /= np.where(close, 1.0, rest)
        x, gain = (np.broadcast_to(part, close.shape)[close] for part in (self.x, self.gain))
        moved[close] = gain * to_float(tanh_difference(x, change[close]))
        return moved


class RNNSteps(NamedTuple):
    """Steps of a simple RNN, or layers, whose φ is tanh or sigmoid."""

    a: Bend


class LSTMSteps(NamedTuple):
    """Steps of an LSTM: its gates together, their values, and its cell states."""

    gates: Bend
    i: FloatArray
    f: FloatArray
    g: FloatArray
    o: FloatArray
    c_prev: FloatArray
    c: Bend


class GRUSteps(NamedTuple):
    """Steps of a GRU: r and z together, n, and what else its equations hold."""

    rz: Bend
    r: FloatArray
    z: FloatArray
    kept_back: FloatArray
    u: FloatArray
    n: Bend
    behind: FloatArray


Steps: TypeAlias = RNNSteps | LSTMSteps | GRUSteps
SomeSteps = TypeVar("SomeSteps", bound=Steps)


def gains(network: Network) -> FloatArray:
    """(G·H,): ½ for a σ, which is a tanh of half its argument; 1 for a tanh, and for a GRU's u."""
    hidden = network.parameters.hidden
    if network.cell in GATED:
        return np.repeat([1.0 if name in "gn" else 0.5 for name in GATES[network.cell]], hidden)
    return np.full(hidden, 0.5 if network.activation == "sigmoid" else 1.0)


def steps_of(network: Network, trajectory: Trajectory, behind: Scaled | None) -> Steps:
    """All T steps of a run: (T, …, ·); `behind` is a GRU's h_{t−1} − n_t."""
    a, gain = to_float(trajectory.a), gains(network)
    if network.cell == "lstm":
        assert trajectory.c is not None
        assert trajectory.c_prev is not None
        i, f, g, o = np.split(a, 4, axis=-1)
        c = _bend(trajectory.c, np.ones(1))
        return LSTMSteps(_bend(a, gain), sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o), trajectory.c_prev, c)
    if network.cell == "gru":
        assert trajectory.u is not None
        r, z, n = np.split(a, 3, axis=-1)
        rz = _bend(a[..., : 2 * n.shape[-1]], gain[: 2 * n.shape[-1]])
        assert behind is not None
        u, n_bend = to_float(trajectory.u), _bend(n, np.ones(1))
        return GRUSteps(rz, sigmoid(r), sigmoid(z), sigmoid(-z), u, n_bend, to_float(behind))
    return RNNSteps(_bend(a, gain))


def behind_of(network: Network, trajectory: Trajectory) -> Scaled | None:
    """A GRU's h_{t−1} − n_t, (T, …, H), to all digits; None of another cell."""
    if network.cell != "gru":
        return None
    return gru_behind(a=trajectory.a, h_prev=trajectory.h_prev, joined=joined(network, trajectory))


def _bend(a: FloatArray, gain: FloatArray) -> Bend:
    x = gain * a
    slope = gain * to_float(slopes("tanh", Scaled(x, np.zeros(len(x), dtype=np.int64))))
    return Bend(x, np.tanh(x), slope, np.broadcast_to(gain, x.shape))


def of_step(steps: SomeSteps, t: int) -> SomeSteps:
    """One step (from 0), to be broadcast against rows (…, R, ·)."""
    return _each(steps, lambda part: part[t][..., None, :])  # type: ignore[no-any-return]


def as_rows(steps: SomeSteps, first: int, stop: int) -> SomeSteps:
    """The steps first ≤ t < stop as rows, (…, stop − first, ·)."""
    return _each(steps, lambda part: np.moveaxis(part[first:stop], 0, -2))  # type: ignore[no-any-return]


def _each(part: Any, change: Callable[[FloatArray], FloatArray]) -> Any:
    return change(part) if isinstance(part, np.ndarray) else type(part)(*(_each(inner, change) for inner in part))


def plain_step(
    steps: Steps, gates: FloatArray, rows: FloatArray | None, *, words: FloatArray | None = None
) -> FloatArray:
    """The differences of the states after a step: (…, R, P·H).

    Args:
        steps: the step, or a step for every row.
        gates: by how much W_hh h_{t−1} differs, times `gains`: (…, R, G·H).
        rows: by how much the states before the step differ, (…, R, P·H); None where they do not.
        words: by how much W_ih x_t differs, times `gains`: (…, R, G·H); None where it does not.
    """
    if isinstance(steps, GRUSteps):
        return _gru(steps, gates, rows, words)
    both = gates if words is None else gates + words
    return steps.a.difference(both) if isinstance(steps, RNNSteps) else _lstm(steps, both, rows)


def _lstm(steps: LSTMSteps, gates: FloatArray, rows: FloatArray | None) -> FloatArray:
    """The LSTM: dc = f dc_prev + df c_prev' + i dg + di g' and dh = o d(tanh c) + do tanh(c')."""
    hidden = gates.shape[-1] // 4
    moved = steps.gates.difference(gates)
    d_i, d_f, d_g, d_o = (moved[..., k * hidden : (k + 1) * hidden] for k in range(4))
    found = np.empty((*gates.shape[:-1], 2 * hidden))
    d_h, d_c = found[..., :hidden], found[..., hidden:]
    if rows is None:
        np.multiply(d_f, steps.c_prev, out=d_c)
    else:
        before = rows[..., hidden:]
        np.multiply(steps.c_prev - before, d_f, out=d_c)
        d_c += steps.f * before
    d_c += d_i * (steps.g - d_g)
    d_g *= steps.i
    d_c += d_g
    d_squashed = steps.c.difference(d_c)
    np.multiply(steps.c.value - d_squashed, d_o, out=d_h)
    d_squashed *= steps.o
    d_h += d_squashed
    return found


def _gru(steps: GRUSteps, gates: FloatArray, rows: FloatArray | None, words: FloatArray | None) -> FloatArray:
    """The GRU: dh = (1 − z) dn + z dh_prev + dz (h_prev' − n'), the argument of n differing by W dx + r du + dr u'.

    Or dh = (1 − z') dn + z' dh_prev + dz (h_prev − n): with the larger of z and z', one large term is not taken from
    another.
    """
    hidden = gates.shape[-1] // 3
    both = gates if words is None else gates + words
    moved, d_u = steps.rz.difference(both[..., : 2 * hidden]), gates[..., 2 * hidden :]
    d_r, d_z = moved[..., :hidden], moved[..., hidden:]
    change = steps.r * d_u + d_r * (steps.u - d_u)
    d_n = steps.n.difference(change if words is None else change + words[..., 2 * hidden :])
    wider = d_z < 0
    other = 2.0 * (steps.rz.x[..., hidden:] - both[..., hidden : 2 * hidden])
    found = np.where(wider, sigmoid(-other), steps.kept_back) * d_n
    apart = d_n
    if rows is not None:
        found += np.where(wider, sigmoid(other), steps.z) * rows
        apart = apart - rows
    found += d_z * (steps.behind + np.where(wider, 0.0, apart))
    return found
