"""`rnn-tui train`: what it prints and writes, what it refuses, and that Ctrl+C keeps what was learnt."""

import csv
import io
import json
import os
import re
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_tui.cli.main import main
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.session.saved import Lab, open_lab, save_lab
from tests.commands import Output, measured, read_until, refused, running

QUICK = ["--length", "6", "--batch", "4", "--steps", "30", "--eval-every", "10"]


def trained(capsys: Output, *arguments: str) -> dict[str, Any]:
    assert main(["train", *QUICK, "--format", "json", *arguments]) == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def test_the_json_holds_the_whole_training(capsys: Output) -> None:
    found = trained(capsys, "--hidden", "5", "--clip", "norm", "--twin", "clip=off")
    assert found["settings"] == {
        "task": "temporal-order",
        "length": 6,
        "batch": 4,
        "optimiser": "sgd",
        "eval_every": 10,
        "go_on": False,
        "twin": "clip=off",
    }
    assert (found["experiment"]["hidden"], found["experiment"]["clip"]) == (5, "norm")
    assert found["baseline"]["loss"] == found["current_input"]["loss"] == pytest.approx(np.log(4))
    assert found["baseline"].keys() == found["current_input"].keys() == {"loss", "error", "formula", "meaning"}
    assert found["steps"] == found["steps_made"] == found["twin"]["steps_made"] == 30
    assert found["history"]["steps"] == list(range(1, 31))
    assert found["samples"]["steps"] == [0, 10, 20, 30]
    assert np.shape(found["samples"]["log10_parts"]) == (4, 6)
    assert found["history"]["clipped"]["mean"] != found["twin"]["history"]["clipped"]["mean"] == [0.0] * 30
    assert found["history"]["loss"]["mean"][0] == found["twin"]["history"]["loss"]["mean"][0]
    evaluation = found["evaluation"]
    assert evaluation.pop("standard_error") > 0
    assert evaluation == {
        "loss": found["samples"]["loss"][-1],
        "error": found["samples"]["error"][-1],
        "sequences": 1000,
        "below_guessing": False,
        "below_current_input": False,
        "solved": False,
    }
    assert found["suggested_threshold"]["average"] == pytest.approx(np.mean(found["history"]["norm"]["mean"]))
    assert found["interrupted"] is False
    assert any("true zero" in note for note in found["notes"])


def test_the_csv_has_a_row_a_step_and_network(capsys: Output) -> None:
    assert main(["train", *QUICK, "--format", "csv", "--twin", "lr=0.2"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["network"], int(row["step"])) for row in rows] == [
        (who, step) for who in ("main", "twin") for step in range(31)
    ]
    assert [int(row["step"]) for row in rows[:31] if row["fresh_error"]] == [0, 10, 20, 30]
    assert rows[0]["loss"] == ""
    assert float(rows[1]["loss_low"]) == float(rows[1]["loss"])


def test_the_table_says_how_it_went(capsys: Output) -> None:
    assert main(["train", "--hidden", "20", "--clip", "norm", "--twin", "clip=off", "--steps", "300"]) == 0
    out = capsys.readouterr().out
    assert "temporal-order: which two capitals came" in out
    assert "Its twin has clip=off and takes the same batches." in out
    assert "Guessing: loss 1.39 (ln 4), 75.0 % wrong" in out
    assert "Current input only: the same" in out
    assert re.search(r"It solves its task: 0\.[0-9] % wrong on fresh sequences", " ".join(out.split()))
    assert "by Pascanu's rule" in " ".join(out.split())
    assert all(len(line) <= 80 for line in out.splitlines())


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_output_goes_to_a_file(capsys: Output, tmp_path: Path, form: str) -> None:
    assert main(["train", *QUICK, "--format", form]) == 0
    printed = capsys.readouterr().out
    assert main(["train", *QUICK, "--format", form, "--output", str(tmp_path / "out")]) == 0
    assert capsys.readouterr().out == ""
    assert (tmp_path / "out").read_text("utf-8") == printed


def test_divergence_is_told_and_the_twin_goes_on(capsys: Output) -> None:
    flags = ["--task", "series", "--activation", "linear", "--rho", "1.5", "--lr", "0.5", "--twin", "clip=norm"]
    found = trained(capsys, *flags)
    assert found["diverged"]["step"] == found["steps_made"] + 1
    assert found["diverged"]["norm"] > found["diverged"]["weights"]
    assert found["twin"]["steps_made"] == found["steps"] == 30
    first = found["events"][0]
    assert (first["kind"], first["network"]) == ("diverged", "main")


