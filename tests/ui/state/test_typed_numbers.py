"""One kind of number for all who ask for one: dials, the cliff's dials, flags, edits, twins and prompts."""

from collections.abc import Callable

import pytest

from rnn_tui.lab.cliff.settings import CliffSettings
from rnn_tui.lab.experiment.all_settings import EXPERIMENT
from rnn_tui.lab.experiment.edits import Entry, RowScaling, parse_edit
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.lab.settings.kinds import Integer, Real
from rnn_tui.lab.training.settings.twin import Twin
from rnn_tui.ui.state.cliff_dials import CLIFF_DIALS
from rnn_tui.ui.state.dials import DIALS
from tests.commands import Output, measured
from tests.ui.pressing import as_opened, lab, note, press

LSTM, GRU = Experiment(cell="lstm"), Experiment(cell="gru")
NONNORMAL = Experiment(init="nonnormal")
OF_CELL = {"forget_bias": LSTM, "update_bias": GRU, "chrono": GRU, "transient": NONNORMAL}
NUMBERS = {name: getattr(setting.kind, "number", setting.kind) for name, setting in EXPERIMENT.items() if name in DIALS}
REAL = [name for name, kind in NUMBERS.items() if isinstance(kind, Real)]
WHOLE = [name for name, kind in NUMBERS.items() if isinstance(kind, Integer)]
WRONG = ["1_0", "٣", "nan", "infinity", "0x3", "1 0", ""]
CLIFF = [name for name in CLIFF_DIALS if name != "length"]


def dial(name: str) -> Callable[[str], object]:
    start = OF_CELL.get(name, Experiment())
    return lambda text: getattr(DIALS[name].typed(start, text), name)


def cliff_dial(name: str) -> Callable[[str], object]:
    return lambda text: getattr(CLIFF_DIALS[name].typed(CliffSettings(), text), name)


def twin(name: str) -> Callable[[str], object]:
    return lambda text: Twin.parse(f"{name}={text}").value


def edit(text: str) -> object:
    found = parse_edit(f"3,4={text}")
    assert isinstance(found, Entry)
    return found.value


def scaled(text: str) -> object:
    found = parse_edit(f"row 3*{text}")
    assert isinstance(found, RowScaling)
    return found.factor


FIELDS = [*map(dial, REAL), *map(cliff_dial, CLIFF), edit, scaled]
NAMES = [*REAL, *(f"cliff {name}" for name in CLIFF), "edit", "row"]


@pytest.mark.parametrize("field", [*FIELDS, twin("lr")], ids=[*NAMES, "twin"])
def test_a_field_takes_every_form_of_a_number(field: Callable[[str], object]) -> None:
    assert [field(text) for text in ("1", "1.0", "10^0", "10⁰", "100e−2", "1,000e-3", "10·10⁻¹", "+1")] == [1.0] * 8


@pytest.mark.parametrize("field", FIELDS, ids=NAMES)
@pytest.mark.parametrize("text", WRONG)
def test_a_field_takes_no_other_spelling(field: Callable[[str], object], text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        field(text)


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("text", [*WRONG, "3.5", "1e1"])
def test_a_whole_number_takes_no_other_spelling(name: str, text: str) -> None:
    with pytest.raises(ExperimentError):
        dial(name)(text)


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_number_may_be_grouped(name: str) -> None:
    assert dial(name)("1,000") == dial(name)("1000") == 1000


def test_the_printed_minus_is_taken_by_the_flags(capsys: Output) -> None:
    found = measured(capsys, "--cell", "lstm", "--forget-bias", "−0.30", "--lr", "10^−2", "--edit", "1,2=−3.1e−3")
    settings = found["experiment"]
    assert (settings["forget_bias"], settings["lr"], settings["edits"]) == (-0.3, 0.01, ["1,2=-0.0031"])


@pytest.mark.parametrize("text", ["-1e-3", "-10^-3", "−1·10⁻³", "-.001"])
def test_a_negative_number_of_any_form_follows_its_flag(capsys: Output, text: str) -> None:
    found = measured(capsys, "--cell", "lstm", "--forget-bias", text)
    assert found["experiment"]["forget_bias"] == -1e-3


async def test_what_a_field_shows_it_takes() -> None:
    async with lab(Experiment(cell="lstm", forget_bias=-0.3)) as (app, pilot):
        app.dial = "forget_bias"
        await press(pilot, "enter", "enter")
        assert app.hint.text.endswith("is −0.30 already") or app.hint.text.endswith("is -0.3 already")
        await press(pilot, "enter", "−", "1", "enter")
        assert app.experiment.forget_bias == -1.0
        await press(pilot, "6", "D", "=", "enter")
        assert app.context == "cliff"


async def test_a_prompt_takes_no_other_spelling() -> None:
    cases = [
        ("4", "enter", "1_0"),
        ("4", "i", "1_0,1"),
        ("4", "i", "٣,1"),
        ("5", "L", "1_0"),
        ("5", "B", "٣"),
        ("5", "Z", "²"),
        ("5", "W", "W_hh[" + "9" * 30 + ",1]"),
    ]
    said = ("no number", "cannot be", "no row", "names no")
    async with lab(Experiment(hidden=4)) as (app, pilot):
        for screen, keys, typed in cases:
            await press(pilot, screen, *(["x"] if screen == "5" else []), keys, *typed, "enter")
            assert app.context == "prompt", typed
            assert any(each in note(app) for each in said), typed
            await as_opened(pilot, Experiment(hidden=4))
