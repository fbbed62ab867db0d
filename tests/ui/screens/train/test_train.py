"""The Train screen: what its keys do to the training, the settings and the history."""

import asyncio
import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnn_tui.engine.learning.training_step import train_step
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.training import stepping
from rnn_tui.lab.training.settings.course import Course
from rnn_tui.lab.training.settings.twin import Twin
from rnn_tui.lab.training.training import Training, advanced, rewound, started
from rnn_tui.ui.app import LabApp
from rnn_tui.ui.screens.train.training.keeper import kept_path, older_path
from tests.ui import opened
from tests.ui.pressing import lab, note, press, send_key, settle

SMALL = Experiment(hidden=4)


def training_of(app: LabApp) -> Training:
    found = opened.progress(app).training
    assert found is not None
    return found


def same(one: Training, other: Training) -> bool:
    return all(np.array_equal(run.moment.flat, other.runs[who].moment.flat) for who, run in one.runs.items())


async def test_it_opens_at_the_start_and_steps_are_those_of_the_engine() -> None:
    async with lab(SMALL) as (app, pilot):
        await press(pilot, "5")
        assert training_of(app).step == 0
        await press(pilot, "x", "x", "X")
        assert training_of(app).step == 102
        assert same(training_of(app), advanced(started(Course().settings(SMALL)), 102))
        assert opened.progress(app) is not None
        assert not opened.progress(app).going


async def test_space_trains_until_space_pauses() -> None:
    async with lab(SMALL) as (app, pilot):
        await press(pilot, "5", "space")
        assert opened.trains(app)
        while training_of(app).step < 3:
            await asyncio.sleep(0.01)
        await press(pilot, "space")
        assert opened.progress(app) is not None
        assert not opened.progress(app).going
        assert opened.progress(app).speed is None
        step = training_of(app).step
        await settle(pilot)
        assert training_of(app).step == step
        assert same(training_of(app), advanced(started(Course().settings(SMALL)), step))


async def test_a_change_while_it_trains_holds_from_the_step_on_the_screen() -> None:
    async with lab(SMALL) as (app, pilot):
        await press(pilot, "5", "space")
        while training_of(app).step < 3:
            await asyncio.sleep(0.01)
        await press(pilot, "tab", "tab", "tab", "up")
        assert app.experiment.lr == 0.2
        assert opened.trains(app)
        while len(training_of(app).changes) < 2:
            await asyncio.sleep(0.01)
        await press(pilot, "space")
        first, second = training_of(app).changes
        assert (first.live.lr, second.live.lr) == (0.1, 0.2)
        assert second.step >= 3


async def test_keys_quicker_than_the_thread_lose_nothing() -> None:
    async with lab(SMALL) as (app, pilot):
        await press(pilot, "5")
        for key in "xxxcx":
            send_key(app, key)
        await settle(pilot)
        training = training_of(app)
        assert training.step == 4
        assert training.settings.experiment.clip == "norm"


async def test_live_settings_go_on_and_others_start_anew_and_say_so() -> None:
    async with lab(SMALL) as (app, pilot):
        await press(pilot, "5", "x", "x", "x", "C")
        assert training_of(app).step == 3
        assert "clipping norm at θ 1.00: from step 4 on" in app.hint.text
        assert training_of(app).events[-1].kind == "changed"
        await press(pilot, "right_square_bracket")
        assert training_of(app).step == 0
        assert "another network: the training starts anew" in app.hint.text
        await press(pilot, "u")
        assert training_of(app).step == 3
        assert "taken up again at step 3" in app.hint.text


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (("L", *"17", "enter"), "another length T"),
        (("B", *"5", "enter"), "another batch size"),
        (("y",), "adding"),
        (("g",), "another network"),
    ],
)
async def test_what_starts_anew_is_brought_back_by_undo(keys: tuple[str, ...], said: str) -> None:
    async with lab(SMALL) as (app, pilot):
        await press(pilot, "5", "x", "x")
        before = training_of(app)
        await press(pilot, *keys)
        assert training_of(app).step == 0
        assert said in app.hint.text
        assert training_of(app).settings == app.history.course.settings(app.experiment)
        await press(pilot, "u")
        assert same(training_of(app), before)
        assert training_of(app).settings == before.settings


