"""`rnn-tui net`: what is in a file of weights, for people and for programs, and what is said where it cannot be."""

import json
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from wcwidth import width

from rnn_tui.cli.main import main
from rnn_tui.cli.manual import whole_manual
from rnn_tui.cli.net import net_parser
from rnn_tui.lab.nets.open import open_net
from rnn_tui.lab.nets.report import net_report
from rnn_tui.lab.report.report import write_report
from tests.commands import Output, refused
from tests.escaping import FORBIDDEN
from tests.lab.nets import writers
from tests.lab.nets.writers import Torch, model, recurrent, safetensors_bytes
from tests.test_imports import HEAVY, loaded_by


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "net"
    path.write_bytes(safetensors_bytes(model(layers=2)))
    return path


@pytest.fixture
def several(tmp_path: Path) -> Path:
    """Three modules, of which one cannot be used, and matrices of which none can be chosen."""
    broken = {"bad.weight_hh_l0": np.ones((5, 3))}
    matrices = {"one.weight": np.ones((7, 2)), "two.weight": np.ones((7, 2))}
    path = tmp_path / "several"
    path.write_bytes(
        safetensors_bytes({**recurrent("lstm", prefix="enc."), **recurrent("rnn", prefix="dec."), **broken, **matrices})
    )
    return path


