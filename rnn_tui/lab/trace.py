"""Trace: the very network that was measured, and its forward pass."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from rnn_tui.engine.adjoint import StepsBack, steps_back
from rnn_tui.engine.arrays import AnyArray, FloatArray, IntArray
from rnn_tui.engine.cells import RNNParameters
from rnn_tui.engine.initialisers import (
    ScaleError,
    normal,
    normal_rows,
    recurrent,
    scaled_to_radius,
    scaled_to_singular_value,
)
from rnn_tui.engine.losses import Readout, StepLosses, step_losses, step_weights
from rnn_tui.engine.unroll import Trajectory, unroll
from rnn_tui.lab.experiment import Experiment, ExperimentError
from rnn_tui.lab.text import END_OF_TEXT

BIAS_SPREAD = 0.1


class Trace(NamedTuple):
    """The network, its text, and one pass forward.

    Attributes:
        vocabulary: the V distinct tokens in order of appearance, then `<eos>`.
        targets: (T,) the index of the next token at every step.
        network: the cell's parameters.
        readout: y = W_hy h + b_y.
        trajectory: the states; it holds `inputs` (T, D) and `h_0` (H,).
        back: the reverse steps.
        weights: (T,) w_t of L = Σ w_t L_t.
        losses: L_t and its derivatives.
    """

    vocabulary: tuple[str, ...]
    targets: IntArray
    network: RNNParameters
    readout: Readout
    trajectory: Trajectory
    back: StepsBack
    weights: FloatArray
    losses: StepLosses

    @property
    def inputs(self) -> FloatArray:
        """x_t, (T, D)."""
        return self.trajectory.inputs

    @property
    def h_0(self) -> FloatArray:
        """The state before the first step, (H,)."""
        return self.trajectory.h_0

    @property
    def unknown(self) -> AnyArray:
        """(T,) where L_t counts in L and is too small to be known."""
        result: AnyArray = self.losses.unknown & (self.weights != 0)
        return result

    @property
    def size(self) -> int:
        """How many parameters there are."""
        return sum(tensor.size for tensor in self.parameters.values())

    @property
    def parameters(self) -> Mapping[str, AnyArray]:
        """Every parameter by the name it is saved under, `nn.RNN`'s names first."""
        return {
            **self.network._asdict(),
            "readout_weight": self.readout.weight,
            "readout_bias": self.readout.bias,
        }


def trace(experiment: Experiment) -> Trace:
    """Builds the network of an experiment and runs its text through it.

    W_ih has entries N(0, 1/D), the biases N(0, 0.1²), a word's input vector N(0, 1), its readout row N(0, 1/H).

    Raises:
        ExperimentError: W cannot be scaled as asked.
    """
    words = experiment.words
    index = {word: i for i, word in enumerate(dict.fromkeys((*words, END_OF_TEXT)))}
    vocabulary = tuple(index)
    places = np.array([index[word] for word in words], dtype=np.int64)
    targets = np.append(places[1:], index[END_OF_TEXT]).astype(np.int64)
    seed, hidden, size = experiment.seed, experiment.hidden, experiment.inputs
    network = RNNParameters(
        weight_ih_l0=normal(seed, "weight_ih_l0", (hidden, size)) / np.sqrt(size),
        weight_hh_l0=_weight_hh(experiment),
        bias_ih_l0=normal(seed, "bias_ih_l0", (hidden,)) * BIAS_SPREAD,
        bias_hh_l0=normal(seed, "bias_hh_l0", (hidden,)) * BIAS_SPREAD,
    )
    readout = Readout(
        weight=normal_rows(seed, "readout_weight", vocabulary, hidden) / np.sqrt(hidden),
        bias=normal_rows(seed, "readout_bias", vocabulary, 1)[:, 0] * BIAS_SPREAD,
    )
    inputs = normal_rows(seed, "inputs", vocabulary, size)[places]
    trajectory = unroll(network, experiment.activation, inputs=inputs, h_0=np.zeros(hidden))
    weights = step_weights(experiment.loss, len(words))
    return Trace(
        vocabulary=vocabulary,
        targets=targets,
        network=network,
        readout=readout,
        trajectory=trajectory,
        back=steps_back(network.weight_hh_l0, trajectory.slopes),
        weights=weights,
        losses=step_losses(trajectory.h, readout, targets=targets, weights=weights),
    )


def _weight_hh(experiment: Experiment) -> FloatArray:
    weight = recurrent(experiment.init, seed=experiment.seed, hidden=experiment.hidden)
    try:
        if experiment.sigma is not None:
            return scaled_to_singular_value(weight, experiment.sigma)
        assert experiment.rho is not None  # Experiment holds exactly one of the two
        return scaled_to_radius(weight, experiment.rho)
    except ScaleError as problem:
        setting = "sigma" if experiment.sigma is not None else "rho"
        raise ExperimentError(setting, getattr(experiment, setting), str(problem)) from problem