async def test_undo_takes_the_optimiser_back_on_the_way() -> None:
    async with lab(SMALL) as (app, pilot):
        await press(pilot, "5", "x", "O", "x", "u", "x")
        assert [change.live.optimiser for change in training_of(app).changes] == ["sgd", "momentum", "sgd"]
        assert training_of(app).step == 3


async def test_back_to_a_step_and_on_from_there_gives_the_same_numbers() -> None:
    async with lab(SMALL) as (app, pilot):
        await press(pilot, "5", *"xxxxxx")
        before = training_of(app)
        await press(pilot, "left", "left", "left", "left", "z")
        assert training_of(app).step == 2
        assert opened.train(app).view.cursor is None
        assert training_of(app).events[-1].kind == "rewound"
        await press(pilot, *"xxxx")
        assert same(training_of(app), before)


async def test_going_back_sets_again_what_was_set_then_and_undo_what_came_after() -> None:
    async with lab(SMALL) as (app, pilot):
        await press(pilot, "5", "x", "x", "C", "O", "x", "x", "Z", "1", "enter")
        assert opened.train(app).view.cursor == 1
        await press(pilot, "z")
        assert (app.experiment.clip, app.history.course.optimiser) == ("off", "sgd")
        assert training_of(app).step == 1
        await press(pilot, "u")
        assert (app.experiment.clip, app.history.course.optimiser) == ("norm", "momentum")
        assert training_of(app).step == 1
        assert training_of(app).live(1).clip == "norm"


async def test_only_a_step_that_there_was_can_be_marked() -> None:
    async with lab(SMALL) as (app, pilot):
        await press(pilot, "5", "x", "Z", "7", "enter")
        assert "'7' cannot be marked: give a whole number from 0 to 1" in note(app)
        await press(pilot, "escape", "z")
        assert "`←` marks a step" in app.hint.text


async def test_the_twin_goes_round_and_what_is_typed_is_looked_at() -> None:
    async with lab(SMALL) as (app, pilot):
        await press(pilot, "5", "x", "m")
        assert training_of(app).settings.twin == Twin("cell", "gru")
        assert {who: run.step for who, run in training_of(app).runs.items()} == {"main": 1, "twin": 1}
        await press(pilot, "M", *"clip=off", "enter")
        assert "a twin differs in one thing" in note(app)
        await press(pilot, *["backspace"] * 3, *"value", "enter")
        assert training_of(app).settings.twin == Twin("clip", "value")
        await press(pilot, "M", *"none", "enter")
        assert training_of(app).twin is None
        assert "no twin" in app.hint.text


async def test_the_twin_of_clipping_stays_the_other_one() -> None:
    async with lab(SMALL) as (app, pilot):
        await press(pilot, "5", "x", "c")
        assert training_of(app).settings.twin == Twin("clip", "off")
        assert training_of(app).runs["twin"].step == 1


async def test_what_diverges_stops_and_says_so_and_can_be_gone_back_from() -> None:
    async with lab(SMALL.changed(lr=1e9)) as (app, pilot):
        await press(pilot, "5", "M", *"none", "enter", "X")
        training = training_of(app)
        assert training.stopped
        assert "diverged" in app.hint.text
        step = training.step
        await press(pilot, "x", "space")
        assert training_of(app).step == step
        assert "it has diverged" in app.hint.text


async def test_what_learns_the_task_is_one_change() -> None:
    async with lab(SMALL) as (app, pilot):
        await press(pilot, "5", "Y")
        e, course = app.experiment, app.history.course
        assert (e.hidden, e.init, e.lr, e.clip, e.threshold, e.activation) == (
            50,
            "orthogonal",
            0.01,
            "norm",
            1.0,
            "tanh",
        )
        assert (course.task, course.length, course.twin) == ("temporal-order", 20, None)
        assert training_of(app).settings == course.settings(e)
        await press(pilot, "Y")
        assert "set already" in app.hint.text
        await press(pilot, "u")
        assert app.experiment == SMALL
        assert app.history.course == Course()


