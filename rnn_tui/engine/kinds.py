"""The kinds of activation, W, loss and bound that there are, by name. Loads no NumPy: a screen can name them."""

from collections.abc import Mapping
from typing import Literal

Activation = Literal["tanh", "sigmoid", "relu", "linear"]
Init = Literal["gaussian", "orthogonal", "identity", "number"]
Loss = Literal["last", "sum", "mean"]
Bound = Literal["must-vanish", "must-explode", "may-explode", "may-grow"]

# γ, the largest slope of φ
LARGEST_SLOPE: Mapping[Activation, float] = {"tanh": 1.0, "sigmoid": 0.25, "relu": 1.0, "linear": 1.0}
UNBOUNDED: frozenset[Activation] = frozenset({"relu", "linear"})
