"""What is sent for a key is little, and makes the same screen as sending everything."""

import io
import re
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.ui.app import LabApp
from rnn_tui.ui.terminal.compositing import Difference, FrugalApp, Picture, Piece
from rnn_tui.ui.terminal.sgr import StyleDiff
from rnn_tui.ui.unroll.two_panels import PanelsScreen
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
MOVE = re.compile(r"\x1b\[(?:(?P<row>\d+);(?P<column>\d+)H|(?P<right>\d+)C)(?P<text>[^\x1b]*)")
STYLE = re.compile(r"\x1b\[[0-9;]*m")
CONSOLE = Console(file=io.StringIO(), color_system="truecolor", width=200)
SCRIPTS = "سلام 日本語 👍🏽 e\u0301t\u00e9 it"


class Terminal:
    """A terminal that shows what it is sent, and counts the bytes."""

    def __init__(self) -> None:
        self.picture = Picture()
        self.styles = StyleDiff()
        self.bytes = 0
        self.cells: dict[tuple[int, int], str] = {}

    def take(self, update: LayoutUpdate | ChopsUpdate) -> None:
        sent = self.styles.rewrite(Difference(update, self.picture).render_segments(CONSOLE))
        self.bytes += len(sent.encode())
        x = y = 0
        for move in MOVE.finditer(STYLE.sub("", sent)):
            x += int(move["right"] or 0)
            if move["column"]:
                x, y = int(move["column"]) - 1, int(move["row"]) - 1
            strip = Strip([Segment(move["text"])])
            self.cells |= spread(x, y, strip)
            x += strip.cell_length


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


@pytest.mark.parametrize(
    ("size", "text"),
    [
        ((80, 24), "What time is it now"),
        ((120, 36), SCRIPTS),
        pytest.param((80, 24), SCRIPTS, marks=pytest.mark.slow),
        pytest.param((120, 36), "What time is it now", marks=pytest.mark.slow),
    ],
    ids=["80x24 plain", "120x36 many scripts", "80x24 many scripts", "120x36 plain"],
)
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
                assert 0 < terminal.bytes < 4096, key


def strip(text: str, colour: str = "red") -> Strip:
    return Strip([Segment(text, Style(color=colour))])


def taken(picture: Picture, x: int, text: str, colour: str = "red") -> list[tuple[int, str]]:
    pieces = picture.take([Piece(x, 0, list(strip(text, colour)))])
    return [(piece.x, "".join(segment.text for segment in piece.segments)) for piece in pieces]


def test_only_the_cells_that_differ_are_sent() -> None:
    picture = Picture()
    assert taken(picture, 0, "one two three") == [(0, "one two three")]
    assert taken(picture, 0, "one two three") == []
    assert taken(picture, 0, "One two threE") == [(0, "O"), (12, "E")]
    assert taken(picture, 4, "two", "blue") == [(4, "two")]
    assert taken(picture, 3, " ", "blue") == []
    picture.forget()
    assert taken(picture, 0, "One two threE") == [(0, "One two threE")]


def test_what_has_one_style_is_sent_together() -> None:
    red, blue = (Segment(text, Style(color=colour)) for text, colour in (("one ", "red"), ("two ", "blue")))
    update = LayoutUpdate([[Strip([red, blue, red])], [Strip([blue, red, blue])]], Region(0, 0, 12, 2))
    sent = StyleDiff().rewrite(Difference(update, Picture()).render_segments(CONSOLE))
    colours = STYLE.findall(sent)
    assert len(colours) == 3, sent
    places = [
        (move["row"], move["column"] or move["right"], move["text"]) for move in MOVE.finditer(STYLE.sub("", sent))
    ]
    assert places == [
        ("1", "5", "two "),
        ("2", "1", "two "),
        (None, "4", "two "),
        ("1", "1", "one "),
        (None, "4", "one "),
        ("2", "5", "one "),
    ]


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
