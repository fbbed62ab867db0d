"""The base of every task: batches from a seed, what is reached without memory, and words for its input vectors."""

import math
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, NamedTuple

import numpy as np

from rnn_tui.engine.learning.batch import LAST, Batch
from rnn_tui.engine.network.initialisers import stream
from rnn_tui.engine.numbers.arrays import FloatArray, IntArray

LONGEST_QUOTED = 40
Targets = Literal["classes", "numbers"]
NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")


class TaskError(ValueError):
    """A task that cannot be, or a token it cannot read; its message is a sentence for the person."""


class Reference(NamedTuple):
    """The lowest loss and the lowest error of all answers of one kind; each of the two may take an answer of its own.

    Attributes:
        loss, error: expected on fresh sequences; the error is as the task measures it.
        formula: the loss in closed form.
        meaning: in words, what answers so.
    """

    loss: float
    error: float
    formula: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(ABC):
    """One kind of sequence and what is asked of it.

    The batch of a training step is a function of (task, seed, step, size) alone, so that any step can be made again;
    fresh sequences come from another stream.

    Attributes:
        steps: T as the task's literature counts it; `length` is how many steps the network runs.
        seed: of all its streams.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    """The task in a few words."""
    kind: ClassVar[Targets]
    scored: ClassVar[slice] = LAST
    error_name: ClassVar[str] = "share wrong"
    """The quantity that `error` measures, in words."""
    shortest: ClassVar[int] = 1

    steps: int
    seed: int = 0

    def __post_init__(self) -> None:
        if self.steps < self.shortest:
            raise TaskError(f"{self.name} needs T ≥ {self.shortest}, not {self.steps}")

    @property
    def length(self) -> int:
        """How many steps a sequence has."""
        return self.steps

    @property
    @abstractmethod
    def inputs(self) -> int:
        """D, the numbers of an input vector."""

    @property
    @abstractmethod
    def output_names(self) -> tuple[str, ...]:
        """The name of each of the V outputs, in a word."""

    @property
    def outputs(self) -> int:
        """V, the classes, or the numbers predicted at a scored step."""
        return len(self.output_names)

    @property
    @abstractmethod
    def guessing(self) -> Reference:
        """The best constant answer, which uses no input."""

    @property
    def current_input(self) -> Reference:
        """The best answer from x_t alone, the input of the step that is asked; what is below it has a memory.

        It is `guessing` itself where x_t is independent of what is asked for.
        """
        return self.guessing

    @abstractmethod
    def draw_batch(self, rng: np.random.Generator, size: int) -> Batch:
        """B = `size` sequences from a stream."""

    @abstractmethod
    def tokens(self, vectors: FloatArray) -> tuple[str, ...]:
        """A readable token for each input vector: (T, D) to T words; numbers are rounded to two digits."""

    @abstractmethod
    def vector(self, token: str) -> FloatArray:
        """The input vector of a token, (D,).

        Raises:
            TaskError: the task has no such token.
        """

    def batch(self, step: int, size: int) -> Batch:
        """The B = `size` sequences of training step `step`."""
        return self.draw_batch(stream(self.seed, f"{self.name} batch {step}"), size)

    def fresh(self, size: int, draw: int = 0) -> Batch:
        """As many sequences that no training step sees: those of the `draw`-th evaluation."""
        return self.draw_batch(stream(self.seed, f"{self.name} fresh {draw}"), size)

    def vectors(self, tokens: Sequence[str]) -> FloatArray:
        """The input vectors of the tokens, (T, D).

        Raises:
            TaskError: one of them is no token of the task; says which step it is.
        """
        found = np.empty((len(tokens), self.inputs))
        for t, token in enumerate(tokens):
            try:
                found[t] = self.vector(token)
            except TaskError as problem:
                raise TaskError(f"step {t + 1}: {problem}") from problem
        return found

    def error(self, outputs: FloatArray, batch: Batch) -> float:
        """The error on a batch, as `error_name` says; for classes the share whose likeliest class is not the right one.

        Args:
            outputs: y at the scored steps, (n, B, V).
        """
        return float((outputs.argmax(axis=-1) != batch.targets).mean())


def one_of(chance: FloatArray, first: int, last: int) -> IntArray:
    """Whole numbers, each of `first` … `last` as likely, from U(0, 1) numbers."""
    return first + (chance * (last + 1 - first)).astype(np.int64)


def one_hot(places: IntArray, width: int) -> FloatArray:
    """(…,) indices as unit vectors, (…, width)."""
    result: FloatArray = np.eye(width)[places]
    return result


def two_decimals(value: float, *, signed: bool = False) -> str:
    """A number in two digits after the point, without a zero before it: `.53`, `1.00`, `+.83`."""
    text = f"{value:+.2f}" if signed else f"{value:.2f}"
    whole, _, digits = text.partition(".")
    return f"{whole.rstrip('0') if whole in ('0', '+0', '-0') else whole}.{digits}"


def token_number(token: str) -> float | None:
    """The number that a token is, as `two_decimals` writes it or in any other decimal form; None where it is none."""
    ascii_token = token.replace("−", "-")
    value = float(ascii_token) if NUMBER.fullmatch(ascii_token) else math.nan
    return value if math.isfinite(value) else None


def quoted_token(token: str) -> str:
    """A token as a sentence names it, no longer than can be read."""
    return f"“{token}”" if len(token) <= LONGEST_QUOTED else f"“{token[:LONGEST_QUOTED]}…”"
