"""The frame of a panel: a thin line with its title, the keys that matter in it, and what its numbers are."""

from collections.abc import Sequence

from rnn_tui.ui.panels.drawing.pen import Ink, Pen
from rnn_tui.ui.themes.themes import Palette

# So many keys stay where what the numbers are would need their room.
_FEWEST_KEYS = 2


def draw_frame(
    pen: Pen, palette: Palette, title: str, *, keys: Sequence[tuple[str, str]], foot: Sequence[str], compact: bool
) -> None:
    """Draws the frame around the whole grid, or, where it is compact, the line above it alone.

    Of the keys, the last are left out where they do not fit; of the ways to say the foot, the first that fits is
    taken. A compact frame has no line below: its foot is written above, after the title, where there is room.
    """
    line = Ink(palette.border, palette.panel)
    muted = Ink(palette.muted, palette.panel)
    if compact:
        pen.text(0, 0, "─" * pen.width, line)
    else:
        pen.box(0, 0, pen.width, pen.height, line)
        below = next((way for way in foot if len(way) + 6 <= pen.width), "")
        if below:
            pen.text(2, pen.height - 1, f" {below} ", muted)
    left = 1 if compact else 2
    end = pen.text(left, 0, f" {title} "[: pen.width - left], Ink(palette.text, palette.panel, bold=True))
    reserved = min(map(len, foot)) + 3 if compact and foot else 0
    if reserved and _width(keys[:_FEWEST_KEYS]) + reserved + 4 > pen.width - end:
        reserved = 0
    right = _keys(pen, palette, end + reserved, keys)
    if compact:
        above = next((way for way in foot if len(way) + 5 <= right - end), "")
        if above:
            pen.text(end, 0, f"· {above} ", muted)


def _keys(pen: Pen, palette: Palette, start: int, keys: Sequence[tuple[str, str]]) -> int:
    """Writes the keys at the right of the upper line. Returns where they begin."""
    shown = list(keys)
    while shown and _width(shown) + 4 > pen.width - start:
        shown.pop()
    if not shown:
        return pen.width
    muted = Ink(palette.muted, palette.panel)
    first = pen.width - 2 - _width(shown)
    x = pen.text(first, 0, " ", muted)
    for index, (key, label) in enumerate(shown):
        x = pen.text(x, 0, "  " if index else "", muted)
        x = pen.text(x, 0, key, Ink(palette.flow, palette.panel, bold=True))
        x = pen.text(x, 0, f" {label}", muted)
    pen.text(x, 0, " ", muted)
    return first


def _width(keys: Sequence[tuple[str, str]]) -> int:
    return sum(len(key) + len(label) + 1 for key, label in keys) + 2 * len(keys)
