"""Prompt: what is asked for in the prompt line, and what to do with the answer."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from rnn_tui.lab.text.safe_text import visible_text

LONGEST_TYPED = 5_000  # characters: more than any path, name or number

Then: TypeAlias = Callable[[], object]
_WHITE = re.compile("[\t\n\x0b\x0c\r\x1c-\x1e\x85\u2028\u2029]")


def nothing() -> None:
    """Does nothing: for a prompt whose leaving has nothing to restore."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One thing to type.

    Attributes:
        label: what is asked for.
        value: what is there at first.
        note: what is shown beside it at first, or below where it is too long for that.
        longest: how many characters may be typed.
        replaced: whether the first character typed takes the place of the value.
        paths: whether Tab completes what is typed as a path.
        changed: called with what is typed at every change; None where nothing is shown meanwhile.
        kept: called with what was typed; returns why it cannot be, to go on typing, or what to do once the line has
            closed.
        left: called when the person leaves without keeping.
    """

    label: str
    value: str
    note: str = ""
    longest: int = LONGEST_TYPED
    replaced: bool = False
    paths: bool = False
    changed: Callable[[str], None] | None = None
    kept: Callable[[str], str | Then]
    left: Callable[[], None] = nothing


def on_one_line(text: str) -> str:
    """The text on one line, as many characters as before: line ends and tabs are spaces, and what acts is visible."""
    return visible_text(_WHITE.sub(" ", text))


def with_untouched(before: str, shown: str, typed: str) -> str:
    """What was typed, with the characters of `before` where those that represent them in `shown` were not touched."""
    begin = _alike(shown, typed)
    end = _alike(shown[begin:][::-1], typed[begin:][::-1])
    return before[:begin] + typed[begin : len(typed) - end] + before[len(before) - end :]


def _alike(one: str, other: str) -> int:
    """How many of their first characters are the same."""
    differing = (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(differing, min(len(one), len(other)))
