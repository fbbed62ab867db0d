"""One training step of a recurrent layer and its readout, on a batch: forward, loss, backward, clip, update.

All parameters are views of one vector θ and all gradients views of one vector g, so that ‖g‖ is one dot product and
the update one subtraction, whatever the cell.
"""

import math
from typing import NamedTuple

import numpy as np

from rnn_tui.engine.arrays import FloatArray, IntArray
from rnn_tui.engine.batched_passes import Work, backward, forward
from rnn_tui.engine.clipping import NonFiniteGradientError
from rnn_tui.engine.kinds import Activation
from rnn_tui.engine.losses import Readout
from rnn_tui.engine.optimisers import sgd_in_place
from rnn_tui.engine.parameters import Parameters


class Model(NamedTuple):
    """All parameters, or all their gradients, as one vector: `flat` (N,), of which the others are views."""

    flat: FloatArray
    parameters: Parameters
    readout: Readout


class Batch(NamedTuple):
    """B sequences and what is wanted of the output after the last word.

    Attributes:
        inputs: x_t, (T, B, D).
        targets: (B,) whole numbers, the right one of V classes: the loss is the mean cross-entropy in nats; or (B, V)
            real numbers: the mean of (y − target)² over all B·V of them.
    """

    inputs: FloatArray
    targets: FloatArray | IntArray


class Trained(NamedTuple):
    """The loss before the update, ‖g‖ before clipping, and the scale min(1, θ/‖g‖) that clipping put on g."""

    loss: float
    norm: float
    scale: float


def model(parameters: Parameters, readout: Readout) -> Model:
    """A copy of these parameters in one vector."""
    parts = [*parameters, *readout]
    flat = np.concatenate([part.ravel() for part in parts])
    ends = np.cumsum([part.size for part in parts])
    views = [flat[end - part.size : end].reshape(part.shape) for part, end in zip(parts, ends, strict=True)]
    return Model(flat, Parameters(*views[:4]), Readout(*views[4:]))


def loss_and_gradient(at: Model, batch: Batch, *, work: Work, into: Model, activation: Activation = "tanh") -> float:
    """The loss of the last step's output y = W_hy h_T + b_y, from a zero state, and ∂L/∂θ.

    Args:
        at: θ.
        work: from `work_for` for the batch's shape; overwritten.
        into: where the gradient is written.
        activation: of a simple RNN.
    """
    inputs, start = batch.inputs, np.zeros((batch.inputs.shape[1], at.parameters.hidden))
    h = forward(at.parameters, inputs=inputs, h_0=start, work=work, activation=activation)[-1]
    y = h.dot(at.readout.weight.T)
    y += at.readout.bias
    loss, error = _cross_entropy(y, batch.targets) if batch.targets.ndim == 1 else _squares(y, batch.targets)
    into.readout.weight[:] = error.T.dot(h)
    into.readout.bias[:] = error.sum(axis=0)
    direct = error.dot(at.readout.weight)
    backward(at.parameters, inputs=inputs, direct=direct, work=work, into=into.parameters, activation=activation)
    return loss


def train_step(
    at: Model,
    batch: Batch,
    *,
    work: Work,
    gradient: Model,
    lr: float,
    threshold: float | None = None,
    activation: Activation = "tanh",
) -> Trained:
    """θ ← θ − η g·min(1, θ_clip/‖g‖), in place.

    Args:
        at: θ; changed.
        work: from `work_for` for the batch's shape; overwritten.
        gradient: a `model` of the same shapes, in which the gradient as clipped is left.
        lr: η.
        threshold: θ_clip; None to let every gradient pass.
        activation: of a simple RNN.

    Raises:
        NonFiniteGradientError: the gradient holds NaN or inf; θ is left as it was.
    """
    g = gradient.flat
    with np.errstate(over="ignore", invalid="ignore"):  # a step that explodes is told below, by its tensor's name
        loss = loss_and_gradient(at, batch, work=work, into=gradient, activation=activation)
        norm = math.sqrt(g.dot(g))
    if not math.isfinite(norm):
        _require_finite(gradient)
        largest = float(np.abs(g).max())
        norm = largest * float(np.linalg.norm(g / largest))
    scale = 1.0 if threshold is None or norm <= threshold else threshold / norm
    if scale != 1.0:
        np.multiply(g, scale, g)
    sgd_in_place(at.flat, g, lr=lr)
    return Trained(loss, norm, scale)


def _require_finite(gradient: Model) -> None:
    names = (*Parameters._fields, "readout_weight", "readout_bias")
    for name, part in zip(names, (*gradient.parameters, *gradient.readout), strict=True):
        if not np.isfinite(part).all():
            raise NonFiniteGradientError(name)


def _cross_entropy(y: FloatArray, targets: FloatArray | IntArray) -> tuple[float, FloatArray]:
    """The mean of −log softmax(y)[target] over the batch, and ∂/∂y, (B, V)."""
    rows = np.arange(len(y))
    share = y - y.max(axis=1, keepdims=True)
    of_target = share[rows, targets]
    np.exp(share, share)
    total = share.sum(axis=1)
    loss = float((np.log(total) - of_target).mean())
    share /= total[:, None]
    share[rows, targets] -= 1.0
    share /= len(y)
    return loss, share


def _squares(y: FloatArray, targets: FloatArray | IntArray) -> tuple[float, FloatArray]:
    """The mean of (y − target)² over all entries, and ∂/∂y, (B, V)."""
    error: FloatArray = y - targets
    loss = float(np.vdot(error, error)) / error.size
    error *= 2.0 / error.size
    return loss, error
