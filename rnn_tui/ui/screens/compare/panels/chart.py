"""The chart of the Compare screen: how much of the last step's gradient comes back to each step, network by network."""

from collections.abc import Hashable, Iterator, Sequence
from typing import TYPE_CHECKING

from rnn_tui.lab.text.numbers import log10_text
from rnn_tui.ui.charts.braille import DOWN
from rnn_tui.ui.charts.limits import limits_of_steps, y_limits
from rnn_tui.ui.charts.overlay import CurveMarkers, ShadedBand, draw_bands, draw_markers
from rnn_tui.ui.charts.plotting import Chart, ChartSeries, chart, log_axis
from rnn_tui.ui.panels.drawing.canvas import Canvas
from rnn_tui.ui.panels.drawing.pen import Ink, Pen
from rnn_tui.ui.panels.drawing.phrases import Phrase, phrase, write
from rnn_tui.ui.panels.drawing.ticks import Steps
from rnn_tui.ui.panels.steps import subscript
from rnn_tui.ui.screens.compare.measured import order_of
from rnn_tui.ui.screens.compare.panels.marks import CELL_MARKER, MARKERS, network_colour
from rnn_tui.ui.screens.compare.scene import CompareScene
from rnn_tui.ui.themes.themes import Palette

if TYPE_CHECKING:
    from rnn_tui.lab.compare.compare import ComparedNetwork, Comparison

_LABELS = 6
_LEAST_WIDTH, _LEAST_HEIGHT = 20, 3
_CELLS_A_MARK = 3
_FAINT, _CLEAR = 0.4, 0.8
_OUTER, _INNER = 0.5, 0.6


