"""The three forms of a measurement: the JSON's contract field by field, CSV that reads back, a table of 80 columns."""

import csv
import json
import math
import re
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wcwidth import width

from rnn_tui.engine.kinds import GATED, GATES
from rnn_tui.lab.compare.compare import compare
from rnn_tui.lab.experiment.all_settings import EXPERIMENT
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.measurement.measure import measure
from rnn_tui.lab.measurement.measurement import Measurement
from rnn_tui.lab.measurement.verdict.verdict import WORDS
from rnn_tui.lab.report.report import FORMATS, Format, save_report, write_report
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.lab.text.glyphs import LEFT_TO_RIGHT
from rnn_tui.lab.views.report import measurement_report
from rnn_tui.lab.views.views import Views
from tests.escaping import FORBIDDEN, unescaped
from tests.lab.contract import CSV_HEADER

Number = (int, float)
OPTIONAL = (int, float, type(None))
VERDICTS = {"vanishing", "steady", "exploding", "dead", "undefined"}
BOUNDS = {"must-vanish", "must-explode", "may-explode", "may-grow", "cannot-explode", None}
PARAMETERS = ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0", "readout_weight", "readout_bias"]
ROWS = (
    "step_losses",
    "log10_step_losses",
    "log10_grad_hidden",
    "log10_grad_hidden_full",
    "log10_grad_hidden_last",
    "log10_grad_hidden_clipped",
    "log10_jacobian",
)
MATRICES = ("influence", "influence_log10", "itemised_log10")


def written(measurement: Measurement, form: Format) -> str:
    out = StringIO()
    write_report(measurement_report(measurement), form, out)
    return out.getvalue()


def refuse_constant(name: str) -> None:
    raise AssertionError(f"{name} is not JSON")


def as_json(measurement: Measurement) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(written(measurement, "json"), parse_constant=refuse_constant)
    return document


@pytest.fixture(scope="module")
def found() -> Measurement:
    return measure(Experiment())


def check_contract(document: dict[str, Any], experiment: Experiment) -> None:
    steps = len(experiment.words)
    assert Experiment(**document["experiment"]) == experiment
    assert document["words"] == list(experiment.words)
    for name in ROWS:
        row = document[name]
        if name == "log10_grad_hidden_clipped" and experiment.clip == "value":
            assert row is None
            continue
        assert len(row) == steps
        assert all(isinstance(value, OPTIONAL) for value in row)
    check_cell(document, experiment)
    for name in MATRICES:
        assert len(document[name]) == steps
        assert all(row is None or len(row) == steps for row in document[name])
    for t, row in enumerate(document["influence"]):
        if row is not None:
            assert sum(row) == pytest.approx(1)
            assert row[t + 1 :] == [0] * (steps - t - 1)
    for t, row in enumerate(document["itemised_log10"]):
        assert row[t + 1 :] == [None] * (steps - t - 1)
    for name in ("loss", "log10_loss", "grad_norm", "log10_grad_norm", "growth_per_step", "memory_lag_90"):
        assert isinstance(document[name], OPTIONAL), name
    for name in ("grad_norms", "log10_grad_norms"):
        assert list(document[name]) == PARAMETERS
    assert {"mode", "threshold", "scale", "norm_before", "norm_after", "cosine"} <= set(document["clip"])
    assert document["clip"]["mode"] == experiment.clip
    assert isinstance(document["spectral_radius"], float)
    assert isinstance(document["largest_singular_value"], float)
    assert isinstance(document["parameters"], int)
    assert document["verdict"] in VERDICTS
    assert document["arrives_of"] == ("c" if experiment.cell == "lstm" else "h")
    for name in ("log10_arriving", "log10_input_jacobian"):
        assert len(document[name]) == steps
    for name in ("log10_arrives", "arrives_per_step", "log10_word_to_state", "word_to_state"):
        assert document[name] is None or math.isfinite(document[name])
    assert document["bound"] in BOUNDS
    assert all(isinstance(note, str) for note in document["notes"])


