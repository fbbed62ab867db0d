"""Themes: what ships is readable, what a person writes is read or its fault named by line and key."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rich._palettes import STANDARD_PALETTE
from rich.color import Color, ColorSystem

from rnn_tui.ui.themes.colours import channels, contrast, luminance, mixed
from rnn_tui.ui.themes.palette_theme import PaletteTheme
from rnn_tui.ui.themes.themes import DEFAULT_THEME, Palette, load_themes, read_theme, shipped_folder

SHIPPED = sorted(path.stem for path in shipped_folder().glob("*.toml"))
INKS = ("flow", "back", "good", "warn", "bad", "positive", "negative", "clipped", "threshold")


def palette(name: str) -> Palette:
    return load_themes()[0][name]


def written(folder: Path, old: str = "", new: str = "", *, name: str = "mine") -> Path:
    """The default theme with a piece replaced, as a person's own file."""
    document = (shipped_folder() / f"{DEFAULT_THEME}.toml").read_text(encoding="utf-8")
    assert old in document
    path = folder / f"{name}.toml"
    path.write_text(document.replace(old, new, 1) if old else document, encoding="utf-8")
    return path


def test_the_promised_kinds_of_theme_ship() -> None:
    kinds = [palette(name) for name in SHIPPED]
    assert any(not theme.dark for theme in kinds)
    assert any(not theme.blend for theme in kinds)
    assert "safe" in SHIPPED
    assert next(iter(load_themes()[0])) == DEFAULT_THEME


@pytest.mark.parametrize("name", SHIPPED)
def test_text_can_be_read_in_every_shipped_theme(name: str) -> None:
    theme = palette(name)
    for ground in (theme.background, theme.panel):
        assert contrast(theme.text, ground) >= 4.5
        assert contrast(theme.muted, ground) >= 3
    for ink in (*(getattr(theme, key) for key in INKS), *theme.words):
        assert contrast(ink, theme.panel) >= 3


@pytest.mark.parametrize("name", SHIPPED)
def test_numbers_can_be_read_on_every_cell_of_the_influence_panel(name: str) -> None:
    theme = palette(name)
    grounds = [theme.magnitude(step / 20) for step in range(21)]
    grounds += [theme.mix(theme.panel, word, share / 10) for word in theme.words for share in range(11)]
    assert min(contrast(theme.on(ground), ground) for ground in grounds) >= 3.3


@pytest.mark.parametrize("name", SHIPPED)
def test_words_and_signs_are_distinguished(name: str) -> None:
    theme = palette(name)
    assert len(set(theme.words)) == len(theme.words) >= 8
    assert theme.positive != theme.negative
    assert theme.flow != theme.back
    assert theme.word(len(theme.words)) == theme.word(0)


@pytest.mark.parametrize("name", [name for name in SHIPPED if name != "sixteen"])
def test_the_ramp_grows_in_one_direction(name: str) -> None:
    theme = palette(name)
    lights = [luminance(theme.magnitude(step / 20)) for step in range(21)]
    assert lights == sorted(lights, reverse=not theme.dark)


def test_the_theme_for_sixteen_colours_makes_no_others() -> None:
    theme = palette("sixteen")
    made = {theme.mix(theme.panel, theme.back, share / 10) for share in range(11)}
    made |= {theme.magnitude(step / 10) for step in range(11)}
    given = [getattr(theme, key) for key in ("background", "panel", "border", "text", "muted", *INKS)]
    for colour in (*made, *given, *theme.words):
        number = Color.parse(colour).downgrade(ColorSystem.STANDARD).number
        assert number is not None
        assert STANDARD_PALETTE[number] == channels(colour)


def test_mixing_is_linear_by_channel_and_stays_within_its_ends() -> None:
    assert mixed("#000000", "#ff8040", 0.5) == "#804020"
    assert mixed("#102030", "#ffffff", -1) == "#102030"
    assert mixed("#102030", "#ffffff", 2) == "#ffffff"


def test_black_on_white_has_the_contrast_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_a_persons_own_theme_is_read_and_may_replace_a_shipped_one(tmp_path: Path) -> None:
    written(tmp_path, 'text = "#e4e8ef"', 'text = "#ffffff"')
    written(tmp_path, 'text = "#e4e8ef"', 'text = "#eeeeee"', name="paper")
    themes, problems = load_themes(tmp_path)
    assert not problems
    assert themes["mine"].text == "#ffffff"
    assert themes["paper"].text == "#eeeeee"


