"""The kinds of cell, W, task, loss and the like that there are, by name. Loads no NumPy: a screen can name them."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

CellName = Literal["rnn", "lstm", "gru", "feedforward"]
Activation = Literal["tanh", "sigmoid", "relu", "linear"]
Init = Literal["gaussian", "uniform", "orthogonal", "identity", "diagonal", "nonnormal", "number"]
Optimiser = Literal["sgd", "momentum", "adam", "rmsprop"]
ClipMode = Literal["off", "norm", "value", "step"]
Loss = Literal["last", "sum", "mean"]
TaskName = Literal["temporal-order", "adding", "adding-average", "copy", "first-sign", "series", "next-word"]
Bound = Literal["must-vanish", "must-explode", "may-explode", "may-grow", "cannot-explode"]


class CellKind(NamedTuple):
    """A cell in words and counts; its mathematics is a folder of `engine/cells`.

    Attributes:
        name: as in "the GRU".
        article: "a" or "an".
        summary: what it does, in a line.
        gates: its blocks of W, in PyTorch's order; a cell without gates has one, its pre-activation a.
        candidate: the block of the new content, whose function is tanh; every other gate's is σ. None without gates.
        state: the parts of the state that a step hands to the next; what a cell carries on by itself is the last.
        shares_weights: whether one set of weights serves all steps.
        carry: the name of the gate that carries the state on, and of its bias; None where nothing is carried.
        carry_gate: its letter.
        input_gate: the letter of a gate of its own for the new content; None where there is none.
        opened: what a larger bias of the carrying gate does.
        meanings: what each gate that is drawn inside the cell decides, in their order.
    """

    name: str
    article: str
    summary: str
    gates: tuple[str, ...] = ("a",)
    candidate: str | None = None
    state: tuple[str, ...] = ("h",)
    shares_weights: bool = True
    carry: str | None = None
    carry_gate: str | None = None
    input_gate: str | None = None
    opened: str = ""
    meanings: Mapping[str, str] = {}

    @property
    def gated(self) -> bool:
        """Whether gates decide what is kept; then the functions are σ and tanh, and no φ can be chosen."""
        return self.candidate is not None

    @property
    def with_article(self) -> str:
        """The name in a sentence, as "a GRU"."""
        return f"{self.article} {self.name}"

    @property
    def candidate_block(self) -> int:
        """Which block of W brings the new content; 0 where there is one block only."""
        return 0 if self.candidate is None else self.gates.index(self.candidate)

    @property
    def carry_bias(self) -> str | None:
        """The name of the setting that is the bias of the carrying gate; None where nothing is carried."""
        return None if self.carry is None else f"{self.carry}_bias"


CELLS: Mapping[CellName, CellKind] = {
    "rnn": CellKind("simple RNN", "a", "one cell, the same W at every step"),
    "lstm": CellKind(
        "LSTM",
        "an",
        "f keeps c, i lets in, o lets out",
        gates=("i", "f", "g", "o"),
        candidate="g",
        state=("h", "c"),
        carry="forget",
        carry_gate="f",
        input_gate="i",
        opened="opens the gate f",
        meanings={"f": "how much of c is kept", "i": "how much is let in", "o": "how much is let out"},
    ),
    "gru": CellKind(
        "GRU",
        "a",
        "z keeps h, r opens it to W",
        gates=("r", "z", "n"),
        candidate="n",
        carry="update",
        carry_gate="z",
        opened="keeps more of h",
        meanings={"z": "how much of h is kept", "r": "how much of h W sees"},
    ),
    "feedforward": CellKind("feed-forward net", "a", "feed-forward, a W for every layer", shares_weights=False),
}
GATES: Mapping[CellName, tuple[str, ...]] = {cell: kind.gates for cell, kind in CELLS.items()}
GATED: frozenset[CellName] = frozenset(cell for cell, kind in CELLS.items() if kind.gated)
# γ, the largest slope of φ
LARGEST_SLOPE: Mapping[Activation, float] = {"tanh": 1.0, "sigmoid": 0.25, "relu": 1.0, "linear": 1.0}
# of the whole: a step whose words' integrated gradients miss it by more has no shares
SHARES_WITHIN = 1e-3
UNBOUNDED: frozenset[Activation] = frozenset({"relu", "linear"})
