"""The command line where it cannot be followed: a sentence and a status, and never a traceback."""

import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rnn_tui.cli.main import main
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.measurement import measure as measuring
from rnn_tui.lab.session.saved import Lab, save_lab
from tests.commands import Output, refused, running, started


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--rho", "high"], "--rho cannot be 'high': a number from 0 to 1e+06"),
        (["--rho", "-1"], "--rho cannot be '-1': a number from 0 to 1e+06"),
        (["--rho", "nan"], "--rho cannot be 'nan': a number from 0 to 1e+06"),
        (["--hidden", "2.5"], "--hidden cannot be '2.5': a whole number from 1 to 1000000000"),
        (["--hidden", "1_0"], "--hidden cannot be '1_0': a whole number from 1 to 1000000000"),
        (["--hidden", "٣"], "--hidden cannot be '٣': a whole number from 1 to 1000000000"),
        (["--rho", "1_0.5"], "--rho cannot be '1_0.5': a number from 0 to 1e+06"),
        (["--lr", "inf"], "--lr cannot be 'inf': a number from 1e-300 to 1e+300"),
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
        (["--cell", "LSTM"], "--cell cannot be 'LSTM': one of rnn, lstm, gru, feedforward"),
        (["--truncate", "0"], "--truncate cannot be '0': a whole number from 1 to"),
        (["--truncate", "x"], "--truncate cannot be 'x': a whole number from 1 to"),
        (["--cell", "gru", "--chrono", "1"], "--chrono cannot be '1': a whole number from 3 to"),
        (["--cell", "lstm", "--forget-bias", "nan"], "--forget-bias cannot be 'nan': a number from -300 to 300"),
        (["--init", "nonnormal", "--transient", ".5"], "--transient cannot be '.5': a number from 1 to 1e+06"),
        (["--influence-on", "loss"], "--influence-on cannot be 'loss': one of state, output"),
    ],
)
@pytest.mark.parametrize("command", [[], ["measure"]], ids=["lab", "measure"])
def test_what_cannot_be_is_refused_in_a_sentence(
    capsys: Output, command: list[str], arguments: list[str], complaint: str
) -> None:
    assert complaint in refused(capsys, *command, *arguments)


FORWARD = "a pinned skip leads from a step to a later one, steps counted from 1, like pinned:1-3"
EITHER = "none, pinned:I-J (from step I to step J) or shared:D (from D steps back to every step)"


@pytest.mark.parametrize(
    ("skip", "complaint"),
    [
        ("pinned:3-1", FORWARD),
        ("pinned:0-2", FORWARD),
        ("pinned:2-2", FORWARD),
        ("pinned:1-9", "the text has 4 steps, so there is no step 9 to lead to"),
        ("shared:0", "a shared skip reaches back one step or more, like shared:2"),
        ("pinned:1", EITHER),
        ("shared:-1", EITHER),
        ("shared:2 ", EITHER),
        ("", EITHER),
    ],
)
def test_a_skip_that_cannot_be_is_refused(capsys: Output, skip: str, complaint: str) -> None:
    assert refused(capsys, "measure", f"--skip={skip}") == f"--skip cannot be {skip!r}: {complaint}"


GATES_OWN = "--activation is for --cell rnn or feedforward: {} has its own, σ for its gates and tanh"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("--cell lstm --activation relu", GATES_OWN.format("an LSTM")),
        ("--cell gru --activation linear", GATES_OWN.format("a GRU")),
        ("--forget-bias 2", "--forget-bias is for --cell lstm: a simple RNN has no gates"),
        ("--cell gru --forget-bias 2", "--forget-bias is for --cell lstm: a GRU has --update-bias instead"),
        ("--cell lstm --update-bias 2", "--update-bias is for --cell gru: an LSTM has --forget-bias instead"),
        ("--cell feedforward --update-bias 2", "--update-bias is for --cell gru: a feed-forward net has no gates"),
        ("--chrono 20", "--chrono is for --cell lstm or gru: a simple RNN has no gates"),
        ("--transient 5", "--transient is for --init nonnormal: a W of --init gaussian takes its own course"),
        (
            "--cell lstm --chrono 20 --forget-bias 1",
            "--chrono and --forget-bias exclude each other: chrono draws the gates' biases itself",
        ),
        (
            "--cell gru --update-bias 1 --chrono 20",
            "--chrono and --update-bias exclude each other: chrono draws the gates' biases itself",
        ),
    ],
)
@pytest.mark.parametrize("command", [[], ["measure"]], ids=["lab", "measure"])
def test_a_flag_that_the_network_would_ignore_is_refused(
    capsys: Output, command: list[str], arguments: str, sentence: str
) -> None:
    assert refused(capsys, *command, *arguments.split()) == sentence


def test_the_network_of_a_saved_lab_decides_which_flags_it_has(capsys: Output, tmp_path: Path) -> None:
    path = tmp_path / "lab.json"
    save_lab(path, Lab(Experiment(cell="lstm", activation="relu", chrono=30)))
    sentence = refused(capsys, "measure", "--lab", str(path), "--update-bias", "1")
    assert sentence == "--update-bias is for --cell gru: an LSTM has --forget-bias instead"
    assert refused(capsys, "measure", "--lab", str(path), "--activation", "relu") == GATES_OWN.format("an LSTM")


