"""The declarations of the reports' fields: each is computed, written and listed, under the names others rely on."""

import json
from collections.abc import Iterator
from dataclasses import fields
from io import StringIO
from typing import Any

import pytest

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.measurement.ensemble.ensemble import measure_ensemble
from rnn_tui.lab.measurement.ensemble.fields import SEED_FIELDS
from rnn_tui.lab.measurement.measure import measure
from rnn_tui.lab.measurement.measurement import Measurement
from rnn_tui.lab.measurement.measures import MEASURES
from rnn_tui.lab.report.report import Report, write_report
from rnn_tui.lab.training.report.report import training_fields, training_report
from rnn_tui.lab.training.result import training_result
from rnn_tui.lab.training.settings.train_settings import TrainSettings
from rnn_tui.lab.training.settings.twin import Twin
from rnn_tui.lab.training.training import advanced, started
from rnn_tui.lab.views.report import measurement_fields, measurement_report
from rnn_tui.lab.views.views import RequestedViews, measure_views
from tests.lab import contract

# their names are those of settings, parameters, gates and verdicts
OTHERS = [
    "experiment",
    "settings",
    "network",
    "verdicts",
    "grad_norms",
    "log10_grad_norms",
    "gates",
    "gate_saturation",
    "unmoved_by_tensor",
]


def names_in(value: object, path: str = "") -> Iterator[str]:
    """The names of all fields of an object, however deep."""
    if isinstance(value, dict):
        for name, held in value.items():
            yield path + name
            yield from () if name in OTHERS else names_in(held, f"{path}{name}.")
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        yield from names_in(value[0], path)


def document(report: Report) -> dict[str, Any]:
    out = StringIO()
    write_report(report, "json", out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


@pytest.fixture(scope="module")
def measured() -> dict[str, Any]:
    experiment = Experiment(init="nonnormal", rho=0.5, truncate=1)
    measurement, seeds = measure(experiment), range(7, 9)
    views = measure_views(measurement, RequestedViews(powers=4, compare=True, spectrum=2), seeds=seeds)
    return document(measurement_report(measurement, ensemble=measure_ensemble(experiment, seeds), views=views))


@pytest.fixture(scope="module")
def trained() -> dict[str, Any]:
    twin = Twin.parse("lr=30")
    settings = TrainSettings(
        experiment=Experiment(hidden=6), task="temporal-order", length=6, eval_every=10, batch=4, twin=twin
    )
    return document(training_report(training_result(advanced(started(settings), 20))))


def test_every_measure_is_declared_and_computed() -> None:
    assert list(MEASURES) == [each.name for each in fields(Measurement)]


def test_every_field_keeps_its_name_and_place(measured: dict[str, Any], trained: dict[str, Any]) -> None:
    for document, kept in ((measured, contract.MEASURE), (trained, contract.TRAIN)):
        assert [name for name in names_in(document) if name in kept] == kept


def test_the_list_of_fields_is_that_of_the_json(measured: dict[str, Any], trained: dict[str, Any]) -> None:
    assert [row.field for row in measurement_fields()] == list(names_in(measured))
    named = {row.field for row in training_fields()}
    # what a network that did not diverge has as null stands in its twin
    assert named == {name for name in names_in(trained) if not name.startswith("twin.")} | {
        name.removeprefix("twin.") for name in names_in(trained) if name.startswith("twin.diverged.")
    }


def test_every_field_says_what_it_is() -> None:
    for row in (*measurement_fields(), *training_fields()):
        assert row.meaning, row.field


def test_an_ensemble_has_the_measures_that_say_so(measured: dict[str, Any]) -> None:
    assert {field.name for field in SEED_FIELDS} < set(measured["ensemble"])
    assert {each.name for each in SEED_FIELDS if each.name in MEASURES} <= set(measured)