def check_cell(document: dict[str, Any], experiment: Experiment) -> None:
    """What only some networks have is there for those, and null or empty for the others."""
    steps, hidden = len(experiment.words), experiment.hidden
    gates = GATES[experiment.cell] if experiment.cell in GATED else ()
    assert set(document["gates"]) == set(document["gate_saturation"]) == set(gates)
    for gate in gates:
        assert np.shape(document["gates"][gate]) == (steps, hidden)
        assert len(document["gate_saturation"][gate]) == steps
    for name in ("log10_grad_cell", "log10_jacobian_cell", "cell_state"):
        assert (document[name] is not None) == (experiment.cell == "lstm")
        assert document[name] is None or len(document[name]) == steps
    assert (document["log10_carry"] is not None) == (experiment.cell in GATED)
    assert (document["truncation"] is not None) == (experiment.truncate is not None)


@pytest.mark.parametrize("clip", ["off", "norm", "value", "step"])
@pytest.mark.parametrize("loss", ["last", "sum", "mean"])
@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu", "linear"])
def test_the_json_holds_to_its_contract(clip: str, loss: str, activation: str) -> None:
    experiment = Experiment().changed(clip=clip, loss=loss, activation=activation, threshold=0.1)
    check_contract(as_json(measure(experiment)), experiment)


@pytest.mark.parametrize(
    "experiment",
    [
        Experiment(text="one"),
        Experiment(text="a b c d", activation="relu", rho=0.0, hidden=2, seed=3),
        Experiment(text="a b c d", activation="linear", rho=1e6, threshold=1e-300, clip="norm"),
        Experiment(text="a " * 80, activation="linear", rho=1e6),
        Experiment(text="a b", init="number", hidden=1, inputs=1),
    ],
    ids=["one step", "zero W", "large W", "beyond float64", "a number"],
)
def test_the_json_holds_to_its_contract_at_the_edges(experiment: Experiment) -> None:
    check_contract(as_json(measure(experiment)), experiment)


SCALES = [0.0, 5e-324, 1e-300, 1e-12, 0.01, 0.5, 0.9, 1.0, 1.5, 5.0, 100.0, 1e6]


@st.composite
def experiments(draw: st.DrawFn) -> Experiment:
    """Any experiment of a size that is measured at once, with the scales where numbers break."""
    chosen: dict[str, Any] = {name: draw(st.sampled_from(choices)) for name, choices in EXPERIMENT.choices.items()}
    chosen[draw(st.sampled_from(["rho", "sigma"]))] = draw(st.sampled_from(SCALES))
    return Experiment(
        **chosen,
        text=" ".join(draw(st.lists(st.sampled_from("abc"), min_size=2, max_size=30))),
        hidden=1 if chosen["init"] == "number" else draw(st.integers(1, 8)),
        inputs=draw(st.integers(1, 4)),
        transient=draw(st.sampled_from([1.0, 1.5, 100.0, 1e6])),
        skip=draw(st.sampled_from(["none", "none", "pinned:1-2", "shared:1", "shared:2", "shared:999999999"])),
        forget_bias=draw(st.sampled_from([-300.0, -40.0, 0.0, 1.0, 40.0, 300.0])),
        update_bias=draw(st.sampled_from([-300.0, -40.0, 0.0, 1.0, 40.0, 300.0])),
        chrono=draw(st.sampled_from([None, None, 3, 1000, 10**9])),
        truncate=draw(st.sampled_from([None, None, 1, 2, 10**9])),
        seed=draw(st.integers(0, 1000)),
        threshold=draw(st.sampled_from([1e-300, 1e-5, 0.1, 1.0, 1e300])),
        lr=draw(st.sampled_from([1e-300, 1e-8, 0.1, 1e300])),
    )


@settings(max_examples=60)
@given(experiments())
def test_the_json_holds_to_its_contract_for_any_experiment(experiment: Experiment) -> None:
    try:
        found = measure(experiment)
    except ExperimentError as problem:
        # Not every transient goes with every scale.
        if experiment.init == "nonnormal" and problem.setting in ("rho", "sigma", "init"):
            return
        raise
    check_contract(as_json(found), experiment)


