"""Facts: numbers with their names and what they mean, a line each, as many as there are rows for."""

from collections.abc import Sequence
from typing import NamedTuple

from rnn_tui.ui.panels.drawing.pen import Ink, Pen
from rnn_tui.ui.panels.drawing.phrases import said, write
from rnn_tui.ui.state.scene import AnyScene

_LABEL = 13
_VALUE = 13


class Fact(NamedTuple):
    """One line of the inspector.

    Attributes:
        label: the symbol.
        values: the number, or a sum of numbers, said ever more briefly.
        notes: what it means, said ever more briefly.
        weight: the facts of the largest weight stay where rows are few.
        group: facts of one group are together.
        word: a person's word behind the value.
    """

    label: str
    values: tuple[str, ...]
    notes: tuple[str, ...]
    weight: int
    group: int
    word: str | None = None


def draw_facts(pen: Pen, known: Sequence[Fact], scene: AnyScene, *, width: int, rows: int) -> int:
    """Writes as many facts as there are rows for, the ones of least weight left out first. Returns the rows used."""
    palette = scene.palette
    kept = sorted(sorted(known, key=lambda fact: -fact.weight)[:rows], key=list(known).index)
    spaced = len(kept) + kept[-1].group <= rows
    label = max(_LABEL, 1 + max(len(fact.label) for fact in kept))
    y = -1
    for before, fact in zip([None, *kept], kept, strict=False):
        y += 2 if spaced and before is not None and before.group != fact.group else 1
        pen.text(0, y, fact.label, Ink(palette.muted, palette.panel))
        value = next((way for way in fact.values if label + len(way) <= width), fact.values[-1] if fact.values else "")
        x = pen.text(label, y, value, Ink(palette.text, palette.panel, bold=True))
        if fact.word is not None:
            x = pen.word(
                x,
                y,
                fact.word,
                Ink(scene.word_colour(fact.word), palette.panel, bold=True),
                width=max(4, width - x - 12),
            )
        x = max(x + 2, label + _VALUE)
        write(pen, x, y, [said(Ink(palette.muted, palette.panel), *fact.notes, "", ranks=1)], width=width - x)
    return y + 1
