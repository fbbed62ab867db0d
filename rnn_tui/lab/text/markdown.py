"""A page of Markdown laid out in lines of so many cells: headings, paragraphs, lists, tables and code.

It knows what the pages of the manual use and no more. Nothing is lost in a narrow window: what does not fit is wrapped.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Literal, NamedTuple

from wcwidth import width as cells_of

Role = Literal["text", "heading", "code", "strong"]

_INLINE = re.compile(r"(?P<code>`[^`]+`)|\*\*(?P<strong>[^*]+)\*\*|\[(?P<link>[^\]]+)\]\([^)]+\)")
_ITEM = re.compile(r"(?:[-*]|\d+\.) ")
# the space between two keys, where a line does not break
_BETWEEN_KEYS = re.compile(r"(?<=`) (?=`[^`]{1,8}`)")
_UNBROKEN = "\xa0"
_CELL = re.compile(r"(?<!\\)\|")
_MARGIN = 2
_GAP = 2
# of a table's first column: what is longer than this part of the width has a line of its own
_FIRST = 0.3


class Span(NamedTuple):
    """A piece of a line, and what it is."""

    text: str
    role: Role = "text"


Line = tuple[Span, ...]


def page_lines(page: str, width: int) -> Iterator[Line]:
    """The lines of the page, none wider than `width` cells."""
    rows, before = page.splitlines(), ""
    room = int(width * _FIRST)
    column = _MARGIN + max((size for row in rows if 0 < (size := _first_cells(row)) <= room), default=0) + _GAP
    for kind, block in _blocks(rows):
        # a blank line between blocks, but not below a heading or between the items of a list
        if before and before != "heading" and not (before == kind == "item"):
            yield ()
        for line in _lines(kind, block, width, column):
            yield tuple(Span(text.replace(_UNBROKEN, " "), role) for text, role in line)
        before = kind


def line_text(line: Iterable[Span]) -> str:
    """The line without its roles."""
    return "".join(span.text for span in line)


def _blocks(rows: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    """The rows that belong together, each block with its kind."""
    at = 0
    while at < len(rows):
        kind, end = _kind(rows[at]), at + 1
        if kind == "code":
            end = rows.index("```", end) + 1
        elif kind in ("table", "paragraph"):
            while end < len(rows) and _kind(rows[end]) == kind:
                end += 1
        elif kind == "item":
            while end < len(rows) and rows[end].startswith(" "):
                end += 1
        if kind:
            yield kind, rows[at:end]
        at = end


def _kind(row: str) -> str:
    if not row.strip():
        return ""
    if row.startswith("```"):
        return "code"
    if row.startswith("#"):
        return "heading"
    if row.startswith("|"):
        return "table"
    return "item" if _ITEM.match(row) else "paragraph"


def _lines(kind: str, rows: Sequence[str], width: int, column: int) -> Iterator[Line]:
    margin = " " * _MARGIN
    match kind:
        case "code":
            for row in rows[1:-1]:
                for part in _pieces(row, width - _MARGIN):
                    yield (Span(margin), Span(part, "code")) if part else ()
        case "heading":
            title = line_text(_spans(rows[0].lstrip("# ")))
            yield from _wrapped([Span(title, "heading")], width)
        case "table":
            yield from _table(rows, width, column)
        case "item":
            mark, _, text = " ".join(row.strip() for row in rows).partition(" ")
            yield from _hanging([Span(mark)], _spans(text), len(mark) + 1, width)
        case _:
            yield from _wrapped(_spans(" ".join(row.strip() for row in rows)), width)


def _table(rows: Sequence[str], width: int, column: int) -> Iterator[Line]:
    """The first cell of each row, and after `column` cells the others: beside it where it fits, else below it."""
    for row in rows:
        first, *others = _row(row)
        if set(first) <= {"-"} and not "".join(others).strip("-"):
            continue
        head, rest = _spans(first), _spans(" · ".join(other for other in others if other))
        if _MARGIN + _cells(head) + _GAP <= column:
            yield from _hanging([Span(" " * _MARGIN), *head], rest, column, width)
        else:
            for line in _wrapped(head, width - _MARGIN):
                yield (Span(" " * _MARGIN), *line)
            yield from _hanging([], rest, column, width)


def _row(row: str) -> list[str]:
    """The cells of a row of a table."""
    return [cell.strip().replace("\\|", "|") for cell in _CELL.split(row.strip())[1:-1]]


def _first_cells(row: str) -> int:
    """How wide the first cell of a row of a table is; 0 for another row."""
    return _cells(_spans(_row(row)[0])) if _kind(row) == "table" else 0


def _hanging(head: Sequence[Span], text: Sequence[Span], indent: int, width: int) -> Iterator[Line]:
    """The text in lines that all begin after `indent` cells, with the head before the first."""
    gap = " " * indent
    for index, line in enumerate(_wrapped(text, width - indent) or [()]):
        begin = (*head, Span(" " * (indent - _cells(head)))) if index == 0 else (Span(gap),)
        yield (*begin, *line)


def _spans(text: str) -> list[Span]:
    """The text cut where its role changes."""
    spans, at = [], 0
    text = _BETWEEN_KEYS.sub(_UNBROKEN, text)
    for found in _INLINE.finditer(text):
        spans.append(Span(text[at : found.start()]))
        if code := found["code"]:
            spans.append(Span(code[1:-1], "code"))
        elif strong := found["strong"]:
            spans.append(Span(strong, "strong"))
        else:
            spans.append(Span(found["link"]))
        at = found.end()
    spans.append(Span(text[at:]))
    return [span for span in spans if span.text]


def _wrapped(spans: Sequence[Span], width: int) -> list[Line]:
    """The spans in lines of at most `width` cells, broken at spaces, or within a word that is longer than a line."""
    lines: list[Line] = []
    line: list[Span] = []
    for word in _words(spans, width):
        if line and _cells(line) + 1 + _cells(word) > width:
            lines.append(_merged(line))
            line = []
        line += [*_space(line, word), *word]
    return [*lines, _merged(line)] if line else lines


def _merged(line: Sequence[Span]) -> Line:
    """The line with one span in the place of neighbours of the same role."""
    return tuple(Span("".join(span.text for span in same), role) for role, same in groupby(line, key=lambda s: s.role))


def _space(line: Sequence[Span], word: Sequence[Span]) -> list[Span]:
    """The space before a word that is not the first of its line; within code or a heading it belongs to that."""
    if not line:
        return []
    return [Span(" ", word[0].role if line[-1].role == word[0].role else "text")]


def _words(spans: Sequence[Span], width: int) -> Iterator[list[Span]]:
    """The parts between spaces: spans that must stay on one line, none wider than `width`."""
    word: list[Span] = []
    for span in spans:
        for index, text in enumerate(span.text.split(" ")):
            if index and word:
                yield word
                word = []
            pieces = _pieces(text, width)
            for piece in pieces[:-1]:
                if word:
                    yield word
                    word = []
                yield [Span(piece, span.role)]
            if pieces[-1]:
                word.append(Span(pieces[-1], span.role))
    if word:
        yield word


def _pieces(text: str, width: int) -> list[str]:
    """The text cut where it is longer than a line, after a `|` or `/` if there is one."""
    pieces = []
    while cells_of(text) > width:
        fits = next(count for count in range(len(text), 0, -1) if cells_of(text[:count]) <= width)
        cut = max(text.rfind(mark, 0, fits) for mark in "|/") + 1 or fits
        pieces.append(text[:cut])
        text = text[cut:]
    return [*pieces, text]


def _cells(spans: Sequence[Span]) -> int:
    return sum(cells_of(span.text) for span in spans)
