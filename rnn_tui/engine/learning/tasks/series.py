"""A short noisy series whose next value is to be forecast at every step: what a simple RNN learns well."""

import math
from dataclasses import dataclass

import numpy as np

from rnn_tui.engine.learning.batch import ALL, Batch
from rnn_tui.engine.learning.tasks.task import Reference, Task, TaskError, quoted_token, token_number, two_decimals
from rnn_tui.engine.numbers.arrays import FloatArray

AMPLITUDES, PERIODS = np.array([1.0, 0.5]), np.array([16.0, 7.0])
NOISE = 0.05
# E Var[x_{t+1} | x_t], by quadrature over both phases and x_t; the best line a·x_t leaves .16301
FROM_CURRENT = 0.161215111331828


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveSeries(Task):
    """x_t = sin(2πt/16 + φ₁) + ½ sin(2πt/7 + φ₂) + N(0, .05²), random φ; wanted at every step: x_{t+1}. D = V = 1.

    Always saying 0 leaves the variance Σ a²/2 + .05² = .6275 of squared error, the best forecast from the value just
    seen .16122; the noise alone, which nobody can forecast, is .0025.
    """

    name = "series"
    title = "the next value of two waves in noise"
    kind = "numbers"
    scored = ALL
    error_name = "root mean squared error"

    @property
    def inputs(self) -> int:
        """D = 1: the value."""
        return 1

    @property
    def output_names(self) -> tuple[str, ...]:
        """The value that comes."""
        return ("next",)

    @property
    def guessing(self) -> Reference:
        """Saying 0, the mean, each time."""
        loss = float((AMPLITUDES**2).sum() / 2.0 + NOISE**2)
        return Reference(loss, math.sqrt(loss), "Σ a²/2 + .05²", "saying 0, the mean, each time")

    @property
    def current_input(self) -> Reference:
        """The mean of what comes after the value just seen."""
        loss, formula = FROM_CURRENT, "E Var[x_{t+1} | x_t]"
        return Reference(loss, math.sqrt(loss), formula, "the best forecast from the value just seen alone")

    def draw_batch(self, rng: np.random.Generator, size: int) -> Batch:
        """Waves of random phases, T + 1 values of each, the last only to be forecast."""
        phases = 2.0 * np.pi * rng.random((len(PERIODS), 1, size))
        angles = 2.0 * np.pi * np.arange(self.steps + 1)[:, None] / PERIODS[:, None, None] + phases
        values = (AMPLITUDES[:, None, None] * np.sin(angles)).sum(axis=0)
        values += NOISE * rng.standard_normal(values.shape)
        return Batch(values[:-1, :, None], values[1:, :, None], ALL)

    def error(self, outputs: FloatArray, batch: Batch) -> float:
        """The root of the mean squared error, in the series' own unit."""
        return float(np.sqrt(np.square(outputs - batch.targets).mean()))

    def tokens(self, vectors: FloatArray) -> tuple[str, ...]:
        """`+.83` or `-.12`."""
        return tuple(two_decimals(float(value), signed=True) for (value,) in vectors)

    def vector(self, token: str) -> FloatArray:
        """The value."""
        value = token_number(token)
        if value is None:
            raise TaskError(f"{quoted_token(token)} is no number, like +.83 or -.12")
        return np.array([value])
