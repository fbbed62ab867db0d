"""What happened in the training, the newest first: each with its sign on the charts, its step, and a sentence."""

from collections.abc import Sequence

from rnn_tui.ui.panels.drawing.canvas import Canvas
from rnn_tui.ui.panels.drawing.pen import Ink, Pen
from rnn_tui.ui.panels.drawing.phrases import wrapped
from rnn_tui.ui.screens.train.panels.axis import symbol_of
from rnn_tui.ui.screens.train.panels.chart import event_ink
from rnn_tui.ui.screens.train.scene import TrainScene

_INDENT = 2


class EventsPanel(Canvas[TrainScene]):
    """As many as there is room for."""

    def title(self, scene: TrainScene) -> str:
        return "Events"

    def foot(self, scene: TrainScene) -> Sequence[str]:
        most = "✗ diverged  ✓ learned  ▾ better than current input only  ◇ changed  ↶ back"
        return (
            most,
            most.replace("better than current input only", "uses memory"),
            "✗ diverged  ✓ learned  ▾ uses memory",
            "",
        )

    def paint(self, pen: Pen, scene: TrainScene) -> None:
        palette, progress = scene.palette, scene.results.progress
        muted, normal = Ink(palette.muted, palette.panel), Ink(palette.text, palette.panel)
        if progress is None or progress.training is None:
            return
        events = progress.training.events[::-1]
        if not events:
            text = "Nothing yet. Divergence, what is learned and what you change will stand here and on the charts."
            for y, line in enumerate(wrapped(text, pen.width, pen.height)):
                pen.text(0, y, line, muted)
            return
        y = 0
        for event in events:
            who = "twin: " if event.who == "twin" else ""
            head = f"{event.step:,} "
            lines = wrapped(head + who + event.sentence, pen.width - _INDENT, min(4, pen.height - y))
            pen.text(0, y, symbol_of(event), event_ink(event, palette))
            for index, line in enumerate(lines):
                pen.text(_INDENT, y + index, line, normal)
            pen.text(_INDENT, y, head, Ink(palette.text, palette.panel, bold=True))
            y += len(lines)
            if y >= pen.height:
                return