class ComparedChart(Canvas[CompareScene]):
    """A line of numbers, or of the meaning of each marker; the chart; and the words under their steps."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._built: tuple[tuple[Hashable, ...], Chart] | None = None

    def title(self, scene: CompareScene) -> str:
        return "Gradient ‖∂L_T/∂h_t‖ by step"

    def keys(self, scene: CompareScene) -> Sequence[tuple[str, str]]:
        other = [("p", "table")] if self.has_class("-alone") else []
        return [*other, ("b", "bands"), ("h", "hide")]

    def foot(self, scene: CompareScene) -> Sequence[str]:
        chosen = _of(scene.results.compare, scene.view.chosen)
        if chosen is None or chosen.figures is None or chosen.figures.bands is None:
            return ()
        count = len(scene.results.compare.seeds) if scene.results.compare is not None else 0
        return (
            f"▒ half of {count} seeds, ░ 90 % of them, of {chosen.name}",
            f"▒ half of {count} seeds, ░ 90 %",
            f"▒ 50 % ░ 90 % of {count} seeds",
        )

    def paint(self, pen: Pen, scene: CompareScene) -> None:
        comparison = scene.results.compare
        if comparison is None:
            pen.text(0, 0, "measuring…", Ink(scene.palette.muted, scene.palette.panel))
            return
        shown = [row for row in comparison.rows if row.figures is not None and row.name not in scene.view.hidden]
        top = _legend(pen, scene, shown) if self.has_class("-alone") else _numbers(pen, scene)
        height = pen.height - top - 1
        if height < _LEAST_HEIGHT or pen.width < _LEAST_WIDTH or not scene.charts:
            return
        words = comparison.experiment.words
        drawn = [row for row in shown if row.figures is not None and len(row.figures.log10_grad_hidden) == len(words)]
        built = self._chart(pen.width, height, scene, drawn, len(words))
        palette = scene.palette
        strong = network_colour(palette, scene.view.chosen)
        for y, line in enumerate(built.rows, start=top):
            for x, (char, colour) in enumerate(line):
                if char != " ":
                    pen.text(x, y, char, Ink(colour or palette.muted, palette.panel, bold=colour == strong))
        steps = Steps(built, limits_of_steps(len(words)), words)
        axis = top + height - 1
        for row in drawn:
            _zeros(pen, axis - 1, steps, row, Ink(network_colour(palette, row.name), palette.panel))
        steps.write(pen, axis, palette, lambda _: palette.text)

    def _chart(
        self, width: int, height: int, scene: CompareScene, drawn: "Sequence[ComparedNetwork]", steps: int
    ) -> Chart:
        """The chart; the last one, where nothing that is drawn has changed."""
        chosen = scene.view.chosen
        key = (width, height, scene.palette, chosen, steps, *drawn)
        if self._built is not None and self._built[0] == key:
            return self._built[1]
        x_limits = limits_of_steps(steps)
        limits, ticks = log_axis(*y_limits(_known(drawn)), rows=height - 1)
        label_width = max([_LABELS, *(len(tick.label) for tick in ticks)])
        palette = scene.palette
        built = chart(
            list(_lines(palette, drawn, chosen, (limits[1] - limits[0]) / (DOWN * (height - 1)))),
            width=width,
            height=height,
            x_limits=x_limits,
            y_limits=limits,
            y_ticks=ticks,
            label_width=label_width,
            axis=palette.muted,
        )
        draw_bands(built, _bands(palette, drawn, chosen), x_limits=x_limits, y_limits=limits)
        marks = list(_marks(palette, drawn, chosen, _marked(steps, built.columns)))
        draw_markers(built, marks, x_limits=x_limits, y_limits=limits)
        self._built = (key, built)
        return built


def _of(comparison: "Comparison | None", name: str) -> "ComparedNetwork | None":
    return None if comparison is None else comparison.row(name)


def _marked(steps: int, columns: int) -> int:
    """Each n-th step has a marker: every step, or as many as have room; they take turns, curve by curve."""
    return 1 if steps * _CELLS_A_MARK <= columns else max(2, 12 * steps // max(1, columns))


def _known(drawn: "Sequence[ComparedNetwork]") -> Sequence[float]:
    """Every value that the axis must reach, whichever network is chosen."""
    import numpy as np

    found: list[float] = []
    for row in drawn:
        figures = row.figures
        for values in () if figures is None else (figures.log10_grad_hidden, figures.log10_grad_cell, figures.bands):
            finite = values[np.isfinite(values)] if values is not None else ()
            found.extend((float(min(finite)), float(max(finite))) if len(finite) else ())
    return found


def _lines(palette: Palette, drawn: "Sequence[ComparedNetwork]", chosen: str, dot: float) -> Iterator[ChartSeries]:
    """The lines of h and of an LSTM's c; of the chosen network last, and that of h `dot` thicker than the others.

    Where it has bands it has the only line: others would leave too little of them to be seen.
    """
    banded = any(row.name == chosen and row.figures is not None and row.figures.bands is not None for row in drawn)
    for row in sorted(drawn, key=lambda row: row.name == chosen):
        strong = row.name == chosen
        if row.figures is None or (banded and not strong):
            continue
        colour = network_colour(palette, row.name)
        if not strong:
            colour = palette.mix(palette.panel, colour, _FAINT) if palette.blend else palette.muted
        steps = range(1, len(row.figures.log10_grad_hidden) + 1)
        if row.figures.log10_grad_cell is not None:
            yield ChartSeries(x=steps, y=row.figures.log10_grad_cell, colour=colour)
        for shift in (-dot / 2, dot / 2) if strong else (0.0,):
            yield ChartSeries(x=steps, y=row.figures.log10_grad_hidden + shift, colour=colour)


def _marks(palette: Palette, drawn: "Sequence[ComparedNetwork]", chosen: str, every: int) -> Iterator[CurveMarkers]:
    """A marker at each n-th step, the chosen network's first; where not at every one, they take turns."""
    for row in sorted(drawn, key=lambda row: row.name != chosen):
        if row.figures is None:
            continue
        colour = network_colour(palette, row.name)
        colour = colour if row.name == chosen else palette.mix(palette.panel, colour, _CLEAR)
        turn = list(MARKERS).index(row.name) * every // len(MARKERS)
        steps = len(row.figures.log10_grad_hidden)
        yield CurveMarkers(row.figures.log10_grad_hidden, range(turn, steps, every), MARKERS[row.name], colour)
        if row.figures.log10_grad_cell is not None:
            turn = (turn + every // 2) % every
            yield CurveMarkers(row.figures.log10_grad_cell, range(turn, steps, every), CELL_MARKER, colour)


def _bands(palette: Palette, drawn: "Sequence[ComparedNetwork]", chosen: str) -> list[ShadedBand]:
    """Of the chosen network, where 90 % and where half of the seeds are."""
    figures = next((row.figures for row in drawn if row.name == chosen), None)
    if figures is None or figures.bands is None:
        return []
    lowest, low, _, high, highest = figures.bands
    steps = range(1, len(lowest) + 1)
    colour = network_colour(palette, chosen)
    return [
        ShadedBand(steps, lowest, highest, "░", palette.mix(palette.panel, colour, _OUTER)),
        ShadedBand(steps, low, high, "▒", palette.mix(palette.panel, colour, _INNER)),
    ]


def _zeros(pen: Pen, y: int, steps: Steps, row: "ComparedNetwork", ink: Ink) -> None:
    """At the foot, a `0` for a gradient that is truly zero, a `?` for an unknown one."""
    import numpy as np

    if row.figures is None:
        return
    values = row.figures.log10_grad_hidden
    for char, places in (("?", np.flatnonzero(np.isnan(values))), ("0", np.flatnonzero(np.isneginf(values)))):
        for step in places[:: 1 + len(places) // (4 * pen.width)].tolist():
            pen.text(steps.column(step), y, char, ink)


def _numbers(pen: Pen, scene: CompareScene) -> int:
    """The chosen network's gradient at the first step and the last. Returns the row after it."""
    row, palette = _of(scene.results.compare, scene.view.chosen), scene.palette
    if row is None:
        return 1
    muted, strong = Ink(palette.muted, palette.panel), Ink(palette.text, palette.panel, bold=True)
    colour = Ink(network_colour(palette, row.name), palette.panel, bold=True)
    phrases = [phrase(((f"{MARKERS[row.name]} {row.name}", colour),), ((MARKERS[row.name], colour),), ranks=5)]
    if row.figures is None:
        reason = "refuses this text" if row.refusal else "cannot be" if row.problem else "measuring…"
        phrases.append(phrase(((reason, muted),), ranks=9))
    else:
        values = row.figures.log10_grad_hidden
        for step in dict.fromkeys((0, len(values) - 1)):
            name, number = f"‖∂L/∂h{subscript(step)}‖ ", log10_text(float(values[step]))
            phrases.append(_with(name, f"h{subscript(step)} ", number, muted, strong))
        if row.figures.log10_grad_cell is not None:
            mark = (f"{CELL_MARKER} ", Ink(colour.colour, palette.panel))
            phrases.append(phrase((mark, ("of its c", muted)), (mark, ("c", muted)), (), ranks=3))
    write(pen, 0, 0, phrases, width=pen.width, gap=2)
    return 1


def _with(name: str, brief: str, number: str, muted: Ink, strong: Ink) -> Phrase:
    return phrase(((name, muted), (number, strong)), ((brief, muted), (number, strong)), ranks=7)


def _legend(pen: Pen, scene: CompareScene, shown: "Sequence[ComparedNetwork]") -> int:
    """The meaning of each marker, in the order of the table. Returns the row after it."""
    palette, chosen = scene.palette, scene.view.chosen
    names = {row.name for row in shown}
    x = y = 0
    for name in order_of(scene.results.compare, scene.view):
        if name not in names and name != chosen:
            continue
        strong, colour = name == chosen, network_colour(palette, name)
        text = f"{'▸' if strong else ''}{MARKERS[name]} {name}"
        if x and x + len(text) > pen.width:
            x, y = 0, y + 1
        pen.text(x, y, text, Ink(colour if strong else palette.muted, palette.panel, bold=strong))
        pen.text(x + strong, y, MARKERS[name], Ink(colour, palette.panel, bold=strong))
        x += len(text) + 2
    return y + 1
