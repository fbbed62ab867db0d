"""The linear maps that a network's steps are near one trajectory: all that backpropagation and Jacobians need."""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine.backprop.unroll import Trajectory
from rnn_tui.engine.cells.step_maps import StepMaps
from rnn_tui.engine.cells.table import MATHEMATICS
from rnn_tui.engine.network.network import Network
from rnn_tui.engine.network.skips import Skip, source
from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray, IntArray
from rnn_tui.engine.numbers.exponents import Scaled, steps_with_exponents

EVEN = 2.0**60  # the ratio of W's largest to smallest entry up to which it mixes all units
CANCELLATION = 57.0  # powers of two that one product may lose to cancellation
DEEPEST = 900.0  # powers of two that one step may move a row whose entries share an exponent


class LinearMaps(NamedTuple):
    """The maps s_{t−1} → s_t of T steps, see `StepMaps`, with the matrices they share and the skips between states.

    Attributes:
        weight_hh: (…, G·H, H); with a leading axis T where `layered`.
        layered: whether every step has a matrix of its own.
        factors: those of the maps of all steps.
        skip: h_t also receives the state that the skip brings, with identity weight.
        drift: (T,) by how many powers of two a step can move a row.
        apart: (T,) whether the entries of a row need exponents of their own at the step.
        mixes: whether W_hh mixes all units evenly enough that no entry of a row can be left far behind the others
            and still matter later.
    """

    weight_hh: FloatArray
    layered: bool
    factors: StepMaps
    skip: Skip
    drift: FloatArray
    apart: AnyArray
    mixes: bool

    @property
    def steps(self) -> int:
        """T."""
        return len(self.drift)

    @property
    def hidden(self) -> int:
        """H."""
        return int(self.weight_hh.shape[-1])

    @property
    def parts(self) -> int:
        """P, the parts of the state: 2 for the LSTM, whose state is (h, c); else 1."""
        return int(self.factors.to_gates.mantissa.shape[-3])

    @property
    def gates(self) -> int:
        """G."""
        return int(self.factors.to_gates.mantissa.shape[-2])

    @property
    def size(self) -> int:
        """P·H, the entries of a row."""
        return self.parts * self.hidden

    @property
    def ensemble_shape(self) -> tuple[int, ...]:
        """The axes of an ensemble, in front of every row: (S,) or ()."""
        return tuple(self.factors.to_gates.mantissa.shape[1:-3])

    @property
    def shares_exponents(self) -> bool:
        """Whether one exponent for each matrix of a product is enough, at every step."""
        return self.mixes and not bool(self.apart.any())

    def matrix(self, t: int) -> FloatArray:
        """W_hh of step t (from 0)."""
        return self.weight_hh[t] if self.layered else self.weight_hh

    def gathered(self, steps: IntArray) -> "LinearMaps":
        """The maps of the steps (n, m), as m pieces of the text side by side: an ensemble axis m in front of others."""
        return self._replace(
            weight_hh=self.weight_hh[steps] if self.layered else self.weight_hh,
            factors=self.factors.gathered(steps),
            drift=self.drift[steps].max(axis=1),
            apart=np.asarray(self.apart[steps].any(axis=1)),
        )


def linearise(network: Network, trajectory: Trajectory) -> LinearMaps:
    """The linear maps of every step of a network along a trajectory."""
    factors = MATHEMATICS[network.cell].linear_maps(network, trajectory, joined=joined_steps(network, trajectory))
    weight_hh = network.parameters.weight_hh_l0
    entries = np.abs(weight_hh[weight_hh != 0])
    mixes = entries.size == weight_hh.size and float(entries.max() / entries.min()) < EVEN
    felt = entries.max(keepdims=True) if mixes else entries
    width = float(np.abs(np.log2(felt)).max(initial=0.0)) + float(np.log2(weight_hh.shape[-2])) + CANCELLATION
    drift = _steepness(factors.to_gates) + width
    apart = steps_with_exponents(factors.to_gates)
    if factors.carry is not None:
        drift = np.maximum(drift, _steepness(factors.carry))
        apart |= steps_with_exponents(factors.carry)
    if factors.to_inputs is not factors.to_gates:
        apart |= steps_with_exponents(factors.to_inputs)
    return LinearMaps(weight_hh, network.layered, factors, network.skip, drift, apart | (drift > DEEPEST), mixes)


def joined_steps(network: Network, trajectory: Trajectory) -> AnyArray:
    """(T,) whether the state that a step starts from is given or has had another added to it: no cell's own alone."""
    steps = len(trajectory.inputs)
    if network.skip is None:
        return np.asarray(np.arange(steps) == 0)
    return np.array([t == 0 or source(network.skip, t - 1) is not None for t in range(steps)])


def _steepness(factors: Scaled) -> FloatArray:
    """(T,): the largest |log2| of a factor of every step that is not zero."""
    size = np.abs(factors.mantissa).reshape(len(factors.mantissa), -1)
    smallest = np.where(size == 0, 1.0, size).min(axis=1)
    result: FloatArray = np.maximum(np.abs(np.log2(smallest)), np.abs(np.log2(np.maximum(size.max(axis=1), 1.0))))
    return result
