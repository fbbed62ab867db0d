"""What a file of weights holds: its tensors, in the dictionaries in which it keeps them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from rnn_tui.lab.nets.tensors import StoredTensor


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """The tensors of one dictionary of a file, or of one module with all that is in it.

    Attributes:
        place: the keys that lead to it, joined by dots; empty for the file itself.
        tensors: by their names.
        said: by the name of a module what it says of itself: `RNN_RELU`, `LSTM`, `relu`.
    """

    place: str
    tensors: Mapping[str, StoredTensor]
    said: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Contents:
    """The content of a file.

    Attributes:
        format: which format it has, in words.
        groups: in the order of the file.
    """

    format: str
    groups: tuple[Group, ...]
