"""Whether a network runs a text of another length, found by trying it."""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine.backprop.unroll import unroll
from rnn_tui.engine.network.network import Network
from rnn_tui.engine.network.parameters import Parameters
from rnn_tui.engine.network.skips import Pinned
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.experiment.initialise import input_vectors, text_of
from rnn_tui.lab.settings.errors import ExperimentError


class Lengths(NamedTuple):
    """Why the very same network refuses a text of one word more, or of one less; None where it ran.

    `shorter` is also None where there is but one word, which nothing can be taken from.
    """

    longer: str | None
    shorter: str | None

    @property
    def any(self) -> bool:
        """Whether both ran."""
        return self.longer is None and self.shorter is None


def other_lengths(experiment: Experiment, network: Network) -> Lengths:
    """Runs the experiment's network with its last word once more, and without it."""
    words, between = experiment.words, " " if experiment.tokens == "words" else ""
    if experiment.trained is not None and not network.layered and not isinstance(network.skip, Pinned):
        return Lengths(None, None)  # its weights are there, whatever the length; its texts follow the task's own rules
    more = words[-1] if experiment.tokens == "words" else "."
    return Lengths(
        length_refusal(experiment, network, between.join((*words, more))),
        length_refusal(experiment, network, between.join(words[:-1])) if len(words) > 1 else None,
    )


def length_refusal(experiment: Experiment, network: Network, text: str) -> str | None:
    """Runs another text through the experiment's network as it is; None where it ran, else why it could not."""
    try:
        other = experiment.changed(text=text)
    except ExperimentError as problem:
        return problem.allowed
    steps = len(other.words)
    if network.layered:
        layers = network.parameters
        there = len(layers.weight_hh_l0)
        if steps > there:
            missing = (steps - there) * sum(tensor[0].size for tensor in layers)
            return (
                f"every step has weights of its own, and a step {steps:,} would take {missing:,} that this network "
                "does not have"
            )
        network = network._replace(parameters=Parameters(*(tensor[:steps] for tensor in layers)))
    unroll(network, inputs=input_vectors(other, text_of(other)), h_0=np.zeros(network.parameters.hidden))
    return None
