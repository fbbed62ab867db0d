"""The influence panel: how much of every word is left in every state, in four views."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from rnn_tui.engine.kinds import SHARES_WITHIN
from rnn_tui.lab.measurement.measurement import Measurement
from rnn_tui.lab.text.glyphs import word_width
from rnn_tui.lab.text.numbers import number_text, of_whole_text
from rnn_tui.ui.panels.drawing.canvas import Canvas
from rnn_tui.ui.panels.drawing.pen import Ink, Pen
from rnn_tui.ui.panels.pairs import Pairs, log10_cells, off_text, pairs, share_text, triangle_with
from rnn_tui.ui.panels.steps import Window, subscript, window
from rnn_tui.ui.screens.unroll.panels.stacked import draw_stacked
from rnn_tui.ui.screens.unroll.scene import UnrollScene
from rnn_tui.ui.state.requests import TriangleWanted

_TITLES = {
    "shares": "Influence of words",
    "stacked": "Influence, stacked",
    "log": "Influence, log₁₀",
    "itemised": "Itemised gradient, log₁₀",
}
_MEASURES = {
    "gradient": "‖∂{0}_t/∂x_k‖",
    "gradient-input": "‖(∂{0}_t/∂x_k)·x_k‖",
    "integrated": "‖∫(∂{0}_t/∂x_k)·x_k‖",
    "occlusion": "‖{0}_t − {0}_t without x_k‖",
}
_LETTERS = {"state": "h", "output": "y"}
_LEAST_COLUMN = {"shares": 5, "stacked": 5, "log": 6, "itemised": 6}
_WIDEST_COLUMN = 24
_TALLEST_ROW = 7
_BESIDE_TITLE = 14


class InfluenceGrid(NamedTuple):
    """The places of the panel's cells."""

    window: Window
    label: int
    column: int
    row: int
    top: int
    earlier: bool

    def x(self, step: int) -> int:
        """The first column of a step's cells."""
        return self.label + 1 + (step - self.window.start) * self.column

    def y(self, word: int) -> int:
        """The first row of a word's cells."""
        return self.top + self.earlier + (word - self.window.start) * self.row


