"""The curves of the gradient chart and their legend."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from rnn_tui.lab.measurement.measurement import Measurement
from rnn_tui.lab.text.numbers import log10_text
from rnn_tui.ui.charts.plotting import ChartSeries, Point
from rnn_tui.ui.panels.drawing.pen import Ink
from rnn_tui.ui.panels.drawing.phrases import Phrase, phrase, said
from rnn_tui.ui.panels.steps import subscript
from rnn_tui.ui.screens.unroll.scene import UnrollScene
from rnn_tui.ui.themes.themes import Palette

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import FloatArray

THRESHOLD = "┄"
_LINE = "⠒"


class GradientMarkers(NamedTuple):
    """The shapes that distinguish the curves without their colours.

    Attributes:
        raw, cell, last, clipped, full: the marker of each curve.
        every: which steps are marked: each step, or each n-th where they are too close.
    """

    raw: str
    cell: str
    last: str
    clipped: str
    full: str
    every: int


def gradient_markers(steps: int, width: int) -> GradientMarkers:
    """A marker at every step on a thin line; where steps are too close, rows of dots beside a line without them."""
    if steps * 3 <= width:
        return GradientMarkers("●", "▲", "○", "◆", "·", every=1)
    return GradientMarkers(_LINE, "▴", "∘", "▪", "·", every=max(2, 2 * steps // width))


def came_back(scene: UnrollScene, steps: int) -> range:
    """The steps to which the gradient has come back: all of them, but while a walk is under way."""
    play = scene.view.play
    if play is None:
        return range(steps)
    return range(play.step, steps) if play.phase == "backward" else range(0)


def gradient_curves(scene: UnrollScene, measurement: Measurement, marks: GradientMarkers) -> list[ChartSeries]:
    """The gradients there are: of h as it would be uncut, as it is, and clipped; of c; of the last loss alone."""
    palette = scene.palette
    back = came_back(scene, measurement.steps)
    steps = range(back.start + 1, back.stop + 1)

    def series(values: "FloatArray", colour: str, marker: str) -> ChartSeries:
        shown = values[back.start : back.stop]
        if marker == _LINE:
            return ChartSeries(x=steps, y=shown, colour=colour)
        if marks.every == 1:
            return ChartSeries(x=steps, y=shown, colour=colour, marker=marker)
        return ChartSeries(x=steps[:: marks.every], y=shown[:: marks.every], colour=colour, line=None, marker=marker)

    found = []
    if measurement.truncation is not None:
        found.append(series(measurement.log10_grad_hidden_full, palette.muted, marks.full))
    if measurement.log10_grad_cell is not None:
        found.append(series(measurement.log10_grad_cell, palette.cell, marks.cell))
    found.append(series(measurement.log10_grad_hidden, palette.back, marks.raw))
    if measurement.experiment.loss != "last":
        found.append(series(measurement.log10_grad_hidden_last, palette.flow, marks.last))
    if measurement.clip.mode != "off" and measurement.log10_grad_hidden_clipped is not None:
        found.append(series(measurement.log10_grad_hidden_clipped, palette.clipped, marks.clipped))
    return found


def threshold_line(scene: UnrollScene, measurement: Measurement, x_limits: Point) -> ChartSeries | None:
    """θ, where it is on this axis: where every step's gradient is limited to it."""
    if measurement.clip.mode != "step":
        return None
    theta = math.log10(measurement.clip.threshold)
    return ChartSeries(x=x_limits, y=(theta, theta), colour=scene.palette.threshold, line=THRESHOLD)


