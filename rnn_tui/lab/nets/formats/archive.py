"""A zip archive whose directory is not believed: sizes are held against the bytes there are before any is unpacked."""

import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from rnn_tui.lab.nets.formats.source import Source
from rnn_tui.lab.nets.problem import Unusable, named

MOST_DIRECTORY = 4 * 2**20  # bytes that the list of the files in the archive may take
_MOST_PACKED = 1032  # how many bytes one byte of deflate can become
_SLACK = 1024
_ENCRYPTED = 1
_TAIL, _END, _LOCATOR, _END64 = 22 + 2**16, b"PK\x05\x06", b"PK\x06\x07", 76
_PROBLEMS = (
    *(zipfile.BadZipFile, zlib.error, struct.error),
    *(EOFError, LookupError, NotImplementedError, OverflowError, RuntimeError, ValueError),
)


class Archive:
    """The files in an archive, by their names."""

    def __init__(self, source: Source) -> None:
        """Reads the directory.

        Raises:
            Unusable: it is damaged, cut or too long, or has a name twice.
        """
        self._size = source.size
        _check_directory(source)
        with _told("its directory is damaged or cut off"):
            self._zip = zipfile.ZipFile(source.stream)
        members = self._zip.infolist()
        if twice := [name for name, count in Counter(one.filename for one in members).items() if count > 1]:
            raise Unusable(f"{named(twice[0])} is in it twice")
        self._members = {one.filename: one for one in members}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the files in it."""
        return tuple(self._members)

    def size(self, name: str) -> int:
        """How many bytes a file in it has when it is unpacked.

        Raises:
            Unusable: so many cannot come of what there is, or it is packed in another way.
        """
        member = self._members.get(name)
        if member is None:
            raise Unusable(f"{named(name)} is not in it")
        if member.flag_bits & _ENCRYPTED:
            raise Unusable(f"{named(name)} in it is encrypted")
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unusable(f"{named(name)} is packed in a way that is not read: deflate and no packing are")
        stored = member.compress_type == zipfile.ZIP_STORED
        most = member.compress_size if stored else _MOST_PACKED * member.compress_size + _SLACK
        if not 0 <= member.header_offset <= self._size - member.compress_size:
            raise Unusable(f"{named(name)} would lie outside of the file, which is cut or damaged")
        if member.file_size > most:
            raise Unusable(
                f"{named(name)} would be {member.file_size:,} bytes, which cannot come of {member.compress_size:,} in "
                f"a file of {self._size:,}: the archive is damaged or a trap"
            )
        return member.file_size

    def read(self, name: str, most: int | None = None) -> bytes:
        """What a file in it holds, or its first `most` bytes; as many as its size says, and never more.

        Raises:
            Unusable: as `size`, or it is damaged.
        """
        size = self.size(name)
        count = size if most is None else min(size, most)
        with _told(f"{named(name)} in it is damaged"), self._zip.open(self._members[name]) as stream:
            content = stream.read(count)  # at its end the check sum is looked at
        if len(content) < count:
            raise Unusable(f"{named(name)} in it has another size than the directory says")
        return content


def _check_directory(source: Source) -> None:
    """Refuses a list of files so long that reading it takes much memory."""
    before = max(0, source.size - _TAIL)
    tail = source.read(before, source.size - before)
    end = tail.rfind(_END)
    if end < 0 or len(tail) < end + 22:
        raise Unusable("the list of its files, which an archive ends in, is not there: the file is cut or damaged")
    size = int.from_bytes(tail[end + 12 : end + 16], "little")
    begin = before + end
    if end >= _END64 and tail[end - 20 : end - 16] == _LOCATOR:
        size = int.from_bytes(tail[end - _END64 + 40 : end - _END64 + 48], "little")
        begin -= _END64
    if size > MOST_DIRECTORY:
        raise Unusable(f"the list of its files has {size:,} bytes, and {MOST_DIRECTORY:,} are the most that is read")
    if size > begin:
        raise Unusable("the list of its files would begin before it: the file is damaged")


@contextmanager
def _told(sentence: str) -> Iterator[None]:
    try:
        yield
    except _PROBLEMS as problem:
        raise Unusable(sentence) from problem
