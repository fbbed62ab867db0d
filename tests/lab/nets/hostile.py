"""What a hostile file may come to: one sentence or a network, in no time and in little memory."""

import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rnn_tui.lab.files.files import FileProblem
from rnn_tui.lab.nets.net import Net
from rnn_tui.lab.nets.open import open_net
from tests.escaping import FORBIDDEN
from tests.lab.nets.writers import Torch

SECONDS = 10.0  # a thousand times what any of them takes
MEMORY = 64 * 2**20  # what a file of a few kilobytes may take


@contextmanager
def little_memory(most: int = MEMORY) -> Iterator[None]:
    """What is done inside takes no more memory than this at its peak."""
    tracemalloc.start(1)
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < most
    finally:
        tracemalloc.stop()


def check(path: Path, content: bytes, **given: Any) -> str:
    """The sentence on a file of this content; empty where it opens."""
    path.write_bytes(content)
    begin = time.monotonic()
    try:
        found = open_net(path, **given)
    except FileProblem as problem:
        said = str(problem)
    else:
        assert isinstance(found, Net)
        said = ""
    assert time.monotonic() - begin < SECONDS
    assert FORBIDDEN.search(said) is None
    assert "\n" not in said
    assert len(said) < 2000
    return said.removeprefix(f"{path} cannot be used: ")


def zipped(root: bytes) -> bytes:
    """What torch.save would write of this object, which has no tensors."""
    return Torch().zipped(root)
