"""The Cliff screen at the keyboard: its own dials and undo, steps, starts, and the picture."""

import pytest

from rnn_tui.lab.cliff.settings import FARTHEST, STARTS, CliffSettings
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.session.saved import Lab
from rnn_tui.ui.app import LabApp
from rnn_tui.ui.panels.drawing.canvas import Canvas
from rnn_tui.ui.screens.cliff.layout import cliff_layout
from rnn_tui.ui.screens.cliff.measured import known_points, steps_at_once
from rnn_tui.ui.state.cliff_dials import CLIFF_DIALS
from tests.ui import opened
from tests.ui.pressing import lab, note, press, settle

FIRST = CliffSettings()


def lines(app: LabApp, panel: str) -> list[str]:
    return [strip.text for strip in app.screen.query_one(f"#{panel}", Canvas)._strips]


def shows(app: LabApp, panel: str, text: str) -> bool:
    return text in "\n".join(lines(app, panel))


async def test_eight_steps_lead_onto_the_wall_and_the_ninth_jumps() -> None:
    async with lab() as (app, pilot):
        await press(pilot, "6")
        assert shows(app, "strip", "AT THE START")
        await press(pilot, *["space"] * 8)
        assert shows(app, "strip", "ON THE WALL")
        assert app.hint.text == "step 8: both at (4.67469, −2.41005), E 0.028, ‖∇E‖ 199"
        await press(pilot, "enter")
        assert shows(app, "strip", "JUMPED OUT")
        assert shows(app, "surface", "× step 9 → (46.6, 65.2)")
        assert app.hint.text == "step 9: × goes 79.6 to (46.6473, 65.2296), ● goes 0.200 (clipped), E 0.030"
        await press(pilot, "b")
        assert app.hint.text == "back at step 8"
        assert shows(app, "strip", "ON THE WALL")
        await press(pilot, "home")
        assert shows(app, "strip", "AT THE START")
        await press(pilot, "home")
        assert app.hint.text == "both paths are at their start"
        await press(pilot, "b")
        assert app.hint.text == "this is where both paths start"


async def test_the_cliff_has_dials_of_its_own() -> None:
    async with lab(Experiment(lr=0.3)) as (app, pilot):
        await press(pilot, "6", "k", "]", ".")
        assert opened.cliff(app).view.settings.lr == 1.0
        await press(pilot, "j", "[", ",", "pagedown")
        assert opened.cliff(app).view.settings.lr == pytest.approx(0.04)
        seen = []
        for _ in CLIFF_DIALS:
            seen.append(opened.cliff(app).view.dial)
            await press(pilot, "tab")
        assert seen == list(CLIFF_DIALS)
        assert app.hint.text.startswith("learning rate η of the cliff 0.04: ")
        await press(pilot, "D", "D", "D", "k")
        assert opened.cliff(app).view.settings.target == 0.75
        await press(pilot, "D", "K")
        assert opened.cliff(app).view.settings.length == 100
        assert opened.results(app, "cliff").surface is not None
        assert opened.results(app, "cliff").surface.settings.length == 100
        assert app.experiment == Experiment(lr=0.3)
        assert not app.history.past


async def test_a_dial_at_its_end_says_so() -> None:
    async with lab() as (app, pilot):
        await press(pilot, "6", *["tab"] * 3, *["pageup"] * 3)
        assert opened.cliff(app).view.settings.target == 1.0
        assert app.hint.text == "target is 1, as high as it goes"


async def test_a_value_is_typed_and_what_cannot_be_says_why() -> None:
    async with lab() as (app, pilot):
        await press(pilot, "6", "=", *"0.05", "enter")
        assert opened.cliff(app).view.settings.lr == 0.05
        assert app.hint.text == "η 0.4 → 0.05"
        await press(pilot, "tab", "tab", "=", *"5000")
        assert note(app) == "give a whole number from 1 to 1000"
        await press(pilot, "enter")
        assert note(app) == "5000 cannot be kept: give a whole number from 1 to 1000"
        await press(pilot, "escape", "=", "x")
        assert note(app) == "give a whole number"
        await press(pilot, "escape", "=", "enter")
        assert app.hint.text == "steps T is 50 already"
        await press(pilot, "D", "=", *"-1")
        assert note(app) == "give a number from 1e-300 to 1e+300"
        await press(pilot, "escape", *["tab"] * 4, "=", *"-3.5", "enter")
        assert opened.cliff(app).view.settings.b == -3.5
        assert opened.cliff(app).view.settings.shows(4.9, -3.5)


