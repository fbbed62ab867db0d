"""npz: an archive of NumPy's arrays. Their headers are parsed here, and no pickled object is ever read."""

import re
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from rnn_tui.lab.nets.contents import Contents, Group
from rnn_tui.lab.nets.formats.archive import Archive
from rnn_tui.lab.nets.problem import Unusable, named, sized
from rnn_tui.lab.nets.tensors import FLOATS, StoredTensor, check_shape

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import AnyArray

SUFFIX = ".npy"
_MAGIC = b"\x93NUMPY"
_USUAL_HEADER, _MOST_HEADER = 256, 12 + 2**16
_HEADER = re.compile(
    r"\{'descr': (?P<descr>.+), 'fortran_order': (?P<fortran>True|False), 'shape': \((?P<shape>[0-9L, ]*)\), ?\}\s*"
)
_DESCR = re.compile(r"'(?P<order>[<>|=]?)(?P<kind>[a-zA-Z])(?P<width>\d{0,4})'")
_KINDS = {"f": "float", "i": "int", "u": "uint", "c": "complex"}


def read_npz(archive: Archive) -> Contents:
    """The arrays of the archive.

    Raises:
        Unusable: one of them is damaged, or of another size than its header says.
    """
    tensors = {}
    for member in archive.names:
        if member.endswith(SUFFIX):
            name = member.removesuffix(SUFFIX)
            tensors[name] = _tensor(name, member, archive)
    return Contents("npz", (Group("", tensors),))


def _tensor(name: str, member: str, archive: Archive) -> StoredTensor:
    begin, header = _header(archive, member, name)
    found = _HEADER.fullmatch(header)
    if found is None:
        raise Unusable(f"{named(name)} has a header that NumPy does not write")
    sizes = [int(size) for size in re.findall(r"\d{1,15}", found["shape"])]
    shape = check_shape(name, sizes)
    dtype, width, order = _dtype(found["descr"])
    if width and begin + width * prod(shape) != archive.size(member):
        raise Unusable(
            f"{named(name)} has {archive.size(member) - begin:,} bytes, and {sized(shape)} of {dtype} are "
            f"{width * prod(shape):,}"
        )
    by_columns = found["fortran"] == "True"

    def raw() -> "AnyArray":
        numbers = np.frombuffer(archive.read(member), f"{order}{FLOATS[dtype]}", offset=begin)
        return numbers.reshape(shape, order="F" if by_columns else "C")

    return StoredTensor(name, dtype, shape, raw, archive.size(member))


def _header(archive: Archive, member: str, name: str) -> tuple[int, str]:
    """Where the numbers begin, and the header before them."""
    first = archive.read(member, _USUAL_HEADER)
    wide = 2 if first[6:7] == b"\x01" else 4
    begin = 8 + wide + int.from_bytes(first[8 : 8 + wide], "little")
    if not first.startswith(_MAGIC) or first[6:7] not in (b"\x01", b"\x02", b"\x03") or begin > _MOST_HEADER:
        raise Unusable(f"{named(name)} is no array of NumPy")
    if begin > len(first):
        first = archive.read(member, begin)
    if begin > len(first):
        raise Unusable(f"{named(name)} is cut")
    return begin, first[8 + wide : begin].decode("utf-8", "replace")


def _dtype(descr: str) -> tuple[str, int, str]:
    """The type of an array as PyTorch names it, its bytes (0 where they are not checked), and its byte order."""
    found = _DESCR.fullmatch(descr)
    if found is None:
        return "a structure", 0, ""
    width = int(found["width"] or 0)
    if found["kind"] == "O":
        return "objects (a pickle, which is never read)", 0, ""
    if found["kind"] not in _KINDS:
        return {"b": "bool", "U": "text", "S": "text"}.get(found["kind"], "raw bytes"), 0, ""
    return f"{_KINDS[found['kind']]}{8 * width}", width, ">" if found["order"] == ">" else "<"
