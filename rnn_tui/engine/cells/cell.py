"""The protocol of a cell: one step, its exact linear map, its difference for occlusion, its batch kernel.

`step` runs forward. `linear_maps` is the exact derivative of all steps with exponents; every gradient and Jacobian of
one text is made of it. `float_maps` is the same in ordinary float64, for batches that no kernel runs. `kernel` is the
quick way over a batch, forward and back. The rest propagates the difference h − h' of two runs without cancelling.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from rnn_tui.engine.cells.differences import ExactChange, FloatSteps
from rnn_tui.engine.cells.kernel import BatchKernel
from rnn_tui.engine.cells.step import CellRun, CellStep
from rnn_tui.engine.cells.step_maps import FloatMaps, StepMaps
from rnn_tui.engine.network.network import Network
from rnn_tui.engine.network.parameters import Parameters
from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray, IntArray
from rnn_tui.engine.numbers.exponents import Scaled


class CellMathematics(ABC):
    """The mathematics of one cell: what is abstract here a cell must say; the rest is what most cells do.

    Attributes:
        kernel: the quick way over a batch; None where only the general one runs (`backprop.batches`).
        skip_doubles: whether a skip can double the state at every step, for the cell itself carries h_{t−1} on; then
            `step` is given the exponent of h_{t−1}.
    """

    kernel: BatchKernel[Any] | None = None
    skip_doubles: bool = False

    def homogeneous(self, network: Network) -> bool:
        """Whether the step of 2ᵏ a is 2ᵏ times that of a, so that a state of any size has an exponent of its own."""
        return False

    def driving_bias(self, parameters: Parameters) -> FloatArray:
        """The bias added to W_ih x_t before the step, (…, G·H): b_ih + b_hh but where a gate acts on b_hh."""
        return parameters.bias_ih_l0 + parameters.bias_hh_l0

    @abstractmethod
    def step(
        self,
        network: Network,
        t: int,
        *,
        driven: FloatArray,
        h_prev: FloatArray,
        c_prev: FloatArray | None = None,
        exponent: IntArray | None = None,
    ) -> CellStep:
        """The state at step t (from 0) from that at t − 1, without skips.

        Args:
            network: one, or an ensemble with leading axes in its parameters.
            driven: W_ih x_t + `driving_bias`, (…, G·H).
            h_prev: h_{t−1}, (…, H).
            c_prev: c_{t−1} of a cell whose state is (h, c), (…, H).
            exponent: (…), where given, h_{t−1} is `h_prev` · 2**exponent, and so are h_t and u_t of the result.
        """

    @abstractmethod
    def linear_maps(self, network: Network, run: CellRun, *, joined: AnyArray) -> StepMaps:
        """The derivatives of all steps of a run, exact to rounding, with exponents.

        Args:
            joined: (T,) whether h_{t−1} is more than the cell's own: h_0, or a state that a skip was added to.
        """

    @abstractmethod
    def float_maps(
        self, network: Network, *, a: FloatArray, h: FloatArray, c: FloatArray | None, u: FloatArray | None
    ) -> FloatMaps:
        """The same in ordinary float64, of a batch.

        Args:
            a: pre-activations, (T, B, G·H).
            h, c: the states from h_0, c_0 to h_T, c_T, (T + 1, B, H); c None of a cell without.
            u: as `CellStep.u`, (T, B, H); None of a cell without.
        """

    def old_less_new(self, run: CellRun, *, joined: AnyArray) -> Scaled | None:
        """h_{t−1} less the new content, (T, …, H), to all digits, where the cell mixes these two; else None."""
        return None

    def unlimited(self, network: Network, run: CellRun, brought: Callable[[], FloatArray]) -> Scaled:
        """The pre-activations of a run, without the limit that `step` may put on those of gates shut for good.

        Args:
            brought: computes W_ih x_t, (T, …, G·H).
        """
        return run.a

    def reach(self, run: CellRun, carried: FloatArray) -> FloatArray:
        """(T,) how much larger a change may be inside the cell than in the state; W_hh alone makes it `carried`."""
        return carried

    @abstractmethod
    def float_steps(self, run: CellRun, *, gain: FloatArray, old_less_new: Scaled | None) -> FloatSteps:
        """The input of `float_difference` for all T steps: a (nested) tuple of arrays (T, …, ·).

        Args:
            gain: `differences.tanh_gains`.
            old_less_new: h_{t−1} less the new content, where the cell has it.
        """

    @abstractmethod
    def float_difference(
        self, steps: Any, gates: FloatArray, rows: FloatArray | None, *, words: FloatArray | None = None
    ) -> FloatArray:
        """By how much the states of two runs differ after a step, in ordinary float64: (…, R, P·H).

        Args:
            steps: one step of `float_steps`, or a step for every row.
            gates: by how much W_hh h_{t−1} differs, times `tanh_gains`: (…, R, G·H).
            rows: by how much the states before the step differ, (…, R, P·H); None where they do not.
            words: by how much W_ih x_t differs, times `tanh_gains`: (…, R, G·H); None where it does not.
        """

    @abstractmethod
    def exact_difference(self, change: ExactChange) -> list[Scaled]:
        """The same with an exponent for every entry: one (…, R, H) for each part of the state."""
