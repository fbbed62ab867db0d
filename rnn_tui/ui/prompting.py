"""Prompt: what is asked for in the prompt line, and what to do with the answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

LONGEST_LINE = 5_000  # characters: more than any path, name or number

Then: TypeAlias = Callable[[], object]


def nothing() -> None:
    """Does nothing: for a prompt whose leaving has nothing to restore."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One thing to type.

    Attributes:
        label: what is asked for.
        value: what stands there at first.
        note: what stands beside it at first.
        longest: how many characters may be typed.
        replaced: whether the first character typed takes the place of the value.
        changed: called with what is typed at every change; None where nothing is shown meanwhile.
        kept: called with what was typed; returns why it cannot be, to go on typing, or what to do once the line has
            closed.
        left: called when the person leaves without keeping.
    """

    label: str
    value: str
    note: str = ""
    longest: int = LONGEST_LINE
    replaced: bool = False
    changed: Callable[[str], None] | None = None
    kept: Callable[[str], str | Then]
    left: Callable[[], None] = nothing


def visible(text: str) -> str:
    """The text on one line: line ends become spaces, and control characters the pictures that stand for them."""
    joined = " ".join(text.splitlines())
    return "".join(_picture(character) for character in joined)


def _picture(character: str) -> str:
    code = ord(character)
    if code == 0x09:
        return " "
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    # C1 controls, and lone surrogates, which no terminal can be sent.
    return "\ufffd" if 0x80 <= code < 0xA0 or 0xD800 <= code < 0xE000 else character
