"""The next word of a text, at every step of a window of it."""

from dataclasses import dataclass, field

import numpy as np

from rnn_tui.engine.learning.batch import ALL, Batch
from rnn_tui.engine.learning.tasks.task import Reference, Task, TaskError, one_of, quoted_token
from rnn_tui.engine.numbers.arrays import FloatArray, IntArray


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class NextWord(Task):
    """Windows of T words of one text; at every step the next word is asked for, after the last the end of the text.

    Fresh windows are of the same text, so they measure what was learnt by heart, not other texts.

    Attributes:
        vocabulary: the V different tokens.
        places: (N,) the index of every word of the text.
        targets: (N,) the index of the one after it.
        embedding: the input vector of every token, (V, D).
        by_step: whether the network has weights of its own at every step, as a feed-forward net, so that it knows the
            number of the step without any memory.
        guessing, current_input: as every task has them.
    """

    name = "next-word"
    title = "the next word of the text"
    kind = "classes"
    scored = ALL

    vocabulary: tuple[str, ...]
    places: IntArray = field(repr=False)
    targets: IntArray = field(repr=False)
    embedding: FloatArray = field(repr=False)
    by_step: bool = False
    guessing: Reference = field(init=False, repr=False)
    current_input: Reference = field(init=False, repr=False)

    def __post_init__(self) -> None:
        Task.__post_init__(self)
        if self.steps > len(self.places):
            raise TaskError(f"the text has {len(self.places)} words: a window of it cannot have {self.steps}")
        object.__setattr__(self, "guessing", self._guessing())
        object.__setattr__(self, "current_input", self._current_input())

    @property
    def inputs(self) -> int:
        """D, the numbers of an input vector."""
        return int(self.embedding.shape[1])

    @property
    def output_names(self) -> tuple[str, ...]:
        """The vocabulary."""
        return self.vocabulary

    @property
    def windows(self) -> int:
        """How many windows the text has."""
        return len(self.places) - self.steps + 1

    @property
    def times(self) -> IntArray:
        """In how many windows each word of the text is, (N,): one near an end of the text is in fewer."""
        places = np.arange(len(self.places))
        return np.minimum(np.minimum(places + 1, len(places) - places), min(self.steps, self.windows))

    def _guessing(self) -> Reference:
        """Knowing how often each word is asked for."""
        loss, error = from_pairs(np.zeros_like(self.targets), self.targets, self.times)
        return Reference(loss, error, "−Σ p ln p", "knowing how often each word comes, and no more")

    def _current_input(self) -> Reference:
        """Knowing how often each word is asked for after the one just read."""
        meaning = "knowing how often each word follows the one just read"
        if not self.by_step:
            return Reference(*from_pairs(self.places, self.targets, self.times), "−Σ p(x, y) ln p(y | x)", meaning)
        once = np.ones(self.windows, dtype=np.int64)
        each = [
            from_pairs(self.places[step : step + self.windows], self.targets[step : step + self.windows], once)
            for step in range(self.steps)
        ]
        loss, error = np.mean(each, axis=0).tolist()
        return Reference(loss, error, "−Σ p(t, x, y) ln p(y | t, x)", f"{meaning}, at each step of its own")

    def draw_batch(self, rng: np.random.Generator, size: int) -> Batch:
        """Windows that begin anywhere in the text."""
        begin = one_of(rng.random((size,)), 0, len(self.places) - self.steps)
        steps = begin + np.arange(self.steps)[:, None]
        return Batch(self.embedding[self.places[steps]], self.targets[steps], ALL)

    def tokens(self, vectors: FloatArray) -> tuple[str, ...]:
        """The token whose vector is the nearest."""
        far = np.linalg.norm(vectors[:, None] - self.embedding, axis=-1)
        return tuple(self.vocabulary[int(place)] for place in far.argmin(axis=-1))

    def vector(self, token: str) -> FloatArray:
        """The token's own vector."""
        if token not in self.vocabulary:
            raise TaskError(f"{quoted_token(token)} is not in the text that the network is trained on")
        result: FloatArray = self.embedding[self.vocabulary.index(token)]
        return result


def from_pairs(seen: IntArray, asked: IntArray, times: IntArray) -> tuple[float, float]:
    """The lowest cross-entropy and the lowest share of errors of an answer that knows the token seen, and no more.

    Args:
        seen, asked: (N,) what is seen, and what is asked for with it, whole numbers from 0.
        times: (N,) how often each of these pairs comes, at least once.
    """
    width = int(asked.max()) + 1
    keys, place = np.unique(seen * width + asked, return_inverse=True)
    pairs, of = np.bincount(place, weights=times), keys // width
    starts = np.flatnonzero(np.diff(of, prepend=-1))
    totals, most = np.add.reduceat(pairs, starts), np.maximum.reduceat(pairs, starts)
    every = float(totals.sum())
    loss = float((totals * np.log(totals)).sum() - (pairs * np.log(pairs)).sum()) / every
    return max(loss, 0.0), float((totals - most).sum()) / every
