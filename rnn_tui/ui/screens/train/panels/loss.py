"""The loss of every batch, beside what can be had without memory."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rnn_tui.lab.text.numbers import number_text
from rnn_tui.ui.charts.plotting import log_axis
from rnn_tui.ui.panels.drawing.phrases import Phrase
from rnn_tui.ui.screens.train.panels.axis import axis_end, axis_top, binned_curve, ticks_from_zero
from rnn_tui.ui.screens.train.panels.chart import (
    TrainChart,
    TrainPlot,
    across,
    names_of,
    reference_names,
    references,
    run_line,
    values,
)
from rnn_tui.ui.screens.train.scene import TrainScene

if TYPE_CHECKING:
    from rnn_tui.lab.training.record.run import TrainingRun
    from rnn_tui.lab.training.training import Training

# From so many times as large at the top as at the foot, a logarithmic axis tells more.
_LOGARITHMIC = 20.0
_LEAST_SPAN = 0.5


class LossPanel(TrainChart):
    """A mean over the steps of each column; linear from 0, or logarithmic where that tells more."""

    def title(self, scene: TrainScene) -> str:
        return "Loss"

    def foot(self, scene: TrainScene) -> Sequence[str]:
        progress = scene.results.progress
        if progress is None or progress.training is None:
            return ()
        what = "of each batch, before its step"
        return (f"{what}; log scale", "log scale") if _logarithmic(progress.training) else (what,)

    def plot(self, scene: TrainScene, training: "Training", *, columns: int, rows: int) -> TrainPlot:
        import numpy as np

        end, log = axis_end(training.step), _logarithmic(training)
        against = {line: _scaled(each.loss, log=log) for line, each in references(training).items()}
        lines = [across(training, y, scene.palette.muted, line=line) for line, y in against.items()]
        reached = list(against.values())
        for who, run in training.runs.items():
            curve = run.curves.of("loss")
            x, y = binned_curve(
                curve.steps, curve.mean, end=end, bins=columns // (1 if who == "main" else 2), take=np.add
            )
            y = np.log10(np.maximum(y, 1e-300)) if log else y
            lines.append(run_line(who, x, y, scene.palette))
            reached += y[np.isfinite(y)].tolist()
        if not log:
            top = axis_top(max(reached))
            return TrainPlot(lines, (0.0, top), ticks_from_zero(top, rows, "{:g}".format), names_of(training))
        low, high = min(reached), max(reached)
        y_limits, ticks = log_axis(low, max(high, low + _LEAST_SPAN), rows=rows)
        return TrainPlot(lines, y_limits, ticks, names_of(training))

    def legend(self, scene: TrainScene, training: "Training", step: int) -> Sequence[Phrase]:
        return [
            *values(scene, {who: _at(run, step) for who, run in training.runs.items()}),
            *reference_names(scene, {line: number_text(each.loss) for line, each in references(training).items()}),
        ]


def _scaled(value: float, *, log: bool) -> float:
    return math.log10(value) if log else value


def _logarithmic(training: "Training") -> bool:
    found = [each.loss for each in references(training).values()]
    for run in training.runs.values():
        mean = run.curves.of("loss").mean
        if len(mean):
            found += [float(mean.max()), float(mean.min())]
    return min(found) > 0 and max(found) > _LOGARITHMIC * min(found)


def _at(run: "TrainingRun", step: int) -> str:
    """The loss at a step, or around it."""
    import numpy as np

    curve = run.curves.of("loss")
    if not step or not len(curve.steps):
        return "…"
    place = min(int(np.searchsorted(curve.steps, step)), len(curve.steps) - 1)
    return number_text(float(curve.mean[place]))