def test_a_pinned_skip_of_a_saved_lab_runs_no_other_length(capsys: Output, tmp_path: Path) -> None:
    path = tmp_path / "lab.json"
    save_lab(path, Lab(Experiment(text="a b c d", skip="pinned:1-3")))
    sentence = refused(capsys, "measure", "--lab", str(path), "a b c")
    assert sentence == (
        "the text: this network's skip is pinned (pinned:1-3), so its structure is fixed: it runs 4 steps and no other "
        "number, and this text has 3; a shared skip or none runs any length"
    )


ENDINGS = "its name may end in .txt (table), .json (json), .csv (csv) or nothing"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["measure", "--format", "xml"], "--format cannot be 'xml': one of table, json, csv"),
        (["measure", "--full=yes"], "--full takes no value"),
        (["measure", "--theme", "night"], "--theme belongs to `rnn-tui`"),
        (["measure", "--save-weights", "w.pt"], "w.pt names no format for weights"),
        (["measure", "--output", "n" * 300 + "/out"], "cannot be written: file name too long"),
        (["measure", "--output", ""], "--output needs the name of a file"),
        (["measure", "--save-weights="], "--save-weights needs the name of a file"),
        (["measure", "--file="], "--file needs the name of a file"),
        (["--lab="], "--lab needs the name of a file"),
        (["measure", "--output", "tests/../out", "--file", "out"], "--file and --output name the same file"),
        (["measure", "--output", "m.png"], f"--output cannot be m.png: {ENDINGS}"),
        (["measure", "--output", "w.npz", "--save-weights", "w.npz"], f"--output cannot be w.npz: {ENDINGS}"),
        (["measure", "--output", "m.csv", "--format", "json"], "m.csv with --format json: by its name it is csv"),
        (["measure", "--output", "/"], "/ cannot be written: it is a directory"),
        (["measure", "--output", "n" * 300], "cannot be written: file name too long"),
        (["measure", "--output", "/dev/null/out"], "cannot be written: there is no folder /dev/null"),
        (["train", "--save-lab", "net.npz"], "--save-lab cannot be net.npz: a lab is JSON, so let it end in .json"),
        (["train", "--steps", "1_0"], "--steps cannot be '1_0': a whole number from 1 to"),
        (["train", "--batch", "٣"], "--batch cannot be '٣': a whole number from 1 to"),
        (["train", "--twin", "lr=1_0"], "a number from 1e-300 to 1e+300"),
        (["measure", "--powers=1_0"], "--powers cannot be '1_0': a whole number from 1 to"),
        (["measure", "--seeds", "٣"], "--seeds cannot be '٣': a whole number from 1 to"),
        (["measure", "--edit", "rho=1_0"], "a number from 0 to 1e+06 belongs where '1_0' stands"),
        (["measure", "--save-weights", "/no/w.npz"], "/no/w.npz cannot be written: there is no folder /no"),
        (["measure", "--output", "/no/out"], "/no/out cannot be written: there is no folder /no"),
        (["--format", "json"], "--format belongs to `rnn-tui measure`"),
        (["--seeds", "3"], "--seeds belongs to `rnn-tui measure`"),
        (["measure", "--seeds", "0"], "--seeds cannot be '0': a whole number from 1 to 1,000,000"),
        (["measure", "--seeds", "many"], "--seeds cannot be 'many': a whole number from 1 to 1,000,000"),
        (["measure", "--seed", str(2**63 - 1), "--seeds", "2"], "--seeds cannot be '2': a whole number from 1 to 1"),
        (["--screen", "canyon"], "--screen cannot be 'canyon': one of unroll"),
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
    with running(["measure", "--format", "json", *map(str, range(200))]) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 141


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    path = tmp_path / "out.json"
    done = started(["measure", "--format", "json", "--output", str(path)], preexec=no_room)
    assert done.returncode == 1
    assert done.stderr.decode() == f"rnn-tui: {path} cannot be written: file too large\n"
    assert list(tmp_path.iterdir()) == []


def test_what_ulimit_allows_is_asked() -> None:
    def little() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (4 * 2**30,) * 2)

    done = started(["measure", "--hidden", "9000"], preexec=little)
    assert done.returncode == 2
    assert b"left of the limit that `ulimit -v` set, and no more than three quarters of that, " in done.stderr


def test_output_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    # Before anything is measured, which of so many seeds would take hours.
    done = started(["measure", "--seeds", "1000000", "--output", str(tmp_path / "folder")])
    assert done.returncode == 2
    assert b"folder cannot be written: it is a directory" in done.stderr


def test_standard_output_can_be_named_as_a_file() -> None:
    done = started(["measure", "--output", "/dev/stdout"])
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"VANISHING" in done.stdout


def test_a_complaint_that_cannot_be_written_leaves_its_status() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([sys.executable, "-m", "rnn_tui", "--rhoo"], stderr=full, timeout=60, check=False)
    assert done.returncode == 2


def test_ctrl_c_does_not_wait_for_native_code(monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    handlers = list[object]()

    def look(*_: object, **__: object) -> None:
        handlers.append(signal.getsignal(signal.SIGINT))
        raise MemoryError

    monkeypatch.setattr(measuring, "measure", look)
    try:
        assert main(["measure"]) == 1
        handlers.append(signal.getsignal(signal.SIGINT))
    finally:
        signal.signal(signal.SIGINT, before)
    assert handlers == [signal.SIG_DFL, signal.default_int_handler]


def test_ctrl_c_ends_many_seeds_without_a_traceback() -> None:
    with running(["measure", "--seeds", "1000000", "--format", "json"]) as process:
        time.sleep(3)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    # Ended by the signal itself, or by its own hand: for a shell both are 130.
    assert process.returncode in (-signal.SIGINT, 130)
    assert (out, err) == (b"", b"")


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
