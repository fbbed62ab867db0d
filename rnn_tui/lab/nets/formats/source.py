"""A file of weights, opened once: any of its bytes are read by their place, and never more than there are."""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from rnn_tui.lab.files.files import FileProblem, path_text, refusal_reason
from rnn_tui.lab.nets.problem import Unusable


class Source:
    """An open regular file.

    Attributes:
        size: its bytes when it was opened.
    """

    def __init__(self, stream: IO[bytes], size: int) -> None:
        self.stream = stream
        self.size = size

    def read(self, begin: int, count: int) -> bytes:
        """Exactly these bytes.

        Raises:
            Unusable: the file does not reach so far.
        """
        if begin < 0 or count < 0 or begin + count > self.size:
            raise Unusable(f"it ends at byte {self.size:,}, though {begin + count:,} are needed: it is cut")
        self.stream.seek(begin)
        content = self.stream.read(count)
        if len(content) < count:
            raise Unusable("it became shorter while it was read")
        return content

    def start(self, count: int) -> bytes:
        """Its first bytes, as many as there are."""
        return self.read(0, min(count, self.size))

    def digest(self) -> str:
        """The SHA-256 of the file, in hexadecimal digits."""
        self.stream.seek(0)
        return hashlib.file_digest(self.stream, "sha256").hexdigest()  # type: ignore[arg-type]


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """The file, closed afterwards; nothing is waited for, as a pipe would have it.

    Raises:
        FileProblem: it is missing, not permitted, or no regular file.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except (OSError, ValueError) as problem:
        raise FileProblem(f"{path_text(path)} cannot be read: {refusal_reason(problem)}") from problem
    with os.fdopen(descriptor, "rb") if _is_regular(descriptor) else _refused(descriptor, path) as stream:
        try:
            yield Source(stream, os.fstat(descriptor).st_size)
        except OSError as problem:
            raise FileProblem(f"{path_text(path)} cannot be read: {refusal_reason(problem)}") from problem


def _is_regular(descriptor: int) -> bool:
    return stat.S_ISREG(os.fstat(descriptor).st_mode)


def _refused(descriptor: int, path: Path) -> IO[bytes]:
    directory = stat.S_ISDIR(os.fstat(descriptor).st_mode)
    os.close(descriptor)
    what = "a directory" if directory else "no regular file"
    raise FileProblem(f"{path_text(path)} cannot be read: it is {what}")