def printed(capsys: Output, *arguments: str) -> str:
    assert main(["net", *arguments]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def document(capsys: Output, *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(printed(capsys, "--format", "json", *arguments))
    return found


def failed(capsys: Output, *arguments: str) -> str:
    assert main(["net", *arguments]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("rnn-tui: ")
    assert err.count("\n") == 1
    return err.removeprefix("rnn-tui: ").rstrip("\n")


def test_the_table_says_what_is_there_and_what_was_assumed(capsys: Output, path: Path) -> None:
    shown = printed(capsys, str(path))
    assert "LSTM · 2 layers · one direction · H 3 · D 2 · float32" in shown
    assert "embedding  embedding.weight (7, 2)\n" in shown
    assert "readout    head.weight (7, 3) and head.bias\n" in shown
    assert "assumed    - It is an LSTM: rnn.weight_hh_l0 has 4 rows for each" in shown


def test_several_modules_are_listed_with_the_flag_that_chooses(capsys: Output, several: Path) -> None:
    shown = printed(capsys, str(several))
    assert "simple RNN (tanh) · 1 layer" in shown
    assert "LSTM · 1 layer" in shown
    assert "bad cannot be used: bad.weight_hh_l0 has the shape (5, 3)" in shown
    assert "one of these chooses one: --module dec,\n--module enc." in shown
    assert "--embedding one.weight, or --embedding two.weight" in shown
    chosen = printed(capsys, str(several), "--module", "dec", "--activation", "relu", "--embedding", "two.weight")
    assert "simple RNN (relu) · 1 layer" in chosen
    assert "embedding  two.weight (7, 2)" in chosen
    assert "Not chosen: enc, LSTM · 1 layer" in chosen


def test_the_only_one_that_can_be_used_is_not_chosen_silently(capsys: Output, tmp_path: Path) -> None:
    path = tmp_path / "net"
    path.write_bytes(safetensors_bytes({**recurrent("gru"), "bad.weight_hh_l0": np.ones((5, 3))}))
    assert "which cannot be used: --module rnn chooses\nthis one." in printed(capsys, str(path))
    assert "GRU · 1 layer" in printed(capsys, str(path), "--module", "rnn")


def test_the_json_is_what_the_manual_says(capsys: Output, path: Path, several: Path) -> None:
    found = document(capsys, str(path))
    net = found["net"]
    assert net["path"] == str(path)
    assert (net["module"], net["kind"], net["layers"], net["bidirectional"]) == ("rnn", "lstm", 2, False)
    assert (net["hidden"], net["inputs"], net["precision"], net["activation"]) == (3, 2, "float32", None)
    assert (net["embedding"], net["readout"]) == ("embedding.weight", "head.weight")
    assert len(net["assumed"]) == 3
    assert found["modules"] == [{name: net[name] for name in found["modules"][0]}]
    many = document(capsys, str(several))
    assert many["net"]["module"] is many["net"]["kind"] is many["net"]["assumed"] is None
    assert [each["module"] for each in many["modules"]] == ["dec", "enc"]
    assert len(many["refused"]) == len(many["notes"]) == 1
    page = whole_manual({}).page("net")
    for name in (*found, *net):
        assert f"| `{name}` |" in page


def test_every_flag_stands_in_its_page() -> None:
    page = whole_manual({}).page("net").replace("\\|", "|")
    flags = [flag for _, rows in net_parser().flags() for flag, _ in rows]
    assert len(flags) == 6
    assert all(f"| `{flag}` |" in page for flag in flags)


def test_the_csv_has_a_row_a_module(capsys: Output, several: Path) -> None:
    head, *rows = printed(capsys, str(several), "--format", "csv").splitlines()
    assert head.startswith("module,kind,layers,bidirectional,hidden,inputs,precision,activation,embedding,readout,")
    assert [row.partition(",1,")[0] for row in rows] == ["dec,rnn", "enc,lstm"]
    assert "one.weight; two.weight" in rows[0]


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_the_table_fits(tmp_path: Path, several: Path, columns: int) -> None:
    long = tmp_path / "long"
    long.write_bytes(safetensors_bytes({f"{'part.' * 30}{name}": array for name, array in model().items()}))
    for path in (several, long):
        out = StringIO()
        write_report(net_report(open_net(path), columns), "table", out)
        assert max(width(line) for line in out.getvalue().splitlines()) <= min(columns, 80)


def test_a_terminal_gets_a_table_of_its_width(capsys: Output, several: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    for columns, most in ((40, 60), (70, 70), (200, 80)):
        monkeypatch.setenv("COLUMNS", str(columns))
        widest = max(width(line) for line in printed(capsys, str(several)).splitlines())
        assert most - 12 < widest <= most


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_no_name_acts_on_the_terminal(capsys: Output, tmp_path: Path, form: str) -> None:
    evil = "\x1b[31m\x9b2J\u202e\ud800\x7f."
    tensors = {f"{evil}{name}": array for name, array in {**model(), "rnn.extra": np.ones(2)}.items()}
    path = tmp_path / "a\x1bb"
    made = Torch()
    for content in (made.zipped(writers.pairs({evil: made.state(tensors)})), safetensors_bytes(tensors)):
        path.write_bytes(content)
        assert FORBIDDEN.search(printed(capsys, str(path), "--format", form)) is None
    path.write_bytes(safetensors_bytes({evil: np.ones(3)}))
    assert FORBIDDEN.search(failed(capsys, str(path))) is None


# ---- what cannot be


def test_a_file_that_cannot_be_used_is_a_failure(capsys: Output, tmp_path: Path, path: Path) -> None:
    missing = tmp_path / "missing"
    assert failed(capsys, str(missing)) == f"{missing} cannot be read: there is no such file or folder"
    path.write_bytes(path.read_bytes()[:-9])
    assert "the file is cut" in failed(capsys, str(path))
    assert "the file is cut" in failed(capsys, str(path), "--format", "json")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "`rnn-tui net` takes one file, so name it"),
        ([""], "`rnn-tui net` needs the name of a file"),
        (["F", "b"], "`rnn-tui net` takes one file, so not 'b' too"),
        (["F", "--format", "xml"], "--format cannot be 'xml': one of table, json, csv"),
        (["F", "--module", "enc"], "--module cannot be 'enc': one of rnn"),
        (["F", "--embedding", "x"], "--embedding cannot be 'x': one of embedding.weight (those of D = 2 columns)"),
        (
            ["F", "--activation", "relu"],
            "--activation cannot be 'relu': rnn is an LSTM, whose functions are σ and tanh",
        ),
        (["F", "--module"], "--module needs a value"),
        (["F", "--modul", "x"], "there is no flag '--modul': did you mean --module?"),
    ],
)
def test_a_command_line_that_cannot_be_followed(capsys: Output, path: Path, arguments: list[str], said: str) -> None:
    given = [str(path) if word == "F" else word for word in arguments]
    assert said in refused(capsys, "net", *given)


@pytest.mark.parametrize("command", [[], ["measure"]])
def test_a_file_of_weights_in_the_place_of_a_text_is_told(capsys: Output, path: Path, command: list[str]) -> None:
    made = Torch()
    state = made.state(model())
    npz = writers.npz_bytes(model())
    for content in (path.read_bytes(), made.zipped(state), made.legacy(state), npz):
        path.write_bytes(content)
        said = refused(capsys, *command, str(path))
        assert said == f"{path} is a file of weights, not a text: `rnn-tui net {path}` says what is in it"


def test_a_text_that_names_another_file_stays_a_text(capsys: Output, path: Path) -> None:
    path.write_text("What time is it")
    assert main(["measure", str(path)]) == 0
    assert main(["measure", str(path.parent)]) == 0
    capsys.readouterr()


def test_the_help_loads_nothing_heavy(capsys: Output) -> None:
    assert "rnn-tui net [flags] FILE" in printed(capsys, "--help")
    assert main(["--help"]) == 0
    assert "rnn-tui net FILE" in capsys.readouterr().out
    assert loaded_by("from rnn_tui.cli.main import main; main(['net', '--help'])").isdisjoint(HEAVY)
