"""Skip connections: where an earlier state is added to a later one, past all that lies between."""

from rnn_tui.engine.network.skips import Pinned, parse_skip, source
from rnn_tui.ui.panels.steps import subscript
from rnn_tui.ui.screens.unroll.panels.cells.painting import Painting


def draw_skip(painting: Painting) -> None:
    """A pinned skip as one line from its step to the later one; a shared one as a mark on every step."""
    if painting.place.skip < 0:
        return
    skip = parse_skip(painting.measurement.experiment.skip)
    if isinstance(skip, Pinned):
        _line(painting, skip)
        return
    for step in range(painting.place.steps.start, painting.place.steps.stop):
        added = source(skip, step)
        if added is not None and painting.reached(step):
            place = painting.place
            ink = painting.ink(painting.palette.flow, bold=step == painting.selected)
            painting.pen.centred(place.column(step), place.skip, place.cell, f"▲ + h{subscript(added)}", ink)


def _line(painting: Painting, skip: Pinned) -> None:
    """The line, as much of it as the window shows; an end that lies outside is named."""
    place, pen = painting.place, painting.pen
    first, last = skip.source - 1, skip.target - 1
    shown = place.steps
    if last < shown.start or first >= shown.stop:
        return
    ink = painting.ink(painting.palette.flow if painting.reached(last) else painting.palette.border, bold=True)
    middle = place.cell // 2
    begins, ends = shown.start <= first, last < shown.stop
    left = place.column(first) + middle if begins else 0
    right = place.column(last) + middle if ends else pen.width - 1
    pen.text(left, place.skip, ("╰" if begins else "┄") + "━" * (right - left - 1) + ("▲" if ends else "┄"), ink)
    # Its weight is the identity: the gradient goes back along it as it is.
    name = f"+ h{subscript(first)}" if ends else f"+ h{subscript(first)} to h{subscript(last)}"
    texts = f" {name}, and the gradient back ×1 ", f" {name}, back ×1 ", f" {name} "
    text = next((text for text in texts if right - left > len(text) + 4), "")
    pen.text(left + (right - left - len(text)) // 2, place.skip, text, ink)
