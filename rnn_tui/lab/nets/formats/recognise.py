"""Which format of weights a file has, told by its first bytes and never by its name. Loads no NumPy."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from rnn_tui.lab.files.files import path_text
from rnn_tui.lab.files.kinds import kind_of

Format = Literal["safetensors", "zip", "pickle"]

FIRST_BYTES = 4096
MOST_HEADER = 16 * 2**20  # bytes of the header of safetensors: a hundred thousand tensors
_ZIP = b"PK\x03\x04"
_WEIGHTS_IN_ZIP = ("weights (.npz)", "weights of PyTorch (.pt)")
_TORCH_MAGIC = b"\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."  # how torch.save began before it wrote archives


def format_of(first: bytes, size: int) -> Format | None:
    """The format that these first bytes of a file of `size` bytes begin; None where they begin none."""
    # First: the length that safetensors begins with may equal any of the others.
    if first[8:9] == b"{" and 2 <= int.from_bytes(first[:8], "little") <= max(size, MOST_HEADER):
        return "safetensors"
    if first.startswith(_ZIP):
        return "zip"
    return "pickle" if first[:1] == b"\x80" and first[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05") else None


def what_instead(first: bytes) -> str:
    """What a file of another format holds, in a few words."""
    return kind_of(first) or ("nothing" if not first else "no format of weights that is known")


def is_weights_file(path: Path) -> bool:
    """Whether this is an existing file that begins as weights do; nothing is waited for, and nothing is refused."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return False
        with path.open("rb") as stream:
            first = stream.read(FIRST_BYTES)
            size = os.fstat(stream.fileno()).st_size
    except (OSError, ValueError):
        return False
    form = format_of(first, size)
    if form == "zip":
        return kind_of(first) in _WEIGHTS_IN_ZIP
    return form == "safetensors" or (form == "pickle" and _TORCH_MAGIC in first[:64])


def refusal_as_text(words: Sequence[str]) -> str | None:
    """The sentence on a text that is the name of a file of weights alone: whoever types it wants the network."""
    path = Path(words[0])
    if len(words) > 1 or not is_weights_file(path):
        return None
    return f"{path_text(path)} is a file of weights, not a text: `rnn-tui net {path_text(path)}` says what is in it"
