"""The words under the axis of a chart by step, each with a tick at its step."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from rnn_tui.lab.text.glyphs import word_width
from rnn_tui.ui.charts.plotting import Chart, Point, column_of
from rnn_tui.ui.panels.drawing.pen import Ink, Pen
from rnn_tui.ui.themes.themes import Palette

_WIDEST_WORD = 12


class Steps(NamedTuple):
    """The columns of the steps of a text in a drawn chart.

    Attributes:
        words: of the text.
        selected: the step that is marked, 0-based; None for none.
    """

    drawing: Chart
    x_limits: Point
    words: Sequence[str]
    selected: int | None = None

    def column(self, step: int) -> int:
        """The column of the grid for a step (0-based)."""
        return self.drawing.left + column_of(step + 1, limits=self.x_limits, columns=self.drawing.columns)

    def write(self, pen: Pen, axis: int, palette: Palette, colour: Callable[[str], str]) -> None:
        """Writes the words into the row after the row `axis`."""
        for step, start, width in self._placed(pen.width):
            word = self.words[step]
            chosen = step == self.selected
            ink = Ink(colour(word), palette.panel, bold=chosen)
            pen.text(self.column(step), axis, "┬", Ink(palette.muted, palette.panel))
            end = pen.word(start + chosen, axis + 1, word, ink, width=width - 2 * chosen)
            if chosen:
                mark = Ink(palette.selected, palette.panel, bold=True)
                pen.text(start, axis + 1, "▸", mark)
                pen.text(end, axis + 1, "◂", mark)

    def _placed(self, room: int) -> list[tuple[int, int, int]]:
        """Which steps' words there is room for, with their first column and width.

        The selected one, the first and the last come first, then as many of the others as fit without touching.
        """
        words, steps = self.words, len(self.words)
        stride = max(1, steps // max(1, self.drawing.columns))
        free = [True] * room
        placed: list[tuple[int, int, int]] = []
        first = [] if self.selected is None else [self.selected]
        for step in dict.fromkeys([*first, 0, steps - 1, *range(0, steps, stride)]):
            chosen = step == self.selected
            width = min(word_width(words[step]), _WIDEST_WORD) + 2 * chosen
            start = min(max(self.column(step) - width // 2, self.drawing.left), room - width)
            if start >= 0 and all(free[max(0, start - 1) : start + width + 1]):
                free[start : start + width] = [False] * width
                placed.append((step, start, width))
        return sorted(placed)
