"""The mathematics of every cell, by the cell's name."""

from collections.abc import Mapping
from typing import Any

from rnn_tui.engine.cells.cell import CellMathematics
from rnn_tui.engine.cells.gru.cell import GRU
from rnn_tui.engine.cells.kernel import BatchKernel
from rnn_tui.engine.cells.lstm.cell import LSTM
from rnn_tui.engine.cells.rnn.cell import RNN, FeedForward
from rnn_tui.engine.kinds import CellName
from rnn_tui.engine.network.skips import Skip

MATHEMATICS: Mapping[CellName, CellMathematics] = {
    "rnn": RNN(),
    "lstm": LSTM(),
    "gru": GRU(),
    "feedforward": FeedForward(),
}


def kernel_of(cell: CellName, skip: Skip = None) -> BatchKernel[Any] | None:
    """The batch kernel that runs such a network; None with own weights a step or a skip: `backprop.batches` runs it."""
    return MATHEMATICS[cell].kernel if skip is None else None
