"""Temporal order: two symbols far from the end, and in which order they came.

Hochreiter & Schmidhuber 1997, experiment 6a; the places are those of Pascanu et al. 2013.
"""

import math
from dataclasses import dataclass

import numpy as np

from rnn_tui.engine.learning.batch import Batch
from rnn_tui.engine.learning.tasks.symbols import SymbolTask
from rnn_tui.engine.learning.tasks.task import Reference, one_hot, one_of


@dataclass(frozen=True, slots=True, kw_only=True)
class TemporalOrder(SymbolTask):
    """A or B at two places among the distractors c d e f, and at the end which of AA, AB, BA, BB it was.

    The first place is one of the steps T/10 … 2T/10, the second one of 4T/10 … 5T/10.
    """

    name = "temporal-order"
    title = "which two capitals came, and in which order"
    kind = "classes"
    shortest = 2

    @property
    def alphabet(self) -> tuple[str, ...]:
        """Two that count and four that do not."""
        return ("A", "B", "c", "d", "e", "f")

    @property
    def output_names(self) -> tuple[str, ...]:
        """The four orders."""
        return ("AA", "AB", "BA", "BB")

    @property
    def guessing(self) -> Reference:
        """One of four."""
        return Reference(math.log(4.0), 0.75, "ln 4", "guessing one of the four orders")

    @property
    def current_input(self) -> Reference:
        """The last symbol is a distractor, but for T = 2, where it is the second of the two that count."""
        if self.steps > 2:
            return self.guessing
        return Reference(math.log(2.0), 0.5, "ln 2", "seeing the second capital and guessing the first")

    @property
    def places(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """The first and the last step (from 1) at which each of the two symbols can be."""
        steps = self.steps
        early = max(1, steps // 10), max(1, 2 * steps // 10)
        late = max(early[1] + 1, 4 * steps // 10)
        return early, (late, max(late, 5 * steps // 10))

    def draw_batch(self, rng: np.random.Generator, size: int) -> Batch:
        """Sequences with a capital at two of their steps; see `places`."""
        chance, rows = rng.random((self.steps + 4, size)), np.arange(size)
        symbols = one_of(chance[4:], 2, 5)
        which = one_of(chance[2:4], 0, 1)
        for drawn, symbol, (first, last) in zip(chance[:2], which, self.places, strict=True):
            symbols[one_of(drawn, first - 1, last - 1), rows] = symbol
        return Batch(one_hot(symbols, 6), (2 * which[0] + which[1])[None])
