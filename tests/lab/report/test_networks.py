"""The reports of what only some networks have: a cell's own path and gates, a truncated gradient, a residual."""

import csv
import json
import math
from dataclasses import replace
from io import StringIO
from typing import Any

import numpy as np
import pytest
from wcwidth import width

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.measurement.ensemble.ensemble import Ensemble, measure_ensemble
from rnn_tui.lab.measurement.measure import measure
from rnn_tui.lab.measurement.measurement import Measurement, TruncationReport
from rnn_tui.lab.measurement.notes import notes
from rnn_tui.lab.report.report import Format, write_report
from rnn_tui.lab.views.report import measurement_report
from tests.lab.contract import CSV_HEADER

GATES = {"i": 0.25, "f": 0.75, "g": -0.5, "o": 0.5}
CUT = TruncationReport(
    steps=2, log10_norm_full=0.0, log10_norm_cut=-math.inf, log10_norm_lost=-400.0, lost=0.25, cosine=None
)


def written(measurement: Measurement, form: Format, *, ensemble: Ensemble | None = None) -> str:
    out = StringIO()
    write_report(measurement_report(measurement, ensemble=ensemble), form, out)
    return out.getvalue()


def as_json(measurement: Measurement, *, ensemble: Ensemble | None = None) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(written(measurement, "json", ensemble=ensemble))
    return document


def test_the_place_of_the_update_is_given_from_0_and_from_1() -> None:
    found = measure(Experiment(cell="gru"))
    update, weight = as_json(found)["update"], found.trace.parameters["weight_hh_l0"]
    assert weight[update["row"], update["column"]] == update["before"] == max(weight.min(), weight.max(), key=abs)
    assert (update["row_from_1"], update["column_from_1"]) == (update["row"] + 1, update["column"] + 1)


def test_the_last_loss_s_gradient_is_truncated_too() -> None:
    last = as_json(measure(Experiment(truncate=2)))["log10_grad_hidden_last"]
    assert [value is None for value in last] == [True, True, False, False]


@pytest.fixture(scope="module")
def filled() -> Measurement:
    """A measurement with every field that any network has, its numbers known."""
    found = measure(Experiment(clip="step"))
    assert found.triangle is not None
    by_step = np.array([-math.inf, -120.0, math.nan, 0.0])
    return replace(
        found,
        experiment=Experiment(cell="lstm", truncate=2, clip="step", influence="integrated", influence_on="output"),
        gates={name: np.full((4, 8), value) for name, value in GATES.items()},
        gate_saturation={name: np.array([0.0, 0.5, 1.0, 0.125]) for name in GATES},
        cell_state=np.arange(32.0).reshape(4, 8),
        log10_carry=by_step,
        log10_grad_cell=by_step,
        log10_jacobian_cell=by_step,
        truncation=CUT,
        triangle=replace(found.triangle, integrated_residual=np.array([1e-9, 0.0, math.nan, 3e-4])),
    )


def test_json_holds_every_field_by_its_name(filled: Measurement) -> None:
    document = as_json(filled)
    for name in ("log10_carry", "log10_grad_cell", "log10_jacobian_cell"):
        assert document[name] == [None, -120, None, 0]
        assert any("true zero" in note and name in note for note in document["notes"])
    assert document["gates"] == {name: [[value] * 8] * 4 for name, value in GATES.items()}
    assert document["gate_saturation"] == {name: [0, 0.5, 1, 0.125] for name in GATES}
    assert document["cell_state"][1] == [8, 9, 10, 11, 12, 13, 14, 15]
    assert document["truncation"] == {
        "steps": 2,
        "log10_norm_full": 0,
        "log10_norm_cut": None,
        "log10_norm_lost": -400,
        "lost": 0.25,
        "cosine": None,
    }
    assert any("truncation.log10_norm_cut" in note for note in document["notes"])
    assert document["integrated_residual"] == [1e-9, 0, None, 3e-4]


def test_json_of_a_network_without_them_says_null() -> None:
    document = as_json(measure(Experiment(activation="relu")))
    for name in ("log10_carry", "log10_grad_cell", "log10_jacobian_cell", "cell_state", "truncation"):
        assert document[name] is None
    assert (document["gates"], document["gate_saturation"]) == ({}, {})
    assert document["integrated_residual"] is None
    assert document["log10_grad_hidden_full"] == document["log10_grad_hidden"]


def test_csv_has_two_columns_a_gate(filled: Measurement) -> None:
    rows = list(csv.DictReader(StringIO(written(filled, "csv"))))
    assert list(rows[0])[: len(CSV_HEADER)] == list(CSV_HEADER)
    added = [name for gate in GATES for name in (f"gate_{gate}", f"gate_{gate}_saturation")]
    assert list(rows[0])[-len(added) :] == added
    assert [float(row["gate_g"]) for row in rows] == [-0.5] * 4
    assert [float(row["gate_f_saturation"]) for row in rows] == [0, 0.5, 1, 0.125]
    assert [row["log10_carry"] for row in rows] == ["-inf", "-120.0", "", "0.0"]
    assert [row["integrated_residual"] for row in rows] == ["1e-09", "0.0", "", "0.0003"]


