"""What is sent for a key is little, and makes the same screen, in the same colours, as all that Textual writes."""

import io
import re
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.ui.shell.common_screens.scene_screen import SceneScreen
from rnn_tui.ui.terminal.output.cell_difference import CellDifference
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
TOKEN = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])|[^\x1b]+")
CODE = re.compile(r"[34]8;2;\d+;\d+;\d+|[34]8;5;\d+|\d+")
CONSOLE = Console(file=io.StringIO(), color_system="truecolor", width=200)
SCRIPTS = "سلام 日本語 👍🏽 e\u0301t\u00e9 it"
SEEN_IN_BLANKS = {"4", "7", "9"}


class Shown(NamedTuple):
    """A cell: its character, and what is seen of its style."""

    character: str
    foreground: str
    background: str
    attributes: frozenset[str]


class Terminal:
    """A terminal: what it shows once it was sent something, and how many bytes that was."""

    def __init__(self) -> None:
        self.bytes = 0
        self.cells: dict[tuple[int, int], Shown] = {}
        self.at = (0, 0)
        self.style = ("", "", frozenset[str]())

    def send(self, data: str) -> None:
        self.bytes += len(data.encode())
        for token in TOKEN.finditer(data):
            y, x = self.at
            match token[2]:
                case None:
                    self.print(token[0])
                case "m":
                    self.set_style(token[1])
                case "H":
                    row, column = token[1].split(";")
                    self.at = (int(row) - 1, int(column) - 1)
                case "C":
                    self.at = (y, x + int(token[1]))
                case other:
                    assert other in "hl", token[0]

    def print(self, text: str) -> None:
        y, x = self.at
        foreground, background, attributes = self.style
        for character in text:
            if character == "\n":
                y, x = y + 1, 0
                continue
            width = cell_len(character)
            if width == 0:
                before = self.cells[y, x - 1]
                self.cells[y, x - 1] = before._replace(character=before.character + character)
                continue
            cell = Shown(character, foreground, background, attributes)
            if character == " " and not attributes & SEEN_IN_BLANKS:
                cell = Shown(" ", "", background, frozenset())
            self.cells[y, x] = cell
            if width == 2:
                self.cells[y, x + 1] = cell._replace(character="")
            x += width
        self.at = (y, x)

    def set_style(self, parameters: str) -> None:
        foreground, background, attributes = self.style
        for code in CODE.findall(parameters) or ["0"]:
            match code:
                case "0":
                    foreground, background, attributes = "", "", frozenset()
                case "1" | "2" | "3" | "4" | "5" | "7" | "9":
                    attributes |= {code}
                case "22":
                    attributes -= {"1", "2"}
                case "23" | "24" | "25" | "27" | "29":
                    attributes -= {code[1]}
                case "39" | "49":
                    foreground, background = ("", background) if code == "39" else (foreground, "")
                case _ if code[0] == "4" or code.startswith("10"):
                    background = code
                case _:
                    foreground = code
        self.style = (foreground, background, attributes)


class Pair:
    """One terminal that is sent all that Textual writes, and one that is sent the difference."""

    def __init__(self) -> None:
        self.whole, self.frugal = Terminal(), Terminal()
        self.difference = CellDifference()

    def write(self, data: str) -> str:
        self.whole.send(data)
        sent = self.difference.rewrite(data)
        self.frugal.send(sent)
        return sent

    def agree(self) -> bool:
        return self.frugal.cells == self.whole.cells and self.frugal.at == self.whole.at


