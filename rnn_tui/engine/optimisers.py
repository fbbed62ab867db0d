"""The update `W ← W − η g`, and what float32 makes of it."""

import numpy as np

from rnn_tui.engine.arrays import AnyArray, FloatArray


def sgd(weight: FloatArray, gradient: FloatArray, *, lr: float) -> FloatArray:
    """W − η g, entry by entry; ±inf where that is out of range."""
    with np.errstate(over="ignore", invalid="ignore"):
        return weight - lr * gradient


def sgd_in_place(weight: FloatArray, gradient: FloatArray, *, lr: float) -> None:
    """W ← W − η g in the array itself, for the steps of a training."""
    weight -= lr * gradient


def moved_in_float32(weight: FloatArray, gradient: FloatArray, *, lr: float) -> AnyArray:
    """Which entries the update moves at all when it is done in float32."""
    with np.errstate(over="ignore", invalid="ignore"):
        single = weight.astype(np.float32)
        result: AnyArray = single - np.float32(lr) * gradient.astype(np.float32) != single
    return result


def unmoved_in_float32(weight: FloatArray, gradient: FloatArray, *, lr: float) -> int:
    """How many entries the update leaves exactly where they were when it is done in float32."""
    return int(np.count_nonzero(~moved_in_float32(weight, gradient, lr=lr)))
