"""A training that another takes the place of is set aside whole; the line says so and a key restores it."""

import asyncio

from textual.pilot import Pilot

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.training.kept.kept import open_kept
from rnn_tui.lab.training.training import Training, advanced, started
from rnn_tui.ui.app import LabApp
from rnn_tui.ui.screens.train.training.keeper import kept_path
from rnn_tui.ui.screens.train.training.set_aside import FEW_STEPS, MOST_SET_ASIDE
from tests.ui import opened
from tests.ui.pressing import lab, press, settle
from tests.ui.screens.train.test_train import SMALL, same, training_of

ASIDE = "training set aside at step 12: `z` restores it"
STARTS_ANEW = {
    "ρ": ("right_square_bracket",),
    "dial": ("up",),
    "far": ("pageup",),
    "typed": ("enter", *"1.5", "enter"),
    "cell": ("g",),
    "skip": ("G",),
    "activation": ("a",),
    "W": ("w",),
    "seed": ("n",),
    "task": ("y",),
    "recommended": ("Y",),
    "length": ("L", *"17", "enter"),
    "batch": ("B", *"5", "enter"),
}


async def trained(pilot: Pilot[int], steps: int = 12) -> Training:
    assert isinstance(pilot.app, LabApp)
    await press(pilot, "5", *["x"] * steps)
    return training_of(pilot.app)


def is_back(app: LabApp, before: Training) -> bool:
    """Whether both networks are the very same, number for number, with all that their steps reported."""
    now = training_of(app)
    return (now.main is before.main) and (now.twin is before.twin) and now.settings == before.settings


async def test_what_starts_anew_names_the_key_that_restores_the_training() -> None:
    async with lab(SMALL) as (app, pilot):
        before, lab_before = await trained(pilot), app.lab
        for name, keys in STARTS_ANEW.items():
            await press(pilot, *keys)
            assert app.hint.text == ASIDE, name
            assert training_of(app).step == 0, name
            await press(pilot, "z")
            assert is_back(app, before), name
            assert app.lab == lab_before, name
            assert "the training at step 12 is back" in app.hint.text, name
        await press(pilot, "x")
        assert same(training_of(app), advanced(started(before.settings), 13))


async def test_undo_of_what_it_was_trained_with_sets_it_aside_too() -> None:
    async with lab(SMALL) as (app, pilot):
        await press(pilot, "n")
        before = await trained(pilot)
        await press(pilot, "u")
        assert app.hint.text == ASIDE
        await press(pilot, "z")
        assert is_back(app, before)
        assert app.experiment.seed == 8
        await press(pilot, "R")
        assert app.hint.text == ASIDE


async def test_another_text_sets_aside_what_was_trained_on_the_last() -> None:
    async with lab(SMALL.changed(text="a b a b a b")) as (app, pilot):
        await press(pilot, "5", *"yyyyyy")
        assert app.history.course.task == "next-word"
        before = await trained(pilot, FEW_STEPS)
        await press(pilot, "t", "space", "c", "enter")
        assert app.hint.text == ASIDE.replace("12", str(FEW_STEPS))
        await press(pilot, "z")
        assert is_back(app, before)
        assert app.experiment.text == "a b a b a b"


async def test_from_another_screen_the_line_says_where_the_key_works() -> None:
    async with lab(SMALL) as (app, pilot):
        before = await trained(pilot)
        await press(pilot, "1", "right_square_bracket")
        assert app.hint.text == "training set aside at step 12: `z` on Train restores it"
        assert len(app.hint.text.replace("`", "")) <= 58
        assert app.hint.after.startswith("ρ 0.90 → 0.95")
        await press(pilot, "right_square_bracket")
        assert app.hint.text.startswith("ρ 0.95 → 1.00")
        await press(pilot, "5", "z")
        assert is_back(app, before)


