"""The experiment: what can be set, what is refused and why, and its JSON."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.lab.experiment.all_settings import EXPERIMENT
from rnn_tui.lab.experiment.documents import FORMAT
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.settings.errors import ExperimentError

SCALES = st.floats(0, 1e6)
TEXTS = st.text(min_size=1).filter(lambda text: bool(text.split()))


@st.composite
def experiments(draw: st.DrawFn) -> Experiment:
    """Any experiment that can be."""
    chosen: dict[str, Any] = {name: draw(st.sampled_from(choices)) for name, choices in EXPERIMENT.choices.items()}
    hidden = 1 if chosen["init"] == "number" else draw(st.integers(1, 10**9))
    chosen[draw(st.sampled_from(["rho", "sigma"]))] = draw(SCALES)
    return Experiment(
        **chosen,
        text=draw(TEXTS),
        hidden=hidden,
        inputs=draw(st.integers(1, 10**9)),
        seed=draw(st.integers(0, 2**63 - 1)),
        transient=draw(st.floats(1, 1e6)),
        skip=draw(st.sampled_from(["none", "shared:1", "shared:999999999"])),
        forget_bias=draw(st.floats(-300, 300)),
        update_bias=draw(st.floats(-300, 300)),
        chrono=draw(st.none() | st.integers(3, 10**9)),
        truncate=draw(st.none() | st.integers(1, 10**9)),
        threshold=draw(st.floats(1e-300, 1e300)),
        lr=draw(st.floats(1e-300, 1e300)),
    )


@given(experiments())
def test_json_gives_back_the_same_experiment(experiment: Experiment) -> None:
    again = Experiment.from_json(experiment.to_json())
    assert again == experiment
    assert again.words == experiment.words


@given(experiments())
def test_settings_make_the_same_experiment(experiment: Experiment) -> None:
    assert Experiment(**experiment.settings()) == experiment


@given(experiments(), SCALES)
def test_one_scale_replaces_the_other(experiment: Experiment, scale: float) -> None:
    assert experiment.changed(rho=scale).sigma is None
    assert experiment.changed(sigma=scale).rho is None


def test_what_nobody_sets() -> None:
    experiment = Experiment()
    assert experiment.words == ("What", "time", "is", "it")
    assert (experiment.rho, experiment.sigma, experiment.hidden, experiment.seed) == (0.9, None, 8, 7)


def test_a_number_is_one_hidden_unit_and_back() -> None:
    number = Experiment().changed(init="number")
    assert number.hidden == 1
    assert number.changed(hidden=4).init == "gaussian"


@pytest.mark.parametrize(
    ("settings", "setting", "allowed"),
    [
        ({"activation": "tan"}, "activation", "one of tanh, sigmoid, relu, linear"),
        ({"hidden": 0}, "hidden", "a whole number from 1"),
        ({"hidden": 8.0}, "hidden", "a whole number"),
        ({"hidden": True}, "hidden", "a whole number"),
        ({"seed": -1}, "seed", "a whole number from 0"),
        ({"rho": -0.1}, "rho", "a number from 0 to 1e+06"),
        ({"rho": math.nan}, "rho", "a number"),
        ({"sigma": math.inf}, "sigma", "a number"),
        ({"rho": 10**400}, "rho", "a number"),
        ({"lr": -(10**400)}, "lr", "a number"),
        ({"rho": "high"}, "rho", "a number"),
        ({"rho": 1, "sigma": 1}, "sigma", "either rho or sigma"),
        ({"threshold": 0}, "threshold", "a number from 1e-300"),
        ({"lr": None}, "lr", "a number"),
        ({"init": "number", "hidden": 2}, "init", "set hidden to 1"),
        ({"cell": "LSTM"}, "cell", "one of rnn, lstm, gru, feedforward"),
        ({"chrono": 2}, "chrono", "a whole number from 3"),
        ({"truncate": 0}, "truncate", "a whole number from 1"),
        ({"truncate": 1.0}, "truncate", "a whole number from 1"),
        ({"transient": 0.9}, "transient", "a number from 1"),
        ({"forget_bias": math.nan}, "forget_bias", "a number"),
        ({"update_bias": None}, "update_bias", "a number"),
        ({"skip": "pinned:3-1"}, "skip", "leads from a step to a later one"),
        ({"skip": "pinned:1-5"}, "skip", "the text has 4 steps, so there is no step 5"),
        ({"skip": "shared:0"}, "skip", "reaches back one step or more"),
        ({"skip": None}, "skip", "none, pinned:I-J"),
        ({"text": "  \n"}, "text", "at least one word"),
        ({"text": 3}, "text", "words"),
    ],
)
def test_what_cannot_be_is_named(settings: dict[str, Any], setting: str, allowed: str) -> None:
    with pytest.raises(ExperimentError) as caught:
        Experiment(**settings)
    assert caught.value.setting == setting
    assert allowed in caught.value.allowed


def test_a_gates_bias_replaces_chrono() -> None:
    drawn = Experiment(cell="lstm", chrono=40)
    assert drawn.changed(forget_bias=2).chrono is None
    assert drawn.changed(update_bias=2).chrono is None
    assert drawn.changed(seed=2).chrono == 40


def test_a_pinned_skip_fixes_the_length_of_the_text() -> None:
    pinned = Experiment(text="a b c d", skip="pinned:2-3")
    assert pinned.changed(text="d c b a").skip == "pinned:2-3"
    assert pinned.changed(text="a b", skip="pinned:1-2").words == ("a", "b")
    for text in ("a", "a b c", "a b c d e"):
        with pytest.raises(ExperimentError, match="it runs 4 steps and no other number"):
            pinned.changed(text=text)
    assert Experiment(text="a b c d", skip="shared:2").changed(text="a").words == ("a",)


def test_a_lab_saved_before_there_were_other_networks_opens() -> None:
    old = {
        "format": "rnn-tui lab 1",
        "text": "one two",
        "tokens": "words",
        "cell": "rnn",
        "activation": "relu",
        "hidden": 3,
        "inputs": 4,
        "init": "orthogonal",
        "rho": None,
        "sigma": 2.0,
        "seed": 5,
        "loss": "sum",
        "clip": "norm",
        "threshold": 0.5,
        "lr": 0.01,
        "influence": "occlusion",
    }
    opened = Experiment.from_json(json.dumps(old))
    assert opened == Experiment(
        text="one two",
        activation="relu",
        hidden=3,
        inputs=4,
        init="orthogonal",
        sigma=2.0,
        seed=5,
        loss="sum",
        clip="norm",
        threshold=0.5,
        lr=0.01,
        influence="occlusion",
    )
    assert (opened.skip, opened.truncate, opened.chrono, opened.influence_on) == ("none", None, None, "state")


@pytest.mark.parametrize(
    "document",
    ["", "[]", "{}", "{", '{"format": "another"}', json.dumps({"format": FORMAT, "rhoo": 1}), "[" * 100_000],
    ids=["empty", "list", "no format", "cut off", "another", "unknown setting", "deep"],
)
def test_what_is_no_saved_lab_is_refused(document: str) -> None:
    with pytest.raises(ExperimentError):
        Experiment.from_json(document)


@pytest.mark.parametrize(
    "values",
    [{"\x1b[31mrhoo": 1}, {"r" * 10_000: 1}, {"rhoo": "x" * 10_000}, {"rho": [1] * 10_000}, {"hidden": 10**5000}],
    ids=["escape", "long name", "long value", "long list", "long number"],
)
def test_a_refusal_can_be_read_in_a_terminal(values: dict[str, Any]) -> None:
    with pytest.raises(ExperimentError) as caught:
        if "hidden" in values:
            Experiment(**values)
        Experiment.from_json(json.dumps({"format": FORMAT, **values}))
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 500  # the names of all settings are among it


def test_a_lab_of_another_version_is_told_as_that() -> None:
    with pytest.raises(ExperimentError, match='another version of rnn-tui; this one reads "rnn-tui lab 1"'):
        Experiment.from_json('{"format": "rnn-tui lab 9", "rhoo": 1}')


def test_an_experiment_cannot_be_changed_in_place() -> None:
    with pytest.raises(AttributeError):
        Experiment().rho = 1.0  # type: ignore[misc]
