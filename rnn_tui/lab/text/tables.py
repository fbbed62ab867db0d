"""Text laid out for the terminal in 80 columns: sentences, lists of parts, and a row a step."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from wcwidth import width, wrap

from rnn_tui.lab.text.glyphs import LEFT_TO_RIGHT, cut, runs_right_to_left, word_width

COLUMNS = 80
WIDEST_WORD = 18
GAP = 2


class Column(NamedTuple):
    """A heading and what stands under it at each step (from 0), both set to the right in `width` cells."""

    head: str
    width: int
    text: Callable[[int], str]


def grid(words: Sequence[str], columns: Sequence[Column], groups: Sequence[tuple[str, int]] = ()) -> Iterator[str]:
    """The steps with their words and these columns; the words take what is left of the width.

    Args:
        groups: headings above the columns, each with how many of them it stands over.
    """
    last = len(str(len(words)))
    left = COLUMNS - last - GAP - sum(GAP + column.width for column in columns)
    wide = min(max(4, *map(word_width, set(words))), WIDEST_WORD, left)
    gap = " " * GAP
    if groups:
        line, rest = " " * (last + GAP + wide), list(columns)
        for head, count in groups:
            taken, rest = rest[:count], rest[count:]
            line += f"{head:>{sum(GAP + column.width for column in taken)}}"
        yield line
    yield gap.join([f"{'t':>{last}}", word_cell("word", wide), *(f"{c.head:>{c.width}}" for c in columns)])
    for t, word in enumerate(words):
        yield gap.join([f"{t + 1:>{last}}", word_cell(word, wide), *(f"{c.text(t):>{c.width}}" for c in columns)])


def word_cell(word: str, wide: int) -> str:
    """A word in exactly `wide` cells; the mark after it keeps a right-to-left word from moving its neighbours."""
    parts = cut(word, wide)
    mark = LEFT_TO_RIGHT if runs_right_to_left(word) else ""
    return "".join(part for part, _ in parts) + mark + " " * (wide - sum(cells for _, cells in parts))


def listed(parts: Sequence[str]) -> Iterator[str]:
    """The parts with a dot between them, as many to a line as it holds; one that is longer is wrapped."""
    line = ""
    for part in parts:
        joined = f"{line} · {part}" if line else part
        if line and width(joined) > COLUMNS:
            yield from wrapped(line)
            joined = part
        line = joined
    yield from wrapped(line)


def wrapped(text: str, indent: str = "") -> list[str]:
    """The text in lines, those after the first indented."""
    return wrap(text, COLUMNS, subsequent_indent=indent)
