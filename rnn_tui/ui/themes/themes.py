"""Themes: the colours of everything, read from TOML files.

`load_themes()` returns the themes that can be used, by name, and what was wrong with the files that cannot:

    themes, problems = load_themes()
    themes["night"]             a Palette, frozen; `DEFAULT_THEME` names the one to start with
    str(problems[0])            "/home/ada/.config/rnn-tui/themes/mine.toml, line 7, back: …"

A theme is named by its file: `night.toml` is `night`. A person's own themes are in `user_folder()`; one that has
the name of a shipped theme takes its place. Loading this module loads neither Textual nor Rich.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from rnn_tui.lab.files.files import FileProblem, path_text, read_own, refusal_reason
from rnn_tui.lab.settings.errors import brief
from rnn_tui.lab.text.documents import MOST_TOML, DocumentError, parse_toml
from rnn_tui.ui.themes.colours import contrast, mixed

DEFAULT_THEME = "night"
FEWEST_WORDS = 8
FEWEST_STOPS = 3
MOST_NAMED, LONGEST_KEY = 3, 60  # of the keys that are no colours
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_LISTS = {"ramp": FEWEST_STOPS, "words": FEWEST_WORDS}
# A colour that themes did not have to give at first, and which of theirs is taken for it.
_STANDS_FOR = {"cell": "warn"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Every colour of a theme, as `#rrggbb`.

    Attributes:
        name, about: what it is called, and a few words on it.
        dark: whether the background is darker than the text.
        blend: whether colours between the given ones may be made; not on terminals of 16 colours.
        background, panel, border, border_focused: the ground, and the panels on it.
        text, muted: what is read, and what is less important.
        flow, back: what flows forward, and the gradient on its way back.
        cell: the gradient on its way back through the cell state c of an LSTM.
        good, warn, bad: for the verdicts.
        positive, negative: the sign of a hidden unit.
        clipped, threshold: the clipped gradient, and θ.
        selected: the selected step.
        ramp: a magnitude, from small to large.
        words: one colour a word.
    """

    name: str
    about: str
    dark: bool
    blend: bool
    background: str
    panel: str
    border: str
    border_focused: str
    text: str
    muted: str
    flow: str
    back: str
    cell: str
    good: str
    warn: str
    bad: str
    positive: str
    negative: str
    clipped: str
    threshold: str
    selected: str
    ramp: tuple[str, ...]
    words: tuple[str, ...]

    def mix(self, ground: str, colour: str, share: float) -> str:
        """`share` of `colour` over `ground`; one of the two where the theme does not blend."""
        if self.blend:
            return mixed(ground, colour, share)
        return colour if share >= 0.5 else ground

    def magnitude(self, fraction: float) -> str:
        """The ramp's colour at 0 (small) to 1 (large)."""
        place = min(max(fraction, 0.0), 1.0) * (len(self.ramp) - 1)
        if not self.blend:
            return self.ramp[round(place)]
        stop = min(int(place), len(self.ramp) - 2)
        return mixed(self.ramp[stop], self.ramp[stop + 1], place - stop)

    def on(self, ground: str) -> str:
        """The colour to write in on `ground`: the text's or the panel's, whichever is easier to read."""
        return max((self.text, self.panel, self.background), key=lambda colour: contrast(colour, ground))

    def word(self, index: int) -> str:
        """The colour of the index-th word; they come round again."""
        return self.words[index % len(self.words)]


@dataclass(frozen=True, slots=True)
class ThemeProblem:
    """Why a theme file cannot be used: where (line from 1, None where no line is to blame) and what."""

    path: Path
    line: int | None
    key: str | None
    message: str

    def __str__(self) -> str:
        where = [path_text(self.path), *([f"line {self.line}"] if self.line else []), *([self.key] if self.key else [])]
        return f"{', '.join(where)}: {self.message}"


def user_folder() -> Path:
    """Where a person's own themes are; it need not exist."""
    from platformdirs import user_config_path

    return user_config_path("rnn-tui") / "themes"


def shipped_folder() -> Path:
    """The themes that come with the program: in the installed package, or in the checkout."""
    package = Path(__file__).resolve().parents[2]
    installed = package / "themes"
    return installed if installed.is_dir() else package.parent / "themes"


