"""The rows of the table: what is timed, at which sizes, and how many times quicker than each peer it should be."""

from collections.abc import Mapping
from typing import NamedTuple

INPUTS = 8  # D
VOCABULARY = 20  # V
DRAWS, RADII = 32, 32  # of the 1024 networks of a sweep


class Row(NamedTuple):
    """One kind of work at one size.

    Attributes:
        work: its name in `ours`, `torch_peer` and `jax_peer`.
        steps, hidden, batch: T, H, B.
        bars: by peer, the least ratio of its time to ours.
        limit: the most milliseconds it may take; None where there is no such bar.
    """

    work: str
    steps: int
    hidden: int
    batch: int
    bars: Mapping[str, float]
    limit: float | None = None

    @property
    def title(self) -> str:
        """As the table names it."""
        batch = f", {self.batch}" if self.batch > 1 else ""
        return f"{self.work} ({self.steps}, {self.hidden}{batch})"


ROWS = (
    Row("rnn", 10, 8, 1, {"torch": 15, "jax": 2}),
    Row("rnn", 50, 32, 1, {"torch": 12, "jax": 1.3}),
    Row("rnn", 200, 64, 1, {"torch": 9, "jax": 0.9}),
    Row("rnn", 1000, 128, 1, {"torch": 5, "jax": 0.8}),
    Row("rnn", 100, 128, 32, {"torch": 1.5, "jax": 1.1}),
    Row("rnn", 100, 256, 64, {"torch": 1.2, "jax": 1.2}),
    Row("lstm", 50, 32, 1, {"torch": 8, "jax": 0.65}),
    Row("lstm", 100, 128, 32, {"torch": 1.05, "jax": 0.65}),
    Row("gru", 50, 32, 1, {"torch": 8, "jax": 0.65}),
    Row("gru", 100, 128, 32, {"torch": 1.05, "jax": 0.65}),
    Row("itemised", 50, 32, 1, {"torch": 20}),
    Row("itemised", 200, 64, 1, {"torch": 35, "jax": 4}),
    Row("all pairs", 200, 64, 1, {"torch": 100, "jax": 80, "direct": 5}),
    Row("last jacobians", 1000, 64, 1, {"torch": 15, "jax": 2}),
    Row("spectral norms", 1000, 64, 1, {"torch": 1, "jax": 1}),
    Row("sweep", 100, 32, 1, {"torch": 1.7, "jax": 2.5, "one by one": 12}),
    Row("training step", 100, 64, 20, {"torch": 3.5, "jax": 1.4}),
    Row("refresh", 50, 32, 1, {}, limit=6.0),
    Row("refresh", 200, 64, 1, {}, limit=100.0),
)
