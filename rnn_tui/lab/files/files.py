"""The files of a lab: texts read, documents and weights written; every write is all or nothing."""

import os
import stat
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal

from rnn_tui.lab.files.kinds import kind_of

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import AnyArray
    from rnn_tui.lab.experiment.trace import Trace

WEIGHT_SUFFIXES = (".npz", ".safetensors")
LAB_SUFFIX = ".json"
REPORT_SUFFIXES: Mapping[str, Literal["table", "json", "csv"]] = {".txt": "table", ".json": "json", ".csv": "csv"}
MOST_BYTES = 64 * 2**20
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class FileProblem(Exception):
    """A file that cannot be read or written; its message is a sentence that names the path."""


def read_text(path: Path | None, wanted: str = "a text") -> str:
    """The text of a UTF-8 file, without a byte order mark; None reads standard input.

    Args:
        wanted: what the file should hold, for the sentence on one that holds weights or the like.

    Raises:
        FileProblem: missing, a directory, not permitted, not UTF-8 (with the byte and its line), or over 64 MiB.
    """
    name = "standard input" if path is None else path_text(path)
    try:
        if path is None:
            if sys.stdin is None:
                raise FileProblem("standard input is closed, so there is no text to read")
            content = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with path.open("rb") as source:
                content = source.read(MOST_BYTES + 1)
    except (OSError, ValueError) as problem:
        raise FileProblem(f"{name} cannot be read: {refusal_reason(problem)}") from problem
    if len(content) > MOST_BYTES:
        raise FileProblem(f"{name} is larger than {MOST_BYTES // 2**20} MiB, more than any text that can be measured")
    return decode(content, name, wanted)


def read_own(path: Path, most: int = MOST_BYTES) -> str:
    """The text of a file that nobody named: as `read_text`, of a regular file.

    Raises:
        FileProblem: as `read_text`; or it is no regular file, or larger than `most` bytes.
    """
    return decode(read_own_bytes(path, most), path_text(path))


def read_own_bytes(path: Path, most: int = MOST_BYTES) -> bytes:
    """The text of a file that nobody named, so that nothing is waited for.

    Raises:
        FileProblem: missing, not permitted, no regular file, or larger than `most` bytes.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        try:
            _check_regular(path, os.fstat(descriptor).st_mode)
            with os.fdopen(descriptor, "rb", closefd=False) as source:
                content = source.read(most + 1)
        finally:
            os.close(descriptor)
    except (OSError, ValueError) as problem:
        raise FileProblem(f"{path_text(path)} cannot be read: {refusal_reason(problem)}") from problem
    if len(content) > most:
        raise FileProblem(f"{path_text(path)} is larger than {most // 2**10:,} KiB, more than it can be")
    return content


def decode(content: bytes, name: str, wanted: str = "a text") -> str:
    """The text that UTF-8 bytes hold, without a byte order mark.

    Raises:
        FileProblem: not UTF-8: names the first wrong byte, counted from 1, and its line; or what the bytes are where
            they are weights or the like.
    """
    if (kind := kind_of(content)) is not None:
        raise FileProblem(f"{name} is not {wanted}: it holds {kind}")
    content = content.removeprefix(BYTE_ORDER_MARK)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        wide = " (it looks like UTF-16)" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ""
        raise FileProblem(
            f"{name} is not UTF-8: byte {problem.start + 1:,} (0x{content[problem.start]:02x}), on line {line:,}{wide}"
        ) from problem


def write_document(path: Path, document: str) -> None:
    """Writes a JSON document.

    Raises:
        FileProblem: the file cannot be written, or would be too large to be read.
    """
    content = document.encode()
    if len(content) > MOST_BYTES:
        too_large = f"it would be larger than {MOST_BYTES // 2**20} MiB, and could not be opened again"
        raise FileProblem(f"{path_text(path)} cannot be written: {too_large}")
    with replacing_file(path) as target:
        target.write(content)


def check_weights_name(path: Path) -> None:
    """Makes sure, before anything is measured, that weights can be written under this name.

    Raises:
        FileProblem: it ends in neither `.npz` nor `.safetensors`, or as `check_writable`.
    """
    if path.suffix not in WEIGHT_SUFFIXES:
        raise FileProblem(
            f"{path_text(path)} names no format for weights: let it end in {' or '.join(WEIGHT_SUFFIXES)}"
        )
    check_writable(path)


def check_writable(path: Path) -> None:
    """Makes sure, as far as that can be known before, that `path` can be written.

    Raises:
        FileProblem: there is no folder for it, it is a directory, its name is too long, or it may not be written.
    """
    _target(path)


def is_there(path: Path) -> bool:
    """Whether there is a file of this name; one that would have to be waited for (a pipe, a terminal) is refused.

    Raises:
        FileProblem: it is no regular file, or may not be asked for.
    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return False
    except (OSError, ValueError) as problem:
        raise FileProblem(f"{path_text(path)} cannot be used: {refusal_reason(problem)}") from problem
    _check_regular(path, mode)
    return True


