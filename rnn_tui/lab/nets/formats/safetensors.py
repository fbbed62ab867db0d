"""Safetensors: a JSON header with each tensor's place, then the tensors' bytes; the header is not believed."""

from itertools import pairwise
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from rnn_tui.lab.nets.contents import Contents, Group
from rnn_tui.lab.nets.formats.recognise import MOST_HEADER
from rnn_tui.lab.nets.formats.source import Source
from rnn_tui.lab.nets.problem import Unusable, named, sized
from rnn_tui.lab.nets.tensors import FLOATS, MOST_NUMBERS, StoredTensor, check_shape
from rnn_tui.lab.text.documents import DocumentError, parse_json

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import AnyArray

_PREFIX = 8
_METADATA = "__metadata__"
# PyTorch's name of each type, and its bytes
_DTYPES = {
    "F64": ("float64", 8),
    "F32": ("float32", 4),
    "F16": ("float16", 2),
    "BF16": ("bfloat16", 2),
    "I64": ("int64", 8),
    "I32": ("int32", 4),
    "I16": ("int16", 2),
    "I8": ("int8", 1),
    "U64": ("uint64", 8),
    "U32": ("uint32", 4),
    "U16": ("uint16", 2),
    "U8": ("uint8", 1),
    "BOOL": ("bool", 1),
    "C64": ("complex64", 8),
    "F8_E4M3": ("float8_e4m3fn", 1),
    "F8_E5M2": ("float8_e5m2", 1),
}


def read_safetensors(source: Source) -> Contents:
    """The tensors of the file.

    Raises:
        Unusable: the header is none, or says what cannot be.
    """
    length = int.from_bytes(source.read(0, _PREFIX), "little")
    if length > MOST_HEADER:
        raise Unusable(f"its header would be {length:,} bytes long, and {MOST_HEADER:,} are the most that is read")
    header = source.read(_PREFIX, length)
    try:
        entries = parse_json(header.decode("utf-8"))
    except UnicodeDecodeError as problem:
        raise Unusable("its header is not UTF-8") from problem
    except DocumentError as problem:
        raise Unusable(f"its header is damaged: {problem}") from problem
    begin, placed = _PREFIX + length, []
    tensors = {}
    for name, entry in entries.items():
        if name != _METADATA:
            tensors[name], first, last = _tensor(name, entry, source, begin)
            placed.append((first, last, name))
    for (_, end, one), (first, last, other) in pairwise(sorted(placed)):
        if first < end and first < last:
            raise Unusable(f"{named(one)} and {named(other)} share bytes, so its header is damaged")
    return Contents("safetensors", (Group("", tensors),))


def _tensor(name: str, entry: object, source: Source, begin: int) -> tuple[StoredTensor, int, int]:
    """The tensor and its first and last place after the header."""
    match entry:
        case {"dtype": str(code), "shape": list(sizes), "data_offsets": [int(first), int(last)]}:
            shape = check_shape(name, sizes)
        case _:
            raise Unusable(f"its header does not say dtype, shape and data_offsets of {named(name)}")
    dtype, width = _DTYPES.get(code, (code.lower(), 0))
    if not 0 <= first <= last <= MOST_NUMBERS:
        raise Unusable(f"{named(name)} has data_offsets that cannot be: its header is damaged")
    if begin + last > source.size:
        raise Unusable(
            f"{named(name)} ends at byte {begin + last:,} and the file at byte {source.size:,}: the file is cut"
        )
    if width and width * prod(shape) != last - first:
        raise Unusable(
            f"{named(name)} has {last - first:,} bytes, and {sized(shape)} of {dtype} are {width * prod(shape):,}"
        )

    def raw() -> "AnyArray":
        return np.frombuffer(source.read(begin + first, last - first), f"<{FLOATS[dtype]}").reshape(shape)

    return StoredTensor(name, dtype, shape, raw, last - first), first, last
