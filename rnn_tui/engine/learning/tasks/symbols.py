"""Tasks whose inputs are a few symbols, each a unit vector."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from rnn_tui.engine.learning.tasks.task import Task, TaskError, one_hot, quoted_token
from rnn_tui.engine.numbers.arrays import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class SymbolTask(Task, ABC):
    """A task over an alphabet: x_t is the unit vector of a symbol."""

    @property
    @abstractmethod
    def alphabet(self) -> tuple[str, ...]:
        """The D symbols."""

    @property
    def inputs(self) -> int:
        """D, the size of the alphabet."""
        return len(self.alphabet)

    def tokens(self, vectors: FloatArray) -> tuple[str, ...]:
        """The symbol whose entry is the largest."""
        alphabet = self.alphabet
        return tuple(alphabet[int(place)] for place in vectors.argmax(axis=-1))

    def vector(self, token: str) -> FloatArray:
        """The symbol's unit vector."""
        alphabet = self.alphabet
        if token not in alphabet:
            raise TaskError(f"{quoted_token(token)} is none of the symbols {' '.join(alphabet)}")
        return one_hot(np.array(alphabet.index(token)), len(alphabet))
