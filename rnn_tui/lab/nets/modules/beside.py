"""What stands beside a recurrent module: the matrix that turns tokens into its inputs, and the one behind it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from rnn_tui.lab.nets.net import Matrix
from rnn_tui.lab.nets.problem import Unusable, named, sized
from rnn_tui.lab.nets.tensors import FLOATS, StoredTensor, Values

# what `--save-weights` writes beside the weights: the inputs that were measured are as wide as an embedding
_MEASURED = ("inputs", "h_0", "c_0", "targets")


class ChoiceProblem(Exception):
    """A choice that a file does not have: the flag, and a sentence on what it may be."""

    def __init__(self, flag: str, chosen: str, allowed: str) -> None:
        super().__init__(f"{flag} cannot be {chosen!r}: {allowed}")


class Candidates(NamedTuple):
    """The matrices of a file that are as wide as a module needs, by their names.

    Attributes:
        flag: the flag that chooses among them.
        wide: what they are as wide as, in words.
    """

    flag: str
    wide: str
    tensors: Mapping[str, StoredTensor]


def embeddings(tensors: Mapping[str, StoredTensor], inputs: int) -> Candidates:
    """What may turn tokens into inputs: matrices of D columns that have no bias, as `nn.Embedding` has none."""
    found = {name: each for name, each in _matrices(tensors, inputs) if bias_of(each, tensors) is None}
    return Candidates("--embedding", f"D = {inputs:,}", found)


def readouts(tensors: Mapping[str, StoredTensor], width: int, hidden: int) -> Candidates:
    """What may turn the last layer's state into answers: matrices of H columns, 2H of a bidirectional module."""
    wide = f"{'H' if width == hidden else '2H'} = {width:,}"
    return Candidates("--readout", wide, dict(_matrices(tensors, width)))


def _matrices(tensors: Mapping[str, StoredTensor], columns: int) -> Iterator[tuple[str, StoredTensor]]:
    for name, tensor in tensors.items():
        if len(tensor.shape) == 2 and tensor.shape[1] == columns and tensor.dtype in FLOATS and name not in _MEASURED:
            yield name, tensor


def bias_of(matrix: StoredTensor, tensors: Mapping[str, StoredTensor]) -> StoredTensor | None:
    """The bias of a matrix: of the same name with `bias` in the place of `weight`, and a number for each row."""
    before, found, after = matrix.name.rpartition("weight")
    bias = tensors.get(f"{before}bias{after}") if found else None
    return bias if bias is not None and bias.shape == matrix.shape[:1] and bias.dtype in FLOATS else None


def chosen(candidates: Candidates, choice: str | None) -> StoredTensor | None:
    """The candidate that was chosen, or the only one; None where there is none, or several.

    Raises:
        ChoiceProblem: there is no such candidate.
    """
    names = list(candidates.tensors)
    if choice is not None:
        if choice not in candidates.tensors:
            allowed = f"one of {listed(names)}" if names else "the file has no matrix that fits"
            raise ChoiceProblem(candidates.flag, choice, f"{allowed} (those of {candidates.wide} columns)")
        return candidates.tensors[choice]
    return candidates.tensors[names[0]] if len(names) == 1 else None


def matrix_of(tensor: StoredTensor, tensors: Mapping[str, StoredTensor], values: Values) -> Matrix:
    """The matrix with its bias, read.

    Raises:
        Unusable: its numbers cannot be read.
    """
    bias = bias_of(tensor, tensors)
    if bias is None:
        return Matrix(tensor.name, values.of(tensor))
    return Matrix(tensor.name, values.of(tensor), bias.name, values.of(bias))


def listed(names: Sequence[str], most: int = 8) -> str:
    """Names in a sentence, no more than can be read."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(named(name) for name in names[:most]) + more


def nothing_recurrent(tensors: Mapping[str, StoredTensor], form: str) -> Unusable:
    """What is said of a file without a recurrent module: what is there instead."""
    if not tensors:
        arrays = "; arrays of NumPy are read from an npz, not from a pickle" if form.startswith("torch") else ""
        return Unusable(f"it has no recurrent module, and no tensor with a name{arrays}")
    there = ", ".join(f"{named(name)} {sized(each.shape)}" for name, each in list(tensors.items())[:8])
    more = f" and {len(tensors) - 8:,} more" if len(tensors) > 8 else ""
    return Unusable(f"it has no recurrent module, whose W_hh is called weight_hh_l0 or weight_hh; it has {there}{more}")
