"""The overview: the whole length of a text as one line, with the window of it that is shown."""

from rnn_tui.ui.panels.steps import binned, spark
from rnn_tui.ui.screens.unroll.panels.cells.painting import Painting


def draw_overview(painting: Painting) -> None:
    """The whole length as a line of gradient norms, the window and the selected step in it."""
    place, palette, pen = painting.place, painting.palette, painting.pen
    steps = painting.measurement.steps
    before, after = place.steps.start, steps - place.steps.stop
    row = place.overview
    muted = painting.ink(palette.muted)
    left = f"‹ {before:,} more " if before else ""
    right = f" {after:,} more ›" if after else ""
    side = len(f"‹ {steps:,} more ")
    pen.text(0, row, left, muted)
    pen.text(pen.width - len(right), row, right, muted)
    room = pen.width - 2 * side
    if room < 4:
        return
    line = spark(binned(painting.measurement.log10_grad_hidden, room))
    line = "".join(mark * max(1, room // len(line)) for mark in line)
    x = side + (room - len(line)) // 2
    first = place.steps.start * len(line) // steps
    last = max(first + 1, place.steps.stop * len(line) // steps)
    pen.text(x, row, line, painting.ink(palette.border_focused))
    pen.text(x + first, row, line[first:last], painting.ink(palette.back, bold=True))
    pen.text(x + first - 1, row, "[", painting.ink(palette.selected))
    pen.text(x + last, row, "]", painting.ink(palette.selected))