async def test_undo_takes_back_what_was_set_and_leaves_the_picture() -> None:
    async with lab() as (app, pilot):
        await press(pilot, "6", "k", "tab", "k", "+")
        near = opened.cliff(app).view.settings
        await press(pilot, "u")
        assert app.hint.text == "undid: θ 0.7 → 0.5"
        assert opened.cliff(app).view.settings == near.changed(threshold=0.5)
        await press(pilot, "u", "u")
        assert app.hint.text == "nothing of the cliff to undo"
        assert opened.cliff(app).view.settings == near.changed(threshold=0.5, lr=0.4)
        await press(pilot, "r", "r", "r")
        assert app.hint.text == "nothing of the cliff to redo"
        assert opened.cliff(app).view.settings == near
        await press(pilot, "space", "R")
        assert opened.cliff(app).view.settings == FIRST
        assert opened.cliff(app).view.step == 0
        await press(pilot, "R")
        assert app.hint.text == "the cliff is as it was at first"
        await press(pilot, "u")
        assert opened.cliff(app).view.settings.lr == 0.5


async def test_both_undos_are_apart() -> None:
    async with lab() as (app, pilot):
        await press(pilot, "n", "6", "k", "u", "u")
        assert app.experiment.seed == 8
        await press(pilot, "1", "u")
        assert app.experiment.seed == 7


async def test_quick_moves_of_the_start_are_one_step_of_undo() -> None:
    async with lab() as (app, pilot):
        app.clock = lambda: 0.0
        await press(pilot, "6", "right", "up", "right")
        settings = opened.cliff(app).view.settings
        assert (settings.w, settings.b) == (5.0, -2.1)
        assert app.hint.text == "w 4.95 → 5"
        await press(pilot, "u")
        assert opened.cliff(app).view.settings == FIRST


async def test_the_paths_follow_the_start_step_for_step() -> None:
    async with lab() as (app, pilot):
        await press(pilot, "6", "f", "left")
        assert opened.results(app, "cliff").descents is not None
        assert opened.results(app, "cliff").descents.settings.w == 4.85
        assert len(opened.results(app, "cliff").descents.clipped.points) == 11
        surface = opened.results(app, "cliff").surface
        await press(pilot, "down")
        assert opened.results(app, "cliff").surface is surface, "the ground was measured anew"


async def test_the_picture_goes_along_with_a_start_that_leaves_it() -> None:
    async with lab() as (app, pilot):
        await press(pilot, "6", *["right"] * 11)
        settings = opened.cliff(app).view.settings
        assert settings.w == 5.45
        assert settings.shows(settings.w, settings.b)
        assert shows(app, "surface", "○")


async def test_from_the_wall_one_step_is_reported() -> None:
    async with lab() as (app, pilot):
        await press(pilot, "6", "f", "w")
        assert opened.cliff(app).view.step == 0
        assert app.hint.text == "the wall: from (5, −2.61234) with η = 0.01"
        assert shows(app, "strip", "The next step unclipped goes 67.6, to (40.6961, 54.7673), out of the picture")
        await press(pilot, "space")
        assert shows(app, "strip", "(5, −2.61234) → (40.6961, 54.7673), out of the picture, E 0.142 → 0.090")
        assert shows(app, "strip", "Clipped to θ = 0.5, it goes 5.0e-3, to (5.00264, −2.60809): E 0.142 → 0.011")
        await press(pilot, "v")
        assert opened.cliff(app).view.settings == FIRST
        await press(pilot, "u")
        assert (opened.cliff(app).view.settings.w, opened.cliff(app).view.settings.lr) == (5.0, 0.01)


async def test_zero_is_the_picture_of_the_start_and_then_the_first() -> None:
    async with lab() as (app, pilot):
        await press(pilot, "6", "w", "-")
        wall = FIRST.changed(**STARTS["the wall"])
        await press(pilot, "0")
        assert opened.cliff(app).view.settings == wall
        assert app.hint.text == "the picture of the wall"
        await press(pilot, "0")
        assert opened.cliff(app).view.settings == wall.framed_as(FIRST)
        await press(pilot, "v", "0")
        assert app.hint.text == "this is the picture as it is at first"


async def test_zooming_keeps_the_present_point_and_ends_somewhere() -> None:
    async with lab(size=(80, 24)) as (app, pilot):
        await press(pilot, "6", *["space"] * 8, *["+"] * 40)
        settings, found = opened.cliff(app).view.settings, opened.results(app, "cliff").descents
        assert found is not None
        here = found.clipped.points[-1]
        assert settings.shows(here.w, here.b)
        assert opened.results(app, "cliff").surface is not None
        assert opened.results(app, "cliff").surface.settings == settings
        await press(pilot, *["z"] * 20)
        assert app.hint.text == "this is as near as it goes"
        await press(pilot, "home", "a", *["+"] * 47)
        before = opened.cliff(app).view.settings
        for key, axis in (("right", "w"), ("left", "w"), ("up", "b"), ("down", "b")):
            at = getattr(opened.cliff(app).view.settings, axis)
            await press(pilot, key)
            assert getattr(opened.cliff(app).view.settings, axis) != at, key
        assert opened.cliff(app).view.settings.w == pytest.approx(before.w, abs=1e-12)
        await press(pilot, *["x"] * 120)
        assert app.hint.text == "this is as far away as it goes"
        assert opened.cliff(app).view.settings.w_high == FARTHEST
        await press(pilot, "l")
        assert app.hint.text == "the picture goes no farther that way"


