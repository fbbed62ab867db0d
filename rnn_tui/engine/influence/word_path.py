"""The straight path from no words to all of them: what h_t does along it, by one row a run and not one a word."""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine.backprop.linear_maps import linearise
from rnn_tui.engine.backprop.unroll import unroll
from rnn_tui.engine.influence.gradient import StepPairs, times_probe, walk_all_words
from rnn_tui.engine.influence.occlusion import walk_scaled_inputs
from rnn_tui.engine.kinds import CELLS
from rnn_tui.engine.network.network import Network
from rnn_tui.engine.network.parameters import Parameters
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import Scaled, rescale
from rnn_tui.engine.numbers.scaled_rows import ScaledRows, rows_to_scaled


class WordPath(NamedTuple):
    """The runs of one network with the words first ≤ k times α, 0 ≤ α ≤ 1; those before stay as they are.

    Attributes:
        pairs: of one network, not of an ensemble; with its probe matrix where another thing than h_t is measured.
        first: the first word that is on the path.
    """

    pairs: StepPairs
    first: int

    @property
    def is_straight(self) -> bool:
        """Whether the network is linear, so that its gradient is the same all along the path."""
        network = self.pairs.network
        return not CELLS[network.cell].gated and network.activation == "linear"

    @property
    def has_kinks(self) -> bool:
        """Whether φ is piecewise linear, so that the gradient is piecewise constant along the path."""
        network = self.pairs.network
        return not CELLS[network.cell].gated and network.activation == "relu"

    def runs(self, at: FloatArray, stop: int) -> StepPairs:
        """The first `stop` steps at every α of `at` (N,), side by side: an ensemble axis N."""
        trajectory, network = self.pairs.trajectory, _beside(self.pairs.network, stop)
        share = np.where(np.arange(stop)[:, None] < self.first, 1.0, at)[..., None]
        inputs = trajectory.inputs[:stop, None] * share
        run = unroll(network, inputs=inputs, h_0=trajectory.h_0, c_0=trajectory.c_0)
        return StepPairs(network, run, linearise(network, run), self.pairs.probe)

    def slopes(self, at: FloatArray, *, start: int, stop: int) -> Scaled:
        """dh_t/dα, or of what the probe sees of h_t, for start ≤ t < stop: (stop − start, N, ·)."""
        runs, per_word = self.runs(at, stop), 1.0 / at  # the rows are (∂s_t/∂x_k) (αx_k): α is divided out again
        rows = [times_probe(rows, runs) for t, rows in walk_all_words(runs, first=self.first, stop=stop) if t >= start]
        found = _stacked(rows)
        return Scaled(found.mantissa * per_word[:, None], found.exponent)

    def changes(self, low: FloatArray, high: FloatArray, *, start: int, stop: int) -> Scaled:
        """h_t(high) − h_t(low), or of what the probe sees of it, for start ≤ t < stop: (stop − start, N, ·).

        The difference of the two runs is carried itself, so that it does not cancel however little the words do.
        """
        runs = self.runs(high, stop)
        walk = walk_scaled_inputs(runs, (high - low) / high, first=self.first, stop=stop)
        return _stacked([times_probe(rows, runs) for t, rows in walk if t >= start])


def _stacked(rows: list[ScaledRows]) -> Scaled:
    """One row a step and run, (N, 1, ·) each: (T, N, ·) with an exponent for each."""
    each = [rows_to_scaled(one) for one in rows]
    return rescale(
        Scaled(np.stack([one.mantissa[..., 0, :] for one in each]), np.stack([one.exponent[..., 0] for one in each]))
    )


def _beside(network: Network, stop: int) -> Network:
    """The network of `stop` steps, with an axis for the runs where its layers have parameters of their own."""
    if not network.layered:
        return network
    return network._replace(parameters=Parameters(*(tensor[:stop, None] for tensor in network.parameters)))
