"""Sizes and places in headers are not believed: they are held against the bytes there are."""

import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest

from rnn_tui.lab.nets import tensors as budgets
from rnn_tui.lab.nets.formats import archive as archives
from rnn_tui.lab.nets.formats import safetensors
from rnn_tui.lab.nets.pickles import machine as machines
from tests.lab.nets import writers
from tests.lab.nets.hostile import check, little_memory, zipped
from tests.lab.nets.writers import Torch, model, npz_bytes, recurrent, safetensors_bytes, with_header, zip_bytes

# ---- sizes are not believed


def small(**given: Any) -> bytes:
    """A simple RNN whose W is a view as it is given."""
    made = Torch()
    made.storages["0"] = bytes(400)
    stored = writers.storage("0", 100)
    view = {"shape": (3, 3)} | given
    below = writers.view(stored, (max(1, view["shape"][0]), 2), (0, 0))
    return made.zipped(writers.ordered({"weight_ih_l0": below, "weight_hh_l0": writers.view(stored, **view)}))


@pytest.mark.parametrize(
    ("view", "said"),
    [
        ({"offset": 92}, "a tensor (3, 3) needs 101 numbers of storage 0, which has 100"),
        ({"strides": (49, 1)}, "needs 101 numbers of storage 0"),
        ({"offset": -1}, "begins before its storage"),
        ({"strides": (-3, 1)}, "has strides that no tensor has"),
        ({"shape": (-3, 3), "strides": (3, 1)}, "has a shape that no tensor has"),
        ({"shape": (2**40, 2**40), "strides": (0, 0)}, "has a shape that no tensor has"),
        ({"shape": (0, 2**62), "strides": (1, 1)}, "has a shape that no tensor has"),
        ({"shape": (1,) * 9}, "has a shape that no tensor has"),
        ({"shape": (3,), "strides": (3, 1)}, "its pickle has a tensor without a shape"),
        (
            {"shape": (20_000, 20_000), "strides": (0, 0)},
            "would take 3,052 MiB of memory with what was read before, and",
        ),
    ],
)
def test_a_view_beyond_its_storage_is_refused(path: Path, view: dict[str, Any], said: str) -> None:
    with little_memory():
        assert said in check(path, small(**view))


def test_the_numbers_take_no_more_than_they_may(path: Path) -> None:
    content = safetensors_bytes(model())
    assert check(path, content, most_bytes=8 * 500) == ""
    assert "would take" in check(path, content, most_bytes=8 * 100)
    assert budgets.MOST_BYTES == 2 * 2**30


def test_a_bomb_is_not_unpacked(path: Path) -> None:
    with little_memory():
        # 3 GiB of zeros in the directory, and as good as nothing in the file
        bomb = bytearray(zip_bytes({"weight_hh_l0.npy": bytes(5000)}, zipfile.ZIP_DEFLATED))
        at = bomb.rfind(b"PK\x01\x02") + 24
        bomb[at : at + 4] = struct.pack("<I", 3 * 2**30)
        assert "which cannot come of" in check(path, bytes(bomb))
        assert "the archive is damaged or a trap" in check(path, bytes(bomb))
        # what honest zeros would be, of a network that is too large for the memory that it may take
        zeros = npz_bytes(recurrent("rnn", hidden=600, inputs=600), packed=True)
        assert "would take" in check(path, zeros, most_bytes=2**20)


def test_a_bomb_of_a_pickle_is_not_unpacked(path: Path) -> None:
    bomb = zip_bytes({"net/data.pkl": b"\x80\x02" + bytes(70 * 2**20)}, zipfile.ZIP_DEFLATED)
    with little_memory():
        assert "its pickle has 73,400,322 bytes" in check(path, bomb)


def test_a_directory_without_end_is_not_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_DIRECTORY", 200)
    assert "the list of its files has" in check(path, npz_bytes(model()))


def test_a_pickle_without_end_is_not_followed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machines, "MOST_OPCODES", 1000)
    assert check(path, zipped(b"]" + b"N0" * 1000)) == "its pickle has more than 1,000 opcodes"


@pytest.mark.parametrize("length", [2**63, 2**40, 10_000])
def test_the_length_of_a_header_is_not_believed(path: Path, length: int) -> None:
    with little_memory():
        content = safetensors_bytes(model())
        said = check(path, struct.pack("<Q", length) + content[8:])
        assert "no format of weights" in said or "it is cut" in said


