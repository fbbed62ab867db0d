"""Text laid out for the terminal in 80 columns: sentences, lists of parts, tables, and a row a step."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from wcwidth import width, wrap

from rnn_tui.lab.text.glyphs import LEFT_TO_RIGHT, cut, runs_right_to_left, word_width

COLUMNS = 80
WIDEST_WORD = 18
GAP = 2


class Parts(NamedTuple):
    """Parts with a dot between them."""

    parts: Sequence[str]


class Note(NamedTuple):
    """A sentence behind a dash or another mark, its further lines indented."""

    text: str
    mark: str = "- "
    indent: int = 2


class StepColumn(NamedTuple):
    """A heading and the cells under it at each step (from 0), both set to the right in `width` cells."""

    head: str
    width: int
    text: Callable[[int], str]


class ByStep(NamedTuple):
    """A row a step: its words beside these columns, which take what is left of the width.

    Attributes:
        groups: headings above the columns, each with how many of them it spans.
    """

    words: Sequence[str]
    columns: Sequence[StepColumn]
    groups: Sequence[tuple[str, int]] = ()


class CellRows(NamedTuple):
    """Rows of texts, the headings among them, each set to the right in its width, or to the left where that is < 0.

    Attributes:
        gap: cells between two columns.
    """

    widths: Sequence[int]
    rows: Iterable[Sequence[str]]
    gap: int = GAP


Item: TypeAlias = str | Parts | Note | ByStep | CellRows
"""A sentence or another part of a table; an empty sentence is an empty line."""


def layout_lines(items: Iterable[Item]) -> Iterator[str]:
    """The lines of all parts, one below the other."""
    for item in items:
        match item:
            case "":
                yield ""
            case str():
                yield from wrap(item, COLUMNS)
            case Parts():
                yield from _listed(item.parts)
            case Note():
                yield from wrap(item.mark + item.text, COLUMNS, subsequent_indent=" " * item.indent)
            case ByStep():
                yield from _steps(item)
            case CellRows():
                for row in item.rows:
                    cells = zip(row, item.widths, strict=False)
                    yield (" " * item.gap).join(f"{cell:>{w}}" if w >= 0 else f"{cell:<{-w}}" for cell, w in cells)


def _steps(item: ByStep) -> Iterator[str]:
    words, columns = item.words, item.columns
    last = len(str(len(words)))
    left = COLUMNS - last - GAP - sum(GAP + column.width for column in columns)
    wide = min(max(4, *map(word_width, set(words))), WIDEST_WORD, left)
    gap = " " * GAP
    if item.groups:
        line, rest = " " * (last + GAP + wide), list(columns)
        for head, count in item.groups:
            taken, rest = rest[:count], rest[count:]
            line += f"{head:>{sum(GAP + column.width for column in taken)}}"
        yield line
    yield gap.join([f"{'t':>{last}}", _word_cell("word", wide), *(f"{c.head:>{c.width}}" for c in columns)])
    for t, word in enumerate(words):
        yield gap.join([f"{t + 1:>{last}}", _word_cell(word, wide), *(f"{c.text(t):>{c.width}}" for c in columns)])


def _word_cell(word: str, wide: int) -> str:
    """A word in exactly `wide` cells; the mark after it keeps a right-to-left word from moving its neighbours."""
    parts = cut(word, wide)
    mark = LEFT_TO_RIGHT if runs_right_to_left(word) else ""
    return "".join(part for part, _ in parts) + mark + " " * (wide - sum(cells for _, cells in parts))


def _listed(parts: Sequence[str]) -> Iterator[str]:
    """As many parts to a line as it holds; one that is longer is wrapped."""
    line = ""
    for part in parts:
        joined = f"{line} · {part}" if line else part
        if line and width(joined) > COLUMNS:
            yield from wrap(line, COLUMNS)
            joined = part
        line = joined
    yield from wrap(line, COLUMNS)
