"""What can be set of a training: what is refused and why, what starts anew, its JSON, and the twin."""

import json
from dataclasses import replace
from typing import Any

import pytest

from rnn_tui.engine.learning.tasks.named import NAMES, WITHOUT_TEXT
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.lab.training.settings.train_settings import SHORTEST, TRAINING, TrainSettings
from rnn_tui.lab.training.settings.twin import DIFFERS, Twin

SETTINGS = TrainSettings(experiment=Experiment())


def test_the_tasks_are_the_engines() -> None:
    assert set(TRAINING.choices["task"]) == set(NAMES)
    assert {name: kind.shortest for name, kind in WITHOUT_TEXT.items() if kind.shortest > 1} == SHORTEST


@pytest.mark.parametrize(
    ("settings", "setting", "allowed"),
    [
        ({"task": "order"}, "task", "one of temporal-order, adding"),
        ({"optimiser": "sdg"}, "optimiser", "one of sgd, momentum"),
        ({"length": 0}, "length", "a whole number from 1"),
        ({"length": 1}, "length", "temporal-order needs 2 steps or more"),
        ({"length": 3, "task": "adding-average"}, "length", "needs 4 steps or more"),
        ({"length": 5, "task": "next-word"}, "length", "the text has 4 steps"),
        ({"batch": 2.0}, "batch", "a whole number from 1"),
        ({"batch": True}, "batch", "a whole number from 1"),
        ({"eval_every": 0}, "eval_every", "a whole number from 1"),
        ({"twin": Twin("clip", "of")}, "twin", "one of off, norm"),
        ({"twin": Twin("rho", -1.0)}, "twin", "a number from 0"),
        ({"twin": Twin("optimiser", "sdg")}, "twin", "one of sgd"),
    ],
)
def test_what_cannot_be_is_named(settings: dict[str, Any], setting: str, allowed: str) -> None:
    with pytest.raises(ExperimentError) as caught:
        TrainSettings(experiment=Experiment(), **settings)
    assert caught.value.setting == setting
    assert allowed in caught.value.allowed


@pytest.mark.parametrize("text", ["clip", "=off", "colour=red", "seed=3", "length=4", "task=copy"])
def test_what_is_no_twin_is_told_what_one_looks_like(text: str) -> None:
    with pytest.raises(ExperimentError, match="SETTING=VALUE, the setting one of clip, threshold"):
        Twin.parse(text)


@pytest.mark.parametrize(
    "text", ["clip=off", "cell=lstm", "rho=1.2", "hidden=20", "chrono=none", "lr=0.5", "optimiser=adam"]
)
def test_a_twin_is_written_as_it_is_read(text: str) -> None:
    assert str(Twin.parse(text)) == text
    assert Twin.parse(f"--{text.replace('_', '-')}") == Twin.parse(text)


def test_a_twin_differs_in_one_setting_and_in_nothing_else() -> None:
    given: dict[str, Any] = {"clip": "value", "cell": "gru", "rho": 2.0, "lr": 3.0, "optimiser": "adam", "hidden": 3}
    for setting, value in given.items():
        other = Twin(setting, value)
        settings = SETTINGS.changed(twin=other)
        twin = settings.of_twin(other)
        assert twin.changed(
            **{setting: getattr(SETTINGS if setting == "optimiser" else SETTINGS.experiment, setting)}
        ) == (replace(settings, twin=None))
    assert set(given) <= set(DIFFERS)


def test_a_twin_that_differs_in_nothing_is_refused() -> None:
    with pytest.raises(ExperimentError, match="the network is set so already"):
        SETTINGS.changed(twin=Twin("clip", "off"))
    # but clipping may be turned off later, while the twin has none
    clipped = SETTINGS.changed(clip="norm").changed(twin=Twin("clip", "off"))
    assert clipped.changed(clip="off").twin == Twin("clip", "off")


@pytest.mark.parametrize(
    ("change", "anew"),
    [
        ({"lr": 0.5}, False),
        ({"clip": "step"}, False),
        ({"threshold": 7.0}, False),
        ({"optimiser": "adam"}, False),
        ({"twin": Twin("clip", "norm")}, False),
        ({"influence": "occlusion"}, False),
        ({"text": "another text"}, False),
        ({"inputs": 3}, False),
        ({"loss": "sum"}, False),
        ({"rho": 1.0}, True),
        ({"seed": 8}, True),
        ({"cell": "gru"}, True),
        ({"task": "copy"}, True),
        ({"length": 12}, True),
        ({"batch": 3}, True),
        ({"truncate": 3}, True),
    ],
)
def test_only_another_network_or_task_starts_anew(change: dict[str, Any], anew: bool) -> None:
    assert SETTINGS.changed(**change).starts_anew(SETTINGS) is anew


def test_the_text_is_the_task_where_it_is_its_next_word() -> None:
    words = SETTINGS.changed(task="next-word", length=3)
    assert words.changed(text="one two three").starts_anew(words)
    assert words.changed(inputs=3).starts_anew(words)


def test_json_gives_back_the_same_settings() -> None:
    settings = SETTINGS.changed(
        task="adding",
        length=50,
        cell="lstm",
        sigma=1.5,
        clip="norm",
        optimiser="adam",
        twin=Twin.parse("forget-bias=3"),
    )
    for each in (settings, SETTINGS):
        assert TrainSettings.from_document(json.loads(json.dumps(each.to_document()))) == each


@pytest.mark.parametrize("document", ["", [], {}, {"format": "rnn-tui lab 1"}, {"format": ["rnn-tui training 1"]}])
def test_what_is_no_training_is_refused(document: object) -> None:
    with pytest.raises(ExperimentError, match="a JSON document of rnn-tui"):
        TrainSettings.from_document(document)


@pytest.mark.parametrize("wrong", [{"go_on": 1}, {"twin": 5}, {"twin": ["clip", "off"]}, {"experiment": None}])
def test_a_setting_of_the_wrong_kind_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ExperimentError):
        TrainSettings.from_document({**SETTINGS.to_document(), **wrong})


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(ExperimentError, match="a setting of batch"):
        TrainSettings.from_document({**SETTINGS.to_document(), "bach": 3})
