"""Signed bars: positive ones go up from the baseline, negative ones down, so the sign needs no colour."""

from rnn_tui.ui.panels.drawing.pen import Ink, Pen

_EIGHTHS = " ▁▂▃▄▅▆▇█"
_LARGE = 0.5


def bar(pen: Pen, x: int, baseline: int, width: int, value: float, *, up: int, down: int, colour: str) -> None:
    """Draws a value within ±1 as a bar `width` cells wide.

    It grows from the top of row `baseline` through `up` rows above it, or `down` rows from `baseline` on. Every
    value but zero shows at least an eighth of a cell; zero is a dot.
    """
    ground = pen.ink.ground
    if value == 0:
        pen.text(x, baseline - 1, "·" * width, Ink(colour, ground))
        return
    rows = up if value > 0 else down
    eighths = max(1, round(min(abs(value), 1.0) * rows * 8))
    for row in range(rows):
        filled = min(max(eighths - 8 * row, 0), 8)
        if not filled:
            break
        if value > 0:
            pen.text(x, baseline - 1 - row, _EIGHTHS[filled] * width, Ink(colour, ground))
        else:
            # There are no blocks from the top down; the rest of the cell is a block from below in the ground's colour.
            pen.text(x, baseline + row, _EIGHTHS[8 - filled] * width, Ink(ground, colour))


def sign_mark(value: float) -> str:
    """A value within ±1 as one character: up or down by its sign, small or large by its size; zero is a dot."""
    large = abs(value) >= _LARGE
    return "·" if value == 0 else ("▲" if large else "▴") if value > 0 else ("▼" if large else "▾")


def sign(pen: Pen, x: int, y: int, value: float, ink: Ink) -> None:
    """Draws a value within ±1 in one cell, as its mark."""
    pen.text(x, y, sign_mark(value), ink)
