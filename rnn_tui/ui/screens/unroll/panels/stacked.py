"""Stacked columns: each state's shares one upon the other, one colour a word."""

import math

from rnn_tui.lab.text.glyphs import word_width
from rnn_tui.ui.panels.drawing.pen import Ink, Pen
from rnn_tui.ui.panels.pairs import Pairs, off_text, share_text
from rnn_tui.ui.screens.unroll.scene import UnrollScene
from rnn_tui.ui.themes.colours import contrast

_EIGHTHS = " ▁▂▃▄▅▆▇█"


def draw_stacked(pen: Pen, scene: UnrollScene, found: Pairs, *, label: int, column: int, reached: int) -> None:
    """Draws a column for each step of the window under the header, with its scale on the left.

    The earliest word is on top, as in the triangle; all words before the window are one segment above it.
    """
    palette = scene.palette
    top, rows = 1, pen.height - 1
    scale = Ink(palette.muted, palette.panel)
    for row, text in ((0, "100 %"), (rows // 2, "50 %"), (rows - 1, "0 %")):
        if rows > 2 or row == 0:
            pen.text(label - 1 - len(text), top + row, text, scale)
    start = found.window.start
    for step in range(start, min(found.window.stop, reached + 1)):
        segments = [("earlier", float(found.earlier[step - start]), palette.muted)] if start > 0 else []
        for word in range(start, step + 1):
            text = scene.measurement.words[word] if scene.measurement is not None else ""
            segments.append((text, float(found.shares[step - start, word - start]), scene.word_colour(text)))
        x = label + 1 + (step - start) * column
        if any(math.isnan(share) for _, share, _ in segments):
            off = found.unresolved.get(step - start)
            pen.centred(x, top + rows - 1, column - 1, "–" if off is None else off_text(off, column - 1), scale)
            continue
        _column(pen, x, top, column - 1, rows, segments)


def _column(pen: Pen, x: int, top: int, width: int, rows: int, segments: list[tuple[str, float, str]]) -> None:
    """One column of `rows` rows; the boundaries between colours fall on eighths of a row."""
    edges = [0]
    total = 0.0
    for _, share, _ in segments:
        total += share
        edges.append(round(min(total, 1.0) * rows * 8))
    for row in range(rows):
        _row(pen, x, top + row, width, row * 8, edges, segments)
    for (word, share, colour), first, last in zip(segments, edges, edges[1:], strict=False):
        whole = range(-(-first // 8), last // 8)
        if whole:
            _label(pen, x, top + whole.start, width, len(whole), word, share, colour)


def _row(
    pen: Pen, x: int, y: int, width: int, start: int, edges: list[int], segments: list[tuple[str, float, str]]
) -> None:
    """One row of a column, `start` eighths from its top: the two colours that hold most of it."""
    parts = [
        (min(last, start + 8) - max(first, start), colour)
        for (_, _, colour), first, last in zip(segments, edges, edges[1:], strict=False)
        if min(last, start + 8) > max(first, start)
    ]
    if not parts:
        return
    if len(parts) == 1:
        pen.fill(x, y, width, 1, Ink(pen.ink.ground, parts[0][1]))
        return
    upper, lower = parts[0], parts[-1]
    under = max(1, min(7, round(8 * lower[0] / (upper[0] + lower[0]))))
    pen.text(x, y, _EIGHTHS[under] * width, Ink(lower[1], upper[1]))


def _label(pen: Pen, x: int, y: int, width: int, rows: int, word: str, share: float, colour: str) -> None:
    """Writes the word and its share in the middle of a segment: in one row, in two, or the share alone."""
    text = share_text(share)
    ink = Ink(_readable(pen, colour), colour, bold=True)
    used = word_width(word)
    if used + 1 + len(text) <= width:
        left, y = x + (width - used - 1 - len(text)) // 2, y + (rows - 1) // 2
        end = pen.word(left, y, word, ink, width=used)
        pen.text(end, y, f" {text}", ink)
    elif rows >= 2:
        y += (rows - 2) // 2
        pen.word(x, y, word, ink, width=width, align="centre")
        pen.centred(x, y + 1, width, text, ink)
    else:
        pen.centred(x, y, width, text, ink)


def _readable(pen: Pen, colour: str) -> str:
    return max((pen.ink.ground, pen.ink.colour), key=lambda ink: contrast(ink, colour))