def test_the_trained_network_is_measured_and_its_weights_are_written(capsys: Output, tmp_path: Path) -> None:
    lab, weights = tmp_path / "lab.json", tmp_path / "w.npz"
    trained(capsys, "--cell", "lstm", "--hidden", "3", "--save-lab", str(lab), "--save-weights", str(weights))
    found, saved = measured(capsys, "--lab", str(lab)), np.load(weights)
    again = tmp_path / "again.npz"
    measured(capsys, "--lab", str(lab), "--save-weights", str(again))
    for name in saved:
        assert np.array_equal(saved[name], np.load(again)[name])
    assert found["experiment"]["trained"]["task"] == "temporal-order"
    assert found["experiment"]["trained"]["steps"] == 30
    assert found["vocabulary"] == ["AA", "AB", "BA", "BB"]
    assert measured(capsys, "--lab", str(lab), "c", "A", "d", "B")["targets"] == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--task", "sorting"], "--task cannot be 'sorting': one of temporal-order, adding"),
        (["--steps", "0"], "--steps cannot be '0': a whole number from 1 to 1,000,000,000"),
        (["--steps", "many"], "--steps cannot be 'many'"),
        (["--length", "1"], "--length cannot be 1: temporal-order needs 2 steps or more"),
        (["--length", "x"], "--length cannot be 'x': a whole number"),
        (["--batch", "0"], "--batch cannot be 0"),
        (["--eval-every", "0.5"], "--eval-every cannot be '0.5'"),
        (["--optimiser", "sdg"], "--optimiser cannot be 'sdg': one of sgd, momentum"),
        (["--twin", "clip"], "--twin cannot be 'clip': SETTING=VALUE, the setting one of clip, threshold"),
        (["--twin", "clip=off"], "--twin cannot be 'clip=off': the network is set so already"),
        (["--twin", "rho=high"], "--twin cannot be 'rho=high': a number from 0"),
        (["--loss", "sum"], "--loss is for `rnn-tui measure`: the task says what is asked for"),
        (["--influence", "occlusion"], "--influence is for `rnn-tui measure`"),
        (["some", "words"], "a TEXT is for --task next-word: temporal-order makes its own sequences"),
        (["--inputs", "3"], "--inputs is for --task next-word"),
        (["--task", "next-word", "--length", "9", "two words"], "--length cannot be 9: the text has 2 steps"),
        (["--seeds", "3"], "--seeds belongs to `rnn-tui measure`"),
        (["--screen", "unroll"], "--screen belongs to `rnn-tui`"),
        (["--stepps", "3"], "there is no flag '--stepps': did you mean --steps?"),
        (["--hidden", "1000000"], "GiB of memory"),
        (["--skip", "pinned:1-20"], "there is no step 20 to lead to"),
        (["--format", "xml"], "--format cannot be 'xml'"),
        (["--save-weights", "w.pt"], "w.pt names no format for weights"),
        (["--save-lab", "no/such/lab.json"], "there is no folder no/such"),
        (["--output", "a", "--save-lab", "a"], "--output and --save-lab name the same file"),
        (["--forget-bias", "1"], "--forget-bias is for --cell lstm"),
    ],
)
def test_what_cannot_be_followed_is_said_in_a_sentence(capsys: Output, arguments: list[str], complaint: str) -> None:
    assert complaint in refused(capsys, "train", *arguments)


@pytest.mark.parametrize("command", [[], ["measure"]])
def test_flags_of_train_are_pointed_to_it(capsys: Output, command: list[str]) -> None:
    assert refused(capsys, *command, "--twin", "clip=off") == "--twin belongs to `rnn-tui train`"


def test_help_names_every_flag_of_its_own(capsys: Output) -> None:
    assert main(["train", "--help"]) == 0
    out = capsys.readouterr().out
    for flag in ("--task", "--steps", "--length", "--batch", "--optimiser", "--eval-every", "--twin", "--save-lab"):
        assert f"{flag} " in out


def test_ctrl_c_keeps_what_was_learnt_and_progress_is_told_on_a_terminal(tmp_path: Path) -> None:
    lab, (leader, follower) = tmp_path / "lab.json", os.openpty()
    # so small a rate moves no weight far: on no CPU can it diverge, and end, before the signal comes
    arguments = ["train", "--lr", "1e-9", "--steps", "1000000000", "--format", "json", "--save-lab", str(lab)]
    with running(arguments, stderr=follower) as process:
        os.close(follower)
        read_until(leader, b"Training 1,000,000,000 steps: 0 %")  # it is said after a second of training
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
    os.close(leader)
    assert process.returncode == 130
    found = json.loads(out)
    assert found["interrupted"] is True
    assert 0 < found["steps"] < 10**9
    assert found["history"]["steps"][-1] == found["steps"]
    kept = open_lab(lab).experiment.trained
    assert kept is not None
    assert kept.steps == found["steps"]


def test_what_is_printed_leaves_the_signal_as_it_was(capsys: Output) -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        trained(capsys)
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_trained_lab_is_trained_on(capsys: Output, tmp_path: Path) -> None:
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    flags = ["--task", "first-sign", "--lr", "0.2"]
    one = trained(capsys, *flags, "--save-lab", str(first))
    two = trained(capsys, "--lab", str(first), "--save-lab", str(second))
    assert (two["task"]["name"], two["settings"]["go_on"]) == ("first-sign", True)
    assert two["samples"]["rho"][0] == one["samples"]["rho"][-1]
    both = [open_lab(path).experiment.trained for path in (first, second)]
    assert [each.steps if each else None for each in both] == [30, 60]
    anew = trained(capsys, "--lab", str(first), "--seed", "9")
    assert (anew["task"]["name"], anew["settings"]["go_on"]) == ("temporal-order", False)
    assert "trained on first-sign, whose inputs" in refused(capsys, "train", "--lab", str(first), "--task", "copy")
    assert "--twin cannot be 'cell=gru'" in refused(capsys, "train", "--lab", str(first), "--twin", "cell=gru")


def test_a_lab_gives_the_network_that_is_trained(capsys: Output, tmp_path: Path) -> None:
    path = tmp_path / "lab.json"
    save_lab(path, Lab(Experiment(cell="gru", hidden=4, seed=3)))
    found = trained(capsys, "--lab", str(path), "--seed", "5")
    assert [found["experiment"][name] for name in ("cell", "hidden", "seed")] == ["gru", 4, 5]
