"""One step of every cell in PyTorch, and the unrolling of it over a text, with skips: the explicit graph."""

from collections.abc import Callable
from typing import Any, NamedTuple

import torch  # type: ignore[import-not-found,unused-ignore]

ACTIVATIONS = {"tanh": torch.tanh, "sigmoid": torch.sigmoid, "relu": torch.relu, "linear": lambda a: a}
GATES = {"rnn": ("a",), "feedforward": ("a",), "lstm": ("i", "f", "g", "o"), "gru": ("r", "z", "n")}
CELL = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")


class Kind(NamedTuple):
    """What network it is; `skip` is `none`, `pinned:I-J` (steps from 1) or `shared:D`."""

    cell: str
    activation: str
    skip: str = "none"

    def source(self, t: int) -> int | None:
        """The step (from 0; −1 is h_0) whose state is added at step t (from 0)."""
        how, _, numbers = self.skip.partition(":")
        if how == "pinned":
            first, last = (int(step) for step in numbers.split("-"))
            return first - 1 if t == last - 1 else None
        if how == "shared":
            return t - int(numbers) if t - int(numbers) >= -1 else None
        return None

    def slope(self, gate: str, pre: Any) -> Any:
        """φ' of a gate's pre-activation, by autograd."""
        pre = pre.detach().requires_grad_()
        squash = ACTIVATIONS[self.activation] if gate == "a" else torch.tanh if gate in "gn" else torch.sigmoid
        return torch.autograd.grad(squash(pre).sum(), pre)[0]


class Run(NamedTuple):
    """What one pass forward makes, a list entry a step.

    Attributes:
        h, c: (…, H); c has no width unless the cell is an LSTM.
        pre, gates: by gate (…, H): before and after its squashing.
    """

    h: list[Any]
    c: list[Any]
    pre: list[dict[str, Any]]
    gates: list[dict[str, Any]]


def layers(kind: Kind, net: dict[str, Any], steps: int) -> list[tuple[Any, ...]]:
    """The four tensors of every step."""
    if kind.cell == "feedforward":
        return list(zip(*(net[name].unbind() for name in CELL), strict=True))
    return [tuple(net[name] for name in CELL)] * steps


def unroll(
    kind: Kind,
    weights: list[tuple[Any, ...]],
    words: Any,
    first: tuple[Any, Any],
    between: Callable[[int, Any, Any], tuple[Any, Any]] | None = None,
) -> Run:
    """The network over a text.

    Args:
        weights: the four tensors that each step uses.
        words: (…, D) a step.
        first: h_0 and c_0.
        between: laid on every step's new state, its skip included: what it returns goes on.
    """
    run = Run([], [], [], [])
    h, c = first
    for t, (x, own) in enumerate(zip(words, weights, strict=True)):
        h, c, pre, gates = step(kind, own, x, h, c)
        source = kind.source(t)
        if source is not None:
            h = h + (first[0] if source < 0 else run.h[source])
        if between is not None:
            h, c = between(t, h, c)
        for made, one in zip(run, (h, c, pre, gates), strict=True):
            made.append(one)
    return run


def step(kind: Kind, own: tuple[Any, ...], x: Any, h: Any, c: Any) -> tuple[Any, Any, dict[str, Any], dict[str, Any]]:
    """h_t (without its skip), c_t, and the gates before and after squashing, as PyTorch's documentation has them."""
    weight_ih, weight_hh, bias_ih, bias_hh = own
    names = GATES[kind.cell]
    brought = dict(zip(names, (x @ weight_ih.T + bias_ih).chunk(len(names), -1), strict=True))
    carried = dict(zip(names, (h @ weight_hh.T + bias_hh).chunk(len(names), -1), strict=True))
    if kind.cell == "gru":
        pre = {name: brought[name] + carried[name] for name in "rz"}
        r, z = (torch.sigmoid(pre[name]) for name in "rz")
        pre["n"] = brought["n"] + r * carried["n"]
        n = torch.tanh(pre["n"])
        return (1 - z) * n + z * h, c, pre, {"r": r, "z": z, "n": n}
    pre = {name: brought[name] + carried[name] for name in names}
    if kind.cell == "lstm":
        gates = {name: (torch.tanh if name == "g" else torch.sigmoid)(pre[name]) for name in names}
        c = gates["f"] * c + gates["i"] * gates["g"]
        return gates["o"] * torch.tanh(c), c, pre, gates
    h = ACTIVATIONS[kind.activation](pre["a"])
    return h, c, pre, {"a": h}
