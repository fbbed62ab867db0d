"""A screen that was open before is, opened again, what a new one would be."""

import pytest
from textual.strip import Strip
from textual.widgets import Input

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.ui.app import LabApp
from rnn_tui.ui.screens import HOMES
from rnn_tui.ui.shell.commands import CommandList
from rnn_tui.ui.shell.lines.hint import HintLine
from rnn_tui.ui.shell.screen import LabScreen
from tests.ui.pressing import lab, press, settle

OVER = {"inspect": "i", "help": "question_mark", "palette": "colon"}
OPENING = {each.name: each.key for each in HOMES} | OVER


def drawn(app: LabApp) -> list[Strip]:
    """The rows of the screen, without the line that says what happened last."""
    hint = app.screen.query_one(HintLine).region.y
    return [strip.simplify() for y, strip in enumerate(app.screen._compositor.render_strips()) if y != hint]


@pytest.mark.parametrize("name", OPENING)
async def test_a_screen_opened_again_is_as_a_new_one(name: str) -> None:
    key = OPENING[name]
    back = "escape" if name in OVER else "1"
    away = "1" if name in OVER else "2" if name == "unroll" else back
    async with lab(size=(100, 30)) as (app, pilot):
        await press(pilot, key, back, away)
        if name != "unroll":
            await press(pilot, "1")
        await press(pilot, "]", "n", "T")
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        await press(pilot, key)
        found, experiment, theme = drawn(app), app.experiment, app.theme
        assert app.context == name
    async with lab(experiment, size=(80, 24), theme=theme) as (app, pilot):
        if name == "unroll":
            await press(pilot, "2")
        await press(pilot, key)
        assert app.context == name
        assert drawn(app) == found


async def test_help_begins_at_its_top_again_and_the_palette_with_nothing_typed() -> None:
    async with lab(size=(80, 24)) as (app, pilot):
        await press(pilot, "question_mark", "pagedown", "escape", "question_mark")
        assert app.screen.query_one("VerticalScroll").scroll_offset.y == 0
        await press(pilot, "escape", "colon", *"seed", "down", "escape", "3", "colon")
        typed, offered = app.screen.query_one(Input), app.screen.query_one(CommandList)
        assert (typed.value, offered.chosen) == ("", 0)
        assert "sort" in " ".join(each.title.lower() for each in offered.found), "these are the commands of Unroll"
        await press(pilot, *"see")
        assert typed.value == "see"


async def test_a_screen_that_is_left_holds_no_measurement() -> None:
    async with lab(Experiment(text="a b c d")) as (app, pilot):
        unroll = app.screen
        assert isinstance(unroll, LabScreen)
        await press(pilot, "2")
        assert getattr(unroll, "scene", None) is None
        await press(pilot, "1", "question_mark")
        assert unroll.scene is not None, "it is still there, below the help"
        assert unroll.scene.measurement is app.measurement
