"""The gradient's norm at every step, before clipping, with θ and the steps that were clipped."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rnn_tui.lab.text.numbers import log10_text, setting_text
from rnn_tui.lab.training.record.events import Who
from rnn_tui.ui.charts.plotting import ChartSeries, log_axis
from rnn_tui.ui.panels.drawing.pen import Ink
from rnn_tui.ui.panels.drawing.phrases import Phrase, said
from rnn_tui.ui.screens.train.panels.axis import axis_end, binned_curve
from rnn_tui.ui.screens.train.panels.chart import TrainChart, TrainPlot, across, dashed, run_line, values
from rnn_tui.ui.screens.train.scene import TrainScene

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import FloatArray
    from rnn_tui.lab.training.record.run import TrainingRun
    from rnn_tui.lab.training.training import Training

CLIPPED = "×"
_LEAST_SPAN = 1.0


class NormPanel(TrainChart):
    """The largest norm of each column, on a log scale."""

    def title(self, scene: TrainScene) -> str:
        return "Gradient norm ‖g‖"

    def keys(self, scene: TrainScene) -> Sequence[tuple[str, str]]:
        return (("c", "clip"), ("S", "θ"))

    def foot(self, scene: TrainScene) -> Sequence[str]:
        return (
            "the largest of each column, before clipping; log scale",
            "before clipping; log scale",
            "before clipping",
        )

    def plot(self, scene: TrainScene, training: "Training", *, columns: int, rows: int) -> TrainPlot:
        import numpy as np

        end, theta = axis_end(training.step), math.log10(training.settings.experiment.threshold)
        lines, marks, reached = [], [], []
        for who, run in training.runs.items():
            curve = run.curves.of("norm")
            bins = columns if who == "main" else columns // 2
            x, y = binned_curve(
                curve.steps, np.log10(np.maximum(curve.high, 1e-300)), end=end, bins=bins, take=np.maximum
            )
            lines.append(run_line(who, x, y, scene.palette))
            reached += y.tolist()
            marks += _clipped_steps(training, who, run, scene, columns)
        if shows_theta(training):
            reached.append(theta)
            lines.insert(0, across(training, theta, scene.palette.threshold))
        low_end, high_end = (min(reached), max(reached)) if reached else (-1.0, 1.0)
        margin = max(0.0, (_LEAST_SPAN - (high_end - low_end)) / 2)
        y_limits, ticks = log_axis(low_end - margin, high_end + margin, rows=rows)
        return TrainPlot([*lines, *marks], y_limits, ticks)

    def legend(self, scene: TrainScene, training: "Training", step: int) -> Sequence[Phrase]:
        palette, theta = scene.palette, setting_text(training.settings.experiment.threshold)
        found = values(scene, {who: _at(run, step) for who, run in training.runs.items()})
        if not shows_theta(training):
            return [*found, said(Ink(palette.muted, palette.panel), "nothing is clipped", "no clip", "", ranks=3)]
        found.append(dashed(scene, palette.threshold, f"θ {theta}", rank=8))
        found.append(said(Ink(palette.clipped, palette.panel), f"{CLIPPED} clipped", CLIPPED, "", ranks=6))
        return found


def shows_theta(training: "Training") -> bool:
    """Whether one of the networks is clipped."""
    return any(training.live(training.step, who).clip != "off" for who in training.runs)


def _clipped_steps(
    training: "Training", who: Who, run: "TrainingRun", scene: TrainScene, columns: int
) -> list[ChartSeries]:
    """A mark on θ in each column where a step was clipped: the network's; else, where it has none, the twin's."""
    import numpy as np

    if who == "twin" and training.main.curves.of("clipped").high.any():
        return []
    curve = run.curves.of("clipped")
    x, y = binned_curve(curve.steps, curve.high, end=axis_end(training.step), bins=columns // 2, take=np.maximum)
    x = x[y > 0]
    if not len(x):
        return []
    theta: FloatArray = np.full(len(x), math.log10(training.settings.experiment.threshold))
    return [ChartSeries(x=x, y=theta, colour=scene.palette.clipped, line=None, marker=CLIPPED)]


def _at(run: "TrainingRun", step: int) -> str:
    import numpy as np

    curve = run.curves.of("norm")
    if not step or not len(curve.steps):
        return "…"
    place = min(int(np.searchsorted(curve.steps, step)), len(curve.steps) - 1)
    value = float(curve.high[place])
    return log10_text(math.log10(value)) if value else "0"
