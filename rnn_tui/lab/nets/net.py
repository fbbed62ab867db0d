"""A network that somebody brought, as values: its modules, their layers, their directions, each with its weights."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import FloatArray

Kind = Literal["rnn", "lstm", "gru"]
TOP = "."  # how the module is called whose weights have no prefix


class Choices(NamedTuple):
    """What a person chooses where a file leaves it open; None leaves it to the file.

    Attributes:
        module: the name of a module, or the last parts of it.
        embedding: the name of a tensor, as `readout`.
        activation: φ of a simple RNN.
    """

    module: str | None = None
    embedding: str | None = None
    readout: str | None = None
    activation: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Direction:
    """One direction of a layer: its weights in float64 and PyTorch's layout; all arrays are read-only.

    Attributes:
        names: by PyTorch's name of each (`weight_ih`) its name in the file; a bias that is missing there has none.
        weight_ih: (G·H, D), with the gates in PyTorch's order.
        weight_hh: (G·H, H).
        bias_ih: (G·H,), as `bias_hh`.
    """

    names: Mapping[str, str]
    weight_ih: "FloatArray"
    weight_hh: "FloatArray"
    bias_ih: "FloatArray"
    bias_hh: "FloatArray"


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of a module: the forward direction, and behind it the one that reads from the end, if there is one."""

    directions: tuple[Direction, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """A matrix of the file beside the recurrent module: an embedding (V, D), or a readout (V, H).

    Attributes:
        name: its name in the file.
        bias_name: that of its bias; None without one, as every embedding is.
        bias: (V,), or None.
    """

    name: str
    weight: "FloatArray"
    bias_name: str | None = None
    bias: "FloatArray | None" = None


@dataclass(frozen=True, slots=True, eq=False)
class Module:
    """One recurrent module of a file, as `nn.LSTM`, `nn.GRU`, `nn.RNN` or one of their cells.

    Attributes:
        name: the prefix of its tensors; `.` where they have none.
        cell: whether it is a cell, whose tensors have no number of a layer.
        activation: φ of a simple RNN, `tanh` or `relu`; None of the others.
        inputs: D, the size of what its first layer reads.
        precision: how the file stores its weights, as `float32`.
        embedding: the matrix that turns tokens into inputs; None where there is none, or where one has to be chosen.
        readout: the matrix that turns the last layer's state into answers; None as with the embedding.
        embeddings: the names of all matrices that fit, as `readouts`.
        assumed: a sentence for everything that the file does not say, with the reason.
    """

    name: str
    kind: Kind
    cell: bool
    activation: str | None
    layers: tuple[Layer, ...]
    hidden: int
    inputs: int
    precision: str
    embedding: Matrix | None
    readout: Matrix | None
    embeddings: tuple[str, ...]
    readouts: tuple[str, ...]
    assumed: tuple[str, ...]

    @property
    def bidirectional(self) -> bool:
        """Whether each layer also reads from the end."""
        return len(self.layers[0].directions) > 1


@dataclass(frozen=True, slots=True, eq=False)
class Net:
    """What was found in a file of weights.

    Attributes:
        digest: the SHA-256 of the file, in hexadecimal digits.
        size: its bytes.
        format: how it stores the tensors, as `safetensors`.
        modules: all recurrent modules that can be used, in the order of their names.
        refused: a sentence for each of the others.
        module: the one that was chosen, or the only one; None where one has to be chosen.
    """

    path: Path
    digest: str
    size: int
    format: str
    modules: tuple[Module, ...]
    refused: tuple[str, ...]
    module: Module | None
