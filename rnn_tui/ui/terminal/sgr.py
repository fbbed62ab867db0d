"""Fewer bytes to the terminal: of every change of style, only what differs from the style already set.

Textual ends each run of text with a reset and sets the next one's colours in full. Over SSH that is more than half of
what a key costs.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

_TOKEN = re.compile(
    r"\x1b\[([0-9;]*)m|\x1b\[[0-?]*[ -/]*[@-~]|\x1b[PX^_\]].*?(?:\x1b\\|\x07)|\x1b.?|[^\x1b]+", re.DOTALL
)
_MOVES = re.compile(r"\x1b\[[0-9;]*[A-H]|\x1b\[\?[0-9;]*[hl]")
_ON = {"1": "bold", "2": "dim", "3": "italic", "4": "underline", "5": "blink", "7": "reverse", "9": "strike"}
_OFF = {
    "22": ("bold", "dim"),
    "23": ("italic",),
    "24": ("underline",),
    "25": ("blink",),
    "27": ("reverse",),
    "29": ("strike",),
}
_CODE = {name: code for code, name in _ON.items()}
_END = {name: code for code, names in _OFF.items() for name in names}


class Style(NamedTuple):
    """What SGR sequences have set; a colour is its parameters as sent, empty for the terminal's own."""

    colour: str = ""
    ground: str = ""
    marks: frozenset[str] = frozenset()


PLAIN = Style()


class StyleDiff:
    """Rewrites a stream of text and control sequences so that it looks the same in fewer bytes."""

    def __init__(self) -> None:
        self._set: Style | None = None

    def rewrite(self, data: str) -> str:
        """The same text in the same styles; the terminal is left in the style that the data left it in."""
        wanted = self._set or PLAIN
        sent: list[str] = []
        for token in _TOKEN.finditer(data):
            content, parameters = token[0], token[1]
            if parameters is not None:
                wanted = _after(wanted, parameters)
            else:
                if not _MOVES.fullmatch(content):
                    sent.append(self._change(wanted))
                sent.append(content)
        sent.append(self._change(wanted))
        return "".join(sent)

    def _change(self, wanted: Style) -> str:
        """The sequence that leads from the style that is set to the one that is wanted."""
        before, self._set = self._set, wanted
        return "" if before == wanted else _way(before, wanted)


@lru_cache(maxsize=4096)
def _way(before: Style | None, wanted: Style) -> str:
    afresh = _sequence(["0", *_parts(PLAIN, wanted)] if wanted != PLAIN else [])
    if before is None or wanted == PLAIN:
        return afresh
    return min(_sequence(_parts(before, wanted)), afresh, key=len)


def _sequence(parameters: Sequence[str]) -> str:
    return f"\x1b[{';'.join(parameters)}m"


def _parts(before: Style, wanted: Style) -> list[str]:
    ended = before.marks - wanted.marks
    ends = sorted({_END[name] for name in ended})
    # one code ends both bold and dim, so the one that goes on is set anew
    kept = before.marks - ({"bold", "dim"} if "22" in ends else frozenset())
    parts = [*ends, *sorted(_CODE[name] for name in wanted.marks - kept)]
    if wanted.colour != before.colour:
        parts.append(wanted.colour or "39")
    if wanted.ground != before.ground:
        parts.append(wanted.ground or "49")
    return parts


@lru_cache(maxsize=4096)
def _after(style: Style, parameters: str) -> Style:
    """The style after one SGR sequence."""
    codes = parameters.split(";")
    i = 0
    while i < len(codes):
        code = codes[i]
        width = 1
        if code in ("38", "48"):
            width = 5 if codes[i + 1 : i + 2] == ["2"] else 3
            value = ";".join(codes[i : i + width])
            style = style._replace(colour=value) if code == "38" else style._replace(ground=value)
        elif code in ("", "0"):
            style = PLAIN
        elif code in _ON:
            style = style._replace(marks=style.marks | {_ON[code]})
        elif code in _OFF:
            style = style._replace(marks=style.marks - set(_OFF[code]))
        elif code == "39" or 30 <= int(code) <= 37 or 90 <= int(code) <= 97:
            style = style._replace(colour="" if code == "39" else code)
        elif code == "49" or 40 <= int(code) <= 47 or 100 <= int(code) <= 107:
            style = style._replace(ground="" if code == "49" else code)
        i += width
    return style
