"""The panels of W's singular values against 1/γ, and of the Lyapunov exponents along the text, as bars."""

import math
from collections.abc import Mapping, Sequence

from rnn_tui.engine.kinds import Bound
from rnn_tui.lab.text.numbers import apart_text, number_text
from rnn_tui.ui.panels.drawing.bars import bar
from rnn_tui.ui.panels.drawing.canvas import Canvas
from rnn_tui.ui.panels.drawing.pen import Ink, Pen
from rnn_tui.ui.panels.drawing.phrases import phrase, said, wrapped, write
from rnn_tui.ui.panels.steps import subscript
from rnn_tui.ui.screens.spectrum.panels.grid import cell_text
from rnn_tui.ui.screens.spectrum.panels.shown import title_with_progress, waiting_note
from rnn_tui.ui.screens.spectrum.scene import SpectrumScene
from rnn_tui.ui.themes.themes import Palette

LINE = "┄"
ROUND_OFF = 1e-12  # an exponent that is 0 but for that
# what the largest singular value means for the gradient of long texts
_ALLOWED: Mapping[Bound | None, tuple[str, ...]] = {
    "must-vanish": ("long texts must vanish", "must vanish"),
    "must-explode": ("growth is possible",),
    "may-explode": ("growth is possible",),
    "may-grow": ("growth is possible",),
    "cannot-explode": ("nothing can grow",),
    None: ("the skip leads around W",),
}
MOSTLY_FULL = "▄▅▆▇█"
WIDEST_BAR = 7
NUMBER_BAR = 5
HEADROOM = 1.12
_HEAD = 1


class SingularPanel(Canvas[SpectrumScene]):
    """A bar for each singular value, largest first; the line is what the largest must reach for any growth."""

    def title(self, scene: SpectrumScene) -> str:
        return title_with_progress("Singular values", scene, "spectrum")

    def foot(self, scene: SpectrumScene) -> Sequence[str]:
        found = scene.results.spectrum
        if found is None:
            return ()
        if found.threshold is None:
            return ("no threshold: the gates decide", "the gates decide")
        if found.bound is None:
            return ("the line: what σ₁ must reach where W is the only way", "the line: of W alone")
        return ("the line: what σ₁ must reach for any growth", "the line: growth begins")

    def paint(self, pen: Pen, scene: SpectrumScene) -> None:
        found, palette = scene.results.spectrum, scene.palette
        if scene.measurement is None or found is None:
            return
        values, threshold = found.singular_values.tolist(), found.threshold
        normal, muted = Ink(palette.text, palette.panel), Ink(palette.muted, palette.panel)
        largest = number_text(values[0]) if threshold is None else apart_text(values[0], threshold)
        first = ("σ₁ ", muted), (largest, normal)
        last = (f"σ{subscript(len(values) - 1)} ", muted), (number_text(values[-1]), normal)
        if threshold is None:
            bound = []
        else:
            line = (f"{LINE} 1/γ ", Ink(palette.threshold, palette.panel)), (number_text(threshold), normal)
            bound = [phrase(line, ranks=5), said(muted, *_ALLOWED[found.bound], "", ranks=1)]
        write(pen, 0, 0, [phrase(first, ranks=9), phrase(last, (), ranks=2), *bound], width=pen.width, gap=2)
        bars = _Bars(pen, palette, count=len(values))
        top = HEADROOM * max(values[0], threshold or 0.0)
        if top == 0.0:
            return
        beyond = math.inf if threshold is None else threshold * (1 + 1e-12)
        for at, value in bars.shown(values):
            colour = palette.warn if value > beyond else palette.flow
            bars.draw_up(at, value / top, rows=bars.rows, colour=colour, label=bars.text(value))
        if threshold is not None:
            y = _HEAD + bars.rows - 1 - min(bars.rows - 1, int(threshold / top * bars.rows))
            for x in range(pen.width):
                char, ink = pen.rows[y][x]
                ground = ink.colour if char in MOSTLY_FULL else palette.panel
                pen.text(x, y, LINE, Ink(palette.threshold, ground, bold=True))


