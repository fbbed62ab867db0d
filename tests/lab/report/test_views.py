"""Powers, comparison and spectrum as a table, JSON and CSV: the same numbers in each."""

import csv
import json
from io import StringIO
from math import isnan, nan
from typing import Any

import numpy as np
import pytest
from wcwidth import wcswidth

from rnn_tui.engine.progress import CancelledError
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.measurement.ensemble.ensemble import quantiles
from rnn_tui.lab.measurement.ensemble.fields import QUANTILE_LEVELS
from rnn_tui.lab.measurement.measure import measure
from rnn_tui.lab.measurement.measurement import Measurement
from rnn_tui.lab.powers.bands import power_bands
from rnn_tui.lab.powers.powers import powers
from rnn_tui.lab.report.report import Format, write_report
from rnn_tui.lab.views.report import measurement_report
from rnn_tui.lab.views.views import NO_VIEWS, RequestedViews, Views, measure_views

ALL = RequestedViews(powers=40, compare=True, spectrum=2)


def written(measurement: Measurement, form: Format, views: Views) -> str:
    out = StringIO()
    write_report(measurement_report(measurement, views=views), form, out)
    return out.getvalue()


def numbers(values: Any) -> Any:
    return np.array([nan if value is None else value for value in values])


@pytest.fixture(scope="module")
def seen() -> tuple[Measurement, Views]:
    measurement = measure(Experiment())
    return measurement, measure_views(measurement, ALL, seeds=range(7, 19))


def test_only_what_is_asked_for_is_looked_at() -> None:
    measurement = measure(Experiment())
    assert measure_views(measurement, RequestedViews()) == NO_VIEWS
    only = measure_views(measurement, RequestedViews(spectrum=1))
    assert only.spectrum is not None
    assert only == Views(spectrum=only.spectrum)
    alone = json.loads(written(measurement, "json", NO_VIEWS))
    assert not {"powers", "compare", "spectrum"} & set(alone)
    with pytest.raises(CancelledError):
        measure_views(measurement, ALL, watch=lambda _: False)


def test_json_holds_all_of_it(seen: tuple[Measurement, Views]) -> None:
    measurement, views = seen
    document = json.loads(written(measurement, "json", views))
    assert views.powers is not None
    assert views.bands is not None
    assert views.compare is not None
    assert views.spectrum is not None
    powers = document["powers"]
    assert powers["steps"] == views.powers.steps.tolist()
    assert views.tanh is not None
    for name in ("log10_state", "log10_power"):
        assert powers[name] == getattr(views.powers, name).tolist()
    assert powers["log10_state_tanh"] == views.tanh.log10_state.tolist()
    assert powers["log10_gradient_tanh"] == views.tanh.log10_gradient.tolist()
    assert len(powers["bands"]["seeds"]) == 12
    assert powers["bands"]["log10_shared"] == quantiles(views.bands.log10_shared).tolist()
    assert powers["bands"]["independent"]["mean"] == views.bands.independent.mean
    networks = {network["name"]: network for network in document["compare"]["networks"]}
    for row in views.compare.rows:
        assert row.figures is not None
        assert row.figures.bands is not None
        assert networks[row.name]["log10_grad_hidden"] == row.figures.log10_grad_hidden.tolist()
        assert networks[row.name]["bands"] == row.figures.bands.tolist()
        assert Experiment(**networks[row.name]["experiment"]) == row.experiment
    assert networks["pinned skip"]["refuses_longer"].startswith("this network's skip is pinned")
    assert networks["LSTM"]["refuses_longer"] is None
    spectrum = document["spectrum"]
    assert [complex(*pair) for pair in spectrum["eigenvalues"]] == views.spectrum.eigenvalues.tolist()
    assert spectrum["jacobian"]["step"] == 2
    assert spectrum["remarks"] == list(views.spectrum.remarks)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"text": "one"},
        {"cell": "lstm", "hidden": 20},
        {"rho": 0.0},
        {"init": "nonnormal", "rho": 0.5},
        {"init": "number", "hidden": 1, "rho": 1e6, "activation": "linear"},
        {"skip": "shared:2", "tokens": "chars"},
        {"edits": ("1,1=2", "rho=0.3")},
    ],
)
def test_the_table_fits_80_columns_and_json_is_strict(settings: dict[str, Any]) -> None:
    measurement = measure(Experiment(**settings))
    views = measure_views(measurement, RequestedViews(powers=30, compare=True, spectrum=1), seeds=range(3))
    table = written(measurement, "table", views)
    assert max(wcswidth(line) for line in table.splitlines()) <= 80
    assert "Powers of W" in table
    assert "numbers any T" in table
    assert "Spectrum of W" in table
    json.loads(written(measurement, "json", views), parse_constant=pytest.fail)


