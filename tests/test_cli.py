"""The command line: what it prints, what it refuses and how, and that a person never sees a traceback."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import rnn_tui
from rnn_tui import cli
from rnn_tui.arguments import FLAGS
from rnn_tui.cli import THREAD_VARIABLES, main
from rnn_tui.lab import measure as measuring
from rnn_tui.lab.experiment import Experiment
from rnn_tui.lab.files import save_experiment
from rnn_tui.ui.themes import user_folder

Output = pytest.CaptureFixture[str]


def started(
    arguments: Sequence[str | bytes], *, stdin: bytes = b"", preexec: Callable[[], None] | None = None, **changes: str
) -> subprocess.CompletedProcess[bytes]:
    """What a process of its own makes of a command line, without any terminal."""
    return subprocess.run(
        [sys.executable, "-m", "rnn_tui", *arguments],
        input=stdin,
        capture_output=True,
        env={**os.environ, **changes},
        start_new_session=True,
        preexec_fn=preexec,
        timeout=60,
        check=False,
    )


def measured(capsys: Output, *arguments: str) -> dict[str, Any]:
    assert main(["measure", "--format", "json", *arguments]) == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def refused(capsys: Output, *arguments: str) -> str:
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("rnn-tui: ")
    assert err.count("\n") == 1
    return err.removeprefix("rnn-tui: ").rstrip("\n")


def test_the_version_is_printed(capsys: Output) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"rnn-tui {rnn_tui.__version__}\n"


@pytest.mark.parametrize("command", [[], ["measure"], ["themes"]])
def test_help_is_printed_whatever_else_is_said(capsys: Output, command: list[str]) -> None:
    assert main([*command, "--help", "--nonsense"]) == 0
    assert capsys.readouterr().out.startswith("usage: rnn-tui")


def test_every_setting_has_a_flag_and_its_default_in_the_help(capsys: Output) -> None:
    settings = Experiment().settings()
    assert {flag.setting for flag in FLAGS} == set(settings) - {"text"}
    for command in ([], ["measure"]):
        main([*command, "--help"])
        text = " ".join(capsys.readouterr().out.split())
        for flag in FLAGS:
            assert f"{flag.name} {flag.metavar}" in text
            assert f"{flag.help} (default: {flag.default})" in text


@pytest.mark.parametrize(
    ("flag", "raw", "value"),
    [
        ("--tokens", "chars", "chars"),
        ("--cell", "rnn", "rnn"),
        ("--activation", "linear", "linear"),
        ("--hidden", "3", 3),
        ("--inputs", "5", 5),
        ("--init", "orthogonal", "orthogonal"),
        ("--rho", "1.5", 1.5),
        ("--sigma", "1e-3", 1e-3),
        ("--seed", "0", 0),
        ("--loss", "mean", "mean"),
        ("--clip", "step", "step"),
        ("--threshold", ".5", 0.5),
        ("--lr", "2", 2.0),
        ("--influence", "gradient-input", "gradient-input"),
    ],
)
def test_every_flag_sets_its_setting(capsys: Output, flag: str, raw: str, value: object) -> None:
    assert measured(capsys, flag, raw)["experiment"][flag.removeprefix("--")] == value


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["What", "now"], "What now"),
        (["What now", "then"], "What now then"),
        (["What", "--rho", "0.5", "now"], "What now"),
        (["--", "--rho", "is", "2"], "--rho is 2"),
        (["one", "--", "-x", "--"], "one -x --"),
        (["-1", "degrees"], "-1 degrees"),
        (["-a bullet"], "-a bullet"),
        (["measure", "themes"], "measure themes"),
        ([], "What time is it"),
    ],
)
def test_words_are_the_text(capsys: Output, arguments: list[str], text: str) -> None:
    assert measured(capsys, *arguments)["experiment"]["text"] == text


def test_a_command_word_can_be_the_text_of_the_lab(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[list[str]] = []

    def keep(arguments: list[str]) -> int:
        opened.append(arguments)
        return 0

    monkeypatch.setattr(cli, "_open", keep)
    assert main(["--", "measure"]) == 0
    assert main(["measure twice, cut once"]) == 0
    assert opened == [["--", "measure"], ["measure twice, cut once"]]


def test_a_number_means_one_hidden_unit(capsys: Output) -> None:
    assert measured(capsys, "--init", "number")["experiment"]["hidden"] == 1


def test_a_file_is_the_text(capsys: Output, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("\ufeffساعت چند\nاست", encoding="utf-8")
    assert measured(capsys, "--file", str(tmp_path / "text.txt"))["words"] == ["ساعت", "چند", "است"]


@pytest.mark.parametrize("arguments", [["-"], ["--file", "-"]])
def test_standard_input_is_the_text(arguments: list[str]) -> None:
    done = started(["measure", "--format", "json", *arguments], stdin="现在 几点".encode())
    assert json.loads(done.stdout)["words"] == ["现在", "几点"]


def test_a_saved_lab_is_measured_and_flags_change_it(capsys: Output, tmp_path: Path) -> None:
    path = tmp_path / "lab.json"
    experiment = Experiment(text="one two three", sigma=2.0, clip="norm", seed=5)
    save_experiment(path, experiment)
    assert measured(capsys, "--lab", str(path))["experiment"] == experiment.settings()
    changed = measured(capsys, "--lab", str(path), "--rho", "0.5", "four", "five")["experiment"]
    assert changed == experiment.changed(rho=0.5, text="four five").settings()


def test_weights_are_saved_beside_what_is_printed(capsys: Output, tmp_path: Path) -> None:
    path = tmp_path / "w.npz"
    document = measured(capsys, "--save-weights", str(path))
    saved = np.load(path)
    assert list(document["grad_norms"]) == list(saved)[:6]
    assert saved["targets"].tolist() == document["targets"]


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_output_goes_to_a_file(capsys: Output, tmp_path: Path, form: str) -> None:
    assert main(["measure", "--format", form]) == 0
    printed = capsys.readouterr().out
    assert main(["measure", "--format", form, "--output", str(tmp_path / "out")]) == 0
    assert capsys.readouterr().out == ""
    assert (tmp_path / "out").read_text("utf-8") == printed


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--rho", "high"], "--rho cannot be 'high': a number from 0 to 1e+06"),
        (["--rho", "-1"], "--rho cannot be '-1': a number from 0 to 1e+06"),
        (["--rho", "nan"], "--rho cannot be 'nan': a number from 0 to 1e+06"),
        (["--hidden", "2.5"], "--hidden cannot be '2.5': a whole number from 1 to 1000000000"),
        (["--hidden", "9" * 5000], f"--hidden cannot be '{'9' * 58}…: a whole number from 1 to 1000000000"),
        (["--activation", "tan"], "--activation cannot be 'tan': one of tanh, sigmoid, relu, linear"),
        (["--clip", "\x1b[31m"], "--clip cannot be '\\x1b[31m': one of off, norm, value, step"),
        (["--init", "number", "--hidden", "2"], "one number is a 1×1 W: set hidden to 1"),
        (["--rho", "1", "--sigma", "1"], "--rho and --sigma exclude each other: one factor scales W"),
        (["--rho"], "--rho needs a value"),
        (["--rhoo", "1"], "there is no flag '--rhoo': did you mean --rho?"),
        (["--activatoin=tanh"], "there is no flag '--activatoin': did you mean --activation?"),
        (["--qqqqqq"], "there is no flag '--qqqqqq': a text that begins with a dash comes after --"),
        ([""], "the text: the text is empty: give it at least one word"),
        (["--file", "/no/such/file"], "/no/such/file cannot be read: there is no such file or folder"),
        (["--file", "/"], "/ cannot be read: it is a directory"),
        (["--file", "x", "words"], "--file and a TEXT exclude each other"),
        (["--hidden", "1000000"], "--hidden cannot be 1000000: this would take about"),
        (["--lab", "/no/such/lab"], "/no/such/lab cannot be read: there is no such file or folder"),
    ],
)
@pytest.mark.parametrize("command", [[], ["measure"]], ids=["lab", "measure"])
def test_what_cannot_be_is_refused_in_a_sentence(
    capsys: Output, command: list[str], arguments: list[str], complaint: str
) -> None:
    assert complaint in refused(capsys, *command, *arguments)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["measure", "--format", "xml"], "--format cannot be 'xml': one of table, json, csv"),
        (["measure", "--full=yes"], "--full takes no value"),
        (["measure", "--theme", "night"], "--theme belongs to `rnn-tui`"),
        (["measure", "--save-weights", "w.pt"], "w.pt names no format for weights"),
        (["measure", "--save-weights", "/no/w.npz"], "/no/w.npz cannot be written: there is no folder /no"),
        (["measure", "--output", "/no/out"], "/no/out cannot be written: there is no folder /no"),
        (["--format", "json"], "--format belongs to `rnn-tui measure`"),
        (["--screen", "cliff"], "--screen cannot be 'cliff': one of unroll"),
        (["--theme", "none"], "--theme cannot be 'none': one of night"),
        (["themes", "night"], "`rnn-tui themes` takes nothing more, so not 'night'"),
    ],
)
def test_what_a_command_does_not_know_is_refused(capsys: Output, arguments: list[str], complaint: str) -> None:
    assert complaint in refused(capsys, *arguments)


def test_a_file_that_is_not_utf8_is_named_with_byte_and_line(capsys: Output, tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes(b"ab\nc\xff")
    assert refused(capsys, "measure", "--file", str(path)) == f"{path} is not UTF-8: byte 5 (0xff), on line 2"


def test_an_empty_file_is_named(capsys: Output, tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("\n")
    assert refused(capsys, "measure", "--file", str(path)) == f"{path}: the text is empty: give it at least one word"


def test_an_argument_that_is_not_utf8_is_refused() -> None:
    done = started(["measure", b"ab\xff"])
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"rnn-tui: the text is not UTF-8: byte 3 (0xff), on line 1\n"


def test_a_broken_lab_is_named(capsys: Output, tmp_path: Path) -> None:
    path = tmp_path / "lab.json"
    path.write_text('{"format": "rnn-tui lab 1", "rhoo": 2}')
    assert f"{path} is not a lab that can be opened: rhoo" in refused(capsys, "measure", "--lab", str(path))


def test_without_a_terminal_the_lab_points_to_measure() -> None:
    done = started(["hello"])
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"needs a terminal" in done.stderr
    assert b"rnn-tui measure" in done.stderr


def test_without_a_terminal_the_lab_cannot_read_its_text_from_standard_input() -> None:
    done = started(["-"], stdin=b"hello")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"no terminal to read keys from" in done.stderr


def test_a_closed_pipe_ends_quietly() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "rnn_tui", "measure", "--format", "json", *map(str, range(200))],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(60) == 141
    process.stderr.close()


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    path = tmp_path / "out.json"
    done = started(["measure", "--format", "json", "--output", str(path)], preexec=no_room)
    assert done.returncode == 1
    assert done.stderr.decode() == f"rnn-tui: {path} cannot be written: file too large\n"
    assert list(tmp_path.iterdir()) == []


def test_output_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    done = started(["measure", "--output", str(tmp_path / "folder")])
    assert done.returncode == 1
    assert b"folder cannot be written: it is a directory" in done.stderr


def test_an_interrupted_measurement_ends_with_130(capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(measuring, "measure", interrupt)
    assert main(["measure"]) == 130
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        (
            ZeroDivisionError("a figure"),
            "this is a defect of rnn-tui, ZeroDivisionError: a figure (RNN_TUI_DEBUG=1 shows where)",
        ),
        (MemoryError(), "there is not enough memory for a network and a text of these sizes"),
    ],
)
def test_a_measurement_that_fails_says_so(
    capsys: Output, monkeypatch: pytest.MonkeyPatch, problem: Exception, sentence: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise problem

    monkeypatch.setattr(measuring, "measure", fail)
    assert main(["measure"]) == 1
    assert capsys.readouterr() == ("", f"rnn-tui: {sentence}\n")


def test_a_defect_shows_its_traceback_to_whoever_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(measuring, "measure", fail)
    monkeypatch.setenv("RNN_TUI_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        main(["measure"])


def test_a_locale_without_the_signs_still_prints() -> None:
    done = started(["measure"], LC_ALL="C", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0")
    assert done.returncode == 0
    assert b"VANISHING" in done.stdout


def test_threads_are_one_unless_the_user_set_them(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in THREAD_VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    main(["--version"])
    assert {variable: os.environ[variable] for variable in THREAD_VARIABLES} == {
        **dict.fromkeys(THREAD_VARIABLES, "1"),
        "OMP_NUM_THREADS": "3",
    }


def test_themes_are_listed_with_their_files(capsys: Output) -> None:
    assert main(["themes"]) == 0
    lines = capsys.readouterr().out.splitlines()
    marked = [line for line in lines if line.startswith("* ")]
    assert marked[0].split()[1] == "night"
    paths = [Path(line.strip()) for line in lines if line.endswith(".toml")]
    assert len(paths) >= 4
    assert all(path.is_file() for path in paths)


def test_own_and_broken_themes_are_listed(capsys: Output) -> None:
    folder = user_folder()
    folder.mkdir(parents=True)
    main(["themes"])
    shipped = Path(next(line for line in capsys.readouterr().out.splitlines() if line.endswith("night.toml")).strip())
    theme = shipped.read_text("utf-8")
    (folder / "mine.toml").write_text(theme, encoding="utf-8")
    (folder / "broken.toml").write_text("# mine\n" + theme.replace('back = "#', 'back = "!'), encoding="utf-8")
    assert main(["themes"]) == 0
    out = capsys.readouterr().out
    assert str(folder / "mine.toml") in out
    problem = next(line for line in out.splitlines() if line.startswith("Cannot be used:"))
    line = 1 + next(n for n, text in enumerate(theme.splitlines(), 1) if text.startswith("back "))
    assert f"{folder / 'broken.toml'}, line {line}, back: " in problem
    assert "--theme cannot be 'broken'" in refused(capsys, "--theme", "broken")
