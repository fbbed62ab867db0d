"""What a panel of the Powers screen says while its numbers are not those of what is set."""

from rnn_tui.ui.panels.drawing.pen import Ink, Pen
from rnn_tui.ui.panels.drawing.phrases import said, wrapped, write
from rnn_tui.ui.screens.powers.scene import PowersResults, PowersScene

MEASURED_FIRST = "measuring…"


def status(results: PowersResults, *names: str) -> str:
    """What is to be said of the tasks: the first that is not all there; nothing where all are."""
    for name in names:
        stage = results.stage(name)
        if stage is None:
            continue
        if stage.problem:
            return stage.problem
        done = f" at {stage.progress:.0%}" if stage.progress else ""
        if stage.stopped:
            return f"stopped{done}; Esc begins anew"
        if stage.under_way:
            return f"measuring…{f' {stage.progress:.0%}' if stage.progress else ''}   Esc stops"
    return ""


def write_status(pen: Pen, y: int, scene: PowersScene, text: str, *, rows: int = 1) -> int:
    """Writes what is to be said over at most so many rows. Returns the row after."""
    ink = Ink(scene.palette.warn, scene.palette.panel, bold=True)
    lines = wrapped(text, pen.width, rows)
    for line in lines:
        write(pen, 0, y, [said(ink, line, ranks=1)], width=pen.width)
        y += 1
    return y
