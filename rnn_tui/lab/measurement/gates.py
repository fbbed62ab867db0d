"""The values of a gated cell's gates, by name."""

from collections.abc import Mapping

from rnn_tui.engine.cells.gru import gru_gates
from rnn_tui.engine.cells.lstm import lstm_gates
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import to_float
from rnn_tui.lab.experiment.trace import Trace


def gate_values(run: Trace) -> Mapping[str, FloatArray]:
    """Each gate's values, (T, H), by its name: LSTM i f g o, GRU r z n; none for a cell without gates."""
    match run.network.cell:
        case "lstm":
            return lstm_gates(to_float(run.trajectory.a))
        case "gru":
            return gru_gates(to_float(run.trajectory.a))
        case _:
            return {}
