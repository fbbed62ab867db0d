"""Tab completes a path as shells do, and what a prompt offers is never cut off."""

import os
import time
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.widget import Widget

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.session.saved import Lab, save_lab
from rnn_tui.ui.shell.lines.completion import LISTED_ROWS, MOST_NAMED, CompletedPath, completed_path, listed_names
from rnn_tui.ui.shell.lines.key_line import KeyLine
from rnn_tui.ui.shell.lines.prompt_line import PromptInput, PromptLine
from rnn_tui.ui.state.dials import DIALS
from tests.ui.pressing import as_opened, lab, note, press

NAMES = ("lab.json", "lab two.json", "labs/", "measured.csv", ".hidden.json", ".config/", "ساعت.json")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in NAMES:
        if name.endswith("/"):
            (tmp_path / name).mkdir()
        else:
            save_lab(tmp_path / name, Lab(Experiment(seed=3)))
    (tmp_path / "labs" / "only.json").write_text("")
    return tmp_path


@pytest.mark.parametrize(
    ("typed", "text", "names"),
    [
        ("me", "measured.csv", ()),
        ("la", "lab", ("lab two.json", "lab.json", "labs/")),
        ("lab ", "lab two.json", ()),
        ("labs", "labs/", ()),
        ("labs/", "labs/only.json", ()),
        ("", "", ("lab two.json", "lab.json", "labs/", "measured.csv", "ساعت.json")),
        (".", ".", (".config/", ".hidden.json")),
        (".h", ".hidden.json", ()),
        ("..", "../", ()),
        ("~", "~/", ()),
        ("~/me", "~/measured.csv", ()),
        ("~/labs/../me", "~/labs/../measured.csv", ()),
        ("س", "ساعت.json", ()),
    ],
)
def test_a_path_is_completed(folder: Path, typed: str, text: str, names: tuple[str, ...]) -> None:
    assert completed_path(typed) == CompletedPath(text, names, len(names))


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("nothing", "no name begins with 'nothing' there"),
        ("gone/x", "gone cannot be read: there is no such file or folder"),
        ("lab.json/x", "lab.json cannot be read: not a directory"),
        ("~nobody-of-this-name/x", "there is no home folder for ~nobody-of-this-name"),
        ("labs\0/x", "cannot be read"),
    ],
)
def test_what_cannot_be_completed_says_why_and_stays(folder: Path, typed: str, problem: str) -> None:
    found = completed_path(typed)
    assert found.text == typed
    assert problem in found.problem


def test_names_that_cannot_be_shown_are_escaped_and_not_typed(folder: Path) -> None:
    (folder / "x\x1b[31m.json").write_text("")
    (folder / "x\u202eb.json").write_text("")
    os.close(os.open(os.fsencode(folder) + b"/x\xff.json", os.O_CREAT | os.O_WRONLY))
    assert completed_path("x") == CompletedPath("x", ("x\\x1b[31m.json", "x\\u202eb.json", "x\\udcff.json"), 3)
    assert completed_path("x\x1b") == CompletedPath("x", ("x\\x1b[31m.json",), 1)


def test_a_folder_of_many_names_takes_no_time_and_its_list_is_bounded(tmp_path: Path) -> None:
    inside = tmp_path / "many"
    inside.mkdir()
    for index in range(5_000):
        (inside / f"{index:06}.json").touch()
    before = time.process_time()
    found = completed_path(f"{inside}/")
    assert time.process_time() - before < 5.0
    assert (found.in_all, len(found.names)) == (5_000, MOST_NAMED)
    text = listed_names(found.names, found.in_all, width=58)
    assert len(text.splitlines()) == LISTED_ROWS
    assert text.endswith(" more")
    assert all(cell_len(line) <= 58 for line in text.splitlines())


@pytest.mark.parametrize("count", [1, 2, 7, 30, 200])
@pytest.mark.parametrize("width", [20, 58, 118])
def test_a_list_names_all_or_says_how_many_more(count: int, width: int) -> None:
    names = [f"name-{index}" for index in range(count)]
    text = listed_names(names, count, width=width)
    lines = text.splitlines()
    assert len(lines) <= LISTED_ROWS
    assert all(cell_len(line) <= width for line in lines)
    shown = text.count("name-")
    assert shown == count or text.endswith(f"… {count - shown:,} more")