def test_the_table_has_the_hidden_path_and_the_cells(filled: Measurement) -> None:
    table = written(filled, "table")
    hidden, cells = (
        next(line for line in table.splitlines() if sign in line) for sign in ("‖∂h_T/∂h_t‖", "‖∂h_T/∂c_t‖")
    )
    assert hidden.split() == ["t", "word", "L_t", "‖∂L/∂h_t‖", "uncut", "clipped", "‖∂h_T/∂h_t‖", "on", "y_T"]
    assert cells.split() == [
        *("t", "word", "mean", "i", "mean", "f", "mean", "o"),
        *("carried", "‖∂L/∂c_t‖", "‖∂h_T/∂c_t‖"),
    ]
    lines = table.splitlines()
    first = lines[lines.index(cells) + 1]
    assert first.split() == ["1", "What", "0.25", "0.75", "0.50", "0", "0", "0"]
    assert lines[lines.index(cells) + 2].split()[5:] == ["10^-120"] * 3
    said = "Truncated after 2 steps: of ‖g‖ 1.00 the cut leaves 0; what is lost is 25.0 % as large as g."
    assert said in " ".join(table.split())
    assert "Integrated gradients add up to the whole but for 3.0e-4 of it at most (t = 4)." in table


def test_the_table_of_many_steps_and_long_words_keeps_to_its_columns(filled: Measurement) -> None:
    experiment = replace(filled.experiment, text=" ".join(["Donaudampfschifffahrtsgesellschaft"] * 4))
    long = replace(filled, experiment=experiment, words=experiment.words)
    lines = written(long, "table").splitlines()
    assert all(width(line) <= 80 for line in lines)
    starts = [i for i, line in enumerate(lines) if line.startswith("t  word")]
    assert len(starts) == 2
    for start in starts:
        assert len({width(line) for line in lines[start : start + 5]}) == 1


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"cell": "lstm", "forget_bias": 2.5}, "lstm · forget bias 2.50 · 8 units"),
        ({"cell": "gru"}, "gru · update bias 0.00 · 8 units"),
        ({"cell": "gru", "chrono": 4000}, "gru · chrono 4,000 · 8 units"),
        ({"cell": "feedforward", "activation": "relu"}, "feedforward · relu · 8 units"),
        ({"init": "nonnormal", "transient": 20}, "nonnormal W · transient 20.00 · ρ(W) 0.90"),
        ({"skip": "shared:2"}, "skip shared:2 · seed 7"),
    ],
)
def test_the_table_names_the_network(filled: Measurement, settings: dict[str, Any], words: str) -> None:
    table = written(replace(filled, experiment=Experiment(**settings), gates={}), "table")
    assert words in " ".join(table.split())


def test_a_residual_that_no_step_has_is_said(filled: Measurement) -> None:
    assert filled.triangle is not None
    none = replace(filled, triangle=replace(filled.triangle, integrated_residual=np.full(4, math.nan)))
    assert "No state differs from that of a text without words" in written(none, "table")


@pytest.fixture(scope="module")
def steep() -> Measurement:
    """A measurement of which the integrated gradients of the steps 3 and 4 are far off."""
    found = measure(Experiment(influence="integrated"))
    assert found.triangle is not None
    residual = np.array([1e-9, 1e-10, 0.55, 127.0])
    shares, logs = (np.array(one) for one in (found.triangle.shares, found.triangle.influence_log10))
    shares[2:], logs[2:] = math.nan, math.nan
    triangle = replace(found.triangle, shares=shares, influence_log10=logs, integrated_residual=residual)
    return notes(replace(found, triangle=triangle))


def test_a_step_without_shares_has_only_how_far_off_it_is(steep: Measurement) -> None:
    document = as_json(steep)
    assert [row is None for row in document["influence"]] == [False, False, True, True]
    assert document["influence_log10"][2:] == [[None] * 4] * 2
    assert document["integrated_residual"] == [1e-9, 1e-10, 0.55, 127]
    (said,) = [note for note in document["notes"] if "Integrated gradients of step 3–4" in note]
    assert "off by up to 127 times the whole" in said
    assert not any("No word has any influence" in note for note in document["notes"])
    rows = list(csv.DictReader(StringIO(written(steep, "csv"))))
    assert [row["influence_on_last"] for row in rows] == [""] * 4
    assert rows[-1]["integrated_residual"] == "127.0"
    table = " ".join(written(steep, "table").split())
    assert "add up to the whole but for 1.0e-9 of it at most (t = 1)." in table
    assert "2 steps have no shares, off: t = 3 by 55.0 % of the whole, t = 4 by 127 times the whole." in table


def test_an_ensemble_says_how_many_are_left_out() -> None:
    experiment = Experiment(influence="integrated")
    found = measure_ensemble(experiment, [1, 2, 3])
    residual = found.measures["integrated_residual"].copy()
    residual[:2, 3] = 0.5
    steep = replace(found, measures={**found.measures, "integrated_residual": residual})
    document = as_json(measure(experiment), ensemble=steep)
    assert document["ensemble"]["without_shares"] == [0, 0, 0, 2]
    assert document["ensemble"]["integrated_residual"][-1][3] == 0.5
    table = written(measure(experiment), "table", ensemble=steep)
    assert "Up to 2 of the 3 networks have no shares at a step (most at t = 4)" in " ".join(table.split())


def test_what_no_theory_bounds_is_a_sentence_of_its_own(filled: Measurement) -> None:
    table = written(replace(filled, bound=None, bound_sentence="no bound: the gates decide"), "table")
    assert "No bound: the gates decide." in table.splitlines()
    assert "In theory it" in written(filled, "table")
