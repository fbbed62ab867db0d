"""A batch of sequences and what is wanted of them: which steps are scored, the loss, and the error it sends back."""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine.numbers.arrays import FloatArray, IntArray

LAST, ALL = slice(-1, None), slice(None)


class Batch(NamedTuple):
    """B sequences and what is wanted of the outputs at the scored steps.

    Attributes:
        inputs: x_t, (T, B, D).
        targets: (n, B) whole numbers for the n scored steps, the right one of V classes: the loss is the mean
            cross-entropy in nats over all n·B of them; or (n, B, V) real numbers: the mean of (y − target)² over all
            n·B·V of them.
        scored: which of the T steps are scored: `LAST`, `ALL`, or any other slice.
    """

    inputs: FloatArray
    targets: FloatArray | IntArray
    scored: slice = LAST

    @property
    def steps(self) -> int:
        """T."""
        return len(self.inputs)

    @property
    def size(self) -> int:
        """B."""
        return int(self.inputs.shape[1])


def loss_and_error(outputs: FloatArray, targets: FloatArray | IntArray) -> tuple[float, FloatArray]:
    """The loss L of the outputs at the scored steps, and ∂L/∂y, (n, B, V).

    Args:
        outputs: y, (n, B, V).
        targets: as `Batch` has them.
    """
    wide = outputs.reshape(-1, outputs.shape[-1])
    if targets.ndim == outputs.ndim:
        loss, error = _squares(wide, targets.reshape(wide.shape))
    else:
        loss, error = _cross_entropy(wide, targets.reshape(-1))
    return loss, error.reshape(outputs.shape)


def losses_of(outputs: FloatArray, targets: FloatArray | IntArray) -> FloatArray:
    """The loss of each sequence, (B,), whose mean is the loss; see `loss_and_error`."""
    if targets.ndim == outputs.ndim:
        squares: FloatArray = np.square(outputs - targets).mean(axis=(0, 2))
        return squares
    share = outputs - outputs.max(axis=-1, keepdims=True)
    of_target = np.take_along_axis(share, targets.astype(np.int64)[..., None], axis=-1)[..., 0]
    each: FloatArray = (np.log(np.exp(share).sum(axis=-1)) - of_target).mean(axis=0)
    return each


def _cross_entropy(y: FloatArray, targets: FloatArray | IntArray) -> tuple[float, FloatArray]:
    """The mean of −log softmax(y)[target] over the rows, and ∂/∂y, (N, V)."""
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
    """The mean of (y − target)² over all entries, and ∂/∂y, (N, V)."""
    error: FloatArray = y - targets
    loss = float(np.vdot(error, error)) / error.size
    error *= 2.0 / error.size
    return loss, error
