"""The screens share the window out: panels for every size, and a plain line where it is too small."""

import pytest
from textual.widgets import Static

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.measurement.gradient.clipping import clips_compared
from rnn_tui.lab.text.numbers import log10_text
from rnn_tui.ui.panels.drawing.canvas import Canvas
from rnn_tui.ui.screens.unroll.layout import unroll_layout
from rnn_tui.ui.shell.lines.title_line import TitleLine
from tests.ui import opened
from tests.ui.pressing import lab, press, settle


@pytest.mark.parametrize("width", [60, 79, 80, 120, 200])
@pytest.mark.parametrize("height", range(18, 80))
def test_the_lower_panels_always_get_room(width: int, height: int) -> None:
    for steps in (4, 400):
        rows = unroll_layout(width, height, steps)
        frame = 2 if rows.framed else 1
        left = height - 3 - rows.network - rows.unrolled - 2 * frame
        assert left >= (7 if height >= 24 else 4)


@pytest.mark.parametrize(
    ("size", "panels"),
    [
        ((60, 18), ["influence", "network", "unrolled"]),
        ((60, 36), ["gradient", "influence", "network", "unrolled"]),
        ((80, 24), ["gradient", "influence", "network", "unrolled"]),
        ((200, 60), ["gradient", "influence", "network", "unrolled"]),
    ],
)
async def test_the_panels_that_have_room_are_shown(size: tuple[int, int], panels: list[str]) -> None:
    async with lab(size=size) as (app, _):
        assert sorted(str(panel.id) for panel in app.screen.query(Canvas) if panel.display) == panels


async def test_one_lower_panel_at_a_time_in_a_narrow_window() -> None:
    async with lab(size=(70, 20)) as (app, pilot):
        seen = []
        for _ in range(3):
            await press(pilot, "p")
            seen.append(tuple(str(panel.id) for panel in app.screen.query("#lower Canvas") if panel.display))
        assert set(seen) == {("influence",), ("gradient",), ("clips",)}


async def test_the_lower_panels_stand_below_each_other_where_there_are_rows_for_it() -> None:
    async with lab(size=(70, 40)) as (app, pilot):
        influence, gradient = (app.screen.query_one(f"#{name}", Canvas).region for name in ("influence", "gradient"))
        assert influence.bottom == gradient.y
        assert influence.width == gradient.width == 70
        seen = []
        for _ in range(4):
            await press(pilot, "p")
            seen.append(tuple(str(panel.id) for panel in app.screen.query("#lower Canvas") if panel.display))
        assert seen == [("influence",), ("gradient",), ("gradient", "clips"), ("influence", "gradient")]


async def test_three_kinds_of_clipping_stand_side_by_side_and_follow_theta() -> None:
    async with lab(Experiment(clip="norm", threshold=0.2)) as (app, pilot):
        assert opened.results(app, "unroll").clips is None, "it is measured before it is shown"
        await press(pilot, "p", "p", "p")
        panel = app.screen.query_one("#clips", Canvas)
        for theta in ("0.20", "0.30"):
            assert app.measurement is not None
            compared = clips_compared(app.measurement)
            lines = [strip.text for strip in panel._strips]
            assert any(f"θ {theta}" in line for line in lines)
            for row in compared.rows:
                mark = "●" if row.report.mode == "norm" else "○"
                (line,) = (line for line in lines if f"{mark} {row.report.mode} " in line)
                assert log10_text(row.report.log10_norm_after) in line
            await press(pilot, "tab", "tab", "up", "shift+tab", "shift+tab")
        await press(pilot, "C")
        assert [line for line in (strip.text for strip in panel._strips) if "● value" in line]


async def test_a_window_too_small_says_so_and_recovers() -> None:
    async with lab(size=(80, 24)) as (app, pilot):
        await pilot.resize_terminal(50, 12)
        await settle(pilot)
        line = app.screen.query_one("#too-small", Static)
        assert str(line.content) == "rnn-tui needs 60×18; this window is 50×12"
        panels = app.screen.query_one("#panels")
        assert [line.display, panels.display] == [True, False]
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        assert [line.display, panels.display] == [False, True]


async def test_the_panels_follow_the_theme() -> None:
    async with lab(size=(80, 24)) as (app, pilot):
        network = app.screen.query_one("#network", Canvas)
        before = network.scene
        await press(pilot, "T")
        after = network.scene
        assert before is not None
        assert after is not None
        assert before.palette.name != after.palette.name == app.theme


async def test_a_window_of_a_long_text_is_measured_when_it_is_looked_at() -> None:
    async with lab(Experiment(text="one two three four five " * 100), size=(120, 36)) as (app, pilot):
        for key in ("home", "end", "b"):
            await press(pilot, key)
            while app.triangle is None or not app.triangle.start <= app.step < app.triangle.stop:
                await pilot.pause(0.01)
            await settle(pilot)
            lines = "\n".join(strip.text for strip in app.screen.query_one("#influence", Canvas)._strips)
            assert "%" in lines
            assert "measuring" not in lines


async def test_a_leap_is_a_tenth_of_the_text() -> None:
    async with lab(Experiment(text="one two three four five " * 10), size=(120, 36)) as (app, pilot):
        await press(pilot, "home", "f")
        assert app.step == 5
        await press(pilot, "f", "f", "b")
        assert app.step == 10


async def test_the_inspector_goes_along_with_the_steps() -> None:
    async with lab(size=(60, 18)) as (app, pilot):
        await press(pilot, "i", "left", "left")
        panel = app.screen.query_one("#inspector", Canvas)
        assert "Step 2 of 4 in numbers" in panel._strips[0].text
        await press(pilot, "escape")
        assert not app.screen.query("#inspector")
        assert app.step == 1


@pytest.mark.parametrize("key", ["question_mark", "colon"])
async def test_what_stands_over_a_screen_leaves_its_tab_marked(key: str) -> None:
    async with lab() as (app, pilot):
        await press(pilot, "3", key)
        assert app.context in ("help", "palette")
        assert app.screen.query_one(TitleLine).current == "compare"
        await press(pilot, "escape", "1", "i", key)
        assert app.screen.query_one(TitleLine).current == "unroll"
