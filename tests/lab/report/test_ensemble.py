"""The reports of an ensemble: the quantiles over its seeds beside the measurement of its first."""

import csv
import json
from collections import Counter
from io import StringIO
from typing import Any

import numpy as np
import pytest
from wcwidth import width

from rnn_tui.engine.kinds import CellName
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.measurement.ensemble.ensemble import Ensemble, measure_ensemble
from rnn_tui.lab.measurement.ensemble.fields import QUANTILE_LEVELS
from rnn_tui.lab.measurement.ensemble.report import verdicts
from rnn_tui.lab.measurement.measure import measure
from rnn_tui.lab.report.report import Format, write_report
from rnn_tui.lab.views.report import measurement_report
from tests.lab.contract import CSV_HEADER

SEEDS = range(7, 18)
EXPERIMENT = Experiment(text="What time is it now", cell="lstm", hidden=4, inputs=3)


def written(experiment: Experiment, ensemble: Ensemble, form: Format) -> str:
    out = StringIO()
    write_report(measurement_report(measure(experiment), ensemble=ensemble), form, out)
    return out.getvalue()


@pytest.fixture(scope="module")
def found() -> Ensemble:
    return measure_ensemble(EXPERIMENT, SEEDS)


@pytest.fixture(scope="module")
def document(found: Ensemble) -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(written(EXPERIMENT, found, "json"))
    return whole


def test_json_holds_a_quantile_a_level_of_every_measure(document: dict[str, Any], found: Ensemble) -> None:
    ensemble, steps = document["ensemble"], len(EXPERIMENT.words)
    assert ensemble["seeds"] == list(SEEDS)
    assert ensemble["levels"] == list(QUANTILE_LEVELS)
    assert np.shape(ensemble["log10_growth_per_step"]) == (5,)
    for name in ("log10_grad_hidden", "log10_grad_cell", "log10_jacobian", "log10_jacobian_cell", "log10_carry"):
        assert np.shape(ensemble[name]) == (5, steps)
        # of 11 members the middle one is the median
        middle = np.sort(found.measures[name], axis=0)[5]
        assert ensemble[name][2] == middle.tolist()
    for name in ("influence", "influence_log10", "itemised_log10", "state_pairs_log10"):
        assert np.shape(ensemble[name]) == (5, steps, steps)
    assert ensemble["truncation_lost"] is None
    assert sum(ensemble["verdicts"].values()) == len(SEEDS)


def test_the_measurement_beside_it_is_that_of_the_first_seed(document: dict[str, Any]) -> None:
    assert document["experiment"]["seed"] == SEEDS[0]
    assert document["log10_jacobian"] == measure(EXPERIMENT).log10_jacobian.tolist()


def test_verdicts_are_counted() -> None:
    # an orthogonal W has ρ = 1 whatever the seed, so that one gain is every member's own
    experiment = Experiment(init="orthogonal", rho=1.3, hidden=3)
    seeds = range(7, 27)
    met = Counter(measure(experiment.changed(seed=seed)).verdict for seed in seeds)
    assert len(met) > 1
    assert verdicts(measure_ensemble(experiment, seeds)) == met


def test_csv_has_a_column_a_level(found: Ensemble) -> None:
    rows = list(csv.DictReader(StringIO(written(EXPERIMENT, found, "csv"))))
    assert list(rows[0])[: len(CSV_HEADER)] == list(CSV_HEADER)
    levels = [f"log10_jacobian_q{level}" for level in ("05", "25", "50", "75", "95")]
    assert set(levels) <= set(rows[0])
    for row in rows:
        values = [float(row[name]) for name in levels]
        assert values == sorted(values)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru", "feedforward"])
def test_the_table_has_a_section(cell: CellName) -> None:
    experiment = Experiment(cell=cell, hidden=3, text="a b Donaudampfschifffahrtsgesellschaft " * 40)
    ensemble = measure_ensemble(experiment, range(7, 10))
    lines = written(experiment, ensemble, "table").splitlines()
    assert all(width(line) <= 80 for line in lines)
    assert any(line.startswith("Over 3 seeds from 7 on; all scaled by the factor of seed 7: ") for line in lines)
    head = next(i for i, line in enumerate(lines) if line.split().count("median") == 2)
    assert lines[head - 1].split() == ["‖∂L/∂h_t‖", "‖∂h_T/∂h_t‖"]
    assert len({width(line) for line in lines[head - 1 : head + 121]}) == 1


def test_one_seed_and_one_step() -> None:
    experiment = Experiment(text="hi")
    text = written(experiment, measure_ensemble(experiment, [7]), "table")
    assert "Over 1 seed from 7 on: no verdict 1." in text
    document = json.loads(written(experiment, measure_ensemble(experiment, [7]), "json"))
    assert document["ensemble"]["log10_growth_per_step"] == [None] * 5
    assert document["ensemble"]["verdicts"] == {"undefined": 1}


def test_true_zeros_are_null_and_said() -> None:
    experiment = Experiment(text="a b c d", rho=0.0)
    document = json.loads(written(experiment, measure_ensemble(experiment, range(7, 9)), "json"))
    assert document["ensemble"]["log10_jacobian"] == [[None, None, None, 0]] * 5
    assert document["ensemble"]["log10_arrives"] == [None] * 5
    assert any("ensemble.log10_jacobian" in note and "true zero" in note for note in document["notes"])
    assert document["ensemble"]["verdicts"] == {"dead": 2}
