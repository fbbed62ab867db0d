"""The command line: what it takes, and what it prints."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

import rnn_tui
from rnn_tui.cli import main as cli
from rnn_tui.cli.flags import FLAGS
from rnn_tui.cli.main import THREAD_VARIABLES, main
from rnn_tui.lab.experiment.all_settings import EXPERIMENT
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.session.saved import Lab, save_lab
from rnn_tui.ui.themes.themes import user_folder
from tests.commands import Output, measured, refused, started


def test_the_version_is_printed(capsys: Output) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"rnn-tui {rnn_tui.__version__}\n"


@pytest.mark.parametrize("command", [[], ["measure"], ["themes"]])
def test_help_is_printed_whatever_else_is_said(capsys: Output, command: list[str]) -> None:
    assert main([*command, "--help", "--nonsense"]) == 0
    assert capsys.readouterr().out.startswith("usage: rnn-tui")


def test_every_setting_has_a_flag_and_its_default_in_the_help(capsys: Output) -> None:
    settings = Experiment().settings()
    assert {flag.setting for flag in FLAGS} == set(settings) - {"text", "trained"}
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
        *(("--cell", cell, cell) for cell in EXPERIMENT.choices["cell"]),
        ("--activation", "linear", "linear"),
        ("--hidden", "3", 3),
        ("--inputs", "5", 5),
        *(("--init", init, init) for init in EXPERIMENT.choices["init"]),
        ("--rho", "1.5", 1.5),
        ("--sigma", "1e-3", 1e-3),
        ("--seed", "0", 0),
        ("--loss", "mean", "mean"),
        ("--clip", "step", "step"),
        ("--threshold", ".5", 0.5),
        ("--lr", "2", 2.0),
        *(("--influence", way, way) for way in EXPERIMENT.choices["influence"]),
        ("--influence-on", "output", "output"),
        ("--skip", "pinned:1-3", "pinned:1-3"),
        ("--skip", "shared:2", "shared:2"),
        ("--truncate", "2", 2),
        ("--truncate", "none", None),
        ("--chrono", "none", None),
    ],
)
def test_every_flag_sets_its_setting(capsys: Output, flag: str, raw: str, value: object) -> None:
    assert measured(capsys, flag, raw)["experiment"][flag[2:].replace("-", "_")] == value


@pytest.mark.parametrize(
    ("network", "flag", "raw", "value"),
    [
        ("--cell lstm", "--activation", "tanh", "tanh"),
        ("--cell lstm", "--forget-bias", "-2.5", -2.5),
        ("--cell lstm", "--chrono", "30", 30),
        ("--cell gru", "--update-bias", "1", 1.0),
        ("--cell gru", "--chrono", "30", 30),
        ("--cell feedforward", "--activation", "relu", "relu"),
        ("--init nonnormal", "--transient", "2", 2.0),
    ],
)
def test_a_flag_of_one_network_sets_its_setting(
    capsys: Output, network: str, flag: str, raw: str, value: object
) -> None:
    settings = measured(capsys, *network.split(), f"{flag}={raw}")["experiment"]
    assert settings[flag[2:].replace("-", "_")] == value


def test_edits_are_given_one_by_one_and_added_to_a_saved_labs(capsys: Output, tmp_path: Path) -> None:
    twice = measured(capsys, "--edit", "3,4=.5", "--edit", "row 2 * 1.5", "--rho", "1.2")
    assert (twice["experiment"]["edits"], twice["experiment"]["rho"]) == (["3,4=0.5", "row 2*1.5"], 1.2)
    path = tmp_path / "lab.json"
    save_lab(path, Lab(Experiment(edits=("1,1=2",))))
    assert measured(capsys, "--lab", str(path), "--edit", "1,2=3")["experiment"]["edits"] == ["1,1=2", "1,2=3"]
    scaled = measured(capsys, "--lab", str(path), "--rho", "1.1")
    assert (scaled["experiment"]["edits"], scaled["experiment"]["rho"]) == (["1,1=2", "rho=1.1"], 0.9)
    assert abs(scaled["spectral_radius"] - 1.1) < 1e-12
    assert measured(capsys, "--lab", str(path), "--seed", "8")["experiment"]["edits"] == []
    assert main(["measure", "--edit", "3,9=1"]) == 2
    assert "--edit cannot be '3,9=1': W is 8×8" in capsys.readouterr().err


def test_none_takes_back_what_a_saved_lab_sets(capsys: Output, tmp_path: Path) -> None:
    path = tmp_path / "lab.json"
    save_lab(path, Lab(Experiment(cell="gru", chrono=30, truncate=2, skip="shared:2")))
    taken_back = ["--chrono", "none", "--truncate", "none", "--skip", "none"]
    settings = measured(capsys, "--lab", str(path), *taken_back)["experiment"]
    assert (settings["chrono"], settings["truncate"], settings["skip"]) == (None, None, "none")
    biased = measured(capsys, "--lab", str(path), "--update-bias", "2")["experiment"]
    assert (biased["chrono"], biased["update_bias"]) == (None, 2)


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
    save_lab(path, Lab(experiment))
    assert Experiment(**measured(capsys, "--lab", str(path))["experiment"]) == experiment
    changed = measured(capsys, "--lab", str(path), "--rho", "0.5", "four", "five")["experiment"]
    assert Experiment(**changed) == experiment.changed(rho=0.5, text="four five")


def test_many_seeds_are_measured_beside_the_first(capsys: Output, tmp_path: Path) -> None:
    flags = ["--seed", "3", "--seeds", "4", "--cell", "gru"]
    document = measured(capsys, *flags)
    assert document["experiment"]["seed"] == 3
    assert document["ensemble"]["seeds"] == [3, 4, 5, 6]
    assert "ensemble" not in measured(capsys, "--seed", "3", "--cell", "gru")
    path = tmp_path / "out.csv"
    assert main(["measure", *flags, "--format", "csv", "--output", str(path)]) == 0
    assert "log10_jacobian_q50" in path.read_text("utf-8").splitlines()[0]
    assert main(["measure", *flags]) == 0
    assert "Over 4 seeds from 3 on" in capsys.readouterr().out


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
