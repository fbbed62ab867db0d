"""The dials: how they step, what they take, where they stand."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.lab.experiment import Experiment, ExperimentError
from rnn_tui.ui.dials import DIALS, dial_after

START = Experiment()


def turns(name: str, clicks: list[int], experiment: Experiment = START, *, coarse: bool = False) -> list[object]:
    values: list[object] = []
    for click in clicks:
        experiment = DIALS[name].turned(experiment, click, coarse=coarse)
        values.append(getattr(experiment, name))
    return values


def test_rho_hits_one_exactly() -> None:
    assert turns("rho", [1, 1, 1, -1, -1, -1]) == [0.95, 1.0, 1.05, 1.0, 0.95, 0.9]
    assert turns("rho", [1, 1, -1], coarse=True) == [1.0, 1.25, 1.0]


def test_a_typed_value_between_two_points_goes_to_the_next_one() -> None:
    assert turns("rho", [1], Experiment(rho=0.93)) == [0.95]
    assert turns("rho", [-1], Experiment(rho=0.93)) == [0.9]
    assert turns("threshold", [1], Experiment(threshold=1.2)) == [1.5]
    assert turns("threshold", [-1], Experiment(threshold=1.2)) == [1.0]
    assert turns("threshold", [1], Experiment(threshold=8)) == [10.0]
    assert turns("threshold", [-1], Experiment(threshold=8)) == [7.0]


def test_decades() -> None:
    assert turns("threshold", [1] * 7) == [1.5, 2.0, 3.0, 5.0, 7.0, 10.0, 15.0]
    assert turns("threshold", [-1] * 4) == [0.7, 0.5, 0.3, 0.2]
    assert turns("lr", [1] * 4) == [0.2, 0.5, 1.0, 2.0]
    assert turns("lr", [-1, -1], coarse=True) == [0.01, 0.001]


def test_sizes_and_seeds() -> None:
    assert turns("hidden", [1, -1, -1]) == [9, 8, 7]
    assert turns("hidden", [1, 1, -1], coarse=True) == [16, 32, 16]
    assert turns("hidden", [-1], Experiment(hidden=1)) == [1]
    assert turns("seed", [1, -1]) == [8, 7]
    assert turns("seed", [-1], coarse=True) == [0]


def test_choices_go_round() -> None:
    assert turns("loss", [1, 1, 1, -1]) == ["sum", "mean", "last", "mean"]


@given(
    name=st.sampled_from([name for name in DIALS if name not in ("init", "sigma")]),
    clicks=st.lists(st.tuples(st.sampled_from([-1, 1]), st.booleans()), max_size=40),
)
def test_no_turning_leads_where_no_experiment_is(name: str, clicks: list[tuple[int, bool]]) -> None:
    experiment = START
    for click, coarse in clicks:
        experiment = DIALS[name].turned(experiment, click, coarse=coarse)
    fraction = DIALS[name].fraction(experiment)
    assert fraction is None or 0 <= fraction <= 1


@given(name=st.sampled_from(sorted(DIALS)), text=st.text(max_size=12))
def test_whatever_is_typed_is_a_value_or_an_explained_error(name: str, text: str) -> None:
    with contextlib.suppress(ExperimentError):
        assert getattr(DIALS[name].typed(START, text), name) is not None


@pytest.mark.parametrize("name", sorted(DIALS))
def test_what_a_dial_shows_can_be_typed_back(name: str) -> None:
    dial = DIALS[name]
    if dial.follows(START):
        return
    assert dial.typed(START, dial.value_text(START)) == START


def test_the_mark_stands_at_the_largest_slope() -> None:
    (mark,) = DIALS["rho"].marks(Experiment(activation="sigmoid"))
    assert mark.text == "1/γ = 4"
    assert DIALS["rho"].fraction(Experiment(activation="sigmoid", rho=4)) == mark.fraction
    assert DIALS["rho"].fraction(Experiment(rho=1)) == DIALS["rho"].marks(START)[0].fraction


def test_the_dials_go_round() -> None:
    names = list(DIALS)
    assert dial_after(names[-1], 1).name == names[0]
    assert dial_after(names[0], -1).name == names[-1]
