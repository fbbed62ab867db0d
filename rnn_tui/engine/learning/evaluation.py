"""How well a network does on sequences that it was not trained on."""

import math
from typing import NamedTuple

import numpy as np

from rnn_tui.engine.backprop.batches import forward_batch
from rnn_tui.engine.cells.table import kernel_of
from rnn_tui.engine.learning.batch import Batch, losses_of
from rnn_tui.engine.learning.tasks.task import Task
from rnn_tui.engine.network.model import Architecture, Model
from rnn_tui.engine.numbers.arrays import FloatArray

AT_ONCE = 2**20  # states held at once


class Evaluation(NamedTuple):
    """The loss and the error on fresh sequences, the error as the task measures it.

    Attributes:
        standard_error: of the loss, σ/√B of the B sequences' own losses.
    """

    loss: float
    error: float
    standard_error: float


def scored_outputs(architecture: Architecture, at: Model, batch: Batch) -> FloatArray:
    """y_t = W_hy h_t + b_y at the scored steps, from a zero state, (n, B, V)."""
    size = max(1, min(batch.size, AT_ONCE // (batch.steps * at.parameters.hidden)))
    parts = [
        _outputs(architecture, at, batch.inputs[:, begin : begin + size], batch.scored)
        for begin in range(0, batch.size, size)
    ]
    return np.concatenate(parts, axis=1)


def evaluate(task: Task, architecture: Architecture, at: Model, *, size: int, draw: int = 0) -> Evaluation:
    """The loss and the error on `size` fresh sequences, those of the `draw`-th evaluation.

    Neither the network nor any stream of the training is touched. Not finite where the outputs are not.
    """
    batch = task.fresh(size, draw)
    with np.errstate(over="ignore", invalid="ignore"):
        y = scored_outputs(architecture, at, batch)
        each = losses_of(y, batch.targets)
        spread = float(each.std()) / math.sqrt(len(each))
        return Evaluation(float(each.mean()), task.error(y, batch), spread)


def _outputs(architecture: Architecture, at: Model, inputs: FloatArray, scored: slice) -> FloatArray:
    network, kernel = architecture.network(at), kernel_of(architecture.cell, architecture.skip)
    if kernel is None:
        h = forward_batch(network, inputs).h
    else:
        steps, batch, width = inputs.shape
        hidden = at.parameters.hidden
        work = kernel.workspace(steps=steps, batch=batch, inputs=width, hidden=hidden)
        h = kernel.forward(network, inputs=inputs, h_0=np.zeros((batch, hidden)), work=work)
    result: FloatArray = h[scored] @ at.readout.weight.T + at.readout.bias
    return result