@pytest.mark.parametrize("key", ["o", "s", "e"])
async def test_the_first_character_replaces_what_is_suggested(folder: Path, key: str) -> None:
    async with lab() as (app, pilot):
        await press(pilot, key, "m")
        line = app.screen.query_one(PromptInput)
        assert line.value == "m"
        await press(pilot, "tab")
        assert line.value == "measured.csv"
        await press(pilot, "escape", key, "right", "x")
        assert line.value.endswith(".jsonx")


async def test_tab_lists_what_there_is_and_typing_goes_on(folder: Path) -> None:
    async with lab(size=(60, 18)) as (app, pilot):
        await press(pilot, "o", "tab")
        line = app.screen.query_one(PromptInput)
        assert line.value == ""
        assert "measured.csv" in note(app)
        await press(pilot, "l", "tab")
        assert line.value == "lab"
        assert note(app).split("  ") == ["lab two.json", "lab.json", "labs/"]
        await press(pilot, ".")
        assert "Tab completes" in note(app)
        await press(pilot, "tab", "enter")
        assert app.experiment.seed == 3


async def test_what_stands_behind_the_cursor_stays(folder: Path) -> None:
    async with lab() as (app, pilot):
        await press(pilot, "s", *"me.json", *["left"] * 5, "tab")
        assert app.screen.query_one(PromptInput).value == "measured.csv.json"
        await press(pilot, "x")
        assert app.screen.query_one(PromptInput).value == "measured.csvx.json"


async def test_an_objection_goes_with_what_it_was_about(folder: Path) -> None:
    async with lab() as (app, pilot):
        await press(pilot, "o", "tab", *"zz", "tab")
        assert note(app) == "no name begins with 'zz' there"
        await press(pilot, "backspace")
        assert app.objection == ""
        await press(pilot, "enter")
        assert "there is no such file" in app.objection or "cannot" in app.objection


async def test_where_no_path_is_typed_tab_says_so() -> None:
    async with lab() as (app, pilot):
        await press(pilot, "t", "tab")
        assert note(app) == "‘Tab’ completes paths, and this is none"
        assert app.experiment == Experiment()


PROMPTS: list[tuple[str, ...]] = [
    ("t",),
    ("s",),
    ("o",),
    ("e",),
    *((*["tab"] * index, "enter") for index in range(len(DIALS))),
    ("g", "tab", "tab", "enter"),
    ("5", "L"),
    ("5", "B"),
    ("5", "M"),
    ("5", "x", "Z"),
    ("5", "W"),
    ("4", "enter"),
    ("4", "x", "enter"),
    ("4", "g"),
    ("6", "equals_sign"),
    ("6", "tab", "tab", "tab", "equals_sign"),
]


@pytest.mark.parametrize("size", [(60, 18), (80, 24), (120, 36)])
async def test_what_a_prompt_offers_is_never_cut_off(size: tuple[int, int]) -> None:
    seen = set()
    async with lab(size=size) as (app, pilot):
        for keys in PROMPTS:
            await press(pilot, *keys)
            if app.prompt is not None:
                seen.add(app.prompt.label)
                assert app.screen.query_one(PromptInput).size.width >= 10, keys
                shown = f"{drawn(app.screen.query_one(PromptLine))} {drawn(app.screen.query_one(KeyLine))}"
                for word in (*app.prompt.label.split(), *app.prompt.note.replace("`", "").split()):
                    assert word in shown, (keys, word, shown)
            await as_opened(pilot, Experiment())
    assert len(seen) > 20


def drawn(widget: Widget) -> str:
    """The text of a widget and of those in it, as they are painted."""
    parts = [part for part in (widget, *widget.query("*")) if part.region.width and not list(part.children)]
    return " ".join(
        "".join(segment.text for segment in part.render_line(y)) for part in parts for y in range(part.size.height)
    )
