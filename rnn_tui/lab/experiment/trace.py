"""Trace: the very network that was measured, and its forward pass."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from rnn_tui.engine.backprop.linear_maps import LinearMaps, linearise
from rnn_tui.engine.backprop.unroll import Trajectory, unroll
from rnn_tui.engine.influence.gradient import StepPairs, output_probe
from rnn_tui.engine.learning.tasks.task import two_decimals
from rnn_tui.engine.network.losses import Readout, StepLosses, step_losses, step_weights
from rnn_tui.engine.network.network import Network
from rnn_tui.engine.network.squares import squared_errors
from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray, IntArray
from rnn_tui.engine.numbers.exponents import to_float
from rnn_tui.engine.progress import Watch, unwatched
from rnn_tui.lab.experiment.all_settings import InfluenceOn
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.experiment.initialise import Drawn, Text, candidate, drawn, text_of


class Trace(NamedTuple):
    """The network, its text, and one pass forward.

    Attributes:
        vocabulary: the V distinct tokens in order of appearance, then `<eos>`; of a trained network the names of its
            outputs, or where these are numbers, the numbers that it says and should say, to two digits.
        targets: (T,) the index of the next token at every step, or of what a trained network should say.
        wanted: (T, V) where a trained network's outputs are numbers, those that it should say; else None.
        network: the cell, its skips and its parameters.
        readout: y = W_hy h + b_y.
        trajectory: the states; it holds `inputs` (T, D), `h_0` (H,) and an LSTM's `c_0` (H,).
        maps: the linear maps of all steps.
        weights: (T,) w_t of L = Σ w_t L_t.
        losses: L_t and its derivatives.
    """

    vocabulary: tuple[str, ...]
    targets: IntArray
    network: Network
    readout: Readout
    trajectory: Trajectory
    maps: LinearMaps
    weights: FloatArray
    losses: StepLosses
    wanted: FloatArray | None = None

    @property
    def inputs(self) -> FloatArray:
        """x_t, (T, D)."""
        return self.trajectory.inputs

    @property
    def h_0(self) -> FloatArray:
        """The state before the first step, (H,)."""
        return self.trajectory.h_0

    @property
    def c_0(self) -> FloatArray | None:
        """An LSTM's cell state before the first step, (H,); else None."""
        return self.trajectory.c_0

    @property
    def weight_hh(self) -> FloatArray:
        """The W_hh whose ρ and σ₁ are shown, (H, H): the candidate block, see `candidate`."""
        return candidate(self.network)

    @property
    def unknown(self) -> AnyArray:
        """(T, …) where L_t counts in L and is too small to be known."""
        unknown = self.losses.each.unknown
        result: AnyArray = unknown & (self.weights != 0).reshape(-1, *(1,) * (unknown.ndim - 1))
        return result

    @property
    def size(self) -> int:
        """How many parameters there are."""
        return sum(tensor.size for tensor in self.parameters.values())

    @property
    def parameters(self) -> Mapping[str, AnyArray]:
        """Every parameter by the name it is saved under, PyTorch's names first."""
        return {
            **self.network.parameters._asdict(),
            "readout_weight": self.readout.weight,
            "readout_bias": self.readout.bias,
        }

    def pairs(self, on: InfluenceOn) -> StepPairs:
        """The input of the measures over pairs of steps, for the influence on the states or on the outputs."""
        probe = output_probe(self.readout.weight) if on == "output" else None
        return StepPairs(self.network, self.trajectory, self.maps, probe)


def trace(experiment: Experiment, *, watch: Watch = unwatched) -> Trace:
    """Builds the network of an experiment and runs its text through it.

    Raises:
        CancelledError: as `watch` asked, which is given the share that is done.
        ExperimentError: W cannot be scaled as asked.
    """
    text = text_of(experiment)
    return traced(experiment, text, drawn(experiment, text), watch=watch)


def traced(experiment: Experiment, text: Text, built: Drawn, *, watch: Watch = unwatched) -> Trace:
    """Runs a text through a network, or through an ensemble of them."""
    hidden = built.network.parameters.hidden
    trajectory = unroll(built.network, inputs=built.inputs, h_0=np.zeros(hidden))
    weights = step_weights(experiment.loss, len(built.inputs))
    vocabulary, targets = text.vocabulary, text.targets
    if text.wanted is None:
        losses = step_losses(trajectory.h, built.readout, targets=targets, weights=weights, watch=watch)
    else:
        found = squared_errors(trajectory.h, built.readout, wanted=text.wanted, weights=weights)
        vocabulary, targets, predicted = _numbers_said(to_float(found.outputs)[:, 0], text.wanted[:, 0])
        losses = found.losses._replace(each=found.losses.each._replace(predicted=predicted))
    return Trace(
        vocabulary=vocabulary,
        targets=targets,
        network=built.network,
        readout=built.readout,
        trajectory=trajectory,
        maps=linearise(built.network, trajectory),
        weights=weights,
        losses=losses,
        wanted=text.wanted,
    )


def _numbers_said(said: FloatArray, wanted: FloatArray) -> tuple[tuple[str, ...], IntArray, IntArray]:
    """The distinct numbers in two digits, and the place among them of what should be said and of what is."""
    right, own = ([two_decimals(value) for value in values.tolist()] for values in (wanted, said))
    index = {word: i for i, word in enumerate(dict.fromkeys((*right, *own)))}
    return tuple(index), np.array([index[word] for word in right]), np.array([index[word] for word in own])
