"""Phrases: lines that fit the room there is by saying less, never by breaking a number off."""

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from rnn_tui.lab.text.glyphs import LEFT_TO_RIGHT, word_width
from rnn_tui.ui.panels.drawing.pen import Ink, Pen

Run = tuple[str, Ink]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Something to say in a line.

    Attributes:
        ways: the same said ever more briefly, as runs of coloured text, a person's words in it between “ and ”; an
            empty last way leaves it out.
        ranks: of each way, the higher the longer it stays; of the last one, nothing.
    """

    ways: tuple[tuple[Run, ...], ...]
    ranks: tuple[int, ...]

    def width(self, way: int) -> int:
        """The cells that one way of saying it takes."""
        return sum(cells_of(text) for text, _ in self.ways[way])


def fitted(phrases: Sequence[Phrase], width: int, *, gap: int = 3) -> list[tuple[Run, ...]]:
    """The phrases as they fit into `width` cells with `gap` between them; empty ones are left out.

    The phrase whose way has the lowest rank grows brief first; of two equal ones, the later.
    """
    ways = [0] * len(phrases)

    def total() -> int:
        widths = [phrase.width(way) for phrase, way in zip(phrases, ways, strict=True)]
        return sum(widths) + gap * max(0, sum(w > 0 for w in widths) - 1)

    while total() > width:
        open_ones = [index for index, phrase in enumerate(phrases) if ways[index] < len(phrase.ways) - 1]
        if not open_ones:
            break
        ways[min(open_ones, key=lambda index: (phrases[index].ranks[ways[index]], -index))] += 1
    return [phrase.ways[way] for phrase, way in zip(phrases, ways, strict=True) if phrase.width(way)]


def write(pen: Pen, x: int, y: int, phrases: Sequence[Phrase], *, width: int, gap: int = 3) -> int:
    """Writes the phrases that fit. Returns where the last one ends."""
    for index, runs in enumerate(fitted(phrases, width, gap=gap)):
        x += gap if index else 0
        for text, ink in runs:
            x = write_sentence(pen, x, y, text, ink)
    return x


def cells_of(text: str) -> int:
    """The cells that text takes which may hold a person's words between “ and ”."""
    return len(text) if "“" not in text else sum(word_width(part) for part in _parts(text))


def write_sentence(pen: Pen, x: int, y: int, text: str, ink: Ink) -> int:
    """Writes text that may hold a person's words between “ and ”, each as wide as it is. Returns where it ends.

    The words are bold: where the ink changes a piece of text ends, and some terminals drop what follows a directional
    mark in the same piece.
    """
    if "“" not in text:
        return pen.text(x, y, text, ink)
    before = ""
    for part in _parts(text):
        own = ink._replace(bold=not ink.bold) if before.endswith("“") else ink
        x, before = pen.word(x, y, part, own, width=word_width(part)), part
    return x


def _parts(text: str) -> list[str]:
    """Our own text and a person's words by turns; directional marks are the pen's own to set."""
    return [part for part in re.split(r"((?<=“)[^”]*(?=”))", text.replace(LEFT_TO_RIGHT, "")) if part]


def said(ink: Ink, *ways: str, ranks: tuple[int, ...] | int) -> Phrase:
    """A phrase of one ink."""
    return phrase(*(((way, ink),) if way else () for way in ways), ranks=ranks)


def phrase(*ways: tuple[Run, ...], ranks: tuple[int, ...] | int) -> Phrase:
    """A phrase, of one rank throughout or of one for each way but the last."""
    return Phrase(ways, ranks if isinstance(ranks, tuple) else (ranks,) * len(ways))


def wrapped(text: str, width: int, rows: int) -> list[str]:
    """Sentences over at most so many rows; where they need more, `…` replaces the last clauses, or words."""
    text, width, rows = text.replace(LEFT_TO_RIGHT, ""), max(width, 1), max(rows, 1)
    if cells_of(text) != len(text):
        return _wrapped_words(text, width, rows)
    clauses = re.split(r"(?<=[.;]) ", text)
    for kept in range(len(clauses), 0, -1):
        shorter = " ".join(clauses[:kept]) + (" …" if kept < len(clauses) else "")
        lines = textwrap.wrap(shorter, width, break_on_hyphens=False)
        if len(lines) <= rows:
            return lines
    return textwrap.wrap(text, width, max_lines=rows, placeholder=" …", break_on_hyphens=False)


def _wrapped_words(text: str, width: int, rows: int) -> list[str]:
    """The same for text that holds words whose characters are not of one cell each."""
    from wcwidth import wrap

    lines = wrap(text, width)
    if len(lines) > rows:
        lines = [*lines[: rows - 1], f"{lines[rows - 1][: max(0, width // 2 - 2)]} …"]
    return lines
