"""The next word of a text, at every step of a window of it."""

from dataclasses import dataclass, field

import numpy as np

from rnn_tui.engine.arrays import FloatArray, IntArray
from rnn_tui.engine.batch import ALL, Batch
from rnn_tui.engine.tasks.task import Baseline, Task, TaskError, one_of, quoted


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class NextWord(Task):
    """Windows of T words of one text; at every step the next word is asked for, after the last the end of the text.

    Fresh windows are of the same text, so they tell what was learnt by heart, not what other texts would show.

    Attributes:
        vocabulary: the V different tokens.
        places: (N,) the index of every word of the text.
        targets: (N,) the index of the one after it.
        embedding: the input vector of every token, (V, D).
    """

    name = "next-word"
    title = "the next word of the text"
    kind = "classes"
    scored = ALL

    vocabulary: tuple[str, ...]
    places: IntArray = field(repr=False)
    targets: IntArray = field(repr=False)
    embedding: FloatArray = field(repr=False)

    def __post_init__(self) -> None:
        Task.__post_init__(self)
        if self.steps > len(self.places):
            raise TaskError(f"the text has {len(self.places)} words: a window of it cannot have {self.steps}")

    @property
    def inputs(self) -> int:
        """D, the numbers of an input vector."""
        return int(self.embedding.shape[1])

    @property
    def output_names(self) -> tuple[str, ...]:
        """The vocabulary."""
        return self.vocabulary

    @property
    def shares(self) -> FloatArray:
        """How often each token is the one asked for, over all windows, (V,)."""
        windows = len(self.places) - self.steps + 1
        places = np.arange(len(self.places))
        # a word near an end of the text is in fewer windows
        times = np.minimum(np.minimum(places + 1, len(places) - places), min(self.steps, windows))
        counts = np.bincount(self.targets, weights=times, minlength=len(self.vocabulary))
        result: FloatArray = counts / counts.sum()
        return result

    @property
    def baseline(self) -> Baseline:
        """Saying how often each word comes."""
        shares = self.shares
        used = shares[shares > 0]
        loss = float(-(used * np.log(used)).sum())
        return Baseline(loss, 1.0 - float(shares.max()), "−Σ p ln p", "knowing how often each word comes, and no more")

    def made(self, rng: np.random.Generator, size: int) -> Batch:
        """Windows that begin anywhere in the text."""
        begin = one_of(rng.random((size,)), 0, len(self.places) - self.steps)
        steps = begin + np.arange(self.steps)[:, None]
        return Batch(self.embedding[self.places[steps]], self.targets[steps], ALL)

    def naive(self, batch: Batch) -> FloatArray:
        """The logarithm of how often each word comes."""
        with np.errstate(divide="ignore"):
            logits = np.log(self.shares)
        return np.broadcast_to(np.maximum(logits, -1e3), (*batch.targets.shape, len(logits)))

    def tokens(self, vectors: FloatArray) -> tuple[str, ...]:
        """The token whose vector is the nearest."""
        far = np.linalg.norm(vectors[:, None] - self.embedding, axis=-1)
        return tuple(self.vocabulary[int(place)] for place in far.argmin(axis=-1))

    def vector(self, token: str) -> FloatArray:
        """The token's own vector."""
        if token not in self.vocabulary:
            raise TaskError(f"{quoted(token)} is not in the text that the network is trained on")
        result: FloatArray = self.embedding[self.vocabulary.index(token)]
        return result
