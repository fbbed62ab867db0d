"""Every declared setting, in all the places that are made of its declaration: flags, JSON, dials and twins."""

import json
import math
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_tui.cli.arguments import Parser, UsageProblem, add_experiment_flags, experiment_from
from rnn_tui.cli.flags import FLAGS, TRAINING_FLAGS, flag_of
from rnn_tui.lab.cliff.settings import CLIFF, CliffSettings
from rnn_tui.lab.experiment.all_settings import EXPERIMENT
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.session.saved import Lab
from rnn_tui.lab.settings.declared import Declarations
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.lab.settings.kinds import Integer, Number, OneOf, OrNone, Real, SettingKind
from rnn_tui.lab.settings.setting import Setting, Turned
from rnn_tui.lab.training.settings.course import COURSE, Course
from rnn_tui.lab.training.settings.train_settings import TRAINING, Live, TrainSettings
from rnn_tui.lab.training.settings.twin import DIFFERS, Twin
from rnn_tui.ui.state.cliff_dials import CLIFF_DIALS
from rnn_tui.ui.state.dials import DIALS
from tests.commands import Output, refused

EVERY = (*EXPERIMENT.settings, *TRAINING.settings, *CLIFF.settings)
BY_FLAG = [setting for setting in EXPERIMENT.settings if setting.flag]
SAMPLES = {"skip": ["none", "shared:3", "pinned:1-4"], "edits": ["1,2=0.5", "row 3*1.1", "rho=0.7"]}


def names(settings: Sequence[Setting]) -> list[str]:
    return [f"{setting.group} {setting.name}" for setting in settings]


def of_number(setting: Setting) -> Number | None:
    kind = setting.kind.number if isinstance(setting.kind, OrNone) else setting.kind
    return kind if isinstance(kind, Number) else None


def texts(setting: Setting) -> st.SearchStrategy[str]:
    """The texts that spell a value of the setting."""
    kind: SettingKind = of_number(setting) or setting.kind
    if isinstance(kind, OneOf):
        return st.sampled_from(kind.names)
    if isinstance(kind, Integer):
        return st.integers(kind.low, kind.high).map(str)
    if isinstance(kind, Real):
        return st.floats(kind.low, kind.high).map(repr)
    return st.sampled_from(SAMPLES[setting.name])


def beyond(kind: Number) -> list[str]:
    """Texts that spell a number below the range, and one above it."""
    if isinstance(kind, Integer):
        return [str(kind.low - 1), str(kind.high + 1)]
    return [repr(math.nextafter(kind.low, -math.inf)), repr(math.nextafter(kind.high, math.inf))]


def having(setting: Setting) -> dict[str, str]:
    """The flags of a network that has the setting."""
    return {} if setting.only is None else {flag_of(setting.only.setting): setting.only.values[0]}


def of_flags(given_flags: dict[str, str]) -> Experiment:
    parser = Parser("", "", "")
    add_experiment_flags(parser)
    arguments = [f"{flag}={value}" for flag, value in given_flags.items()]
    options, words = parser.parse(arguments, {})
    return experiment_from(options, words)[0]


@pytest.mark.parametrize(
    ("declared", "owner"),
    [(EXPERIMENT, Experiment), (TRAINING, TrainSettings), (COURSE, Course), (CLIFF, CliffSettings)],
)
def test_the_declarations_are_those_of_the_fields(declared: Declarations, owner: Any) -> None:
    assert [field.name for field in fields(owner) if field.init and field.name != "experiment"] == list(declared)


@pytest.mark.parametrize("setting", EVERY, ids=names(EVERY))
def test_each_has_help_and_a_flag_and_a_dial_or_the_reason_why_not(setting: Setting) -> None:
    assert setting.help
    assert bool(setting.flag) is not bool(setting.without_flag)
    assert not setting.flag or setting.metavar
    dials = CLIFF_DIALS if setting.group == "cliff" else DIALS
    if not isinstance(setting.dial, Turned):
        assert setting.dial
        assert setting.group == "cliff" or setting.name not in dials
        return
    dial: Any = dials[setting.name]
    start: Any = CliffSettings() if setting.group == "cliff" else Experiment()
    assert dial.label
    assert dial.title
    assert dial.help_of(start)
    assert dial.grid_of(start)


def test_what_is_live_is_what_a_training_takes_up_from_one_step_to_the_next() -> None:
    live = {*EXPERIMENT.in_training("live"), *TRAINING.in_training("live")}
    assert live == {field.name for field in fields(Live)}
    assert {setting.name for setting in (*EXPERIMENT.settings, *TRAINING.settings) if setting.twin} == set(DIFFERS)