class LyapunovPanel(Canvas[SpectrumScene]):
    """A bar for each exponent: those of growth go up from the line, those of fading down."""

    def title(self, scene: SpectrumScene) -> str:
        return "Lyapunov exponents"

    def foot(self, scene: SpectrumScene) -> Sequence[str]:
        return (
            "nats a step along this text; below 0 nearby states meet",
            "nats a step, along this text",
            "nats a step",
        )

    def paint(self, pen: Pen, scene: SpectrumScene) -> None:
        measurement, palette = scene.measurement, scene.palette
        muted = Ink(palette.muted, palette.panel)
        if measurement is None:
            return
        from rnn_tui.lab.measurement.lyapunov import has_exponents, why_none

        if not has_exponents(measurement):
            for y, line in enumerate(wrapped(why_none(measurement), pen.width, pen.height)):
                pen.text(0, y, line, muted)
            return
        found = scene.results.lyapunov
        state = waiting_note(scene, "lyapunov")
        if found is None or state:
            pen.text(0, 0, f"measuring {state}" if state.endswith("…") else state, muted)
            return
        exponents = [0.0 if abs(value) < ROUND_OFF else value for value in found.exponents.tolist()]
        self._head(pen, scene, exponents[0], found.convergence)
        finite = [value for value in exponents if math.isfinite(value)]
        high, low = max([0.0, *finite]), min([0.0, *finite])
        bars = _Bars(pen, palette, count=len(exponents))
        span = (high - low) or 1.0
        up = round(bars.rows * high / span) if high > 0 else 0
        up = min(bars.rows - 1, max(up, 1)) if high > 0 else 0
        for at, value in bars.shown(exponents):
            lost = value == -math.inf
            share = -1.0 if lost else 0.0 if math.isnan(value) else value / (high if value > 0 else -low or 1.0)
            colour = palette.positive if share > 0 else palette.negative
            bars.draw_around(at, share, up=up, colour=palette.bad if lost else colour, label=bars.text(value))

    def _head(self, pen: Pen, scene: SpectrumScene, first: float, convergence: float | None) -> None:
        palette = scene.palette
        normal, muted = Ink(palette.text, palette.panel), Ink(palette.muted, palette.panel)
        means = "states near these " + ("part" if first > 0 else "meet" if first < 0 else "keep apart")
        largest = ("largest ", muted), (_label(first), normal)
        within = "" if convergence is None else f"± {number_text(convergence)}"
        write(
            pen,
            0,
            0,
            [
                phrase((*largest, (" nats a step", muted)), largest, ranks=(5, 9)),
                said(muted, within, "", ranks=4),
                said(muted, means, "", ranks=1),
            ],
            width=pen.width,
            gap=2,
        )


def _label(value: float) -> str:
    if math.isnan(value):
        return "?"
    return "−∞" if value == -math.inf else number_text(value)


class _Bars:
    """Bars beside each other, as wide as there is room for; where they are too many, as many of them as there is."""

    def __init__(self, pen: Pen, palette: Palette, *, count: int) -> None:
        self.pen = pen
        self.muted = Ink(palette.muted, palette.panel)
        self.values = count
        self.step = max(1, min(WIDEST_BAR, pen.width // count))
        self.labelled = self.step >= NUMBER_BAR
        self.width = self.step - (1 if self.step > 1 else 0)
        self.rows = max(1, pen.height - _HEAD - 1)
        self.count = min(count, pen.width // self.step)

    def shown(self, values: Sequence[float]) -> list[tuple[int, float]]:
        """Which of the values have a bar, and its place; spread over all of them where they are too many."""
        last = len(values) - 1
        return [(at, values[at * last // max(1, self.count - 1)]) for at in range(self.count)]

    def text(self, value: float) -> str:
        """A value that fits under its bar."""
        return "−∞" if value == -math.inf else cell_text(value, max(4, self.width), decimals=2)

    def draw_up(self, at: int, share: float, *, rows: int, colour: str, label: str) -> None:
        """A bar up from the lowest row."""
        x = at * self.step
        bar(self.pen, x, _HEAD + rows, self.width, share, up=rows, down=0, colour=colour)
        self._label(at, label)

    def draw_around(self, at: int, share: float, *, up: int, colour: str, label: str) -> None:
        """A bar of a value within ±1 on the line that has `up` rows above it; zero is a dot beside it."""
        baseline = _HEAD + max(up, share == 0.0)
        bar(self.pen, at * self.step, baseline, self.width, share, up=up, down=self.rows - up, colour=colour)
        self._label(at, label)

    def _label(self, at: int, label: str) -> None:
        """The number under a bar; where there is no room for all, the places of the first and the last."""
        y = self.pen.height - 1
        if self.labelled:
            self.pen.text(at * self.step, y, label.center(self.width), self.pen.ink)
        elif at in (0, self.count - 1):
            text = "1" if at == 0 else str(self.values)
            x = at * self.step if at == 0 else at * self.step + self.width - len(text)
            self.pen.text(x, y, text, self.muted)