def load_themes(user: Path | None = None) -> tuple[dict[str, Palette], tuple[ThemeProblem, ...]]:
    """All themes by name, shipped ones first, and the problems of the files that cannot be used.

    `user` is another folder than `user_folder()` to read a person's own from.
    """
    themes: dict[str, Palette] = {}
    problems: list[ThemeProblem] = []
    for folder in (shipped_folder(), user or user_folder()):
        try:
            paths = sorted(folder.glob("*.toml"))
        except OSError as problem:
            problems.append(ThemeProblem(folder, None, None, f"cannot be looked into: {refusal_reason(problem)}"))
            continue
        for path in paths:
            palette, found = read_theme(path)
            problems.extend(found)
            if palette is not None:
                themes[palette.name] = palette
    order = sorted(themes, key=lambda name: (name != DEFAULT_THEME, name))
    return {name: themes[name] for name in order}, tuple(problems)


def read_theme(path: Path) -> tuple[Palette | None, tuple[ThemeProblem, ...]]:
    """The theme of one file, or every reason why it cannot be used."""
    document = ""
    try:
        if not path.name.isprintable():
            return None, (ThemeProblem(path, None, None, "a theme cannot have such a name"),)
        document = read_own(path, MOST_TOML)
        values = parse_toml(document)
    except FileProblem as problem:
        return None, (ThemeProblem(path, None, None, str(problem).removeprefix(f"{path_text(path)} ")),)
    except DocumentError as problem:
        return None, (_syntax_problem(path, document, problem),)
    values.update({key: values[other] for key, other in _STANDS_FOR.items() if key not in values and other in values})
    problems = tuple(
        ThemeProblem(path, _line_of(document, key), key, message) for key, message in _wrong(values).items()
    )
    if problems:
        return None, problems
    values.update({key: tuple(values[key]) for key in _LISTS})
    return Palette(name=path.stem, **values), ()


def _syntax_problem(path: Path, document: str, problem: DocumentError) -> ThemeProblem:
    if problem.line is None:
        return ThemeProblem(path, None, None, problem.what)
    written = document.split("\n")[problem.line - 1 : problem.line]
    key = re.match(r"\s*([\w-]+)\s*=", "".join(written))
    return ThemeProblem(path, problem.line, key[1] if key else None, problem.what)


def _line_of(document: str, key: str) -> int | None:
    for number, line in enumerate(document.splitlines(), start=1):
        if re.match(rf"\s*\[*[\"']?{re.escape(key)}[\"']?\s*[=\].]", line):
            return number
    return None


def _wrong(values: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with a theme's values, by key."""
    known = [spec.name for spec in fields(Palette) if spec.name != "name"]
    unknown = [key if key.isprintable() else repr(key) for key in values if key not in known]
    wrong = {key[:LONGEST_KEY]: f"no such colour; there are {', '.join(known)}" for key in unknown[:MOST_NAMED]}
    if len(unknown) > MOST_NAMED:
        wrong |= {unknown[MOST_NAMED][:LONGEST_KEY]: f"no such colour, nor are {len(unknown) - MOST_NAMED:,} more"}
    for key in known:
        if key not in values:
            wrong[key] = "missing"
        elif message := _wrong_value(key, values[key]):
            wrong[key] = message
    return wrong


def _wrong_value(key: str, value: Any) -> str | None:
    if key in ("dark", "blend"):
        return None if isinstance(value, bool) else f"{brief(value)} is neither true nor false"
    if key == "about":
        return None if isinstance(value, str) else f"{brief(value)} is not text"
    if key in _LISTS:
        if not isinstance(value, list) or len(value) < _LISTS[key]:
            return f"{brief(value)} is not a list of at least {_LISTS[key]} colours"
        return next((message for item in value if (message := _wrong_colour(item))), None)
    return _wrong_colour(value)


def _wrong_colour(value: Any) -> str | None:
    if isinstance(value, str) and _COLOUR.fullmatch(value):
        return None
    return f'{brief(value)} is not a colour written as "#rrggbb"'
