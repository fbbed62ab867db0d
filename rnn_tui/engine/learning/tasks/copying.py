"""The copy task: ten symbols, a long silence, and at a sign the ten are to be said again.

Hochreiter & Schmidhuber 1997, in the form of Arjovsky et al. 2016.
"""

import math
from dataclasses import dataclass

import numpy as np

from rnn_tui.engine.learning.batch import ALL, Batch
from rnn_tui.engine.learning.tasks.symbols import SymbolTask
from rnn_tui.engine.learning.tasks.task import Reference, one_hot, one_of
from rnn_tui.engine.numbers.arrays import FloatArray

SYMBOLS = ("1", "2", "3", "4", "5", "6", "7", "8")
REMEMBERED = 10
BLANK, SIGN = 8, 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Copying(SymbolTask):
    """Ten of eight symbols, T − 1 blanks, the sign `>`, ten blanks; wanted: T + 10 blanks, then the ten symbols.

    T is the delay between a symbol and its echo, less ten; a sequence has T + 20 steps, all of them scored, and the
    loss is their mean. As in its literature the guess may know the number of the step, and with it where the blanks
    belong: 10 ln 8 / (T + 20). What x_t adds to that is nothing, and x_t alone, without the number of the step, is
    worth less: the ten blanks that ask for a symbol are like the T − 1 others.
    """

    name = "copy"
    title = "the first ten symbols, said again at the end"
    kind = "classes"
    scored = ALL
    error_name = "share of the ten symbols wrong"

    @property
    def length(self) -> int:
        """T + 20."""
        return self.steps + 2 * REMEMBERED

    @property
    def alphabet(self) -> tuple[str, ...]:
        """Eight symbols, the blank and the sign."""
        return (*SYMBOLS, "_", ">")

    @property
    def output_names(self) -> tuple[str, ...]:
        """Eight symbols and the blank."""
        return (*SYMBOLS, "_")

    @property
    def guessing(self) -> Reference:
        """Blanks, then one in eight."""
        loss = REMEMBERED * math.log(8.0) / self.length
        return Reference(loss, 7 / 8, "10 ln 8 / (T + 20)", "blanks where they belong, then guessing one of 8 symbols")

    def draw_batch(self, rng: np.random.Generator, size: int) -> Batch:
        """Sequences of ten symbols to be remembered."""
        symbols = one_of(rng.random((REMEMBERED, size)), 0, 7)
        shown = np.full((self.length, size), BLANK)
        shown[:REMEMBERED] = symbols
        shown[-REMEMBERED - 1] = SIGN
        wanted = np.full((self.length, size), BLANK)
        wanted[-REMEMBERED:] = symbols
        return Batch(one_hot(shown, 10), wanted, ALL)

    def error(self, outputs: FloatArray, batch: Batch) -> float:
        """The share wrong of the ten symbols that are asked for."""
        return float((outputs[-REMEMBERED:].argmax(axis=-1) != batch.targets[-REMEMBERED:]).mean())
