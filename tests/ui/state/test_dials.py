"""The dials: how they step, what they take, where their sliders are."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.ui.state.dials import DIALS, dial_after, dials_of

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
        after = DIALS[name].typed(START, text)
        assert DIALS[name].typed(START, DIALS[name].value_text(after)) == after


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
    for experiment in (START, Experiment(cell="lstm"), Experiment(cell="gru", init="nonnormal")):
        found = dials_of(experiment)
        names = [dial.name for dial in found]
        assert [dial_after(found, name, 1).name for name in names] == [*names[1:], names[0]]
        assert [dial_after(found, name, -1).name for name in names] == [names[-1], *names[:-1]]


@pytest.mark.parametrize(
    ("settings", "has", "lacks"),
    [
        ({}, {"activation"}, {"forget_bias", "update_bias", "chrono", "transient"}),
        ({"cell": "feedforward"}, {"activation"}, {"forget_bias", "update_bias", "chrono"}),
        ({"cell": "lstm"}, {"forget_bias", "chrono"}, {"activation", "update_bias"}),
        ({"cell": "gru"}, {"update_bias", "chrono"}, {"activation", "forget_bias"}),
        ({"cell": "gru", "chrono": 9}, {"chrono"}, {"update_bias"}),
        ({"init": "nonnormal"}, {"transient"}, set()),
    ],
)
def test_a_network_has_the_dials_of_its_kind(settings: dict[str, Any], has: set[str], lacks: set[str]) -> None:
    names = {dial.name for dial in dials_of(Experiment(**settings))}
    assert has <= names
    assert not lacks & names
    assert {"rho", "sigma", "skip", "truncate", "cell", "clip"} <= names


def test_truncation_is_off_past_the_last_step_it_could_cut() -> None:
    assert turns("truncate", [1, -1, -1, -1, -1]) == [None, 3, 2, 1, 1]
    assert turns("truncate", [1, 1], Experiment(truncate=2)) == [3, None]
    assert turns("truncate", [1], Experiment(truncate=50)) == [None]
    fractions = [DIALS["truncate"].fraction(Experiment(truncate=steps)) for steps in (1, 2, 3, None)]
    assert fractions == sorted(fractions, key=lambda fraction: fraction or 0.0)
    assert (fractions[0], fractions[-1]) == (0.0, 1.0)


def test_chrono_begins_with_the_length_of_the_text() -> None:
    gated = Experiment(cell="lstm", text="a b c d e f")
    assert turns("chrono", [-1, 1, 1, -1], gated) == [None, 6, 7, 6]
    assert turns("chrono", [-1, -1], Experiment(cell="lstm", chrono=4)) == [3, None]


def test_skips_go_round_and_a_typed_one_stays_among_them() -> None:
    assert turns("skip", [1, 1, 1, 1]) == ["shared:1", "shared:2", "pinned:1-4", "none"]
    typed = DIALS["skip"].typed(START, "shared:3")
    assert typed.skip == "shared:3"
    assert turns("skip", [1, -1], typed) == ["none", "pinned:1-4"]
    assert DIALS["skip"].typed(START, "p").skip == "pinned:1-4"
    longer = Experiment(text=" ".join("abcdefghijklm"))
    assert DIALS["skip"].typed(longer, "pinned:1-2").skip == "pinned:1-2"
    with pytest.raises(ExperimentError, match="the text has 4 steps"):
        DIALS["skip"].typed(START, "pinned:1-9")


def test_a_bias_below_the_slider_is_turned_from_where_it_is() -> None:
    far = Experiment(cell="lstm", forget_bias=-50.0)
    assert turns("forget_bias", [-1, 1, 1], far) == [-50.0, -49.5, -49.0]
    assert DIALS["forget_bias"].fraction(far) == 0.0


def test_no_mark_stands_where_nothing_is_bounded() -> None:
    for settings in ({"cell": "lstm"}, {"cell": "gru"}, {"skip": "shared:1"}):
        assert DIALS["rho"].marks(Experiment().changed(**settings)) == ()
    assert DIALS["rho"].marks(Experiment(cell="feedforward"))


@pytest.mark.parametrize("name", ["rho", "sigma"])
def test_only_a_network_with_a_bound_has_a_sentence_on_it(name: str) -> None:
    for experiment, bounded in (
        (Experiment(), True),
        (Experiment(cell="feedforward"), True),
        (Experiment(skip="shared:1"), False),
        (Experiment(cell="gru"), False),
        (Experiment(cell="lstm", skip="shared:1"), False),
    ):
        said = DIALS[name].help_of(experiment)
        assert ("1/γ" in said) == bounded == ("no bound" not in said), said
