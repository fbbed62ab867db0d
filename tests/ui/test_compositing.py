"""What is sent for a key is little, and makes the same screen as sending everything."""

import io
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from rnn_tui.lab.experiment import Experiment
from rnn_tui.ui.app import LabApp
from rnn_tui.ui.compositing import Difference, FrugalApp, Picture, Piece, pieces_of
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
OVER = ("i", "left", "escape", "question_mark", "down", "escape", "ctrl+p", "c", "escape")
CONSOLE = Console(file=io.StringIO(), color_system="truecolor", width=200)
SCRIPTS = "سلام 日本語 👍🏽 e\u0301t\u00e9 it"


class Terminal:
    """A terminal that shows what it is sent, and counts the bytes."""

    def __init__(self) -> None:
        self.picture = Picture()
        self.bytes = 0
        self.cells: dict[tuple[int, int], str] = {}

    def take(self, update: LayoutUpdate | ChopsUpdate) -> None:
        for x, y, strip in self.picture.take(pieces_of(update)):
            self.bytes += len(strip.render(CONSOLE).encode()) + len(f"\x1b[{y + 1};{x + 1}H")
            self.cells |= spread(x, y, strip)


def spread(x: int, y: int, strip: Strip) -> dict[tuple[int, int], str]:
    """The cells of a strip; a wide character's second is empty, what takes no cell belongs to the one before."""
    cells: dict[tuple[int, int], str] = {}
    for character in strip.text:
        width = cell_len(character)
        if width == 0:
            cells[y, x - 1] = cells.get((y, x - 1), "") + character
        else:
            cells |= {(y, x): character} | ({(y, x + 1): ""} if width == 2 else {})
            x += width
    return cells


def whole(app: LabApp) -> dict[tuple[int, int], str]:
    """The cells of the screen on top, drawn from nothing."""
    cells: dict[tuple[int, int], str] = {}
    for y, strip in enumerate(app.screen._compositor.render_strips()):
        cells |= spread(0, y, strip)
    return cells


@pytest.mark.parametrize("text", ["What time is it now", SCRIPTS], ids=["plain", "many scripts"])
@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
async def test_differences_make_the_same_screen(
    size: tuple[int, int], text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal()
    original = FrugalApp._display

    def shown(app: FrugalApp, screen: Any, update: Any) -> None:
        if isinstance(update, LayoutUpdate | ChopsUpdate) and not app._batch_count:
            terminal.take(update)
        original(app, screen, update)

    monkeypatch.setattr(FrugalApp, "_display", shown)
    async with lab(Experiment(text=text), size=size) as (app, pilot):
        assert terminal.cells == whole(app)
        for key in KEYS + OVER:
            terminal.bytes = 0
            await press(pilot, key)
            assert terminal.cells == whole(app), key
            if size == (80, 24) and key in KEYS:
                assert 0 < terminal.bytes < 5000, key


def strip(text: str, colour: str = "red") -> Strip:
    return Strip([Segment(text, Style(color=colour))])


def taken(picture: Picture, x: int, text: str, colour: str = "red") -> list[tuple[int, str]]:
    return [(piece.x, piece.strip.text) for piece in picture.take([Piece(x, 0, strip(text, colour))])]


def test_only_the_cells_that_differ_are_sent() -> None:
    picture = Picture()
    assert taken(picture, 0, "one two three") == [(0, "one two three")]
    assert taken(picture, 0, "one two three") == []
    assert taken(picture, 0, "One two threE") == [(0, "O"), (12, "E")]
    assert taken(picture, 4, "two", "blue") == [(4, "two")]
    assert taken(picture, 3, " ", "blue") == []
    picture.forget()
    assert taken(picture, 0, "One two threE") == [(0, "One two threE")]


def test_a_text_with_wide_characters_is_sent_whole() -> None:
    picture = Picture()
    assert taken(picture, 0, "a 日本 b") == [(0, "a 日本 b")]
    assert taken(picture, 0, "a 日本 b") == []
    assert taken(picture, 0, "x") == [(0, "x")]
    assert taken(picture, 0, "a 日本 b") == [(0, "a 日本 b")]


def test_an_update_is_compared_when_it_is_written_and_not_before() -> None:
    picture = Picture()
    update = LayoutUpdate([[strip("word")]], Region(0, 0, 4, 1))
    first, second = Difference(update, picture), Difference(update, picture)
    assert "word" in first.render_segments(CONSOLE)
    assert second.render_segments(CONSOLE) == ""


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