async def test_paths_beside_the_picture_can_be_found_again() -> None:
    async with lab() as (app, pilot):
        await press(pilot, "6", *["l"] * 8)
        assert shows(app, "surface", "both paths are outside")
        await press(pilot, "a")
        assert not shows(app, "surface", "both paths are outside")
        assert shows(app, "surface", "○")


async def test_where_neither_path_goes_on_no_step_is_counted() -> None:
    async with lab() as (app, pilot):
        await press(pilot, "6", "tab", "tab", "tab", "=", *"0.5", "enter", *["tab"] * 2, "=", "0", "enter")
        await press(pilot, "D", "=", "0", "enter", "space", "f")
        assert opened.cliff(app).view.step == 0
        assert "neither path goes any further" in app.hint.text
        assert "∇E is exactly 0" in app.hint.text


async def test_five_hundred_steps_are_enough() -> None:
    async with lab(size=(80, 24)) as (app, pilot):
        await press(pilot, "6")
        opened.cliff(app).set_view(step=485)
        await press(pilot, "f", "f", "f")
        assert opened.cliff(app).view.step == 500
        assert app.hint.text == "500 steps are enough"
        assert opened.results(app, "cliff").descents is not None
        assert not steps_at_once(FIRST, 501)
        await press(pilot, "left")  # all of them anew, in a thread
        assert len(opened.results(app, "cliff").descents.clipped.points) == 501
        assert opened.results(app, "cliff").complete("descents")
        assert opened.results(app, "cliff").descents.settings.w == 4.85


@pytest.mark.parametrize("at", [0.0, 4.9, -2.15, 1e5])
def test_a_click_moves_the_start_and_back_however_near_the_picture_is(at: float) -> None:
    settings = FIRST.changed(w=at, w_low=at - 1, w_high=at + 1, b=0.0, b_low=-1.0, b_high=1.0)
    while settings != (nearer := settings.zoomed(1.5, w=at, b=settings.b)):
        settings = nearer
        moved = CLIFF_DIALS["w"].turned(settings, 1)
        assert 0 < moved.w - settings.w < 0.06 * (settings.w_high - settings.w_low)
        assert CLIFF_DIALS["w"].turned(CLIFF_DIALS["w"].turned(moved, 1), -1).w == moved.w


def test_only_steps_that_are_not_known_yet_take_time() -> None:
    from rnn_tui.lab.cliff.paths import descend

    found = descend(FIRST, 20)
    assert known_points(FIRST, found) == 21
    assert known_points(FIRST.panned(right=1), found) == 21
    assert known_points(FIRST.changed(lr=0.1), found) == 0
    assert known_points(FIRST, None) == 0


async def test_keys_of_the_network_do_nothing_unseen() -> None:
    async with lab() as (app, pilot):
        before = app.experiment
        await press(pilot, "6")
        for key in "gGcCtnpy":
            await press(pilot, key)
            assert app.experiment == before, key
            assert f"‘{key}’ does nothing here" in app.hint.text, key


async def test_another_size_is_measured_anew() -> None:
    async with lab(size=(120, 36)) as (app, pilot):
        await press(pilot, "6")
        for size in ((80, 24), (60, 18), (200, 60), (70, 50), (79, 24), (100, 22)):
            await pilot.resize_terminal(*size)
            await settle(pilot)
            found, shared = opened.results(app, "cliff").surface, cliff_layout(*size)
            assert found is not None
            panel = app.screen.query_one("#surface", Canvas)
            frame = 2 if shared.framed else 1
            inner = panel.size.width - 2 * (2 if shared.framed else 1), panel.size.height - frame
            assert inner == (shared.width, shared.height), size
            assert found.error.shape[0] == 2 * (shared.height - 1)
            assert "▀" in "\n".join(lines(app, "surface"))
            assert "‖∇E‖" in "\n".join(lines(app, "numbers"))


async def test_the_hints_lead_through_the_screen() -> None:
    async with lab() as (app, pilot):
        await press(pilot, "6")
        assert app.hint.text.startswith("`space` takes a step")
        await press(pilot, "space", "w", "right", "+", "tab")
        assert app.hint.after == "`?` shows every key."


async def test_the_screen_can_be_the_first() -> None:
    app = LabApp(Lab(Experiment(), screen="cliff"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert app.context == "cliff"
        assert shows(app, "numbers", "unclipped")
