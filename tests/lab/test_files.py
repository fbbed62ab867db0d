"""Files: what is read, what is refused and how it is named, and writes that are all or nothing."""

import os
import stat
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import load_file

from rnn_tui.engine.kinds import CellName
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.files import files
from rnn_tui.lab.files.files import (
    FileProblem,
    decode,
    read_text,
    replacing_file,
    save_weights,
)
from rnn_tui.lab.measurement.measure import measure
from rnn_tui.lab.session.saved import Lab, open_lab, save_lab

NAMES = [
    "weight_ih_l0",
    "weight_hh_l0",
    "bias_ih_l0",
    "bias_hh_l0",
    "readout_weight",
    "readout_bias",
    "inputs",
    "h_0",
    "targets",
]


def contents(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


@given(st.text())
def test_utf8_is_read_as_it_is(text: str) -> None:
    assert decode(text.encode(), "it") == text.removeprefix("\ufeff")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"ab\nc\xffd", "F is not UTF-8: byte 5 (0xff), on line 2"),
        (b"\xff\xfea\x00", "F is not UTF-8: byte 1 (0xff), on line 1 (it looks like UTF-16)"),
        (b"ok \xe2\x82", "F is not UTF-8: byte 4 (0xe2), on line 1"),
    ],
)
def test_what_is_not_utf8_is_named_by_byte_and_line(content: bytes, complaint: str) -> None:
    with pytest.raises(FileProblem) as caught:
        decode(content, "F")
    assert str(caught.value) == complaint


def test_a_file_is_read_without_its_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes(b"\xef\xbb\xbfWhat time\r\n")
    assert read_text(path) == "What time\r\n"


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO("ساعت".encode()), "ascii"))
    assert read_text(None) == "ساعت"


def test_closed_standard_input_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(FileProblem, match="standard input is closed"):
        read_text(None)


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match=r"missing\.txt cannot be read: there is no such file"):
        read_text(tmp_path / "missing.txt")
    with pytest.raises(FileProblem, match="cannot be read: it is a directory"):
        read_text(tmp_path)
    with pytest.raises(FileProblem, match=r"cannot be read: embedded null byte"):
        read_text(tmp_path / "a\0b")


def test_a_file_that_may_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, mode: str) -> BytesIO:
        raise PermissionError(13, "Permission denied")

    # The one who runs the tests may be root, whom no permission stops.
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(FileProblem, match=r"secret\.txt cannot be read: permission denied"):
        read_text(tmp_path / "secret.txt")


def test_a_file_beyond_all_texts_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", 2**20)
    (tmp_path / "text.txt").write_bytes(b"a" * (2**20 + 1))
    with pytest.raises(FileProblem, match=r"text\.txt is larger than 1 MiB"):
        read_text(tmp_path / "text.txt")


def test_a_saved_lab_opens_as_it_was(tmp_path: Path) -> None:
    experiment = Experiment(text="ساعت e\u0301 👩‍👩‍👧", rho=1.7, clip="norm")
    save_lab(tmp_path / "lab.json", Lab(experiment))
    assert open_lab(tmp_path / "lab.json").experiment == experiment


def test_a_lab_that_could_not_be_opened_again_is_not_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", 100)
    with pytest.raises(FileProblem, match="could not be opened again"):
        save_lab(tmp_path / "lab.json", Lab(Experiment()))
    assert contents(tmp_path) == []


def test_what_is_no_lab_is_named(tmp_path: Path) -> None:
    path = tmp_path / "lab.json"
    path.write_text("{}")
    with pytest.raises(FileProblem, match=r"lab\.json is not a lab that can be opened"):
        open_lab(path)


def test_a_write_takes_the_place_of_the_file_and_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_text("old")
    path.chmod(0o640)
    with replacing_file(path) as target:
        target.write(b"new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert contents(tmp_path) == ["out"]


def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    with replacing_file(tmp_path / "ours") as target:
        target.write(b"")
    (tmp_path / "theirs").touch()
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "theirs").stat().st_mode


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "out"
    path.write_text("old")
    with (
        pytest.raises(FileProblem, match="out cannot be written: no space left on device"),
        replacing_file(path) as target,
    ):
        target.write(b"half")
        raise OSError(28, "No space left on device")
    assert path.read_text() == "old"
    assert contents(tmp_path) == ["out"]


def test_a_write_that_is_interrupted_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), replacing_file(tmp_path / "out"):
        raise KeyboardInterrupt
    assert contents(tmp_path) == []


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    with replacing_file(tmp_path / "link") as target:
        target.write(b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


def test_what_is_no_regular_file_is_written_to_and_stays(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        with replacing_file(pipe) as target:
            target.write(b"through")
        assert os.read(reader, 100) == b"through"
    finally:
        os.close(reader)
    assert pipe.is_fifo()


@pytest.mark.parametrize("name", [".", "missing/out", "a\0b"])
def test_what_cannot_be_written_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileProblem, match="cannot be written"), replacing_file(tmp_path / name) as target:
        target.write(b"")


@pytest.mark.parametrize("suffix", [".npz", ".safetensors"])
def test_weights_are_those_that_were_measured(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"weights{suffix}"
    found = measure(Experiment(hidden=3, inputs=5))
    save_weights(path, found.trace)
    saved = dict(np.load(path)) if suffix == ".npz" else load_file(path)
    assert sorted(saved) == sorted(NAMES)
    steps, tokens = len(found.words), len(found.vocabulary)
    shapes = [(3, 5), (3, 3), (3,), (3,), (tokens, 3), (tokens,), (steps, 5), (3,), (steps,)]
    assert [saved[name].shape for name in NAMES] == shapes
    assert all(saved[name].dtype == (np.int64 if name == "targets" else np.float64) for name in NAMES)
    np.testing.assert_array_equal(saved["weight_hh_l0"], found.trace.network.parameters.weight_hh_l0)
    np.testing.assert_array_equal(saved["targets"], found.targets)
    np.testing.assert_array_equal(saved["inputs"], found.trace.inputs)


@pytest.mark.parametrize("suffix", [".npz", ".safetensors"])
@pytest.mark.parametrize(
    ("cell", "leading", "gates", "states"),
    [("lstm", (), 4, ["h_0", "c_0"]), ("gru", (), 3, ["h_0"]), ("feedforward", (4,), 1, ["h_0"])],
)
def test_weights_of_every_cell_are_laid_out_as_pytorch_has_them(
    tmp_path: Path, suffix: str, cell: CellName, leading: tuple[int, ...], gates: int, states: list[str]
) -> None:
    path = tmp_path / f"weights{suffix}"
    found = measure(Experiment(cell=cell, hidden=3, inputs=5))
    save_weights(path, found.trace)
    saved = dict(np.load(path)) if suffix == ".npz" else load_file(path)
    assert sorted(saved) == sorted({*NAMES, *states})
    shapes = [(gates * 3, 5), (gates * 3, 3), (gates * 3,), (gates * 3,)]
    assert [saved[name].shape for name in NAMES[:4]] == [(*leading, *shape) for shape in shapes]
    assert all(saved[name].shape == (3,) for name in states)
    for name, array in found.trace.parameters.items():
        np.testing.assert_array_equal(saved[name], array)


def test_weights_need_a_name_that_says_their_format(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match=r"weights\.pt names no format .* \.npz or \.safetensors"):
        save_weights(tmp_path / "weights.pt", measure(Experiment()).trace)
