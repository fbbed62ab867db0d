"""A screen that was open before is, opened again, what a new one would be."""

from textual.pilot import Pilot
from textual.strip import Strip
from textual.widgets import Input

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.ui.app import LabApp
from rnn_tui.ui.screens.table import TABS
from rnn_tui.ui.shell.common_screens.commands import CommandList
from rnn_tui.ui.shell.common_screens.lab_screen import LabScreen
from rnn_tui.ui.shell.lines.hint_line import HintLine
from tests.ui.pressing import lab, press, settle

OVER = {"inspect": "i", "help": "question_mark", "palette": "colon"}
OPENING = {each.name: each.digit for each in TABS} | OVER


def drawn(app: LabApp) -> list[Strip]:
    """The rows of the screen, without the line that says what happened last."""
    hint = app.screen.query_one(HintLine).region.y
    return [strip.simplify() for y, strip in enumerate(app.screen._compositor.render_strips()) if y != hint]


async def opened_in_turn(app: LabApp, pilot: Pilot[int]) -> dict[str, list[Strip]]:
    """What every screen shows when it is opened, each from Unroll and that from Powers."""
    found = {}
    for name, key in OPENING.items():
        await press(pilot, "2" if name == "unroll" else "1", key)
        found[name] = drawn(app)
        assert app.context == name
        if name in OVER:
            await press(pilot, "escape")
    return found


async def test_a_screen_opened_again_is_as_a_new_one() -> None:
    async with lab(size=(100, 30)) as (app, pilot):
        await opened_in_turn(app, pilot)
        await press(pilot, "1", "]", "n", "T")
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        again, experiment, theme = await opened_in_turn(app, pilot), app.experiment, app.theme
    async with lab(experiment, size=(80, 24), theme=theme) as (app, pilot):
        new = await opened_in_turn(app, pilot)
    assert [name for name in new if again[name] != new[name]] == []


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