def _check_regular(path: Path, mode: int) -> None:
    if not stat.S_ISREG(mode):
        what = "a directory" if stat.S_ISDIR(mode) else "no regular file"
        raise FileProblem(f"{path_text(path)} cannot be used: it is {what}")


def save_weights(path: Path, run: "Trace") -> None:
    """Writes what was measured, in float64 and the layout of PyTorch, in the format that the name ends in.

    `weight_ih_l0` (G·H, D), `weight_hh_l0` (G·H, H), `bias_ih_l0` (G·H,), `bias_hh_l0` (G·H,), with G = 4 for the LSTM
    (i f g o), 3 for the GRU (r z n), else 1, and of a feed-forward net with a leading axis T; `readout_weight` (V, H),
    `readout_bias` (V,), `inputs` (T, D), `h_0` (H,), of an LSTM `c_0` (H,), and `targets` (T,) as int64; of a network
    that was trained to say numbers these numbers, (T, V).

    Raises:
        FileProblem: as `check_weights_name`, or the file cannot be written.
    """
    check_weights_name(path)
    import numpy as np

    tensors: dict[str, AnyArray] = {
        name: np.ascontiguousarray(array)
        for name, array in (
            *run.parameters.items(),
            ("inputs", run.inputs),
            ("h_0", run.h_0),
            *([] if run.c_0 is None else [("c_0", run.c_0)]),
            ("targets", run.targets if run.wanted is None else run.wanted),
        )
    }
    with replacing_file(path) as target:
        if path.suffix == ".npz":
            # NumPy's stub takes every name for that of its one flag.
            np.savez(target, **tensors)  # type: ignore[arg-type]
        else:
            from safetensors.numpy import save

            target.write(save(tensors))


@contextmanager
def replacing_file(path: Path) -> Iterator[IO[bytes]]:
    """A file to write to that takes the place of `path` when all is written, with its permissions, or leaves it alone.

    What is no regular file (a pipe, `/dev/null`) is written to directly.

    Raises:
        FileProblem: the file cannot be written, and why.
    """
    place, direct = _target(path)
    try:
        with place.open("wb") if direct else _replacing(place) as target:
            yield target
    except OSError as problem:
        raise FileProblem(f"{path_text(path)} cannot be written: {refusal_reason(problem)}") from problem


def _target(path: Path) -> tuple[Path, bool]:
    """The place that a write to `path` changes, and whether it is written directly: it is no regular file.

    Raises:
        FileProblem: it cannot be written, as far as that can be known before.
    """
    try:
        mode = _mode(path)
        if mode is not None and stat.S_ISDIR(mode):
            raise IsADirectoryError
        # The file behind `/dev/stdout` may have no name of its own.
        direct = mode is not None and not stat.S_ISREG(mode)
        place = path if direct else path.resolve()
        if not direct and not place.parent.is_dir():
            raise FileProblem(f"{path_text(path)} cannot be written: there is no folder {path_text(path.parent)}")
        if mode is not None and not os.access(place, os.W_OK):
            raise PermissionError
        if not direct and not os.access(place.parent, os.W_OK | os.X_OK):
            raise FileProblem(f"{path_text(path)} cannot be written: nothing may be written to its folder")
    except (OSError, ValueError, RuntimeError) as problem:
        raise FileProblem(f"{path_text(path)} cannot be written: {refusal_reason(problem)}") from problem
    return place, direct


def _mode(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None


@contextmanager
def _replacing(place: Path) -> Iterator[IO[bytes]]:
    temporary = place.with_name(f".{place.name[:100]}.{os.urandom(4).hex()}")
    # Not tempfile: its files are 0600 whatever the umask says.
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with os.fdopen(descriptor, "wb") as target:
            if place.exists():
                temporary.chmod(stat.S_IMODE(place.stat().st_mode))
            yield target
            target.flush()
            os.fsync(target.fileno())
        temporary.replace(place)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def path_text(path: Path) -> str:
    """A path as messages name it: what would act on a terminal, and stray bytes, spelled out."""
    name = str(path)
    return name if name.isprintable() else repr(name)


def refusal_reason(problem: Exception) -> str:
    """Why the system refused, in a few words."""
    match problem:
        case FileNotFoundError():
            return "there is no such file or folder"
        case IsADirectoryError():
            return "it is a directory"
        case PermissionError():
            return "permission denied"
        case RuntimeError():
            return "its links lead back to themselves"
        case OSError(strerror=str(words)) if words:
            return words[0].lower() + words[1:]
        case _:
            return str(problem)
