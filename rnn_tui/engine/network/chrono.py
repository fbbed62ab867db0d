"""The biases of every cell, and how long the gates of an untrained one stay open: gate biases and chrono.

A gate σ(b) that carries the state on keeps it for about 1/(1 − σ(b)) = 1 + e^b steps. Chrono initialisation (Tallec &
Ollivier 2018, section 2) draws that time evenly from the range of the memory that is wanted.
"""

import numpy as np

from rnn_tui.engine.kinds import CELLS, GATES, CellName
from rnn_tui.engine.network.initialisers import normal, uniforms
from rnn_tui.engine.numbers.arrays import FloatArray

BIAS_SPREAD = 0.1


def chrono_biases(*, seed: int, hidden: int, longest: int) -> FloatArray:
    """The bias log u of the gate that carries each unit on, u ~ U(1, longest − 1), longest ≥ 3: (H,)."""
    result: FloatArray = np.log(1.0 + uniforms(seed, ["chrono"], (hidden,))[0] * (longest - 2))
    return result


def gate_biases(
    cell: CellName, *, seed: int, hidden: int, carry_bias: float, chrono: int | None
) -> tuple[FloatArray, FloatArray]:
    """bias_ih_l0 and bias_hh_l0, (G·H,) each, drawn from N(0, .1²).

    Of the gate that carries the state on (f of an LSTM, z of a GRU) bias_hh is set so that the sum of both is
    `carry_bias`; with `chrono`, so that it is log u of each unit (see `chrono_biases`), and that of the LSTM's input
    gate −log u.

    Args:
        chrono: the longest time to remember, ≥ 3, or None.
    """
    gates = GATES[cell]
    size = len(gates) * hidden
    bias_ih = normal(seed, "bias_ih_l0", (size,)) * BIAS_SPREAD
    bias_hh = normal(seed, "bias_hh_l0", (size,)) * BIAS_SPREAD
    for gate, wanted in _sums(cell, seed=seed, hidden=hidden, carry_bias=carry_bias, chrono=chrono).items():
        block = slice(gates.index(gate) * hidden, (gates.index(gate) + 1) * hidden)
        bias_hh[block] = wanted - bias_ih[block]
        # rounded alike, the two add up to the very number wherever float64 holds such a pair
        bias_ih[block] = wanted - bias_hh[block]
    return bias_ih, bias_hh


def _sums(cell: CellName, *, seed: int, hidden: int, carry_bias: float, chrono: int | None) -> dict[str, FloatArray]:
    """The sum of the two biases of each gate, (H,), by the gate's name."""
    kind = CELLS[cell]
    if kind.carry_gate is None:
        return {}
    if chrono is None:
        return {kind.carry_gate: np.full(hidden, carry_bias)}
    kept = chrono_biases(seed=seed, hidden=hidden, longest=chrono)
    return {kind.carry_gate: kept, **({} if kind.input_gate is None else {kind.input_gate: -kept})}
