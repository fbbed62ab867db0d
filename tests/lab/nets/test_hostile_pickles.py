"""Pickles that are damaged or made to harm: nothing is run, and every one is a sentence or a network."""

from pathlib import Path

import numpy as np
import pytest

from rnn_tui.lab.nets.pickles import walk
from tests.lab.nets import writers
from tests.lab.nets.hostile import check, little_memory, zipped
from tests.lab.nets.writers import Torch, model, recurrent, safetensors_bytes, zip_bytes


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


@pytest.mark.parametrize(
    "pickle",
    [
        *(b"", b"h\x05", b"0", b"t", b"R", b"b", b"a", b"N)R", b"]N)R", b"Nb", b"]}b", b"))\x81", b"NNs", b"NNa"),
        *(b"(NNNd", b"}(Nu", b"cos\n", b"c" + b"x" * 3000 + b"\n\n", b"X\xff\xff\xff\x7fab", b"\x8d" + b"\xff" * 8),
        *(b"NN\x93", writers.call(writers.named("collections", "OrderedDict"), writers.NONE), b"\xfe", b"Q", b"NQ"),
        writers.call(writers.named("collections", "OrderedDict"), writers.listing(writers.NONE)),
        writers.call(writers.named("torch", "Size"), *[writers.NONE] * 99),
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


def test_what_is_named_again_and_again_is_looked_at_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # modules that each hold the next one twice: 2^60 names
    module = writers.NONE
    for level in range(60):
        held = writers.ordered({"a": module + b"q" + bytes([level]), "b": b"h" + bytes([level])})
        module = writers.record("a", "B", writers.pairs({"_parameters": writers.pairs({}), "_modules": held}))
    assert check(path, zipped(module)) == "its modules hold one another more than 200,000 times"
    # a state of many parts that many records share, and arguments that many calls share
    many = writers.listing(*[b"N"] * 50_000)
    state = writers.pairs({"x": many}) + b"q\x01"
    again = (writers.named("a", "B") + b")\x81h\x01b") * 20_000
    assert "no recurrent module" in check(path, zipped(b"](" + state + again + b"e"))
    arguments = b"(" + b"N" * 50_000 + b"tq\x02"
    calls = (writers.named("torch", "Size") + b"h\x02R") * 20_000
    assert "what no function takes" in check(path, zipped(b"](" + arguments + calls + b"e"))
    assert "no storage of numbers" in check(path, zipped(b"](" + arguments + b"h\x02Q" + b"e"))
    monkeypatch.setattr(walk, "MOST_GROUPS", 3)
    made = Torch()
    tensor = writers.pairs({"a": made.tensor(np.ones(1))})
    assert check(path, made.zipped(writers.listing(*[tensor] * 5))) == "it has more than 3 dictionaries of tensors"


def test_a_number_of_a_thousand_digits_is_no_size(path: Path) -> None:
    huge = b"\x8b" + (5000).to_bytes(4, "little") + bytes(4999) + b"\x01"
    parts = (writers.text("storage"), writers.named("torch", "FloatStorage"), writers.text("0"), writers.text("cpu"))
    assert "or has no size" in check(path, zipped(writers.items(*parts, huge) + b"Q"))
    stored = writers.storage("0", 9)
    whole = (writers.items(writers.whole(3)), writers.items(writers.whole(1)), writers.FALSE, writers.NONE)
    tensor = writers.call(writers.named("torch._utils", "_rebuild_tensor_v2"), stored, huge, *whole)
    assert "begins before its storage or far behind it" in check(path, zipped(tensor))


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
