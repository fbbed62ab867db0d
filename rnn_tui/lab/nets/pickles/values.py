"""What a pickle is read into beside numbers, texts, lists, tuples and dictionaries: nothing that can act."""

from typing import NamedTuple, TypeAlias

from rnn_tui.lab.nets.problem import Unusable, named
from rnn_tui.lab.nets.tensors import whole_numbers


class Name(NamedTuple):
    """The name of a class or function in the pickle. It stays a name: nothing is imported."""

    module: str
    name: str

    @property
    def text(self) -> str:
        """As sentences show it."""
        return named(f"{self.module}.{self.name}")


class Record:
    """An object of a class that nobody imports: what the pickle says of it, and no more.

    Attributes:
        of: its class.
        state: its attributes, where the pickle has them.
        items: what was put into it by names, where it is a kind of dictionary.
    """

    __slots__ = ("items", "of", "state")

    def __init__(self, of: Name, state: object = None) -> None:
        self.of = of
        self.state = state
        self.items: dict[object, object] = {}

    def __bool__(self) -> bool:
        """Whether the pickle says anything of it but its class."""
        return bool(self.state) or bool(self.items)


class Storage(NamedTuple):
    """The numbers that tensors are views of, which lie outside of the pickle under a key."""

    key: str
    dtype: str
    size: int


class TensorView(NamedTuple):
    """A tensor as the pickle describes it, checked against the numbers of its storage."""

    storage: Storage
    dtype: str
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


Value: TypeAlias = object
"""A number, text, bytes, None, list, tuple, dict, `Name`, `Record`, `Storage` or `TensorView`."""

# what torch calls the storages of each type of number; the one without a type has the type beside the tensor
STORAGES = {
    "DoubleStorage": "float64",
    "FloatStorage": "float32",
    "HalfStorage": "float16",
    "BFloat16Storage": "bfloat16",
    "LongStorage": "int64",
    "IntStorage": "int32",
    "ShortStorage": "int16",
    "CharStorage": "int8",
    "ByteStorage": "uint8",
    "BoolStorage": "bool",
    "ComplexFloatStorage": "complex64",
    "ComplexDoubleStorage": "complex128",
    "UntypedStorage": "",
}
WIDTHS = {
    "float64": 8,
    "float32": 4,
    "float16": 2,
    "bfloat16": 2,
    "int64": 8,
    "int32": 4,
    "int16": 2,
    "int8": 1,
    "uint8": 1,
    "bool": 1,
    "complex64": 8,
    "complex128": 16,
    "": 1,
}
_MOST_PARTS = 6  # of what names a storage


def storage_of(identity: Value) -> Storage:
    """The storage that the pickle names as lying outside of it.

    Raises:
        Unusable: it is none, or of numbers that are not read.
    """
    if not isinstance(identity, tuple) or len(identity) > _MOST_PARTS:
        identity = ()
    match identity:
        case ("storage", Name(module="torch" | "torch.storage", name=kind), str(key), str(), int(count), *rest):
            pass
        case _:
            raise Unusable("its pickle names something outside of it that is no storage of numbers")
    if kind not in STORAGES:
        quantised = "quantised numbers" if kind.startswith("Q") else "a storage"
        raise Unusable(f"it holds {quantised} ({named(kind)}), which are not read")
    if not whole_numbers((count,)) or rest not in ([], [None]):
        raise Unusable(f"its storage {named(key)} is a part of another, or has no size")
    return Storage(key, STORAGES[kind], count)