def one(entry: object, content: bytes = bytes(64)) -> bytes:
    return with_header({"weight_hh_l0": entry}, content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (with_header([1]), "no format of weights"),
        (with_header({"a": 3}), "does not say dtype, shape and data_offsets of a"),
        (one({"dtype": "F32", "shape": [4], "data_offsets": [0, 99]}), "weight_hh_l0 ends at byte"),
        (one({"dtype": "F32", "shape": [4], "data_offsets": [8, 4]}), "has data_offsets that cannot be"),
        (one({"dtype": "F32", "shape": [4], "data_offsets": [-4, 12]}), "has data_offsets that cannot be"),
        (one({"dtype": "F32", "shape": [4], "data_offsets": [0, 10**4000]}), "has data_offsets that cannot be"),
        (one({"dtype": "F32", "shape": [5], "data_offsets": [0, 16]}), "has 16 bytes, and (5,) of float32 are 20"),
        (one({"dtype": "F32", "shape": [-4], "data_offsets": [0, 16]}), "has a shape that no tensor has"),
        (one({"dtype": "F32", "shape": [True], "data_offsets": [0, 4]}), "has a shape that no tensor has"),
        (one({"dtype": "F32", "shape": [2**60, 2**60], "data_offsets": [0, 16]}), "has a shape that no tensor has"),
        (one({"dtype": "F4", "shape": [4, 4], "data_offsets": [0, 8]}), "weight_hh_l0 holds f4"),
        (one({"dtype": "F8_E4M3", "shape": [4, 4], "data_offsets": [0, 16]}), "weight_hh_l0 holds float8_e4m3fn"),
        (b"\x10\0\0\0\0\0\0\0{" + b"\xff" * 20, "its header is not UTF-8"),
        (b"\x0c\0\0\0\0\0\0\0" + b'{"a":1,"a":2', "its header is damaged"),
        (b"\x10\0\0\0\0\0\0\0" + b'{"a":1,"a":2}   ', "its header is damaged: 'a' is there twice"),
        (b"\0\x10\0\0\0\0\0\0" + b'{"a":' * 819 + b" ", "its header is damaged"),
        (b"\xff\xff\xff\x00\0\0\0\0{", "it ends at byte 9"),
    ],
)
def test_a_header_of_safetensors_is_not_believed(path: Path, content: bytes, said: str) -> None:
    with little_memory():
        assert said in check(path, content)


def test_a_header_that_is_too_long_is_not_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safetensors, "MOST_HEADER", 100)
    assert "and 100 are the most that is read" in check(path, safetensors_bytes(model()))


def test_tensors_that_share_bytes_are_refused(path: Path) -> None:
    entry = {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}
    assert "a and b share bytes" in check(path, with_header({"a": entry, "b": entry}, bytes(16)))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "weight_hh_l0 is no array of NumPy"),
        (b"\x93NUMPY\x01\0\xf0\xff" + b" " * 3000, "weight_hh_l0 is cut"),
        (b"\x93NUMPY\x02\0\xf0\xff\xff\xff" + b" " * 3000, "weight_hh_l0 is no array of NumPy"),
        (b"\x93NUMPY\x01\0\x02\0{}", "weight_hh_l0 has a header that NumPy does not write"),
    ],
)
def test_a_header_of_an_array_is_not_believed(path: Path, content: bytes, said: str) -> None:
    assert check(path, zip_bytes({"weight_hh_l0.npy": content})) == said


@pytest.mark.parametrize(
    ("descr", "shape", "said"),
    [
        ("'<f4'", "(3, 3)", "weight_hh_l0 has 64 bytes, and (3, 3) of float32 are 36"),
        ("'<f4'", "(9999999999999, 99999999999)", "weight_hh_l0 has a shape that no tensor has"),
        ("'|O'", "(3, 3)", "weight_hh_l0 holds objects (a pickle, which is never read)"),
        ("[('a', '<f4')]", "(3, 3)", "weight_hh_l0 holds a structure"),
        ("'|b1'", "(8, 8)", "weight_hh_l0 holds bool"),
        ("'<U4'", "(2, 2)", "weight_hh_l0 holds text"),
        ("'|V2'", "(2, 2)", "weight_hh_l0 holds raw bytes"),
        ("'<f16'", "(2, 2)", "weight_hh_l0 holds float128"),
        ("'<f3'", "(2, 2)", "weight_hh_l0 has 64 bytes, and (2, 2) of float24 are 12"),
    ],
)
def test_arrays_that_cannot_be_are_named(path: Path, descr: str, shape: str, said: str) -> None:
    header = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    array = b"\x93NUMPY\x01\0" + struct.pack("<H", len(header)) + header + bytes(64)
    assert check(path, zip_bytes({"weight_hh_l0.npy": array})).startswith(said)
