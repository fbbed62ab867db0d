"""The updates of SGD, momentum, RMSprop and Adam, as PyTorch has them, and what float32 makes of `W ← W − η g`."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rnn_tui.engine.kinds import Optimiser
from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray


class Constants(NamedTuple):
    """The numbers of the optimisers, PyTorch's own defaults but for μ, which it has at 0.

    Attributes:
        momentum: μ of momentum.
        decay: α of RMSprop.
        beta_1, beta_2: β₁ and β₂ of Adam.
        epsilon: ε of RMSprop and Adam.
    """

    momentum: float = 0.9
    decay: float = 0.99
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-8


DEFAULTS = Constants()


@dataclass(eq=False, slots=True)
class OptimiserState:
    """The state of an optimiser; changed in place by `update`.

    Attributes:
        steps: how many updates were made.
        first: the momentum b, or Adam's m, (N,).
        second: v of RMSprop and Adam, (N,).
    """

    steps: int
    first: FloatArray
    second: FloatArray

    def copy(self) -> "OptimiserState":
        """The same in arrays of its own."""
        return OptimiserState(self.steps, self.first.copy(), self.second.copy())


def fresh_state(size: int) -> OptimiserState:
    """No update made yet, of N = `size` parameters."""
    return OptimiserState(0, np.zeros(size), np.zeros(size))


def update(
    optimiser: Optimiser,
    state: OptimiserState,
    gradient: FloatArray,
    *,
    lr: float,
    out: FloatArray,
    constants: Constants = DEFAULTS,
) -> FloatArray:
    """Δ of θ ← θ − Δ, (N,), into `out`; t counts updates from 1.

    sgd: Δ = η g. momentum: b ← μ b + g, Δ = η b. rmsprop: v ← α v + (1 − α) g², Δ = η g / (√v + ε).
    adam: m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², Δ = η m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε).

    Args:
        state: changed.
        gradient: g, (N,).
    """
    state.steps += 1
    if optimiser == "sgd":
        return np.multiply(gradient, lr, out)
    if optimiser == "momentum":
        state.first *= constants.momentum
        state.first += gradient
        return np.multiply(state.first, lr, out)
    decay = constants.decay if optimiser == "rmsprop" else constants.beta_2
    np.square(gradient, out)
    out *= 1.0 - decay
    state.second *= decay
    state.second += out
    if optimiser == "rmsprop":
        np.sqrt(state.second, out)
        out += constants.epsilon
        np.divide(gradient, out, out)
        out *= lr
        return out
    np.multiply(gradient, 1.0 - constants.beta_1, out)
    state.first *= constants.beta_1
    state.first += out
    np.sqrt(state.second, out)
    out /= np.sqrt(1.0 - constants.beta_2**state.steps)
    out += constants.epsilon
    np.divide(state.first, out, out)
    out *= lr / (1.0 - constants.beta_1**state.steps)
    return out


def sgd(weight: FloatArray, gradient: FloatArray, *, lr: float) -> FloatArray:
    """W − η g, entry by entry; ±inf where that is out of range."""
    with np.errstate(over="ignore", invalid="ignore"):
        return weight - lr * gradient


def moved_in_float32(weight: FloatArray, gradient: FloatArray, *, lr: float) -> AnyArray:
    """Which entries the update moves at all when it is done in float32."""
    with np.errstate(over="ignore", invalid="ignore"):
        single = weight.astype(np.float32)
        result: AnyArray = single - np.float32(lr) * gradient.astype(np.float32) != single
    return result


def unmoved_in_float32(weight: FloatArray, gradient: FloatArray, *, lr: float) -> int:
    """How many entries the update leaves exactly where they were when it is done in float32."""
    return int(np.count_nonzero(~moved_in_float32(weight, gradient, lr=lr)))