async def test_the_line_stays_until_the_next_key_whatever_the_training_says() -> None:
    async with lab(SMALL) as (app, pilot):
        await trained(pilot)
        await press(pilot, "plus", "plus", "space", "right_square_bracket")
        assert opened.trains(app)
        said = app.hint.text
        assert "`z` restores it" in said
        while opened.progress(app).step < 50:
            await asyncio.sleep(0.01)
        app.say("step 50, network: beats what can be had without memory")
        assert app.hint.text == said
        await press(pilot, "down")
        assert app.hint.text != said


async def test_what_went_on_goes_on_and_what_had_a_goal_reaches_it() -> None:
    async with lab(SMALL) as (app, pilot):
        await trained(pilot)
        await press(pilot, "minus", "minus", "space")
        step = training_of(app).step
        await press(pilot, "n", "z")
        assert opened.trains(app)
        # it is being brought back in a thread: there may be none on the screen yet
        while (training := opened.progress(app).training) is None or training.step <= step:
            await asyncio.sleep(0.01)
        await press(pilot, "space")
        step = training_of(app).step
        assert same(training_of(app), advanced(started(training_of(app).settings), step))


async def test_a_key_pressed_over_and_over_still_names_the_training_that_is_worth_a_word() -> None:
    async with lab(SMALL) as (app, pilot):
        before = await trained(pilot)
        for _ in range(2 * MOST_SET_ASIDE):
            await press(pilot, "right_square_bracket", "x", "x")
        await press(pilot, "right_square_bracket")
        assert app.hint.text == ASIDE
        await press(pilot, "z")
        assert is_back(app, before)


async def test_the_key_goes_round_all_that_was_set_aside() -> None:
    async with lab(SMALL) as (app, pilot):
        first = await trained(pilot)
        await press(pilot, "n")
        second = await trained(pilot)
        await press(pilot, "n", "z")
        assert is_back(app, second)
        await press(pilot, "z")
        assert is_back(app, first)
        await press(pilot, "z")
        assert is_back(app, second)
        await press(pilot, "u")
        assert is_back(app, first)
        assert app.hint.text == "step 12 is back; step 12 was set aside: `z` swaps them"


async def test_going_back_to_a_step_loses_none_that_came_after() -> None:
    async with lab(SMALL) as (app, pilot):
        before = await trained(pilot)
        await press(pilot, "home", "z")
        assert training_of(app).step == 0
        assert app.hint.text == "back at step 0; what came after is set aside: `z` restores it"
        await press(pilot, "z")
        assert is_back(app, before)


async def test_a_network_that_cannot_be_trained_sets_it_aside_and_the_key_restores_it() -> None:
    async with lab(Experiment(hidden=4, text="a b c d e f g h", skip="pinned:1-8")) as (app, pilot):
        before = await trained(pilot)
        await press(pilot, "L", "4", "enter")
        assert opened.progress(app) is not None
        assert opened.progress(app).refusal
        await press(pilot, "z")
        assert is_back(app, before)
        assert not opened.progress(app).refusal


async def test_taking_up_the_kept_training_sets_the_present_one_aside() -> None:
    async with lab(SMALL) as (app, pilot):
        await trained(pilot, 3)
        await press(pilot, "q")
    async with lab(SMALL) as (app, pilot):
        before = await trained(pilot)
        await press(pilot, "U")
        assert training_of(app).step == 3
        assert app.hint.text == ASIDE
        await press(pilot, "z")
        assert is_back(app, before)


async def test_a_training_of_a_few_steps_takes_the_place_of_no_longer_one_that_was_kept() -> None:
    async with lab(SMALL) as (app, pilot):
        await trained(pilot)
        await press(pilot, "n", "x", "q")
        assert "kept at step 12" in (app.farewell or "")
    async with lab(SMALL) as (app, pilot):
        await press(pilot, "5", "x", "q")
        assert "training" not in (app.farewell or "")
    assert open_kept(kept_path()).step == 12


async def test_few_steps_are_not_worth_a_line_but_undo_brings_them_back() -> None:
    async with lab(SMALL) as (app, pilot):
        before = await trained(pilot, FEW_STEPS - 1)
        await press(pilot, "n")
        assert "another network: the training starts anew" in app.hint.text
        await press(pilot, "u")
        await settle(pilot)
        assert training_of(app).step == before.step
