"""Files that are cut, damaged or made to harm: one sentence or a network, in no time and in little memory."""

import io
import os
import random
import struct
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_tui.lab.files.files import FileProblem
from rnn_tui.lab.nets import tensors as budgets
from rnn_tui.lab.nets.formats import archive as archives
from rnn_tui.lab.nets.formats import safetensors
from rnn_tui.lab.nets.formats.recognise import is_weights_file
from rnn_tui.lab.nets.formats.source import Source, opened
from rnn_tui.lab.nets.net import Net
from rnn_tui.lab.nets.open import open_net
from rnn_tui.lab.nets.pickles import machine as machines
from rnn_tui.lab.nets.problem import Unusable
from tests.escaping import FORBIDDEN
from tests.lab.nets import writers
from tests.lab.nets.test_formats import FORMATS
from tests.lab.nets.writers import Torch, model, npz_bytes, recurrent, safetensors_bytes, with_header, zip_bytes

SECONDS = 10.0  # a thousand times what any of them takes
MEMORY = 64 * 2**20  # what a file of a few kilobytes may take
MUTATIONS = 2_000
formats = pytest.mark.parametrize("form", FORMATS)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "net"


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


# ---- nothing is run


@pytest.mark.parametrize(
    "function", ["posix.system", "os.system", "builtins.eval", "builtins.exec", "subprocess.Popen"]
)
def test_a_pickle_that_would_run_a_command_is_refused_by_its_name(path: Path, function: str) -> None:
    mark = path.with_name("EXECUTED")
    module, _, name = function.rpartition(".")
    attack = writers.call(writers.named(module, name), writers.text(f"touch {mark}"))
    made = Torch()
    root = writers.pairs({"weight_hh_l0": made.tensor(np.ones((3, 3))), "x": attack})
    for content in (made.zipped(root), made.legacy(root), writers.pickled(attack)):
        said = check(path, content)
        assert said == f"its pickle asks to run {function}, which no tensor needs: nothing of it was run"
        assert not mark.exists()


def test_other_ways_to_run_something_are_refused(path: Path) -> None:
    system, command = writers.named("os", "system"), writers.text("true")
    assert "opcode OBJ" in check(path, zipped(b"(" + system + command + b"o"))
    assert "opcode INST" in check(path, zipped(b"(" + command + b"ios\nsystem\n"))
    assert "opcode EXT1" in check(path, zipped(b"\x82\x01"))
    assert "asks to change os.system" in check(path, zipped(system + writers.pairs({}) + b"b"))
    made = writers.call(writers.named("torch._tensor", "_rebuild_from_type_v2"), system, system, writers.items(command))
    assert check(path, zipped(made)) == "its pickle has a tensor that is made in an unknown way"
    # a record of a class is only its name
    assert "no recurrent module" in check(path, zipped(system + writers.items(command) + b"\x81"))
    stacked = writers.text("os") + writers.text("system") + b"\x93" + writers.items(command) + b"R"
    assert "asks to run os.system" in check(path, zipped(stacked))
    script = zip_bytes({"net/data.pkl": writers.pickled(writers.NONE), "net/constants.pkl": b""})
    assert "TorchScript" in check(path, script)


def test_names_with_control_characters_are_spelled(path: Path) -> None:
    said = check(path, zipped(writers.call(b"cos\x1b]0;\nsys\x9btem\n", writers.NONE)))
    assert "'os\\x1b]0;.sys" in said
    assert "'\\x1b[2J' (3,)" in check(path, safetensors_bytes({"\x1b[2J": np.ones(3)}))


@pytest.mark.parametrize(
    ("kind", "said"),
    [("QInt8Storage", "quantised numbers (QInt8Storage)"), ("OtherStorage", "a storage (OtherStorage)")],
)
def test_storages_of_other_numbers_are_refused_by_name(path: Path, kind: str, said: str) -> None:
    assert check(path, zipped(writers.storage("0", 3, kind))) == f"it holds {said}, which are not read"
    quantised = writers.call(writers.named("torch._utils", "_rebuild_qtensor"))
    assert "quantised tensors" in check(path, zipped(quantised))


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
        (one({"dtype": "F32", "shape": [4], "data_offsets": [8, 4]}), "would lie between bytes 8 and 4"),
        (one({"dtype": "F32", "shape": [4], "data_offsets": [-4, 12]}), "would lie between bytes -4 and 12"),
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


@pytest.mark.parametrize(
    "pickle",
    [
        *(b"", b"h\x05", b"0", b"t", b"R", b"b", b"a", b"N)R", b"]N)R", b"Nb", b"]}b", b"))\x81", b"NNs", b"NNa"),
        *(b"(NNNd", b"}(Nu", b"cos\n", b"c" + b"x" * 3000 + b"\n\n", b"X\xff\xff\xff\x7fab", b"\x8d" + b"\xff" * 8),
        *(b"NN\x93", writers.call(writers.named("collections", "OrderedDict"), writers.NONE), b"\xfe", b"Q", b"NQ"),
        writers.call(writers.named("collections", "OrderedDict"), writers.listing(writers.NONE)),
        writers.call(writers.named("copyreg", "_reconstructor"), writers.NONE),
        writers.call(writers.named("torch._utils", "_rebuild_tensor_v2"), *[writers.NONE] * 6),
        writers.call(writers.named("torch._utils", "_rebuild_tensor_v2"), writers.NONE),
    ],
)
def test_a_pickle_that_makes_no_sense_is_told(path: Path, pickle: bytes) -> None:
    with little_memory():
        assert check(path, zipped(pickle)).startswith("its pickle")


