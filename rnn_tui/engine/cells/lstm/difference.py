"""The difference of two runs of the LSTM over one step, in float64 and with exponents.

Primes mark the other run, value' = value − difference; a product's difference is d(pq) = p dq + dp q'.
"""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine.cells.activations import open_share, sigmoid
from rnn_tui.engine.cells.differences import Bend, ExactChange, bend, factors_of, float_of, scaled_difference, sum_of
from rnn_tui.engine.cells.step import CellRun
from rnn_tui.engine.numbers.arithmetic import product
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import Scaled, to_float, unscaled


class LSTMSteps(NamedTuple):
    """Steps of a run: the gates together, their values, and the cell states."""

    gates: Bend
    i: FloatArray
    f: FloatArray
    g: FloatArray
    o: FloatArray
    c_prev: FloatArray
    c: Bend


def lstm_steps(run: CellRun, gain: FloatArray) -> LSTMSteps:
    """All T steps of a run: (T, …, ·)."""
    assert run.c is not None
    assert run.c_prev is not None
    a = to_float(run.a)
    i, f, g, o = np.split(a, 4, axis=-1)
    return LSTMSteps(bend(a, gain), sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o), run.c_prev, bend(run.c))


def lstm_float_difference(
    steps: LSTMSteps, gates: FloatArray, rows: FloatArray | None, *, words: FloatArray | None = None
) -> FloatArray:
    """Dc = f dc_prev + df c_prev' + i dg + di g' and dh = o d(tanh c) + do tanh(c')."""
    hidden = gates.shape[-1] // 4
    moved = steps.gates.difference(gates if words is None else gates + words)
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


def lstm_exact_difference(change: ExactChange) -> list[Scaled]:
    """The same with exponents: dh and dc."""
    assert change.c is not None
    assert change.c_prev is not None
    a, driven = change.a, change.driven(4)
    i, f, o = (open_share(a[k]) for k in (0, 1, 3))
    d_i, d_f, d_o = (scaled_difference("sigmoid", a[k], driven[k]) for k in (0, 1, 3))
    d_g = scaled_difference("tanh", a[2], driven[2])
    other_g = np.tanh(float_of(factors_of(a[2])) - float_of(driven[2]))
    terms = [product(i, d_g), product(d_i, unscaled(other_g))]
    if not change.before:
        terms.append(product(d_f, unscaled(change.c_prev)))
    else:
        before = change.before[1]
        terms += [product(f, before), product(d_f, unscaled(change.c_prev - float_of(before)))]
    d_c = sum_of(*terms)
    c = Scaled(change.c, np.zeros((), dtype=np.int64))
    other_c = np.tanh(change.c - float_of(d_c))
    d_h = sum_of(product(o, scaled_difference("tanh", c, d_c)), product(d_o, unscaled(other_c)))
    return [d_h, d_c]
