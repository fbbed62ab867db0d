"""The simple RNN and the feed-forward net, whose layers are its steps.

h_t = φ(W_ih x_t + b_ih + W_hh h_{t−1} + b_hh)
"""

from typing import Any, NamedTuple

from rnn_tui.engine.cells.activations import ACTIVATE
from rnn_tui.engine.cells.cell import CellMathematics
from rnn_tui.engine.cells.differences import Bend, ExactChange, bend, scaled_difference
from rnn_tui.engine.cells.kernel import BatchKernel
from rnn_tui.engine.cells.rnn.batch_kernel import RNNKernel
from rnn_tui.engine.cells.rnn.step_derivative import rnn_float_maps, rnn_maps
from rnn_tui.engine.cells.step import CellRun, CellStep
from rnn_tui.engine.cells.step_maps import FloatMaps, StepMaps
from rnn_tui.engine.kinds import UNBOUNDED
from rnn_tui.engine.network.network import Network
from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray, IntArray
from rnn_tui.engine.numbers.exponents import Scaled, to_float
from rnn_tui.engine.numbers.products import matvec


class RNNSteps(NamedTuple):
    """Steps, or layers, whose φ is tanh or sigmoid."""

    a: Bend


class RNN(CellMathematics):
    """The same weights at every step."""

    kernel: BatchKernel[Any] | None = RNNKernel()

    def homogeneous(self, network: Network) -> bool:
        """Whether φ(2ᵏ a) = 2ᵏ φ(a): of an unbounded φ."""
        return network.activation in UNBOUNDED

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
        """a_t = driven_t + W_hh h_{t−1} and h_t = φ(a_t)."""
        a = matvec(network.weight_hh(t), h_prev) + driven
        return CellStep(a, ACTIVATE[network.activation](a))

    def linear_maps(self, network: Network, run: CellRun, *, joined: AnyArray) -> StepMaps:
        """φ'(a_t)."""
        return rnn_maps(network.activation, run.a)

    def float_maps(
        self, network: Network, *, a: FloatArray, h: FloatArray, c: FloatArray | None, u: FloatArray | None
    ) -> FloatMaps:
        """φ'(a_t) in ordinary float64."""
        return rnn_float_maps(network.activation, a)

    def float_steps(self, run: CellRun, *, gain: FloatArray, old_less_new: Scaled | None) -> RNNSteps:
        """The curve of φ near a_t."""
        return RNNSteps(bend(to_float(run.a), gain))

    def float_difference(
        self, steps: RNNSteps, gates: FloatArray, rows: FloatArray | None, *, words: FloatArray | None = None
    ) -> FloatArray:
        """Dh = φ(a) − φ(a − da), da = W dh_prev + W_ih dx."""
        return steps.a.difference(gates if words is None else gates + words)

    def exact_difference(self, change: ExactChange) -> list[Scaled]:
        """The same with exponents."""
        return [scaled_difference(change.activation, change.a[0], change.driven(1)[0])]


class FeedForward(RNN):
    """A layer a step, each with weights of its own."""

    kernel = None
