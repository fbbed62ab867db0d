"""The protocol of a batch kernel: B sequences at once through one set of weights, forward and back."""

from abc import ABC, abstractmethod
from typing import Generic, Protocol, TypeVar

from rnn_tui.engine.cells.batch_parts import NOTHING_MORE, Ask, BatchGradient
from rnn_tui.engine.network.network import Network
from rnn_tui.engine.network.parameters import Parameters
from rnn_tui.engine.numbers.arrays import FloatArray


class KernelWork(Protocol):
    """The arrays that a kernel's forward pass leaves for its reverse."""

    @property
    def h(self) -> FloatArray:
        """The states h_t of the last forward pass, (T, B, H)."""

    @property
    def h_prev(self) -> FloatArray:
        """h_{t−1} for t = 1 … T + 1, (T + 1, B, H)."""


SomeWork = TypeVar("SomeWork", bound=KernelWork)


class BatchKernel(ABC, Generic[SomeWork]):
    """A cell over B sequences at once, in ordinary float64; the shared parts are in `batch_parts`."""

    @abstractmethod
    def workspace(self, *, steps: int, batch: int, inputs: int, hidden: int) -> SomeWork:
        """Room for sequences of this shape: T, B, D and H. Every forward pass overwrites it."""

    @abstractmethod
    def forward(
        self, network: Network, *, inputs: FloatArray, h_0: FloatArray, work: SomeWork, c_0: FloatArray | None = None
    ) -> FloatArray:
        """The states h_t, t = 1 … T.

        Args:
            network: without skips.
            inputs: (T, B, D).
            h_0: (B, H).
            work: from `workspace` for this shape; overwritten.
            c_0: of a cell whose state is (h, c), (B, H); zero where it is None.

        Returns:
            (T, B, H), a view of `work`.
        """

    @abstractmethod
    def backward(
        self,
        network: Network,
        *,
        inputs: FloatArray,
        direct: FloatArray,
        work: SomeWork,
        into: Parameters | None = None,
        ask: Ask = NOTHING_MORE,
    ) -> BatchGradient:
        """The gradient of a loss, by the reverse of the `forward` that left `work` as it is.

        Args:
            network: as for the forward pass.
            inputs: likewise, (T, B, D).
            direct: ∂⁺L/∂h_t at h_t itself, (T, B, H); or (B, H), that of the last step where no other has any.
            work: as the forward pass left it.
            into: where the parameters' gradients are written; new arrays where it is None.
            ask: what else is wanted.
        """

    @abstractmethod
    def gate_gradients(self, work: SomeWork) -> FloatArray:
        """∂L/∂(W_hh h_{t−1} + b_hh) as the last reverse left it, (T, B, G·H), the blocks in any order."""
