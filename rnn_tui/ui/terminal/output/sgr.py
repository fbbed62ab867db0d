"""Styles as SGR sequences (`ESC [ … m`) set them, and the shortest sequence that leads from one style to another."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

_SET = {"1": "bold", "2": "dim", "3": "italic", "4": "underline", "5": "blink", "7": "reverse", "9": "strike"}
_END = {
    "bold": "22",
    "dim": "22",
    "italic": "23",
    "underline": "24",
    "blink": "25",
    "reverse": "27",
    "strike": "29",
}
_CODE = {name: code for code, name in _SET.items()}
_SEEN_IN_BLANKS = frozenset({"reverse", "underline", "strike"})


class TerminalStyle(NamedTuple):
    """What SGR sequences have set; a colour is its parameters as sent, empty for the terminal's own."""

    foreground: str = ""
    background: str = ""
    attributes: frozenset[str] = frozenset()


UNSTYLED = TerminalStyle()


@lru_cache(maxsize=4096)
def style_of(parameters: str) -> TerminalStyle:
    """The style that `ESC [ parameters m` sets after a reset."""
    foreground = background = ""
    attributes = set()
    codes = parameters.split(";")
    while codes:
        code = codes[0]
        width = 1 if code not in ("38", "48") else 5 if codes[1:2] == ["2"] else 3
        value = ";".join(codes[:width])
        if code in _SET:
            attributes.add(_SET[code])
        elif code[:1] in ("3", "9"):
            foreground = value
        elif code[:1] == "4" or code[:2] == "10":
            background = value
        codes = codes[width:]
    return TerminalStyle(foreground, background, frozenset(attributes))


@lru_cache(maxsize=4096)
def blank_style(style: TerminalStyle) -> TerminalStyle:
    """What of a style is seen in a blank: its background, and whatever reverses, underlines or strikes it."""
    if style.attributes & _SEEN_IN_BLANKS:
        return style
    return TerminalStyle(background=style.background)


@lru_cache(maxsize=4096)
def style_change(before: TerminalStyle | None, after: TerminalStyle) -> str:
    """The shortest sequence that sets `after` where `before` is set, or where it is not known what is: None."""
    if before == after:
        return ""
    afresh = _sequence(["0", *_parts(UNSTYLED, after)] if after != UNSTYLED else [])
    if before is None or after == UNSTYLED:
        return afresh
    return min(_sequence(_parts(before, after)), afresh, key=len)


def _sequence(parameters: Sequence[str]) -> str:
    return f"\x1b[{';'.join(parameters)}m"


def _parts(before: TerminalStyle, after: TerminalStyle) -> list[str]:
    ended = before.attributes - after.attributes
    ends = sorted({_END[name] for name in ended})
    # one code ends both bold and dim, so the one that goes on is set anew
    kept = before.attributes - ({"bold", "dim"} if "22" in ends else frozenset())
    parts = [*ends, *sorted(_CODE[name] for name in after.attributes - kept)]
    if after.foreground != before.foreground:
        parts.append(after.foreground or "39")
    if after.background != before.background:
        parts.append(after.background or "49")
    return parts
