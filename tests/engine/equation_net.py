"""Every network by its defining equations alone, in float64 or in as many digits as wanted: no derivative is written.

In many digits a derivative is the imaginary part that a step of i·10⁻ᴺ leaves, over 10⁻ᴺ: right to 10⁻²ᴺ of the third
derivative, however far below float64 it lies.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import mpmath as mp  # type: ignore[import-untyped,unused-ignore]
import numpy as np

from rnn_tui.engine.network.skips import Skip, source
from rnn_tui.engine.numbers.arrays import AnyArray

CELL = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
BLOCKS = {"rnn": 1, "feedforward": 1, "lstm": 4, "gru": 3}


class Numbers(NamedTuple):
    """The functions of one arithmetic, over arrays."""

    exp: Callable[[Any], Any]
    tanh: Callable[[Any], Any]
    log: Callable[[Any], Any]

    def squash(self, name: str, a: Any) -> Any:
        match name:
            case "tanh":
                return self.tanh(a)
            case "sigmoid":
                return 1 / (1 + self.exp(-a))
            case "relu":
                return np.where(np.real(a) > 0, a, 0 * a)
            case _:
                return a


FLOAT = Numbers(np.exp, np.tanh, np.log)
EXACT = Numbers(*(np.frompyfunc(one, 1, 1) for one in (mp.exp, mp.tanh, mp.log)))

Nudge = Callable[[int, Any], Any]
"""Changes what step t (from 0) makes."""


def untouched(t: int, value: Any) -> Any:
    return value


@dataclass(frozen=True)
class EquationNet:
    """One network, its text and its targets; the cell's four tensors once, or for every step.

    Attributes:
        tensors: the cell's by PyTorch's names, with a leading axis T where `own`; `readout_weight`, `readout_bias`.
    """

    cell: str
    activation: str
    skip: Skip
    tensors: Mapping[str, AnyArray]
    inputs: AnyArray
    h_0: AnyArray
    c_0: AnyArray
    targets: AnyArray
    numbers: Numbers = field(default=FLOAT)

    @property
    def steps(self) -> int:
        """T."""
        return len(self.inputs)

    def exact(self) -> "EquationNet":
        """The same in mpmath's numbers."""
        to = np.frompyfunc(lambda value: mp.mpf(float(value)), 1, 1)
        return EquationNet(
            self.cell,
            self.activation,
            self.skip,
            {name: to(value) for name, value in self.tensors.items()},
            to(self.inputs),
            to(self.h_0),
            to(self.c_0),
            self.targets,
            EXACT,
        )

    def of_step(self, name: str, t: int) -> AnyArray:
        """The tensor that step t uses."""
        tensor = self.tensors[name]
        return tensor[t] if self.cell == "feedforward" else tensor

    def states(
        self,
        *,
        inputs: AnyArray | None = None,
        at_bias: Nudge = untouched,
        at_cell: Nudge = untouched,
        at_state: Nudge = untouched,
    ) -> tuple[list[Any], list[Any]]:
        """h_t and c_t at every step; the nudges change b_hh, c_t before h_t comes of it, and h_t with its skip."""
        h, c = self.h_0, self.c_0
        made_h: list[Any] = []
        made_c: list[Any] = []
        for t, x in enumerate(self.inputs if inputs is None else inputs):
            brought = self.of_step("weight_ih_l0", t) @ x + self.of_step("bias_ih_l0", t)
            carried = self.of_step("weight_hh_l0", t) @ h + at_bias(t, self.of_step("bias_hh_l0", t))
            h, c = self._cell(t, brought, carried, h, c, at_cell)
            start = source(self.skip, t)
            if start is not None:
                h = h + (self.h_0 if start < 0 else made_h[start])
            h = at_state(t, h)
            made_h.append(h)
            made_c.append(c)
        return made_h, made_c

    def _cell(self, t: int, brought: Any, carried: Any, h: Any, c: Any, at_cell: Nudge) -> tuple[Any, Any]:
        x_of, h_of = (np.split(part, BLOCKS[self.cell]) for part in (brought, carried))
        if self.cell == "gru":
            r, z = (self.numbers.squash("sigmoid", x_of[i] + h_of[i]) for i in (0, 1))
            n = self.numbers.tanh(x_of[2] + r * h_of[2])
            return (1 - z) * n + z * h, c
        if self.cell == "lstm":
            i, f, o = (self.numbers.squash("sigmoid", x_of[j] + h_of[j]) for j in (0, 1, 3))
            c = at_cell(t, f * c + i * self.numbers.tanh(x_of[2] + h_of[2]))
            return o * self.numbers.tanh(c), c
        return self.numbers.squash(self.activation, brought + carried), c

    def outputs(self, states: list[Any]) -> list[Any]:
        """y_t."""
        return [self.tensors["readout_weight"] @ h + self.tensors["readout_bias"] for h in states]

    def step_losses(self, states: list[Any]) -> list[Any]:
        """L_t in nats."""
        pairs = zip(self.outputs(states), self.targets, strict=True)
        return [self.numbers.log(self.numbers.exp(y - y[target]).sum()) for y, target in pairs]

    def loss(self, kind: str) -> Any:
        """L."""
        each = self.step_losses(self.states()[0])
        return {"last": each[-1], "sum": sum(each), "mean": sum(each) / len(each)}[kind]
