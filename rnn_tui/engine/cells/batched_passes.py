"""The forward pass and the reverse of whichever cell a batched workspace is for."""

from typing import TypeAlias

import numpy as np

from rnn_tui.engine.cells.batched import NOTHING_MORE, Ask, BatchGradient
from rnn_tui.engine.cells.batched_gru import GRUWork, gru_backward, gru_forward, gru_work
from rnn_tui.engine.cells.batched_lstm import LSTMWork, lstm_backward, lstm_forward, lstm_work
from rnn_tui.engine.cells.batched_rnn import RNNWork, rnn_backward, rnn_forward, rnn_work
from rnn_tui.engine.kinds import Activation, Cell
from rnn_tui.engine.network.parameters import Parameters
from rnn_tui.engine.numbers.arrays import FloatArray

Work: TypeAlias = RNNWork | LSTMWork | GRUWork


def work_for(cell: Cell, *, steps: int, batch: int, inputs: int, hidden: int) -> Work:
    """The workspace of the cell's batched kernels for this shape: T, B, D and H.

    Raises:
        ValueError: the cell shares no weights between steps, so it has no batched kernels.
    """
    match cell:
        case "rnn":
            return rnn_work(steps=steps, batch=batch, inputs=inputs, hidden=hidden)
        case "lstm":
            return lstm_work(steps=steps, batch=batch, inputs=inputs, hidden=hidden)
        case "gru":
            return gru_work(steps=steps, batch=batch, inputs=inputs, hidden=hidden)
        case "feedforward":
            raise ValueError("a feed-forward net has its own weights at every step: no batched kernel runs it")


def forward(
    parameters: Parameters,
    *,
    inputs: FloatArray,
    h_0: FloatArray,
    work: Work,
    c_0: FloatArray | None = None,
    activation: Activation = "tanh",
) -> FloatArray:
    """The states h_t, (T, B, H), a view of `work`.

    Args:
        inputs: (T, B, D).
        h_0: (B, H).
        work: from `work_for` for this shape; overwritten.
        c_0: of an LSTM, (B, H); zero where it is None.
        activation: of a simple RNN.
    """
    match work:
        case RNNWork():
            return rnn_forward(parameters, activation, inputs=inputs, h_0=h_0, work=work)
        case LSTMWork():
            c_0 = np.zeros_like(h_0) if c_0 is None else c_0
            return lstm_forward(parameters, inputs=inputs, h_0=h_0, c_0=c_0, work=work)
        case GRUWork():
            return gru_forward(parameters, inputs=inputs, h_0=h_0, work=work)


def backward(
    parameters: Parameters,
    *,
    inputs: FloatArray,
    direct: FloatArray,
    work: Work,
    into: Parameters | None = None,
    ask: Ask = NOTHING_MORE,
    activation: Activation = "tanh",
) -> BatchGradient:
    """The gradient of a loss, by the reverse of the `forward` that left `work` as it is.

    Args:
        inputs: as for the forward pass, (T, B, D).
        direct: ∂⁺L/∂h_t at h_t itself, (T, B, H); or (B, H), that of the last step where no other has any.
        into: where the parameters' gradients are written; new arrays where it is None.
        ask: what else is wanted.
        activation: of a simple RNN.
    """
    match work:
        case RNNWork():
            return rnn_backward(parameters, activation, inputs=inputs, direct=direct, work=work, into=into, ask=ask)
        case LSTMWork():
            return lstm_backward(parameters, inputs=inputs, direct=direct, work=work, into=into, ask=ask)
        case GRUWork():
            return gru_backward(parameters, inputs=inputs, direct=direct, work=work, into=into, ask=ask)
