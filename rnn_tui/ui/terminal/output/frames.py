"""Frames: what Textual writes to paint the screen or parts of it, read as styled texts at places."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from rich.cells import cell_len

from rnn_tui.ui.terminal.output.sgr import UNSTYLED, TerminalStyle, style_of

_MOVE = re.compile(r"\x1b\[(\d+);(\d+)H")
# Textual resets the style after every styled text.
_STYLED = re.compile(r"\x1b\[([0-9;]*)m([^\x1b]*)\x1b\[0m")
# Characters that take one cell each, as all that the lab draws with; of others it is asked.
_ONE_CELL_EACH = re.compile(
    "[ -~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u03ff\u2010-\u2027\u2030-\u205e\u2070-\u209c"
    "\u2190-\u2211\u2500-\u25fc\u2713-\u2718\u2800-\u28ff]*"
)

StyledText = tuple[str, TerminalStyle]


class FrameLine(NamedTuple):
    """Texts that follow each other on one row.

    Attributes:
        texts: in order, none of them empty.
        characters: all of them together.
        cells: how many cells they take.
        divisible: whether every character takes one cell, so that it is known where each of them is.
    """

    texts: Sequence[StyledText]
    characters: str
    cells: int
    divisible: bool


class PlacedLine(NamedTuple):
    """A line of a frame and where it begins, counted from 0."""

    x: int
    y: int
    line: FrameLine


class Frame(NamedTuple):
    """What is painted, no cell twice, and where the cursor is left; None where that is at the end of the last line."""

    lines: Sequence[PlacedLine]
    cursor: tuple[int, int] | None


def read_frame(data: str) -> Frame | None:
    """The frame that the data paint; None where they hold anything but places and styled texts."""
    before, *parts = _MOVE.split(data)
    if before or not parts:
        return None
    lines: list[PlacedLine] = []
    x = y = 0
    for row, column, content in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        x, y = int(column) - 1, int(row) - 1
        if content:
            line = _read_line(content)
            if line is None:
                return None
            lines.append(PlacedLine(x, y, line))
    return Frame(lines, None if parts[-1] else (x, y))


@lru_cache(maxsize=1024)
def _read_line(content: str) -> FrameLine | None:
    """A line as Textual writes it; most lines of a screen that is shown once more are the same as before."""
    # After a line, Textual feeds one, and then moves to where the next begins.
    *parts, rest = _STYLED.split(content.removesuffix("\n"))
    texts: list[StyledText] = []
    for unstyled, parameters, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        if unstyled:
            texts.append((unstyled, UNSTYLED))
        texts.append((text, style_of(parameters)))
    if rest:
        texts.append((rest, UNSTYLED))
    characters = "".join([text for text, _ in texts])
    if "\x1b" in characters:
        return None
    divisible = _ONE_CELL_EACH.fullmatch(characters) is not None or all(map(_takes_one_cell, set(characters)))
    return FrameLine(texts, characters, len(characters) if divisible else cell_len(characters), divisible)


@lru_cache(maxsize=4096)
def _takes_one_cell(character: str) -> bool:
    return cell_len(character) == 1
