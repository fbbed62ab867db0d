"""`measure --powers`, `--compare` and `--spectrum` on the command line."""

import csv
import json
from io import StringIO
from typing import Any

import pytest

from rnn_tui.cli.main import main

Output = pytest.CaptureFixture[str]


def measured(capsys: Output, *arguments: str) -> Any:
    assert main(["measure", "--format", "json", *arguments]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("arguments", "last", "text"),
    [
        (["--powers", "What", "now"], 4000, "What now"),
        (["--powers", "50", "What", "now"], 50, "What now"),
        (["--powers=50", "6", "mice"], 50, "6 mice"),
        (["What", "now", "--powers"], 4000, "What now"),
        (["--powers", "--", "50", "mice"], 4000, "50 mice"),
    ],
)
def test_a_number_after_powers_is_theirs(capsys: Output, arguments: list[str], last: int, text: str) -> None:
    found = measured(capsys, "--hidden", "2", *arguments)
    assert found["powers"]["steps"][-1] == last
    assert found["experiment"]["text"] == text


def test_the_step_of_the_spectrum(capsys: Output) -> None:
    assert measured(capsys, "--spectrum")["spectrum"]["jacobian"]["step"] == 4
    assert measured(capsys, "--spectrum", "2")["spectrum"]["jacobian"]["step"] == 2
    assert "spectrum" not in measured(capsys, "--", "--spectrum", "2")


def test_compare_with_seeds_has_bands(capsys: Output) -> None:
    found = measured(capsys, "--compare", "--seeds", "3")
    assert found["compare"]["seeds"] == [7, 8, 9]
    assert all(len(network["bands"]) == 5 for network in found["compare"]["networks"])
    assert found["ensemble"]["seeds"] == [7, 8, 9]
    assert measured(capsys, "--compare")["compare"]["levels"] is None


def test_one_number_by_its_power(capsys: Output) -> None:
    found = measured(capsys, "--init", "number", "--rho", "1.5", "--powers")["powers"]
    assert found["limit"] == "|w| = 1.50 > 1: to infinity, 10^704 after 4,000 steps."
    assert found["log10_state"][-1] == pytest.approx(704.365, abs=1e-3)
    assert found["bands"]["law"]["independent_spread"] == pytest.approx(1.1107, abs=1e-4)


@pytest.mark.parametrize("flag", ["--powers", "--compare", "--spectrum"])
def test_csv_holds_one_view(capsys: Output, flag: str) -> None:
    assert main(["measure", "--format", "csv", flag]) == 0
    rows = list(csv.reader(StringIO(capsys.readouterr().out)))
    assert rows[0][0] in ("n", "network", "i")
    assert len({len(row) for row in rows}) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--powers", "0"], "--powers cannot be '0': a whole number from 1 to 1,000,000"),
        (["--powers=x"], "--powers cannot be 'x'"),
        (["--spectrum", "5"], "--spectrum cannot be '5': a whole number from 1 to 4"),
        (["--format", "csv", "--powers", "--compare"], "give one of --powers and --compare at a time"),
        (["--format", "csv", "--spectrum", "--seeds", "2"], "give one of --spectrum and --seeds at a time"),
        (["--compare=yes"], "--compare takes no value"),
    ],
)
def test_what_cannot_be_is_refused(capsys: Output, arguments: list[str], said: str) -> None:
    assert main(["measure", *arguments]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("flag", ["--powers", "--compare", "--spectrum"])
def test_they_belong_to_measure(capsys: Output, flag: str) -> None:
    assert main([flag]) == 2
    assert f"{flag} belongs to `rnn-tui measure`" in capsys.readouterr().err