def influence_grid(*, width: int, height: int, measurement: Measurement, selected: int, least: int) -> InfluenceGrid:
    """As many steps around the selected one as there is room for, in cells as large as they can be."""
    steps = measurement.steps
    least_label, header = 8, 1
    rows = height - header
    room = max(1, min((width - least_label - 1) // least, rows))
    if room < steps:
        room = max(1, min(room, rows - 1))
    shown = window(selected, steps, room)
    earlier = shown.start > 0
    words = measurement.words[shown.start : shown.stop]
    widest = max(word_width(word) for word in words) + 2
    spare = width - 1 - shown.length * least
    label = min(max(least_label, widest), max(least_label, spare))
    column = min(_WIDEST_COLUMN, (width - 1 - label) // shown.length)
    row = min(_TALLEST_ROW, max(1, (rows - earlier) // shown.length))
    return InfluenceGrid(shown, label, column, row, header, earlier)


class InfluencePanel(Canvas[UnrollScene]):
    """Columns are the states h_t (or the losses L_t), rows are the words (or the copies of W)."""

    def title(self, scene: UnrollScene) -> str:
        title, measurement = _TITLES[scene.view.influence], scene.measurement
        if scene.view.influence == "itemised" or measurement is None:
            return title
        residual = _residual(scene, min(scene.step, measurement.steps - 1))
        if residual is None:
            return title
        if residual > SHARES_WITHIN:
            whole, short = (
                f"{title} · no shares, off by {of_whole_text(residual)}",
                f"Influence · no shares {off_text(residual)}",
            )
        else:
            whole = f"{title} · adds up within {number_text(residual)}"
            short = f"Influence · sum ±{number_text(residual)}"
        # A panel beside another has no room for so much, and its keys.
        return whole if self.size.width >= len(whole) + _BESIDE_TITLE else short

    def keys(self, scene: UnrollScene) -> Sequence[tuple[str, str]]:
        other = [("p", "gradient")] if self.has_class("-alone") else []
        measure = [("m", "measure")] if scene.view.influence != "itemised" else []
        return [("v", "view"), *other, *measure]

    def foot(self, scene: UnrollScene) -> Sequence[str]:
        """What the numbers are."""
        letter = _LETTERS[scene.experiment.influence_on]
        measure = _MEASURES[scene.experiment.influence].format(letter)
        if scene.view.influence == "itemised" and scene.experiment.cell == "feedforward":
            return ("log₁₀ ‖∂L_t/∂W_k‖, W_k of layer k; the first is 0, since h₀ = 0", "log₁₀ ‖∂L_t/∂W_k‖")
        if scene.view.influence == "itemised":
            return (
                "log₁₀ ‖∂L_t/∂W⁽ᵏ⁾‖, W⁽ᵏ⁾ the copy of W at word k; the first is 0, since h₀ = 0",
                "log₁₀ ‖∂L_t/∂W⁽ᵏ⁾‖; first row 0, as h₀ = 0",
                "log₁₀ ‖∂L_t/∂W⁽ᵏ⁾‖",
            )
        if scene.view.influence == "log":
            return (f"log₁₀ {measure}, word k on step t", f"log₁₀ {measure}")
        return (
            f"{measure} of word k, as a share of the column's sum",
            f"{measure}, a share of each column",
            f"shares of {measure}",
            measure,
        )

    def paint(self, pen: Pen, scene: UnrollScene) -> None:
        if scene.measurement is None:
            return
        selected = min(scene.step, scene.measurement.steps - 1)
        shown = _of_the_walk(scene, selected)
        grid = influence_grid(
            width=pen.width,
            height=pen.height,
            measurement=scene.measurement,
            selected=shown,
            least=_LEAST_COLUMN[scene.view.influence],
        )
        _header(pen, grid, scene, selected)
        triangle = triangle_with(scene, grid.window)
        if triangle is None:
            self.post_message(TriangleWanted(*grid.window))
            what = "measuring…" if scene.view.play is None else "measured once the walk stops"
            pen.text(grid.label + 1, grid.top + 1, what, Ink(scene.palette.muted, scene.palette.panel))
            return
        found = pairs(triangle, grid.window)
        reached = _reached(scene) if shown == selected else scene.measurement.steps - 1
        if scene.view.influence == "stacked":
            draw_stacked(pen, scene, found, label=grid.label, column=grid.column, reached=reached)
            return
        _labels(pen, grid, scene, selected)
        if scene.view.influence == "shares":
            _shares(pen, grid, scene, found, selected, reached)
        else:
            _logarithms(pen, grid, scene, found, selected, reached)


def _residual(scene: UnrollScene, step: int) -> float | None:
    """How far the words' integrated gradients are from adding up to the step's whole.

    None for another measure, and where there is no whole.
    """
    triangle = triangle_with(scene, Window(step, step + 1))
    if triangle is None or triangle.integrated_residual is None:
        return None
    residual = float(triangle.integrated_residual[step - triangle.start])
    return None if math.isnan(residual) else residual


def _of_the_walk(scene: UnrollScene, selected: int) -> int:
    """The step around which the influence is shown: the selected one.

    A walk through a text of which only a window was measured goes too fast to measure others: what was there stays.
    """
    assert scene.measurement is not None
    if scene.view.play is None or scene.measurement.triangle is not None or scene.triangle is None:
        return selected
    start, stop = scene.triangle.start, scene.triangle.stop
    return stop - 1 if stop == scene.measurement.steps else 0 if start == 0 else (start + stop) // 2


def _reached(scene: UnrollScene) -> int:
    """The last step that a walk forward has come to, or all."""
    play = scene.view.play
    if play is not None and play.phase == "forward":
        return play.step
    return scene.measurement.steps - 1 if scene.measurement is not None else 0


def _header(pen: Pen, grid: InfluenceGrid, scene: UnrollScene, selected: int) -> None:
    """The names of the columns, the selected one first, then as many of the others as do not touch."""
    assert scene.measurement is not None
    symbol = "L" if scene.view.influence == "itemised" else _LETTERS[scene.measurement.experiment.influence_on]
    free = [True] * (pen.width + 2)
    first = [selected] if grid.window.start <= selected < grid.window.stop else []
    for step in dict.fromkeys([*first, *range(grid.window.start, grid.window.stop)]):
        chosen = step == selected
        name = f"{symbol}{subscript(step)}"
        text = f"▸{name}◂" if chosen else name
        x = min(grid.x(step) + (grid.column - 1 - len(text)) // 2, pen.width - len(text))
        if x < 0 or not all(free[x : x + len(text) + 1]):
            continue
        free[x : x + len(text) + 1] = [False] * (len(text) + 1)
        colour = scene.palette.selected if chosen else scene.palette.muted
        pen.text(x, 0, text, Ink(colour, scene.palette.panel, bold=chosen))


def _labels(pen: Pen, grid: InfluenceGrid, scene: UnrollScene, selected: int) -> None:
    palette = scene.palette
    assert scene.measurement is not None
    if grid.earlier:
        what = "earlier" if scene.view.influence == "shares" else f"‹ {grid.window.start:,}"
        pen.text(0, grid.top, what, Ink(palette.muted, palette.panel))
    for step in range(grid.window.start, grid.window.stop):
        word = scene.measurement.words[step]
        y = grid.y(step) + (grid.row - 1) // 2
        chosen = step == selected
        if chosen:
            pen.text(0, y, "▸", Ink(palette.selected, palette.panel, bold=True))
        pen.word(
            1, y, word, Ink(scene.word_colour(word), palette.panel, bold=chosen), width=grid.label - 1, align="left"
        )


def _cell(pen: Pen, grid: InfluenceGrid, step: int, word: int, text: str, ink: Ink) -> None:
    x, y = grid.x(step), grid.y(word)
    pen.fill(x, y, grid.column - 1, grid.row, ink)
    pen.centred(x, y + (grid.row - 1) // 2, grid.column - 1, text, ink)


def _shares(pen: Pen, grid: InfluenceGrid, scene: UnrollScene, found: Pairs, selected: int, reached: int) -> None:
    palette = scene.palette
    start = grid.window.start
    for step in range(start, min(grid.window.stop, reached + 1)):
        if grid.earlier:
            text = share_text(float(found.earlier[step - start])).rjust(4)
            pen.centred(grid.x(step), grid.top, grid.column - 1, text, Ink(palette.muted, palette.panel))
        for word in range(start, step + 1):
            share = float(found.shares[step - start, word - start])
            colour = scene.word_colour(scene.measurement.words[word]) if scene.measurement else palette.text
            if math.isnan(share) or share == 0:
                ink = Ink(palette.muted, palette.panel)
            else:
                ground = palette.mix(palette.panel, colour, 0.12 + 0.88 * share)
                if ground == palette.panel:
                    ink = Ink(colour, palette.panel, bold=step == selected)
                else:
                    ink = Ink(palette.on(ground), ground, bold=step == selected)
            _cell(
                pen,
                grid,
                step,
                word,
                _without(found, step - start, word - start, grid.column - 1) or share_text(share).rjust(4),
                ink,
            )


def _without(found: Pairs, row: int, word: int, width: int) -> str | None:
    """What is written in the place of a step's shares where it has none: how far they are off, and nothing below."""
    off = found.unresolved.get(row)
    if off is None:
        return None
    return off_text(off, width) if word == 0 else "?"


def _logarithms(pen: Pen, grid: InfluenceGrid, scene: UnrollScene, found: Pairs, selected: int, reached: int) -> None:
    palette = scene.palette
    values = found.itemised_log10 if scene.view.influence == "itemised" else found.influence_log10
    start, length = grid.window.start, grid.window.length
    shown = [float(values[step, word]) for step in range(length) for word in range(step + 1)]
    finite = [value for value in shown if math.isfinite(value)]
    low, high = (min(finite), max(finite)) if finite else (0.0, 0.0)
    texts = iter(log10_cells(shown, grid.column - 1))
    for step in range(start, grid.window.stop):
        for word in range(start, step + 1):
            value, text = float(values[step - start, word - start]), next(texts)
            if step > reached:
                continue
            if math.isfinite(value):
                ground = palette.magnitude((value - low) / (high - low) if high - low > 1e-9 else 0.5)
                ink = Ink(palette.on(ground), ground, bold=step == selected)
            else:
                ink = Ink(palette.muted, palette.panel)
            if scene.view.influence != "itemised":
                text = _without(found, step - start, word - start, grid.column - 1) or text
            _cell(pen, grid, step, word, text, ink)