@pytest.mark.parametrize(
    ("old", "new", "key", "said"),
    [
        ('flow = "#74aaff"', 'flow = "blue"', "flow", "not a colour"),
        ('flow = "#74aaff"', "flow = 7", "flow", "not a colour"),
        ("dark = true", 'dark = "yes"', "dark", "neither true nor false"),
        ("blend = true", "blend = true\nsparkle = true", "sparkle", "no such colour"),
        ('"#2b2a4a", ', '"#2b2a4", ', "ramp", "not a colour"),
        ('flow = "#74aaff"', 'flow = "#74aaff', "flow", "not TOML"),
    ],
)
def test_a_broken_theme_is_named_by_line_and_key_and_the_rest_load(
    tmp_path: Path, old: str, new: str, key: str, said: str
) -> None:
    path = written(tmp_path, old, new)
    line = (
        path.read_text(encoding="utf-8")
        .splitlines()
        .index(next(line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith(key)))
    )
    themes, problems = load_themes(tmp_path)
    assert list(themes) == [DEFAULT_THEME, *sorted(set(SHIPPED) - {DEFAULT_THEME})]
    assert [(problem.path, problem.line, problem.key) for problem in problems] == [(path, line + 1, key)]
    assert said in str(problems[0])
    assert f"{path}, line {line + 1}, {key}:" in str(problems[0])


def test_a_missing_colour_is_named_without_a_line(tmp_path: Path) -> None:
    path = written(tmp_path, 'muted = "#8d96a8"\n', "")
    palette_read, problems = read_theme(path)
    assert palette_read is None
    assert [str(problem) for problem in problems] == [f"{path}, muted: missing"]


def test_a_theme_from_before_the_cell_state_had_a_colour_still_opens(tmp_path: Path) -> None:
    lines = (shipped_folder() / "night.toml").read_text(encoding="utf-8").splitlines()
    path = tmp_path / "mine.toml"
    path.write_text("\n".join(line for line in lines if not line.startswith("cell ")), encoding="utf-8")
    palette, problems = read_theme(path)
    assert palette is not None
    assert problems == ()
    assert palette.cell == palette.warn


def test_a_theme_that_is_not_utf8_is_named_by_line(tmp_path: Path) -> None:
    path = tmp_path / "odd.toml"
    path.write_bytes(b'about = "odd"\ndark = \xff\n')
    assert [str(problem) for problem in read_theme(path)[1]] == [f"{path}: is not UTF-8: byte 22 (0xff), on line 2"]


def test_a_theme_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    path = tmp_path / "folder.toml"
    path.mkdir()
    assert "directory" in str(read_theme(path)[1][0])


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("deep.toml", b"about = " + b"[" * 50_000, "brackets within brackets"),
        ("large.toml", b"#" * 300_000, "larger than 64 KiB"),
        ("red\x1b[31m.toml", b"", "'.*red\\\\x1b.*cannot have such a name"),
        ("keys.toml", b'"\\u001b[31m" = 1', r"'\\x1b\[31m'"),
        ("long.toml", b'back = "' + b"#" * 50_000 + b'"', "####…"),
        ("digits.toml", b"flow = " + b"7" * 5000, "a number of thousands of digits"),
        ("parts.toml", b"a." * 30_000 + b"a = 1", "line 1: a key of too many parts"),
        ("many.toml", b"".join(b"k%d = 1\n" % i for i in range(5000)), "k3: no such colour, nor are 4,997 more"),
    ],
    ids=["deep", "large", "name", "key", "long", "digits", "parts", "many"],
)
def test_a_theme_that_cannot_be_read_is_reported_in_words_that_a_terminal_can_show(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    themes, problems = load_themes(tmp_path)
    assert DEFAULT_THEME in themes
    complaint = "; ".join(map(str, problems))
    assert re.search(said, complaint)
    assert complaint.isprintable()


def test_a_folder_that_cannot_be_read_is_reported_and_the_shipped_themes_load(tmp_path: Path) -> None:
    themes, problems = load_themes(tmp_path / ("n" * 300))
    assert set(themes) == set(SHIPPED)
    assert [problem.message for problem in problems] == ["cannot be looked into: file name too long"]


def test_a_theme_that_would_have_to_be_waited_for_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "endless.toml").symlink_to("/dev/zero")
    said = [str(problem).partition(": ")[2] for problem in load_themes(tmp_path)[1]]
    assert said == ["cannot be used: it is no regular file"] * 2


def test_the_theme_for_textual_carries_the_palette() -> None:
    theme = PaletteTheme.of(palette("paper"))
    assert theme.name == "paper"
    assert not theme.dark
    assert theme.palette == palette("paper")


def test_listing_themes_loads_no_interface() -> None:
    code = (
        "import sys; from rnn_tui.ui.themes.themes import load_themes; load_themes(); print('textual' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
