"""The inspector panel: the selected step spelt out in numbers."""

import math
from collections.abc import Sequence

from rnn_tui.lab.measurement.measurement import Measurement
from rnn_tui.lab.text.glyphs import word_width
from rnn_tui.lab.text.numbers import log10_text, of_whole_text
from rnn_tui.ui.panels.drawing.canvas import Canvas
from rnn_tui.ui.panels.drawing.pen import Ink, Pen
from rnn_tui.ui.panels.facts import draw_facts
from rnn_tui.ui.panels.pairs import off_text, pairs, share_text, triangle_with
from rnn_tui.ui.panels.steps import Window, subscript
from rnn_tui.ui.screens.unroll.panels.facts import facts
from rnn_tui.ui.screens.unroll.scene import UnrollScene
from rnn_tui.ui.state.requests import TriangleWanted

_TWO_COLUMNS = 74
_LEAST_LEFT = 49
_LEAST_SHARES = 5
_NUMBER = 11  # cells of a number in a column, with a gap beside it


class InspectorPanel(Canvas[UnrollScene]):
    """On the left the step's numbers; on the right, or below, the share of every word in its state."""

    def title(self, scene: UnrollScene) -> str:
        steps = scene.measurement.steps if scene.measurement is not None else len(scene.experiment.words)
        return f"Step {min(scene.step, steps - 1) + 1:,} of {steps:,} in numbers"

    def keys(self, scene: UnrollScene) -> Sequence[tuple[str, str]]:
        return (("Esc", "back"), ("←→", "step"))

    def paint(self, pen: Pen, scene: UnrollScene) -> None:
        measurement = scene.measurement
        if measurement is None:
            return
        step = min(scene.step, measurement.steps - 1)
        known = facts(measurement, step)
        if pen.width >= _TWO_COLUMNS:
            left = max(_LEAST_LEFT, pen.width * 11 // 20)
            draw_facts(pen, known, scene, width=left - 2, rows=pen.height)
            self._shares(pen, scene, measurement, step, x=left, y=0)
            return
        used = draw_facts(pen, known, scene, width=pen.width, rows=max(1, pen.height - _LEAST_SHARES))
        if pen.height - used >= 3:
            self._shares(pen, scene, measurement, step, x=0, y=used)

    def _shares(self, pen: Pen, scene: UnrollScene, measurement: Measurement, step: int, *, x: int, y: int) -> None:
        """A row for each of the last words up to the step: its share as a bar and a number, and the logarithms."""
        palette = scene.palette
        muted = Ink(palette.muted, palette.panel)
        width = pen.width - x
        rows = pen.height - y - 1
        length = min(step + 1, rows if step + 1 <= rows else rows - 1)
        window = Window(step + 1 - length, step + 1)
        state = f"h{subscript(step)}"
        itemised_title = f"  ‖∂L{subscript(step)}/∂W‖"
        itemised_width = max(_NUMBER, len(itemised_title))
        columns = _NUMBER + itemised_width
        title = next(
            (way for way in (f"Share of each word in {state}", f"Shares in {state}") if len(way) <= width), state
        )
        numbers = len(title) + columns < width
        pen.text(x, y, title, Ink(palette.text, palette.panel, bold=True))
        if numbers:
            pen.text(x + width - columns, y, "influence".rjust(_NUMBER - 1), muted)
            pen.text(x + width - itemised_width, y, itemised_title.rjust(itemised_width), muted)
        triangle = triangle_with(scene, window) if length > 0 else None
        if triangle is None:
            self.post_message(TriangleWanted(*window))
            pen.text(x, y + 1, "measuring…", muted)
            return
        found = pairs(triangle, window)
        off = found.unresolved.get(length - 1)
        if off is not None:
            text = f"no shares: off by {of_whole_text(off)}"
            pen.text(x, y + 1, text if len(text) <= width else f"no shares: {off_text(off)}", muted)
            return
        label = min(16, max(7, *(word_width(word) for word in measurement.words[window.start : window.stop])))
        bar = width - label - 8 - (columns + 2 if numbers else 0)
        for row, word in enumerate(range(window.start, window.stop), start=1):
            place = word - window.start
            text = measurement.words[word]
            pen.word(x, y + row, text, Ink(scene.word_colour(text), palette.panel), width=label)
            _bar(pen, x + label + 1, y + row, bar, float(found.shares[-1, place]), scene.word_colour(text), scene)
            if numbers:
                influence, itemised = found.influence_log10[-1, place], found.itemised_log10[-1, place]
                pen.text(x + width - columns, y + row, log10_text(float(influence)).rjust(_NUMBER - 1), muted)
                written = log10_text(float(itemised)).rjust(itemised_width)
                pen.text(x + width - itemised_width, y + row, written, muted)
        if window.start:
            pen.text(x, y + length + 1, "earlier"[:label], muted)
            _bar(pen, x + label + 1, y + length + 1, bar, float(found.earlier[-1]), palette.muted, scene)


def _bar(pen: Pen, x: int, y: int, width: int, share: float, colour: str, scene: UnrollScene) -> None:
    palette = scene.palette
    x = pen.text(x, y, share_text(share).rjust(4), Ink(palette.text, palette.panel, bold=True)) + 1
    if width < 4 or math.isnan(share):
        return
    eighths = round(share * width * 8)
    blocks = "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8]
    pen.text(x, y, blocks[:width], Ink(colour, palette.panel))
