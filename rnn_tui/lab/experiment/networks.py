"""The networks that are compared: nine kinds of the same text, seed and scale. Loads no NumPy."""

from collections.abc import Callable, Mapping
from typing import Any

from rnn_tui.lab.experiment.experiment import Experiment

# each kind of network by its name, and the settings that make it of an experiment with a text of so many steps
NETWORK_KINDS: Mapping[str, Callable[[int], Mapping[str, Any]]] = {
    "simple RNN": lambda _: {"cell": "rnn", "skip": "none"},
    "feed-forward": lambda _: {"cell": "feedforward", "skip": "none"},
    "residual net": lambda _: {"cell": "feedforward", "skip": "shared:1"},
    "pinned skip": lambda steps: {"cell": "rnn", "skip": f"pinned:1-{steps}"},
    "shared skip": lambda _: {"cell": "rnn", "skip": "shared:2"},
    "LSTM": lambda _: {"cell": "lstm", "skip": "none"},
    "GRU": lambda _: {"cell": "gru", "skip": "none"},
    "orthogonal RNN": lambda _: {"cell": "rnn", "skip": "none", "init": "orthogonal"},
    "identity-ReLU RNN": lambda _: {"cell": "rnn", "skip": "none", "init": "identity", "activation": "relu"},
}


def network_of(experiment: Experiment, name: str, *, built_for: str | None = None) -> Experiment:
    """The network of this name of `NETWORK_KINDS` with an experiment's settings, built for its text, or for another.

    Raises:
        ExperimentError: there can be none with these settings.
    """
    if built_for is None or built_for == experiment.text:
        return experiment.changed(**NETWORK_KINDS[name](len(experiment.words)))
    steps = len(experiment.changed(skip="none", text=built_for).words)
    return experiment.changed(text=built_for, **NETWORK_KINDS[name](steps))