def rows_of(measurement: Measurement, views: Views) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(written(measurement, "csv", views))))


def test_csv_holds_one_of_them_with_the_same_numbers(seen: tuple[Measurement, Views]) -> None:
    measurement, views = seen
    assert views.powers is not None
    assert views.bands is not None
    assert views.compare is not None
    assert views.spectrum is not None
    rows = rows_of(measurement, Views(powers=views.powers, tanh=views.tanh, bands=views.bands))
    assert [int(row["n"]) for row in rows] == sorted({*views.powers.steps.tolist(), *views.bands.steps.tolist()})
    state = [float(row["log10_state"]) for row in rows if row["log10_state"]]
    assert state == views.powers.log10_state.tolist()
    median = [float(row["log10_independent_q50"]) for row in rows if row["log10_independent_q50"]]
    assert median == quantiles(views.bands.log10_independent, (0.5,))[0].tolist()

    rows = rows_of(measurement, Views(compare=views.compare))
    assert len(rows) == 9 * 4
    for network in views.compare.rows:
        own = [row for row in rows if row["network"] == network.name]
        assert network.figures is not None
        assert [float(row["log10_grad_hidden"]) for row in own] == network.figures.log10_grad_hidden.tolist()
        assert {row["parameters"] for row in own} == {str(network.figures.parameters)}
        assert [row["word"] for row in own] == ["What", "time", "is", "it"]
        assert own[0][f"log10_grad_hidden_q{100 * QUANTILE_LEVELS[0]:02.0f}"]

    rows = rows_of(measurement, Views(spectrum=views.spectrum))
    assert [float(row["singular_value"]) for row in rows] == views.spectrum.singular_values.tolist()
    found = [complex(float(row["eigenvalue_real"]), float(row["eigenvalue_imaginary"])) for row in rows]
    assert found == views.spectrum.eigenvalues.tolist()
    assert all(not isnan(float(row["jacobian_real"])) for row in rows)


def test_an_lstms_jacobian_has_more_rows_than_w() -> None:
    measurement = measure(Experiment(cell="lstm"))
    rows = rows_of(measurement, measure_views(measurement, RequestedViews(spectrum=4)))
    assert len(rows) == 16
    assert rows[8]["eigenvalue_real"] == ""
    assert rows[8]["jacobian_real"] != ""


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_powers_of_a_number_and_without_tanh(form: Format) -> None:
    measurement = measure(Experiment())
    found = powers(measurement.experiment, number=0.5, last=40)
    bands = power_bands(measurement.experiment, number=0.5, seeds=12, last=40)
    text = written(measurement, form, Views(powers=found, bands=bands))
    if form == "json":
        reported = json.loads(text)["powers"]
        assert reported["number"] == 0.5
        assert reported["log10_state"] == found.log10_state.tolist()
        assert [reported[name] for name in ("log10_state_tanh", "log10_gradient_tanh", "limit_tanh")] == [None] * 3
    elif form == "csv":
        head, *rows = csv.reader(StringIO(text))
        assert head[:3] == ["n", "log10_state", "log10_power"]
        assert len(head) == 3 + 2 * len(QUANTILE_LEVELS)
        assert [float(row[1]) for row in rows if row[1]] == found.log10_state.tolist()
    else:
        assert "Powers of w = 0.500, x(n) = wⁿ." in text
        assert "tanh ‖x(n)‖" not in text
