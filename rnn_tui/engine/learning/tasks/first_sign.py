"""The sign of the first input, after which there is nothing but noise (after Bengio et al. 1994, the latch)."""

import math
from dataclasses import dataclass

import numpy as np

from rnn_tui.engine.learning.batch import Batch
from rnn_tui.engine.learning.tasks.task import Reference, Task, TaskError, quoted_token, token_number, two_decimals
from rnn_tui.engine.numbers.arrays import FloatArray

NOISE = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstSign(Task):
    """x_1 is U(½, 1½) with a sign, all later x_t are N(0, .2²), and the sign of x_1 is asked for at the end; D = 1."""

    name = "first-sign"
    title = "the sign of the first number"
    kind = "classes"

    @property
    def inputs(self) -> int:
        """D = 1: one number."""
        return 1

    @property
    def output_names(self) -> tuple[str, ...]:
        """The two signs."""
        return ("−", "+")

    @property
    def guessing(self) -> Reference:
        """Tossing a coin."""
        return Reference(math.log(2.0), 0.5, "ln 2", "tossing a coin")

    @property
    def current_input(self) -> Reference:
        """The last number is noise, but for T = 1, where its sign is what is asked for."""
        if self.steps > 1:
            return self.guessing
        return Reference(0.0, 0.0, "0", "reading the only number there is")

    def draw_batch(self, rng: np.random.Generator, size: int) -> Batch:
        """Sequences of one telling number and noise."""
        side, height = rng.random((2, size))
        numbers = NOISE * rng.standard_normal((self.steps, size))
        positive = side >= 0.5
        numbers[0] = np.where(positive, 0.5 + height, -0.5 - height)
        return Batch(numbers[..., None], positive.astype(np.int64)[None])

    def tokens(self, vectors: FloatArray) -> tuple[str, ...]:
        """`+.83` or `-.12`."""
        return tuple(two_decimals(float(value), signed=True) for (value,) in vectors)

    def vector(self, token: str) -> FloatArray:
        """The number."""
        value = token_number(token)
        if value is None:
            raise TaskError(f"{quoted_token(token)} is no number, like +.83 or -.12")
        return np.array([value])
