"""Archives and older files that are damaged on purpose, and what is no file to be read."""

import io
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from rnn_tui.lab.files.files import FileProblem
from rnn_tui.lab.nets.formats.recognise import is_weights_file
from rnn_tui.lab.nets.formats.source import Source, opened
from rnn_tui.lab.nets.open import open_net
from rnn_tui.lab.nets.problem import Unusable
from tests.lab.nets import writers
from tests.lab.nets.hostile import check, zipped
from tests.lab.nets.writers import Torch, zip_bytes

# ---- archives and pickles that are damaged on purpose


def test_a_name_that_is_there_twice_is_refused(path: Path) -> None:
    twice = zip_bytes({"a.npy": b"", "b.npy": b""}).replace(b"b.npy", b"a.npy")
    assert check(path, twice) == "a.npy is in it twice"
    made_by = Torch()
    root = b"}(" + b"".join(writers.text("w") + made_by.tensor(np.ones(3)) for _ in range(2)) + b"u"
    assert check(path, made_by.zipped(root)) == "w is there twice"


def test_archives_that_are_packed_otherwise_are_refused(path: Path) -> None:
    members = {"weight_hh_l0.npy": b"\x93NUMPY" + bytes(100)}
    assert "is packed in a way that is not read" in check(path, zip_bytes(members, zipfile.ZIP_LZMA))
    locked = bytearray(zip_bytes(members))
    locked[locked.rfind(b"PK\x01\x02") + 8] |= 1
    assert "weight_hh_l0.npy in it is encrypted" in check(path, bytes(locked))
    assert "an archive (.zip) without weights" in check(path, zip_bytes({"a.txt": b"x"}))
    assert "holds both" in check(path, zip_bytes({"a/data.pkl": b"", "b/data.pkl": b""}))


def test_storages_that_are_not_there_are_named(path: Path) -> None:
    root = writers.ordered({"weight_hh_l0": writers.view(writers.storage("7", 9), (3, 3))})
    assert check(path, zipped(root)) == "net/data/7 is not in it"
    made = Torch()
    made.storages["7"] = bytes(20)
    assert "its storage 7 would have 36 bytes, and net/data/7 has 20" in check(path, made.zipped(root))
    assert "its storage 7 has 5 numbers, and its pickle says 9" in check(path, made.legacy(root))
    assert "its storage 7 is missing" in check(path, Torch().legacy(root))
    made.storages = {"7": bytes(36), "8": b""}
    assert "one that no tensor has" in check(path, made.legacy(root))
    made.storages = {"7": bytes(36)}
    assert "storage 7 ends at byte" in check(path, made.legacy(root)[:-1])
    twice = writers.listing(writers.storage("7", 9), writers.storage("7", 8))
    assert "is there with two sizes or types" in check(path, zipped(twice))
    shared = writers.items(*(writers.text(each) for each in ("storage", "x", "0", "cpu")), writers.whole(1)) + b"Q"
    assert "no storage of numbers" in check(path, zipped(shared))
    part = items_of_a_part()
    assert "is a part of another, or has no size" in check(path, zipped(part))


def items_of_a_part() -> bytes:
    kind = writers.named("torch", "FloatStorage")
    parts = (writers.text("storage"), kind, writers.text("0"), writers.text("cpu"), writers.whole(3))
    return writers.items(*parts, writers.items(writers.text("1"), writers.whole(0), writers.whole(3))) + b"Q"


def test_a_file_whose_size_is_not_as_said_is_told(path: Path) -> None:
    packed = zip_bytes({"weight_hh_l0.npy": bytes(100)}, zipfile.ZIP_DEFLATED)
    longer = packed.replace(struct.pack("<I", 100), struct.pack("<I", 101))
    assert check(path, longer) == "weight_hh_l0.npy in it has another size than the directory says"
    # the end of an archive in its large form, with a list of files that takes more than it may
    end = packed.rfind(b"PK\x05\x06")
    large = b"PK\x06\x06" + bytes(36) + struct.pack("<QQ", 2**40, 0)
    locator = b"PK\x06\x07" + bytes(16)
    assert "the list of its files has 1,099,511,627,776 bytes" in check(
        path, packed[:end] + large + locator + packed[end:]
    )
    # a directory that would begin before the file
    before = bytearray(packed)
    before[end + 12 : end + 16] = struct.pack("<I", 2**20)
    assert "would begin before it" in check(path, bytes(before))
    both = zip_bytes(dict.fromkeys(("a.npy", "b.npy"), bytes(9)))
    assert check(path, both[44:]) == "a.npy would lie outside of the file, which is cut or damaged"
    assert check(path, both.replace(b"PK\x01\x02", b"PK\x01\x09")) == "its directory is damaged or cut off"


def test_a_file_that_changes_while_it_is_read_is_told(path: Path) -> None:
    with pytest.raises(Unusable, match="it became shorter while it was read"):
        Source(io.BytesIO(b"abc"), 5).read(0, 5)
    path.write_bytes(b"abc")
    with pytest.raises(FileProblem, match="cannot be read: input/output error"), opened(path):
        raise OSError(5, "Input/output error")


# ---- what is no file to be read


def test_what_would_have_to_be_waited_for_is_not_read(path: Path) -> None:
    makes: list[tuple[Callable[[], object], str]] = [
        (lambda: os.mkfifo(path), "it is no regular file"),
        (lambda: path.symlink_to("/dev/zero"), "it is no regular file"),
        (path.mkdir, "it is a directory"),
        (lambda: None, "there is no such file or folder"),
    ]
    for make, said in makes:
        make()
        assert not is_weights_file(path)
        with pytest.raises(FileProblem, match=f"cannot be read: {said}"):
            open_net(path)
        if os.path.lexists(path):
            path.rmdir() if path.is_dir() else path.unlink()
    with pytest.raises(FileProblem, match="null byte"):
        open_net(Path("a\0b"))
    assert not is_weights_file(Path("a\0b"))