def test_the_table_has_a_row_for_each_setting_with_a_flag() -> None:
    rows = {row.name: row for row in (*FLAGS, *TRAINING_FLAGS)}
    assert set(rows) == {setting.flag for setting in (*EXPERIMENT.settings, *TRAINING.settings) if setting.flag}
    assert all(row.metavar and row.help for row in rows.values())


@pytest.mark.parametrize("setting", BY_FLAG, ids=names(BY_FLAG))
@settings(max_examples=25)
@given(data=st.data())
def test_a_flag_the_json_and_a_dial_give_the_same(setting: Setting, data: st.DataObject) -> None:
    text = data.draw(texts(setting))
    experiment = of_flags({**having(setting), setting.flag: text})
    assert Experiment.from_json(experiment.to_json()) == experiment
    assert Experiment(**experiment.settings()) == experiment
    if setting.name in DIALS:
        assert DIALS[setting.name].typed(of_flags(having(setting)), text) == experiment


@pytest.mark.parametrize("setting", CLIFF.settings, ids=names(CLIFF.settings))
@settings(max_examples=25)
@given(data=st.data())
def test_the_cliffs_json_and_its_dials_give_the_same(setting: Setting, data: st.DataObject) -> None:
    if setting.name not in CLIFF_DIALS:
        return
    cliff = CLIFF_DIALS[setting.name].typed(CliffSettings(), data.draw(texts(setting)))
    assert Lab.from_json(Lab(Experiment(), cliff=cliff).to_json()).cliff == cliff


NUMBERS = [setting for setting in EXPERIMENT.settings if of_number(setting)]
OF_TRAINING = [setting for setting in TRAINING.settings if of_number(setting)]


@pytest.mark.parametrize("setting", NUMBERS, ids=names(NUMBERS))
def test_a_number_beyond_the_range_is_refused_with_the_range_wherever_it_is_set(setting: Setting) -> None:
    kind = of_number(setting)
    assert kind is not None
    start = of_flags(having(setting))
    for text in beyond(kind):
        with pytest.raises(UsageProblem) as by_flag:
            of_flags({**having(setting), setting.flag: text})
        assert str(by_flag.value).startswith(f"{setting.flag} cannot be ")
        assert kind.allowed in str(by_flag.value)
        value = kind.spelled(text)
        document = json.dumps({**json.loads(start.to_json()), "sigma": None, "rho": None, setting.name: value})
        with pytest.raises(ExperimentError) as by_json:
            Experiment.from_json(document)
        with pytest.raises(ExperimentError) as by_dial:
            DIALS[setting.name].typed(start, text)
        for problem in (by_json.value, by_dial.value):
            assert (problem.setting, problem.allowed) == (setting.name, kind.allowed)
        if setting.twin:
            with pytest.raises(ExperimentError) as by_twin:
                TrainSettings(experiment=start).changed(twin=Twin.parse(f"{setting.name}={text}"))
            assert setting.name in str(by_twin.value)
            assert by_twin.value.allowed == kind.allowed


@pytest.mark.parametrize("setting", OF_TRAINING, ids=names(OF_TRAINING))
def test_so_is_one_of_a_training(setting: Setting, capsys: Output) -> None:
    kind = of_number(setting)
    assert kind is not None
    for text in beyond(kind):
        assert refused(capsys, "train", setting.flag, text) == f"{setting.flag} cannot be {text}: {kind.allowed}"
        document = TrainSettings(experiment=Experiment()).to_document()
        with pytest.raises(ExperimentError, match=kind.allowed):
            TrainSettings.from_document({**document, setting.name: int(text)})
        with pytest.raises(ExperimentError, match=kind.allowed):
            Course.from_values({setting.name: int(text)}, Experiment())


@pytest.mark.parametrize("setting", CLIFF.settings, ids=names(CLIFF.settings))
def test_so_is_one_of_the_cliff(setting: Setting) -> None:
    kind = of_number(setting)
    assert kind is not None
    for text in beyond(kind):
        with pytest.raises(ExperimentError) as by_json:
            Lab.from_json(
                json.dumps({**json.loads(Experiment().to_json()), "cliff": {setting.name: kind.spelled(text)}})
            )
        assert (by_json.value.setting, by_json.value.allowed) == (setting.name, kind.allowed)
        if setting.name in CLIFF_DIALS:
            with pytest.raises(ExperimentError) as by_dial:
                CLIFF_DIALS[setting.name].typed(CliffSettings(), text)
            assert by_dial.value.allowed == kind.allowed