async def test_theta_is_suggested_from_the_norms_seen() -> None:
    async with lab(SMALL) as (app, pilot):
        await press(pilot, "5", "S")
        assert "no gradient was seen yet" in app.hint.text
        await press(pilot, "x", "x", "S")
        norms = training_of(app).main.curves.of("norm").mean
        assert app.experiment.threshold == pytest.approx(float(norms.mean()), rel=0.05)
        assert training_of(app).live(2).threshold == app.experiment.threshold


async def test_a_network_that_cannot_run_the_task_says_why_and_comes_back() -> None:
    async with lab(Experiment(hidden=4, text="a b c d e f g h", skip="pinned:1-8")) as (app, pilot):
        await press(pilot, "5", "L", "4", "enter")
        assert opened.progress(app) is not None
        assert opened.progress(app).training is None
        assert "there is no step 8 to lead to" in opened.progress(app).refusal
        await press(pilot, "space")
        assert "there is no step 8" in app.hint.text
        await press(pilot, "u", "x")
        assert training_of(app).step == 1


async def test_the_trained_network_goes_to_every_screen_and_undo_takes_it_back() -> None:
    async with lab(SMALL) as (app, pilot):
        await press(pilot, "5", "A")
        assert "it has learned nothing yet" in app.hint.text
        await press(pilot, *"xxx", "A", "1")
        assert app.experiment.trained is not None
        assert app.experiment.trained.steps == 3
        assert app.measurement is not None
        weight = app.measurement.trace.network.parameters.weight_hh_l0
        assert np.array_equal(weight, training_of(app).main.model.parameters.weight_hh_l0)
        await press(pilot, "5", "x")
        assert training_of(app).step == 4
        await press(pilot, "u")
        assert app.experiment.trained is None


async def test_the_weight_that_is_spelt_out_is_chosen_and_typed() -> None:
    async with lab(SMALL) as (app, pilot):
        await press(pilot, "5", "x", "h", "right_parenthesis", "right_parenthesis")
        assert (opened.train(app).view.tensor, opened.train(app).view.weight) == (2, 1)
        await press(pilot, "W", *"W_hh[5,1]", "enter")
        assert "W_hh is 4×4: its last entry is W_hh[4,4]" in note(app)
        await press(pilot, *["backspace"] * 5, *"[2,3]", "enter")
        assert (opened.train(app).view.tensor, opened.train(app).view.weight) == (1, 6)
        found = opened.results(app, "train").next_step
        assert found is not None
        shown = "\n".join(str(app.screen.query_one("#course").render_line(y)) for y in range(5))
        assert found.of("weight_hh_l0", (1, 2)).line in shown.replace("', '", "")


@pytest.mark.parametrize("leave", ["q", "ctrl+c"])
async def test_what_was_trained_is_kept_when_the_lab_is_left_and_taken_up(leave: str) -> None:
    async with lab(SMALL) as (app, pilot):
        await press(pilot, "5", "x", "C", "x", "x", leave)
        assert app.farewell is not None
        assert "kept at step 3" in app.farewell
        before = training_of(app)
    async with lab() as (app, pilot):
        await press(pilot, "5")
        assert opened.progress(app) is not None
        assert opened.progress(app).offered == 3
        await press(pilot, "U")
        assert same(training_of(app), before)
        assert app.experiment == before.settings.experiment
        await press(pilot, "u")
        assert app.experiment == Experiment()


