"""The adding problem: two of T numbers are marked, and their sum or their average is asked for at the end.

Hochreiter & Schmidhuber 1997, experiment 4; the average, and its places, are those of Pascanu et al. 2013.
"""

from dataclasses import dataclass

import numpy as np

from rnn_tui.engine.learning.batch import Batch
from rnn_tui.engine.learning.tasks.task import (
    Reference,
    Task,
    TaskError,
    one_of,
    quoted_token,
    token_number,
    two_decimals,
)
from rnn_tui.engine.numbers.arrays import FloatArray

CLOSE = 0.04  # a prediction nearer than this is right


@dataclass(frozen=True, slots=True, kw_only=True)
class Adding(Task):
    """The sum of two marked numbers of U(0, 1), one in each half of the sequence; x_t = (number, mark), D = 2.

    The mean squared error of always saying 1 is the variance of the sum, 2 · 1/12 = 1/6. |sum − 1| < d has the
    probability 2d − d², for the sum's density is 1 − |sum − 1|.
    """

    name = "adding"
    title = "the sum of the two marked numbers"
    kind = "numbers"
    error_name = "share off by .04 or more"
    shortest = 2

    @property
    def inputs(self) -> int:
        """D = 2: the number, and 1 where it is marked."""
        return 2

    @property
    def output_names(self) -> tuple[str, ...]:
        """One number."""
        return ("sum",)

    @property
    def guessing(self) -> Reference:
        """Saying 1 each time."""
        return Reference(1 / 6, 1 - _within(CLOSE), "1/6", "saying 1, the mean of all sums, each time")

    @property
    def current_input(self) -> Reference:
        """The last step's number and ½ where it is marked, as it is in one of n sequences, else 1.

        Of a marked x the sum is x + U(0, 1): its variance is 1/12, and |sum − x − ½| < d has the probability 2d.
        """
        n = self.steps - self.steps // 2
        error = 1 - (2 * CLOSE + (n - 1) * _within(CLOSE)) / n
        meaning = "the last number and ½ where it is marked, else 1"
        return Reference((1 / 12 + (n - 1) / 6) / n, error, f"(1/12 + {n - 1}/6) / {n}", meaning)

    @property
    def places(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """The first and the last step (from 1) at which each of the two marks can be."""
        half = self.steps // 2
        return (1, half), (half + 1, self.steps)

    def draw_batch(self, rng: np.random.Generator, size: int) -> Batch:
        """Sequences with marks at two of their steps; see `places`."""
        chance = rng.random((self.steps + 2, size))
        numbers, rows = chance[2:], np.arange(size)
        marks = np.zeros_like(numbers)
        for drawn, (first, last) in zip(chance[:2], self.places, strict=True):
            marks[one_of(drawn, first - 1, last - 1), rows] = 1.0
        wanted = self.of_sum((numbers * marks).sum(axis=0))
        return Batch(np.stack([numbers, marks], axis=-1), wanted[None, :, None])

    def of_sum(self, total: FloatArray) -> FloatArray:
        """The wanted number, from the sum of the two marked numbers."""
        return total

    def error(self, outputs: FloatArray, batch: Batch) -> float:
        """The share of sequences with |y − target| ≥ .04, the criterion of both papers."""
        return float((np.abs(outputs - batch.targets) >= CLOSE).mean())

    def tokens(self, vectors: FloatArray) -> tuple[str, ...]:
        """`.53`, and `.53*` for a marked number."""
        return tuple(two_decimals(float(value)) + ("*" if mark >= 0.5 else "") for value, mark in vectors)

    def vector(self, token: str) -> FloatArray:
        """The number, and whether a star marks it."""
        value = token_number(token.removesuffix("*"))
        if value is None or not 0.0 <= value <= 1.0:
            raise TaskError(f"{quoted_token(token)} is no number from 0 to 1, like .53, or .53* where it is marked")
        return np.array([value, float(token.endswith("*"))])


@dataclass(frozen=True, slots=True, kw_only=True)
class Averaging(Adding):
    """The average of two marked numbers, one in the first tenth of the sequence, the other from there to its half.

    The mean squared error of always saying ½ is a quarter of the sum's variance, 1/24.
    """

    name = "adding-average"
    title = "the average of the two marked numbers"
    shortest = 4

    @property
    def output_names(self) -> tuple[str, ...]:
        """One number."""
        return ("average",)

    @property
    def guessing(self) -> Reference:
        """Saying ½ each time."""
        return Reference(1 / 24, 1 - _within(2 * CLOSE), "1/24", "saying ½, the mean of all averages, each time")

    @property
    def current_input(self) -> Reference:
        """The last step is never marked, so that its input says nothing about the sum."""
        return self.guessing

    @property
    def places(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Steps 1 … T/10 and T/10 + 1 … T/2."""
        tenth = max(1, self.steps // 10)
        return (1, tenth), (tenth + 1, self.steps // 2)

    def of_sum(self, total: FloatArray) -> FloatArray:
        """Half the sum."""
        return 0.5 * total


def _within(distance: float) -> float:
    """The probability that the sum of two U(0, 1) numbers is nearer to 1 than this."""
    return 2 * distance - distance**2
