"""W entry by entry, against finite differences of what is measured."""

from typing import Any

import numpy as np
import pytest

from rnn_tui.engine.kinds import GATES
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.measurement.measure import measure
from rnn_tui.lab.spectrum.entries import entries, weight_of
from rnn_tui.lab.training.adopt import adopted_experiment
from tests.lab.experiment.test_trained import training

NUDGE = 1e-5
TEXT = "the cat sat on the mat"


def nudged(experiment: Experiment, row: int, column: int, by: float) -> Experiment:
    value = float(measure(experiment).trace.weight_hh[row, column]) + by
    return experiment.edited(f"{row + 1},{column + 1}={value!r}")


def same_as_a_nudge(experiment: Experiment, row: int, column: int) -> None:
    """The entry's gradient and the slopes of ρ and σ₁ are what a small change of it does to them."""
    found = entries(measure(experiment))
    up, down = (measure(nudged(experiment, row, column, by)) for by in (NUDGE, -NUDGE))
    assert up.loss is not None
    assert down.loss is not None
    gradient = found.gradient_sign[row, column] * 10 ** found.log10_gradient[row, column]
    assert gradient == pytest.approx((up.loss - down.loss) / (2 * NUDGE), rel=1e-6, abs=1e-10)
    assert found.radius_slopes is not None
    assert found.largest_slopes is not None
    of_radius = (up.spectral_radius - down.spectral_radius) / (2 * NUDGE)
    of_largest = (up.largest_singular_value - down.largest_singular_value) / (2 * NUDGE)
    assert found.radius_slopes[row, column] == pytest.approx(of_radius, abs=1e-7)
    assert found.largest_slopes[row, column] == pytest.approx(of_largest, abs=1e-7)


@pytest.mark.parametrize("settings", [{}, {"cell": "lstm"}, {"cell": "gru"}, {"activation": "sigmoid", "loss": "sum"}])
@pytest.mark.parametrize(("row", "column"), [(0, 0), (2, 1)])
def test_the_gradient_and_the_slopes_are_what_a_nudge_does(settings: dict[str, Any], row: int, column: int) -> None:
    same_as_a_nudge(Experiment(text=TEXT, hidden=4, **settings), row, column)


def test_of_a_trained_network_too() -> None:
    same_as_a_nudge(adopted_experiment(training(steps=5)), 3, 1)


@pytest.mark.parametrize("cell", GATES)
def test_the_update_is_that_of_the_largest_weight_where_it_is_in_this_block(cell: Any) -> None:
    measurement = measure(Experiment(text=TEXT, cell=cell, clip="norm", threshold=0.1, lr=0.5))
    found, update = entries(measurement), measurement.update
    hidden = len(found.after)
    block = {"lstm": 2, "gru": 2}.get(cell, 0)
    row = update.row - block * hidden
    assert found.after.shape == (hidden, hidden)
    if 0 <= row < hidden and update.layer in (None, 1):
        assert found.after[row, update.column] == update.after
    moved = measurement.trace.weight_hh - found.after
    assert np.linalg.norm(moved) <= 0.5 * 0.1 * (1 + 1e-12)


def test_a_first_layer_hears_nothing() -> None:
    found = entries(measure(Experiment(cell="feedforward")))
    assert np.isneginf(found.log10_gradient).all()
    assert found.unmoved.all()


def test_where_the_error_is_unknown_the_gradient_is() -> None:
    """The softmax has saturated beyond any exponent."""
    measurement = measure(Experiment(text="a b " * 20, activation="linear", rho=50, seed=2))
    assert measurement.trace.unknown.any()
    assert np.isnan(entries(measurement).log10_gradient).all()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((), ("1,2=0.5",)),
        (("1,2=0.5",), ("1,2=-3",)),
        (("1,2=0.5",), ("1,2=0.5", "row 2*1.1", "column 3*0")),
        (("3,3=1", "row 2*1.1"), ("3,3=1", "row 2*1.21", "1,1=0")),
        (("column 1*2",), ("column 1*-1",)),
        (("row 1*2",), ("row 1*2", "column 1*2")),
    ],
)
def test_w_is_known_before_it_is_measured(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    experiment = Experiment(text=TEXT, hidden=3)
    measurement = measure(experiment.changed(edits=before))
    edited = experiment.changed(edits=after)
    known = weight_of(measurement, edited)
    assert known is not None
    assert known == pytest.approx(measure(edited).trace.weight_hh, rel=1e-15)


@pytest.mark.parametrize(
    "other",
    [
        {"seed": 8},
        {"rho": 1.0},
        {"edits": ()},
        {"edits": ("1,2=0.5", "rho=1")},
        {"edits": ("1,1=0.5",)},
        {"edits": ("row 1*2",)},
        {"text": "another text"},
    ],
)
def test_what_must_be_measured_first_is_not_told(other: dict[str, Any]) -> None:
    measurement = measure(Experiment(text=TEXT, hidden=3, edits=("1,2=0.5",)))
    assert weight_of(measurement, measurement.experiment.changed(**other)) is None
