"""All parameters of a network and its readout in one vector, so that a norm is one product, whatever the cell."""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine.kinds import Activation, CellName
from rnn_tui.engine.network.losses import Readout
from rnn_tui.engine.network.network import Network
from rnn_tui.engine.network.parameters import Parameters
from rnn_tui.engine.network.skips import Skip
from rnn_tui.engine.numbers.arrays import FloatArray

SMALLEST = 1e-290  # a sum of squares below it has lost digits
NAMES = (*Parameters._fields, "readout_weight", "readout_bias")


class Architecture(NamedTuple):
    """A network without its numbers."""

    cell: CellName
    activation: Activation = "tanh"
    skip: Skip = None

    def network(self, at: "Model") -> Network:
        """The network that has these numbers."""
        return Network(self.cell, self.activation, at.parameters, self.skip)


class Model(NamedTuple):
    """All parameters, or all their gradients, as one vector: `flat` (N,), of which the others are views."""

    flat: FloatArray
    parameters: Parameters
    readout: Readout

    @property
    def tensors(self) -> dict[str, FloatArray]:
        """The views by name."""
        return dict(zip(NAMES, (*self.parameters, *self.readout), strict=True))


def model(parameters: Parameters, readout: Readout) -> Model:
    """A copy of these parameters in one vector; a feed-forward net's have a leading axis T."""
    return of_flat(np.concatenate([part.ravel() for part in (*parameters, *readout)]), parameters, readout)


def of_flat(flat: FloatArray, parameters: Parameters, readout: Readout) -> Model:
    """The vector (N,) itself as a model whose tensors have the shapes of these."""
    parts = [*parameters, *readout]
    ends = np.cumsum([part.size for part in parts])
    views = [flat[end - part.size : end].reshape(part.shape) for part, end in zip(parts, ends, strict=True)]
    return Model(flat, Parameters(*views[:4]), Readout(*views[4:]))


def empty_model(other: Model) -> Model:
    """Room for a model of the same shapes."""
    return of_flat(np.zeros_like(other.flat), other.parameters, other.readout)


def copied_model(other: Model) -> Model:
    """The same model in a vector of its own."""
    return of_flat(other.flat.copy(), other.parameters, other.readout)


def flat_norm(flat: FloatArray) -> float:
    """‖v‖₂ of a vector whose squares may be beyond float64; inf or NaN where an entry is."""
    with np.errstate(over="ignore", invalid="ignore"):
        square = float(flat.dot(flat))
        if SMALLEST < square < np.inf or not flat.size:
            return float(np.sqrt(square))
        largest = float(np.abs(flat).max())
        if largest == 0.0 or not np.isfinite(largest):
            return largest
        return largest * float(np.linalg.norm(flat / largest))


def not_finite(of: Model) -> str | None:
    """The name of the first tensor that holds NaN or inf; None where all are finite."""
    if np.isfinite(of.flat).all():
        return None
    return next(name for name, part in of.tensors.items() if not np.isfinite(part).all())


class LargestTensor(NamedTuple):
    """The norm of the whole, and the name of the tensor with the largest norm."""

    norm: float
    tensor: str


def largest_tensor(of: Model) -> LargestTensor:
    """Which of finite tensors is the largest."""
    parts = (*of.parameters, *of.readout)
    with np.errstate(over="ignore"):
        squares = [float(np.vdot(part, part)) for part in parts]
    if not SMALLEST < sum(squares) < np.inf:
        largest = float(np.abs(of.flat).max())
        if largest == 0.0:
            return LargestTensor(0.0, NAMES[0])
        found = largest_tensor(of_flat(of.flat / largest, of.parameters, of.readout))
        return found._replace(norm=largest * found.norm)
    return LargestTensor(float(np.sqrt(sum(squares))), NAMES[squares.index(max(squares))])