def test_steps_that_add_nothing_do_not_spoil_the_gradient() -> None:
    experiment = Experiment(
        text="b a 日本 c 日本",
        tokens="chars",
        activation="sigmoid",
        loss="sum",
        hidden=2,
        inputs=2,
        sigma=1e6,
        seed=557,
    )
    document = as_json(measure(experiment))
    assert document["log10_grad_norms"]["weight_hh_l0"] == pytest.approx(-26141, abs=1)


def test_numbers_read_back_as_they_were(found: Measurement) -> None:
    document = as_json(found)
    assert document["log10_grad_hidden"] == found.log10_grad_hidden.tolist()
    assert document["loss"] == found.loss
    assert found.triangle is not None
    assert document["influence"] == found.triangle.shares.tolist()


def test_a_true_zero_is_null_and_said() -> None:
    document = as_json(measure(Experiment(text="a b c d", rho=0.0)))
    assert document["log10_jacobian"][0] is None
    assert document["log10_arrives"] is None
    assert document["arrives_per_step"] == document["word_to_state"] == 0
    assert any("log10_arrives" in note and "true zero" in note for note in document["notes"])
    assert document["log10_jacobian"][-1] == 0
    assert document["verdict"] == "dead"
    assert any("log10_jacobian" in note and "true zero" in note for note in document["notes"])


def test_what_leaves_float64_is_null_and_said_and_its_log10_is_not() -> None:
    document = as_json(measure(Experiment(text="a " * 80, activation="linear", rho=1e6)))
    assert document["grad_norm"] is None
    assert document["log10_grad_norm"] > 308
    assert any(" grad_norm," in note and "outside float64" in note for note in document["notes"])
    assert document["growth_per_step"] == pytest.approx(10 ** document["log10_growth_per_step"])


def test_a_step_that_no_word_influences_has_no_row(found: Measurement) -> None:
    assert found.triangle is not None
    shares = found.triangle.shares.copy()
    shares[1] = np.nan
    document = as_json(replace(found, triangle=replace(found.triangle, shares=shares)))
    assert document["influence"][1] is None
    assert document["influence"][2] == shares[2].tolist()


def test_pairs_of_a_long_text_are_null_and_said_unless_asked_for() -> None:
    experiment = Experiment(text="a b c " * 140, hidden=2)
    document = as_json(measure(experiment))
    assert [document[name] for name in MATRICES] == [None] * 3
    assert any("--full" in note for note in document["notes"])
    check_contract(as_json(measure(experiment, full=True)), experiment)


def test_half_of_a_surrogate_pair_is_written_as_an_escape(tmp_path: Path) -> None:
    found = measure(Experiment(text="a\udc80 b"))
    save_report(tmp_path / "out.json", measurement_report(found), "json")
    assert json.loads((tmp_path / "out.json").read_text("utf-8"))["words"] == ["a\udc80", "b"]


@given(st.text(min_size=1, max_size=8).filter(lambda text: bool(text.split())))
def test_any_text_is_written_in_every_form(text: str) -> None:
    found = measure(Experiment(text=text, hidden=2, inputs=2))
    assert as_json(found)["words"] == list(found.words)
    rows = list(csv.DictReader(StringIO(written(found, "csv"), newline="")))
    assert [unescaped(row["word"]) for row in rows] == list(found.words)
    assert all(width(line) <= 80 for line in written(found, "table").splitlines())


ACTING = "\x00\x1b\x07\r\x7f\x85\x9b\xad\u061c\u200b\u200e\u200f\u2028\u202e\u2066\ufeff\ud800=+-@;\\＝"
LETTERS = st.one_of(st.sampled_from(ACTING), st.characters())
HOSTILE = st.text(LETTERS, min_size=1, max_size=12).filter(lambda text: bool(text.split()))


@given(text=HOSTILE, tokens=st.sampled_from(EXPERIMENT.choices["tokens"]))
def test_nothing_of_a_text_acts_where_it_is_written(text: str, tokens: Any) -> None:
    found = measure(Experiment(text=text, tokens=tokens, hidden=2, inputs=2))
    for form in FORMATS:
        check_harmless(written(found, form), form)
    assert as_json(found)["experiment"]["text"] == utf16(text)
    rows = list(csv.reader(StringIO(written(found, "csv"), newline="")))
    assert [unescaped(row[1]) for row in rows[1:]] == [*map(utf16, found.words)]
    assert not any(re.match(r"[=+\-@＝＋－＠]", cell) for row in rows for cell in row[1:4])


