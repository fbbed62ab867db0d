"""The slider of a dial: where its value is between its ends, and the places on it that mean something."""

from collections.abc import Sequence

from rnn_tui.ui.panels.drawing.pen import Ink, Pen
from rnn_tui.ui.state.dials import SliderMark
from rnn_tui.ui.themes.themes import Palette


def draw_slider(pen: Pen, x: int, width: int, at: float, palette: Palette, *, marks: Sequence[SliderMark] = ()) -> int:
    """Draws it in the first row, its knob `at` 0 to 1. Returns where it ends."""

    def column(fraction: float) -> int:
        return x + round(min(max(fraction, 0.0), 1.0) * (width - 1))

    knob = column(at)
    mark_ink = Ink(palette.threshold, palette.panel)
    pen.text(x, 0, "─" * width, Ink(palette.border_focused, palette.panel))
    for fraction, text in marks:
        if column(fraction) + len(text) < x + width:
            pen.text(column(fraction) + 1, 0, text, mark_ink)
    pen.text(x, 0, "━" * (knob - x), Ink(palette.flow, palette.panel))
    for fraction, _ in marks:
        pen.text(column(fraction), 0, "┃", mark_ink)
    pen.text(knob, 0, "●", Ink(palette.flow, palette.panel, bold=True))
    return x + width
