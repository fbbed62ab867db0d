"""Whether a network runs a text of another length, found by trying it."""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine.skips import Pinned
from rnn_tui.lab.experiment import Experiment, ExperimentError
from rnn_tui.lab.trace import Trace, trace


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


def other_lengths(experiment: Experiment, run: Trace) -> Lengths:
    """Runs the experiment's network with its last word once more, and without it.

    Args:
        run: the network with the text as it is.
    """
    words = experiment.words
    if experiment.trained is not None and not run.network.layered and not isinstance(run.network.skip, Pinned):
        return Lengths(None, None)  # its weights are there, whatever the length; its texts follow the task's own rules
    return Lengths(
        _tried(experiment, run, (*words, words[-1] if experiment.tokens == "words" else ".")),
        _tried(experiment, run, words[:-1]) if len(words) > 1 else None,
    )


def _tried(experiment: Experiment, run: Trace, words: tuple[str, ...]) -> str | None:
    try:
        other = trace(experiment.changed(text=(" " if experiment.tokens == "words" else "").join(words)))
    except ExperimentError as problem:
        return problem.allowed
    steps, there = len(other.targets), len(run.targets)
    own, new = run.network.parameters, other.network.parameters
    if run.network.layered and steps > there:
        missing = sum(tensor[there:].size for tensor in new)
        return (
            f"every step has weights of its own, and a step {steps:,} would take {missing:,} that this network does "
            "not have"
        )
    same = zip(own, new, strict=True)
    if not all(np.array_equal(mine[:steps] if run.network.layered else mine, its) for mine, its in same):
        return "its weights would be others"
    return None
