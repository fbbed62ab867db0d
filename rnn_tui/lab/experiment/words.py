"""A text one word longer, or one shorter."""

from collections.abc import Iterable, Sequence

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.settings.errors import ExperimentError


def without_last(experiment: Experiment) -> Experiment:
    """The experiment without the last word of its text.

    Raises:
        ExperimentError: there is but one; or the network runs no other length.
    """
    words = experiment.words
    if len(words) == 1:
        raise ExperimentError("text", experiment.text[:40], "this is its only word, and a network needs one")
    text = experiment.text.rstrip() if experiment.tokens == "words" else experiment.text.rstrip("\r\n")
    text = text.removesuffix(words[-1])
    return experiment.changed(text=text.rstrip() if experiment.tokens == "words" else text)


def with_next(experiment: Experiment, past: Iterable[Experiment]) -> Experiment:
    """The experiment with one word more.

    It is the one that was there in the newest of the experiments of `past`, the oldest first, whose text went on from
    here; else the text begins again.

    Raises:
        ExperimentError: the network runs no other length.
    """
    words = experiment.words
    word = _next(experiment, past) or words[len(words) - _period(words)]
    if experiment.tokens == "words":
        return experiment.changed(text=f"{experiment.text.rstrip()} {word}")
    return experiment.changed(text=experiment.text.rstrip("\r\n") + word)


def _next(experiment: Experiment, past: Iterable[Experiment]) -> str | None:
    steps = len(experiment.words)
    for other in reversed(tuple(past)):
        if other.tokens == experiment.tokens and len(other.words) > steps and other.words[:steps] == experiment.words:
            return other.words[steps]
    return None


def _period(words: Sequence[str]) -> int:
    """The fewest words that the text repeats: 4 of `What time is it What` (Knuth, Morris and Pratt, 1977)."""
    border = [0] * len(words)
    for place in range(1, len(words)):
        length = border[place - 1]
        while length and words[place] != words[length]:
            length = border[length - 1]
        border[place] = length + (words[place] == words[length])
    return len(words) - border[-1]
