"""What each time step brings to the gradient, in numbers: what the map of the time steps draws."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rnn_tui.lab.text.numbers import log10_text
from rnn_tui.ui.panels.drawing.canvas import Canvas
from rnn_tui.ui.panels.drawing.pen import Ink, Pen
from rnn_tui.ui.screens.train.panels.chart import sample_at
from rnn_tui.ui.screens.train.scene import TrainScene

if TYPE_CHECKING:
    from rnn_tui.lab.training.record.samples import Sample

_HEADS = (("t", 6), ("‖∂L/∂W⁽ᵗ⁾‖", 11), ("‖∂L/∂h_t‖", 10))
_WIDTH = sum(width for _, width in _HEADS)
_GAP = 3


class ByStepPanel(Canvas[TrainScene]):
    """A line a time step, in as many columns as there is room for; of too many steps some, evenly apart."""

    def title(self, scene: TrainScene) -> str:
        sample = _sample(scene)
        return "What each time step brings" + ("" if sample is None else f", after step {sample.step:,}")

    def keys(self, scene: TrainScene) -> Sequence[tuple[str, str]]:
        return [("i", "charts"), ("p", "more"), ("←→", "step")]

    def foot(self, scene: TrainScene) -> Sequence[str]:
        return (
            "of the network: what the copy of W at step t brings to g, before clipping; ‖∂L/∂h_t‖: mean over the batch",
            "W⁽ᵗ⁾ the copy of W at step t; of h_t the mean over the batch",
            "before clipping",
        )

    def paint(self, pen: Pen, scene: TrainScene) -> None:
        muted, normal = Ink(scene.palette.muted, scene.palette.panel), Ink(scene.palette.text, scene.palette.panel)
        sample = _sample(scene)
        if sample is None:
            pen.text(0, 0, "nothing was measured yet", muted)
            return
        rows, length = pen.height - 1, len(sample.log10_hidden)
        columns = max(1, (pen.width + _GAP) // (_WIDTH + _GAP))
        steps = chosen_steps(length, rows * columns)
        if not steps:
            pen.text(0, 0, "…", muted)
        for index, step in enumerate(steps):
            x, y = index // rows * (_WIDTH + _GAP), index % rows
            if not y:
                _line(pen, x, 0, [head for head, _ in _HEADS], muted)
            texts = [f"{step + 1:,}", _text(sample.log10_parts[step]), _text(sample.log10_hidden[step])]
            _line(pen, x, y + 1, texts, normal)


def chosen_steps(length: int, most: int) -> list[int]:
    """All time steps (0-based), or so many of them evenly apart, the first and the last among them."""
    if length <= most:
        return list(range(length))
    if most < 2:
        return [length - 1][:most]
    return [round(index * (length - 1) / (most - 1)) for index in range(most)]


def _text(log10: float) -> str:
    return "–" if math.isnan(log10) else log10_text(float(log10))


def _line(pen: Pen, x: int, y: int, texts: Sequence[str], ink: Ink) -> None:
    for text, (_, width) in zip(texts, _HEADS, strict=True):
        x = pen.text(x, y, text.rjust(width), ink)


def _sample(scene: TrainScene) -> "Sample | None":
    progress = scene.results.progress
    if progress is None or progress.training is None:
        return None
    run = progress.training.main
    place = sample_at(run, progress.marked(scene.view.cursor))
    return None if place is None else run.samples.kept[place]