@pytest.mark.parametrize("text", ["What time is it now", SCRIPTS], ids=["one cell each", "many scripts"])
@pytest.mark.parametrize("size", [(80, 24), (120, 36)], ids=["80x24", "120x36"])
async def test_differences_make_the_same_screen(
    size: tuple[int, int], text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = Pair()
    original = App._display

    def display(app: App[Any], screen: Any, update: Any) -> None:
        if isinstance(update, LayoutUpdate | ChopsUpdate) and not app._batch_count:
            pair.write(update.render_segments(CONSOLE) + "\x1b[1;1H")
        original(app, screen, update)

    monkeypatch.setattr(App, "_display", display)
    async with lab(Experiment(text=text), size=size) as (_, pilot):
        assert pair.agree()
        for key in KEYS + OVER:
            pair.frugal.bytes = pair.whole.bytes = 0
            await press(pilot, key)
            assert pair.agree(), key
            if size == (80, 24) and key in KEYS:
                assert 0 < pair.frugal.bytes < min(4096, pair.whole.bytes), key


COLOURS = st.sampled_from(["", "31", "97", "38;2;1;2;3", "38;5;9"])
BACKGROUNDS = st.sampled_from(["", "44", "103", "48;2;1;2;3", "48;5;9"])
ATTRIBUTES = st.sets(st.sampled_from("123479"), max_size=2)
STYLES = st.builds(
    lambda *parts: ";".join(filter(None, (*sorted(parts[0]), *parts[1:]))), ATTRIBUTES, COLOURS, BACKGROUNDS
)
TEXTS = st.text(st.sampled_from("  ab日e\u0301م─⣿"), max_size=8).filter(lambda text: not text.startswith("\u0301"))
STYLED = st.builds(lambda style, text: f"\x1b[{style}m{text}\x1b[0m" if style else text, STYLES, TEXTS)
LINES = st.builds(lambda x, texts: f"{x}H{''.join(texts)}", st.integers(1, 12), st.lists(STYLED, max_size=4))
# the lines of a frame do not overlap
FRAMES = st.dictionaries(st.integers(1, 2), LINES).map(
    lambda lines: "\n".join(f"\x1b[{y};{line}" for y, line in lines.items()) + "\x1b[1;1H"
)


def torn(cells: dict[tuple[int, int], Shown]) -> bool:
    """Whether half of a wide character is left: what a terminal shows there is its own affair."""
    return any(
        (cell_len(cell.character) == 2) != (cells.get((y, x + 1), cell).character == "")
        or (cell.character == "" and cell_len(cells.get((y, x - 1), cell).character) != 2)
        for (y, x), cell in cells.items()
    )


@given(st.lists(FRAMES, max_size=5))
def test_any_frames_make_the_same_screen(frames: list[str]) -> None:
    pair = Pair()
    for frame in frames:
        pair.write(frame)
        if torn(pair.whole.cells):
            return
        assert pair.agree()


def frame(text: str, style: str = "31", *, x: int = 0) -> str:
    return f"\x1b[1;{x + 1}H\x1b[{style}m{text}\x1b[0m\x1b[1;1H"


def sent(difference: CellDifference, text: str, style: str = "31", *, x: int = 0) -> list[str]:
    """The texts that are sent for a frame with one text in it."""
    return [part for part in re.split(r"\x1b\[[0-9;]*[A-Za-z]", difference.rewrite(frame(text, style, x=x))) if part]


def test_only_the_cells_that_differ_are_sent() -> None:
    difference = CellDifference()
    assert sent(difference, "one two three") == ["one two three"]
    assert difference.rewrite(frame("one two three")) == ""
    assert sent(difference, "One two threE") == ["O", "E"]
    assert sent(difference, "two", "34", x=4) == ["two"]
    assert sent(difference, " ", "34", x=3) == []
    assert sent(difference, " ", "7", x=3) == [" "]
    difference.forget()
    assert sent(difference, "One two threE") == ["One two threE"]


def test_what_has_one_style_is_sent_together_and_its_style_once() -> None:
    red, blue, reset = "\x1b[31m", "\x1b[34m", "\x1b[0m"
    rows = [f"{red}one {reset}{blue}two {reset}{red}one {reset}", f"{blue}two {reset}{red}one {reset}{blue}two {reset}"]
    data = f"\x1b[1;1H{rows[0]}\n\x1b[2;1H{rows[1]}\x1b[1;1H"
    assert CellDifference().rewrite(data) == (
        "\x1b[1;1H\x1b[0;31mone \x1b[4Cone \x1b[2;5Hone \x1b[1;5H\x1b[34mtwo \x1b[2;1Htwo \x1b[4Ctwo \x1b[1;1H"
    )


def test_one_code_ends_bold_and_dim_and_the_one_that_goes_on_is_set_anew() -> None:
    pair = Pair()
    for place, style in enumerate(("1;2", "1", "2")):
        pair.write(frame("a", style, x=place))
        assert pair.agree()


def test_a_text_with_wide_characters_is_sent_whole() -> None:
    difference = CellDifference()
    assert sent(difference, "a 日本 b") == ["a 日本 b"]
    assert sent(difference, "a 日本 b") == []
    assert sent(difference, "x") == ["x"]
    assert sent(difference, "a 日本 b") == ["a 日本 b"]


@pytest.mark.parametrize("data", ["\x1b[?1049l", "\x1b[2J", "text", "\x1b[1;1Htext\x1b[K"])
def test_what_paints_no_frame_is_sent_as_it_is_and_nothing_is_known_after_it(data: str) -> None:
    difference = CellDifference()
    difference.rewrite(frame("word"))
    assert difference.rewrite(data) == f"\x1b[m{data}"
    assert sent(difference, "word") == ["word"]


@pytest.mark.parametrize("data", ["\x1b[?2026h", "\x1b[?2026l", "\x1b]22;default\x07", "\x1b]2;title\x1b\\", "\x07"])
def test_what_leaves_the_cells_as_they_are_changes_nothing_that_is_known(data: str) -> None:
    difference = CellDifference()
    difference.rewrite(frame("word"))
    assert difference.rewrite(data) == data
    assert sent(difference, "word") == []


async def test_a_covered_screen_is_drawn_anew_when_it_comes_back() -> None:
    async with lab(size=(80, 24)) as (app, pilot):
        unroll = app.screen
        assert isinstance(unroll, SceneScreen)
        await press(pilot, "i", "left_square_bracket", "left")
        assert unroll.scene is not None
        assert unroll.scene.experiment.rho == 0.9
        await press(pilot, "i")
        await settle(pilot)
        assert unroll.scene.experiment.rho == 0.85
        assert unroll.scene.step == 2
