"""Rows: what the table of keys is made of: commands, and rows of them."""

from dataclasses import dataclass
from typing import NamedTuple

# where the keys are: the name of a screen of the lab, or of what is shown over one for a while
Context = str


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that keys do.

    Attributes:
        names: the terminal's names of the keys, the best known first, with spaces between.
        action: the method `action_…` of the screen that runs; of the app where `app.` comes before it.
        title: its name in the command palette.
    """

    names: str
    action: str
    title: str

    @property
    def keys(self) -> tuple[str, ...]:
        """The names one by one."""
        return tuple(self.names.split())

    @property
    def target(self) -> str:
        """The action with where it runs, as Textual names it."""
        return self.action if self.action.startswith("app.") else f"screen.{self.action}"

    @property
    def name(self) -> str:
        """The action by which hints and the palette know it, wherever it runs."""
        return self.action.removeprefix("app.")


class Foot(NamedTuple):
    """How a row is shown in the key line: its keys, one or two words, and how long it stays where room is short.

    A row of importance 0 is never shown there.
    """

    shown: str
    label: str
    importance: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """Commands that belong together, as one row of the help.

    Attributes:
        foot: how it is shown in the key line.
        help: what it does, in a sentence.
    """

    group: str
    foot: Foot
    help: str
    commands: tuple[Command, ...]

    @property
    def shown(self) -> str:
        """The keys as the key line shows them."""
        return self.foot.shown

    @property
    def label(self) -> str:
        """One or two words for the key line."""
        return self.foot.label

    @property
    def importance(self) -> int:
        """How long it stays in the key line."""
        return self.foot.importance

    @property
    def keys(self) -> str:
        """Every key of the row as the help shows it: `← →  b f`, the commands' first keys, then their others."""
        most = max(len(command.keys) for command in self.commands)
        ways = (
            " ".join(key_text(command.keys[way]) for command in self.commands if way < len(command.keys))
            for way in range(most)
        )
        return " or ".join(ways)


_NAMES = {
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "comma": ",",
    "full_stop": ".",
    "equals_sign": "=",
    "plus": "+",
    "minus": "-",
    "left_parenthesis": "(",
    "right_parenthesis": ")",
    "question_mark": "?",
    "colon": ":",
    "space": "space",
    "escape": "Esc",
    "enter": "Enter",
    "tab": "Tab",
    "home": "Home",
    "end": "End",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "backspace": "Backspace",
    "delete": "Delete",
}


def key_text(key: str) -> str:
    """A key as a person knows it: `[` for `left_square_bracket`, `Ctrl+C` for `ctrl+c`."""
    *modifiers, last = key.split("+")
    shown = _NAMES.get(last) or (
        last.upper() if modifiers and len(last) == 1 else last if len(last) == 1 else last.title()
    )
    return "+".join([*(modifier.capitalize() for modifier in modifiers), shown])


def row(group: str, foot: Foot, meaning: str, *commands: Command) -> KeyRow:
    """A row of the table."""
    return KeyRow(group=group, foot=foot, help=meaning, commands=commands)