async def test_what_is_taken_up_is_not_made_again_and_can_be_gone_back_from(monkeypatch: pytest.MonkeyPatch) -> None:
    async with lab(SMALL) as (app, pilot):
        await press(pilot, "5", "X", "x", "q")
        assert app.farewell is not None
        assert "kept at step 101 with its weights" in app.farewell
        before = training_of(app)

    def refused(*_: object, **__: object) -> None:
        raise AssertionError("a step is made")

    monkeypatch.setattr(stepping, "train_step", refused)
    async with lab() as (app, pilot):
        await press(pilot, "5", "U")
        assert same(training_of(app), before)
        assert "with its weights" in app.hint.text
        await press(pilot, "Z", *"64", "enter", "z")
        assert training_of(app).step == 64
        assert "back at step 64; " in app.hint.text
        assert same(training_of(app), rewound(before, 64))
        monkeypatch.setattr(stepping, "train_step", train_step)
        await press(pilot, "Z", *"50", "enter", "z")
        assert "back at step 50, made again from step 48" in app.hint.text
        assert same(training_of(app), advanced(started(Course().settings(SMALL)), 50))


async def test_a_training_of_an_earlier_version_is_made_again_and_says_so() -> None:
    settings = Course().settings(SMALL)
    live = {"lr": 0.1, "clip": "off", "threshold": 1.0, "optimiser": "sgd"}
    document = {"format": "rnn-tui kept training 1", "step": 3, "changes": [{"step": 0, **live}]}
    older_path().parent.mkdir(parents=True, exist_ok=True)
    older_path().write_text(json.dumps({**document, "settings": settings.to_document()}))
    async with lab() as (app, pilot):
        await press(pilot, "5")
        assert opened.progress(app) is not None
        assert opened.progress(app).offered == 3
        await press(pilot, "U")
        assert "without its weights: the steps are made again" in app.hint.text
        assert same(training_of(app), advanced(started(settings), 3))
        await press(pilot, "q")
    assert kept_path().is_file()


async def test_leaving_in_the_middle_is_at_once_and_keeps_it() -> None:
    async with lab(SMALL) as (app, pilot):
        await press(pilot, "5", "space")
        while training_of(app).step < 2:
            await asyncio.sleep(0.01)
        send_key(app, "q")
        await asyncio.wait_for(asyncio.to_thread(_until, lambda: app.return_code is not None), 30.0)
        assert kept_path().is_file()


def _until(holds: Any) -> None:
    import time

    while not holds():
        time.sleep(0.005)


async def test_no_thread_trains_for_a_lab_that_is_left() -> None:
    async with lab(SMALL) as (_, pilot):
        await press(pilot, "5", "space")
    for _ in range(3000):
        if not any(thread.name == "train" for thread in threading.enumerate()):
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it still trains")


async def test_a_lab_in_which_nothing_was_trained_keeps_nothing() -> None:
    async with lab(SMALL) as (app, pilot):
        await press(pilot, "5", "q")
        assert app.farewell is None
        assert not kept_path().exists()


async def test_what_was_kept_and_damaged_says_so(tmp_path: Path) -> None:
    kept_path().parent.mkdir(parents=True, exist_ok=True)
    kept_path().write_text("{}")
    async with lab(SMALL) as (app, pilot):
        await press(pilot, "5", "U")
        assert "holds no training" in app.hint.text
        assert app.hint.kind == "error"


async def test_on_a_small_window_the_panels_go_round() -> None:
    async with lab(SMALL, size=(80, 24)) as (app, pilot):
        await press(pilot, "5")
        seen = []
        for _ in range(4):
            seen.append([panel.id for panel in app.screen.query("#charts Canvas") if panel.display])
            await press(pilot, "p")
        assert seen == [["loss", "norm"], ["parts", "error"], ["rho", "events"], ["loss", "norm"]]
        await press(pilot, "i")
        assert app.screen.query_one("#numbers").display
        assert not app.screen.query_one("#charts").display


async def test_training_goes_on_behind_another_screen() -> None:
    async with lab(SMALL) as (app, pilot):
        await press(pilot, "5", "plus", "plus", "space", "1")
        before = training_of(app).step
        while training_of(app).step <= before:
            await asyncio.sleep(0.01)
        await press(pilot, "5", "space")
        assert opened.results(app, "train").progress is opened.progress(app)
