"""The kinds of cell, W, task, loss and the like that there are, by name. Loads no NumPy: a screen can name them."""

from collections.abc import Mapping
from typing import Literal

Cell = Literal["rnn", "lstm", "gru", "feedforward"]
Activation = Literal["tanh", "sigmoid", "relu", "linear"]
Init = Literal["gaussian", "uniform", "orthogonal", "identity", "diagonal", "nonnormal", "number"]
Optimiser = Literal["sgd", "momentum", "adam", "rmsprop"]
ClipMode = Literal["off", "norm", "value", "step"]
Loss = Literal["last", "sum", "mean"]
TaskName = Literal["temporal-order", "adding", "adding-average", "copy", "first-sign", "series", "next-word"]
Bound = Literal["must-vanish", "must-explode", "may-explode", "may-grow", "cannot-explode"]

# the gates of each cell, in PyTorch's order; a simple RNN's one block is its pre-activation
GATES: Mapping[Cell, tuple[str, ...]] = {
    "rnn": ("a",),
    "lstm": ("i", "f", "g", "o"),
    "gru": ("r", "z", "n"),
    "feedforward": ("a",),
}
GATED: frozenset[Cell] = frozenset({"lstm", "gru"})
# γ, the largest slope of φ
LARGEST_SLOPE: Mapping[Activation, float] = {"tanh": 1.0, "sigmoid": 0.25, "relu": 1.0, "linear": 1.0}
# of the whole: a step whose words' integrated gradients miss it by more has no shares
SHARES_WITHIN = 1e-3
UNBOUNDED: frozenset[Activation] = frozenset({"relu", "linear"})
