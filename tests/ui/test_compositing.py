"""What is sent for a key is little, and makes the same screen as sending everything."""

import io
from typing import Any

import pytest
from rich.console import Console
from textual._compositor import ChopsUpdate
from textual.screen import Screen

from rnn_tui.lab.experiment import Experiment
from rnn_tui.ui.compositing import NarrowCompositor, NarrowUpdate
from rnn_tui.ui.screens.panels import PanelsScreen
from tests.ui.pressing import lab, press, settle

KEYS = (
    "left",
    "left",
    "right",
    "left_square_bracket",
    "right_square_bracket",
    "c",
    "C",
    "v",
    "v",
    "m",
    "l",
    "n",
    "tab",
    "up",
    "a",
    "w",
)
CONSOLE = Console(file=io.StringIO(), color_system="truecolor", width=200)


class Sent:
    """Counts what a screen's updates would send, and rebuilds the screen from them."""

    def __init__(self, screen: Screen[Any]) -> None:
        self.screen = screen
        self.bytes = 0
        self.cells = self.whole()

    def whole(self) -> list[str]:
        return [strip.text for strip in self.screen._compositor.render_strips()]

    def take(self, update: NarrowUpdate) -> None:
        self.bytes += len(update.render_segments(CONSOLE).encode())
        for y, first, last in update.spans:
            for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                if strip is not None and x < last and end > first:
                    start = max(x, first)
                    piece = strip.crop(start - x, min(end, last) - x).text
                    row = self.cells[y]
                    self.cells[y] = row[:start] + piece + row[start + len(piece) :]


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_narrow_updates_make_the_same_screen(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    async with lab(Experiment(text="What time is it now"), size=size) as (app, pilot):
        sent = Sent(app.screen)
        original = NarrowCompositor.render_partial_update

        def counted(compositor: NarrowCompositor) -> ChopsUpdate | None:
            update = original(compositor)
            if isinstance(update, NarrowUpdate):
                sent.take(update)
            return update

        monkeypatch.setattr(NarrowCompositor, "render_partial_update", counted)
        for key in KEYS:
            sent.bytes = 0
            await press(pilot, key)
            assert sent.cells == sent.whole(), key
            if size == (80, 24):
                assert 0 < sent.bytes < 6000, key


async def test_a_covered_screen_is_drawn_anew_when_it_comes_back() -> None:
    async with lab(size=(80, 24)) as (app, pilot):
        unroll = app.screen
        assert isinstance(unroll, PanelsScreen)
        await press(pilot, "i", "left_square_bracket", "left")
        assert unroll.scene is not None
        assert unroll.scene.experiment.rho == 0.9
        await press(pilot, "i")
        await settle(pilot)
        assert unroll.scene.experiment.rho == 0.85
        assert unroll.scene.view.step == 2
