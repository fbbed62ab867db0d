"""Charts in a panel: their cells, and a line where something is chosen."""

from rnn_tui.ui.charts.plotting import Chart
from rnn_tui.ui.panels.drawing.pen import Ink, Pen
from rnn_tui.ui.themes.themes import Palette


def draw_chart(pen: Pen, palette: Palette, drawing: Chart, *, top: int) -> None:
    """The chart's cells, from row `top` on; blank ones are left as they are."""
    inks: dict[str | None, Ink] = {None: Ink(palette.muted, palette.panel)}
    for y, row in enumerate(drawing.rows, start=top):
        run, start = "", 0
        last: str | None = None
        for x, (char, colour) in enumerate([*row, (" ", None)]):
            if run and (char == " " or colour != last):
                pen.text(start, y, run, inks[last])
                run = ""
            if char == " ":
                continue
            if not run:
                start, last = x, colour
                if colour not in inks:
                    inks[colour] = Ink(colour or palette.muted, palette.panel)
            run += char


def draw_cursor(pen: Pen, palette: Palette, column: int, *, top: int, stop: int) -> None:
    """A line down the rows before `stop`, where nothing else is drawn."""
    ink = Ink(palette.selected, palette.panel)
    for y in range(top, min(stop, pen.height)):
        if 0 <= column < pen.width and pen.rows[y][column][0] == " ":
            pen.text(column, y, "┊", ink)