def known_values(measurement: Measurement) -> Sequence[float]:
    """Every value that the axis must reach, whatever part of the curves is shown."""
    import numpy as np

    arrays = [measurement.log10_grad_hidden, measurement.log10_grad_hidden_full]
    if measurement.log10_grad_cell is not None:
        arrays.append(measurement.log10_grad_cell)
    if measurement.experiment.loss != "last":
        arrays.append(measurement.log10_grad_hidden_last)
    if measurement.clip.mode != "off" and measurement.log10_grad_hidden_clipped is not None:
        arrays.append(measurement.log10_grad_hidden_clipped)
    if measurement.clip.mode == "step":
        arrays.append(np.array([math.log10(measurement.clip.threshold)]))
    joined = np.concatenate(arrays)
    finite = joined[np.isfinite(joined)]
    return (float(finite.min()), float(finite.max())) if finite.size else ()


def gradient_legend(
    scene: UnrollScene, measurement: Measurement, selected: int, marks: GradientMarkers
) -> list[Phrase]:
    """The selected step's number, and the meaning of each marker."""
    palette = scene.palette
    muted, normal = Ink(palette.muted, palette.panel), Ink(palette.text, palette.panel)
    shown = selected in came_back(scene, measurement.steps)
    value = log10_text(float(measurement.log10_grad_hidden[selected])) if shown else "…"
    name = subscript(selected)
    strong = (value, Ink(palette.text, palette.panel, bold=True))
    phrases = [phrase(((f"‖∂L/∂h{name}‖ ", normal), strong), ((f"‖δ{name}‖ ", normal), strong), ranks=8)]
    raw = f"{marks.raw} ", Ink(palette.back, palette.panel)
    of_cell = measurement.log10_grad_cell
    if of_cell is not None:
        mark = f"{marks.cell} ", Ink(palette.cell, palette.panel)
        number = f" {log10_text(float(of_cell[selected]))}" if shown else ""
        of_hidden = "of h"
        if measurement.truncation is not None:
            of_hidden += f", cut after {measurement.truncation.steps:,}"
        phrases.append(phrase((raw, (of_hidden, muted)), (raw, ("h", muted)), ranks=6))
        phrases.append(phrase((mark, ("of c", muted), (number, normal)), (mark, ("c", muted)), ranks=6))
    elif measurement.truncation is None:
        phrases.append(phrase((raw, ("raw", muted)), (), ranks=6))
    if measurement.truncation is not None:
        steps = f"cut after {measurement.truncation.steps:,}"
        mark = f"{marks.full} ", muted
        if of_cell is None:
            phrases.append(phrase((raw, (steps, muted)), (raw, ("cut", muted)), ranks=5))
        phrases.append(phrase((mark, ("uncut", muted)), ranks=5))
    if measurement.experiment.loss != "last":
        mark = (f"{marks.last} ", Ink(palette.flow, palette.panel))
        phrases.append(phrase((mark, ("of L_T alone", muted)), (mark, ("L_T", muted)), ranks=5))
    return [*phrases, *_clip_legend(measurement, palette, marks)]


def _clip_legend(measurement: Measurement, palette: Palette, marks: GradientMarkers) -> list[Phrase]:
    """What clipping does; a θ on this axis there is for steps alone, the norm of all of g is a gauge."""
    clip = measurement.clip
    muted, clipped = Ink(palette.muted, palette.panel), Ink(palette.clipped, palette.panel)
    theta = f"{clip.threshold:g}"
    if clip.mode == "off":
        return []
    if clip.mode == "value":
        ways = (
            f"value clipping limits the entries of g to ±{theta}, not these",
            f"clip ±{theta}: entries of g, not these",
            f"±{theta} on g alone",
        )
        return [said(clipped, *ways, ranks=2)]
    mark = phrase(((f"{marks.clipped} ", clipped), ("clipped", muted)), (), ranks=6)
    if clip.mode == "norm":
        gauge = f"‖g‖ {log10_text(clip.log10_norm_before)} → {log10_text(clip.log10_norm_after)}"
        return [mark, said(clipped, f"{gauge} (θ {theta})", gauge, "", ranks=4)]
    return [mark, said(Ink(palette.threshold, palette.panel), f"{THRESHOLD} θ {theta}", ranks=6)]