def test_nothing_of_a_text_acts_where_networks_are_compared() -> None:
    experiment = Experiment(text="=1 \x1b]52;c;\x07 \u202e @b", skip="shared:1", hidden=2, inputs=2)
    found, views = measure(experiment), Views(compare=compare(experiment))
    for form in FORMATS:
        out = StringIO()
        write_report(measurement_report(found, views=views), form, out)
        check_harmless(out.getvalue(), form)


def check_harmless(raw: str, form: Format) -> None:
    if form == "table":
        # The mark is the program's own there: it keeps a right-to-left word from moving the columns.
        raw = raw.replace(LEFT_TO_RIGHT, "")
    assert FORBIDDEN.search(raw) is None
    assert "\t" not in raw
    if form == "csv":
        cells = [cell for row in csv.reader(StringIO(raw, newline="")) for cell in row]
        assert not any(re.match(r"[=+\-@＝＋－＠](?![0-9.i])", cell) for cell in cells)


def utf16(text: str) -> str:
    """The text, in which the two halves of a pair are one character: JSON and CSV cannot keep them apart."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def test_csv_reads_back_as_the_numbers_that_were_measured(found: Measurement) -> None:
    rows = list(csv.DictReader(StringIO(written(found, "csv"))))
    assert tuple(rows[0])[: len(CSV_HEADER)] == CSV_HEADER
    assert [int(row["t"]) for row in rows] == [1, 2, 3, 4]
    assert [row["target"] for row in rows] == ["time", "is", "it", "<eos>"]
    assert [float(row["log10_grad_hidden"]) for row in rows] == found.log10_grad_hidden.tolist()
    assert sum(float(row["influence_on_last"]) for row in rows) == pytest.approx(1)


def test_csv_tells_a_true_zero_from_what_is_unknown() -> None:
    found = measure(Experiment(text="a b c", rho=0.0, clip="value"))
    rows = list(csv.DictReader(StringIO(written(found, "csv"))))
    assert float(rows[0]["log10_jacobian"]) == -math.inf
    assert rows[0]["log10_grad_hidden_clipped"] == ""


def test_the_table_says_what_it_found(found: Measurement) -> None:
    table = written(found, "table")
    assert f"{WORDS[found.verdict].upper()}  The gradient at " in table
    assert found.verdict_sentence in " ".join(table.split())
    assert "untrained: guesses are luck" in table
    lines = table.splitlines()
    head = next(i for i, line in enumerate(lines) if "‖∂L/∂h_t‖" in line)
    assert [line.split()[:2] for line in lines[head + 1 : head + 5]] == [
        ["1", "What"],
        ["2", "time"],
        ["3", "is"],
        ["4", "it"],
    ]


def test_the_table_keeps_its_columns_under_any_script() -> None:
    found = measure(
        Experiment(text="ساعت 现在几点 👩‍👩‍👧 e\u0301te\u0301 \x1b[31mred \u202eodd verylongwordthatmustbecut")
    )
    lines = written(found, "table").splitlines()
    head = next(i for i, line in enumerate(lines) if "‖∂L/∂h_t‖" in line)
    assert len({width(line) for line in lines[head : head + found.steps + 1]}) == 1
    assert "\x1b" not in written(found, "table")
    assert "\u202e" not in written(found, "table")


def test_the_table_shows_what_step_clipping_leaves() -> None:
    found = measure(Experiment(clip="step", threshold=0.1))
    assert "clipped" in written(found, "table")
    assert "clipping by step, θ 0.10" in written(found, "table")


def test_a_report_is_saved_whole(found: Measurement, tmp_path: Path) -> None:
    for form in FORMATS:
        save_report(tmp_path / form, measurement_report(found), form)
        assert (tmp_path / form).read_text("utf-8") == written(found, form)
