"""A monkey at the keyboard: some hundred random keys at changing sizes find nothing broken."""

import asyncio
import random
from dataclasses import replace
from pathlib import Path

import pytest
from textual import events

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.ui.screens.table import KEYS, TABS
from tests.ui import opened
from tests.ui.pressing import lab, press, send_key, settle

SIZES = ((120, 36), (80, 24), (60, 18), (200, 60), (59, 17), (20, 5), (61, 40), (150, 19))
LEAVING = {"q", "ctrl+c", "ctrl+q", "ctrl+z"}
TYPED = (
    *"abc xyz0123456789.-e",
    "日",
    "é",
    "👩",
    "backspace",
    "delete",
    "ctrl+u",
    "ctrl+w",
    "enter",
    "escape",
    "escape",
    "enter",
    "tab",
)
PRESSED = sorted(
    {key for row in KEYS.rows for command in row.commands for key in command.keys} - LEAVING
    | {"x", "z", "f9", "0", "5", "ctrl+x", "insert", "exclamation_mark"}
)
PRESSES = 200


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 6))])
async def test_random_keys_break_nothing(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    chance = random.Random(seed)
    async with lab(Experiment(text="a few words to begin with", seed=seed)) as (app, pilot):
        for count in range(PRESSES):
            if chance.random() < 0.01:
                await pilot.resize_terminal(*chance.choice(SIZES))
            if chance.random() < 0.01:
                app.post_message(events.Paste(chance.choice(("one\ntwo", "\x1b[2J", "پرسش", "9" * 40, "- " * 300))))
            typing = app.context in ("prompt", "palette") and chance.random() < 0.8
            key = chance.choice(TYPED if typing else PRESSED)
            # Not one after the other: keys may well come faster than they have their effect.
            send_key(app, key)
            await asyncio.sleep(0)
            if chance.random() < 0.15:
                await settle(pilot)
            assert app.is_running, f"{key} as key {count} ended the lab"
            if max(app.experiment.hidden, app.experiment.inputs) > 48 and app.prompt is None:
                app.change(app.experiment.changed(hidden=8, inputs=8))
            course = app.history.course
            if max(course.length, course.batch) > 30 and app.prompt is None:
                opened.train(app).set_course(replace(course, length=min(course.length, 8), batch=min(course.batch, 8)))
        await settle(pilot)
        while app.prompt is not None or app.context != "unroll" or opened.unroll(app).view.play is not None:
            await press(
                pilot,
                "1"
                if app.context in {spec.name for spec in TABS} and opened.unroll(app).view.play is None
                else "escape",
            )
        await pilot.resize_terminal(120, 36)
        await settle(pilot)
        assert app.measurement is not None
        assert app.measurement.experiment == app.experiment == app.history.present
        assert 0 <= app.step < app.measurement.steps
        while app.history.past:
            await press(pilot, "u")
        assert app.measurement.experiment.text