def test_what_a_pickle_may_also_have_is_read(path: Path) -> None:
    made = Torch()
    weights = made.state(recurrent("rnn", prefix="w."))
    rest = [
        *(b"(NNl", b"(" + writers.text("a") + b"Nd", b"\x8f(NN\x90", b"(NN\x91", b"\x8c\x01a\x94"),
        *(b"N\x85", b"NN\x86", b"NNN\x87", b"]Na", b"}NNs", b"NN0", b"(0N"),
        writers.named("a", "B") + b"))\x92",
        writers.call(writers.named("collections", "defaultdict"), writers.named("a", "b")),
        writers.call(
            writers.named("collections", "OrderedDict"), writers.listing(writers.items(writers.text("a"), b"N"))
        ),
        writers.call(writers.named("copyreg", "_reconstructor"), writers.named("a", "B")),
        writers.call(writers.named("torch", "Size"), writers.items(writers.whole(3))),
        writers.named("a", "List") + b")\x81(NNe",
    ]
    root = writers.pairs({"net": weights, **{str(i): part for i, part in enumerate(rest)}})
    assert check(path, made.zipped(root)) == ""


def test_what_is_nested_deep_is_told(path: Path) -> None:
    for deep in (b"]" * 100_000 + b"a" * 99_999, b")" + b"\x85" * 100_000, b"}" + b"X\x01\0\0\0a}" * 9 + b"s" * 9):
        with little_memory():
            assert "nested" in check(path, zipped(deep)) or "no recurrent" in check(path, zipped(deep))
    module = writers.NONE
    for _ in range(100):
        modules = writers.ordered({"a": module})
        module = writers.record("a", "B", writers.pairs({"_parameters": writers.pairs({}), "_modules": modules}))
    assert check(path, zipped(module)) == "its modules are nested more than 64 deep"
    # a list that holds itself
    assert "no recurrent module" in check(path, zipped(b"]q\x00h\x00a"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (writers.pickled(writers.NONE), "it is a pickle that torch.save did not write"),
        (writers.pickled(writers.whole(writers.MAGIC)) + writers.pickled(writers.whole(7)), "an unknown version"),
        (b"", "it holds nothing"),
        (b"\x89HDF\r\n\x1a\n" + bytes(64), "it holds HDF5, maybe weights of Keras (.h5)"),
        (b"PK\x03\x04" + bytes(40), "the list of its files, which an archive ends in, is not there"),
    ],
)
def test_other_files_are_called_by_what_they_hold(path: Path, content: bytes, said: str) -> None:
    assert said in check(path, content)


def test_objects_that_are_no_state_dict_are_looked_through(path: Path) -> None:
    made = Torch()
    assert check(path, made.zipped(made.tensor(np.ones(3)))).endswith("it has the tensor (3,)")
    assert "no tensor with a name; arrays of NumPy are read from an npz" in check(path, zipped(writers.NONE))
    made = Torch()
    source = (writers.named("a", "Dict"), writers.text("a.py"), writers.text("class Dict: ..."))
    held = writers.items(writers.text("module"), *source) + b"Q)\x81" + writers.pairs({"net": made.state(model())})[1:]
    assert check(path, made.legacy(held)) == ""
    assert check(path, made.zipped(writers.listing(held))) == ""


def test_a_list_of_storages_that_is_none_is_told(path: Path) -> None:
    values = (writers.whole(writers.MAGIC), writers.whole(1001), writers.NONE, writers.NONE, writers.NONE)
    assert check(path, b"".join(map(writers.pickled, values))) == "the list of its storages is damaged"


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


# ---- cut and changed at random


@formats
def test_a_file_that_is_cut_is_told(path: Path, form: str) -> None:
    content = FORMATS[form][0](model(hidden=8, inputs=6), "float32")
    for end in range(0, len(content), 97):
        assert check(path, content[:end])


def _changed(content: bytes, chance: random.Random) -> bytes:
    """The content with some bytes changed, put in, taken out, or put twice; more often where the headers are."""
    made = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        near = chance.choice((200, 2000, len(made)))
        begin = chance.randrange(min(near, len(made)) + 1)
        begin = len(made) - begin if chance.random() < 0.3 else begin
        end = min(len(made), begin + chance.choice((0, 1, 1, 8, 60)))
        flipped = bytes(byte ^ 1 << chance.randrange(8) for byte in made[begin:end])
        part = (chance.randbytes(1), flipped, flipped, bytes(made[begin:end]) * 2, b"", b"\xff\xff\xff\xff")
        made[begin:end] = chance.choice(part)
    return bytes(made)


def _inside(content: bytes, chance: random.Random) -> bytes:
    """The archive with one of its files changed, and all check sums right."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    heads = [name for name in members if name.endswith((".pkl", ".npy"))]
    name = chance.choice(heads)
    return zip_bytes({**members, name: _changed(members[name], chance)})


def changed_often(path: Path, form: str, seeds: range) -> None:
    content = FORMATS[form][0](model(), "float32")
    inside = content.startswith(b"PK")
    for seed in seeds:
        chance = random.Random(seed)
        change = _inside if inside and seed % 3 else _changed
        # to look at the memory takes five times as long
        with little_memory() if seed % 10 == 0 else nullcontext():
            check(path, change(content, chance))


@pytest.mark.parametrize("form", ["safetensors", "npz", "zip", "legacy"])
def test_a_file_that_was_changed_is_read_or_told(path: Path, form: str) -> None:
    changed_often(path, form, range(MUTATIONS))


@pytest.mark.slow
@formats
def test_a_file_that_was_changed_is_read_or_told_ten_thousand_times(path: Path, form: str) -> None:
    changed_often(path, form, range(MUTATIONS, MUTATIONS + 10_000))
