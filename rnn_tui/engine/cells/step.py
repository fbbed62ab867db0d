"""One step of any cell, and what a run of many leaves."""

from typing import NamedTuple, Protocol

from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import Scaled


class CellStep(NamedTuple):
    """One step forward.

    Attributes:
        a: the pre-activations of all gates, (…, G·H).
        h: h_t, (…, H).
        c: c_t of a cell whose state is (h, c), (…, H); else None.
        u: of a cell that resets W h_{t−1} + b by a gate, that sum, (…, H); else None.
    """

    a: FloatArray
    h: FloatArray
    c: FloatArray | None = None
    u: FloatArray | None = None


class CellRun(Protocol):
    """A forward pass over T steps, for a cell's linear maps and differences; see `unroll.Trajectory`."""

    @property
    def a(self) -> Scaled:
        """The pre-activations of all gates, (T, …, G·H) with an exponent a step."""

    @property
    def h_prev(self) -> Scaled:
        """h_{t−1}, (T, …, H) with an exponent a step."""

    @property
    def c(self) -> FloatArray | None:
        """c_t, (T, …, H); None of a cell without c."""

    @property
    def c_prev(self) -> FloatArray | None:
        """c_{t−1}, (T, …, H); None of a cell without c."""

    @property
    def u(self) -> Scaled | None:
        """`CellStep.u` of all steps, (T, …, H) with an exponent a step; else None."""
