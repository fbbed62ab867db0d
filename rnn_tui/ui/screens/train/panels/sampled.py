"""What is measured of the network every so many steps: its error on fresh sequences, and ρ(W)."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rnn_tui.lab.experiment.trained.task_result import is_share, short_error
from rnn_tui.lab.text.numbers import number_text
from rnn_tui.lab.training.record.samples import Sample
from rnn_tui.ui.panels.drawing.phrases import Phrase
from rnn_tui.ui.screens.train.panels.axis import axis_end, axis_top, binned_curve, ticks_from_zero
from rnn_tui.ui.screens.train.panels.chart import (
    DASH,
    TrainChart,
    TrainPlot,
    across,
    dashed,
    names_of,
    reference_names,
    references,
    run_line,
    sample_at,
    values,
)
from rnn_tui.ui.screens.train.scene import TrainScene

if TYPE_CHECKING:
    from rnn_tui.lab.training.record.run import TrainingRun
    from rnn_tui.lab.training.training import Training


class SampledPanel(TrainChart):
    """One number of every sample, from 0 up, with dashed or dotted lines to hold it against."""

    def value(self, sample: Sample) -> float:
        """The number."""
        raise NotImplementedError

    def against(self, training: "Training") -> Mapping[str, float]:
        """The values of the lines to compare it with, by the character that draws them."""
        raise NotImplementedError

    def names(self, training: "Training") -> Mapping[str, str]:
        """What is written on them."""
        return {}

    def least_top(self, training: "Training") -> float:
        """The top of the axis where all is lower."""
        return 0.0

    def text(self, training: "Training", value: float) -> str:
        """The number in a few cells."""
        return number_text(value)

    def tick(self, training: "Training", value: float) -> str:
        """The number at a tick."""
        return self.text(training, value)

    def plot(self, scene: TrainScene, training: "Training", *, columns: int, rows: int) -> TrainPlot:
        import numpy as np

        palette, against = scene.palette, self.against(training)
        lines = [across(training, y, palette.muted, line=line) for line, y in against.items()]
        reached = [*against.values(), self.least_top(training)]
        for who, run in training.runs.items():
            kept = run.samples.kept
            x, y = np.array([sample.step for sample in kept]), np.array([self.value(sample) for sample in kept])
            bins = columns if who == "main" else columns // 2
            found, means = binned_curve(x, y, end=axis_end(training.step), bins=bins, take=np.add)
            lines.append(run_line(who, found, means, palette))
            reached += means[np.isfinite(means)].tolist()
        top = axis_top(max(reached))
        ticks = ticks_from_zero(top, rows, lambda value: self.tick(training, value))
        return TrainPlot(lines, (0.0, top), ticks, self.names(training))

    def numbers(self, scene: TrainScene, training: "Training", step: int) -> list[Phrase]:
        """The number of each network at a step."""
        return values(scene, {who: self._at(training, run, step) for who, run in training.runs.items()})

    def _at(self, training: "Training", run: "TrainingRun", step: int) -> str:
        place = sample_at(run, step)
        return "…" if place is None else self.text(training, self.value(run.samples.kept[place]))


class ErrorPanel(SampledPanel):
    """The error on fresh sequences, as the task measures it."""

    def title(self, scene: TrainScene) -> str:
        return "Error on fresh sequences"

    def foot(self, scene: TrainScene) -> Sequence[str]:
        progress = scene.results.progress
        if progress is None or progress.training is None:
            return ()
        every = progress.course.eval_every
        return (f"{progress.training.main.plan.task.error_name}, tried every {every:,} steps", f"every {every:,} steps")

    def value(self, sample: Sample) -> float:
        return sample.error

    def against(self, training: "Training") -> Mapping[str, float]:
        return {line: each.error for line, each in references(training).items()}

    def names(self, training: "Training") -> Mapping[str, str]:
        return names_of(training)

    def text(self, training: "Training", value: float) -> str:
        return short_error(training.main.plan.task.error_name, value)

    def tick(self, training: "Training", value: float) -> str:
        return f"{100 * value:.0f} %" if is_share(training.main.plan.task.error_name) else f"{value:g}"

    def legend(self, scene: TrainScene, training: "Training", step: int) -> Sequence[Phrase]:
        against = {line: self.text(training, error) for line, error in self.against(training).items()}
        return [*self.numbers(scene, training, step), *reference_names(scene, against)]


class RadiusPanel(SampledPanel):
    """ρ(W), which training changes as it changes W."""

    def title(self, scene: TrainScene) -> str:
        return "Spectral radius ρ(W)"

    def foot(self, scene: TrainScene) -> Sequence[str]:
        return ("of W_hh; of a gated cell of its candidate block", "of W_hh")

    def value(self, sample: Sample) -> float:
        return sample.rho

    def tick(self, training: "Training", value: float) -> str:
        return f"{value:g}"

    def against(self, training: "Training") -> Mapping[str, float]:
        return {DASH: 1.0}

    def least_top(self, training: "Training") -> float:
        return 1.5

    def legend(self, scene: TrainScene, training: "Training", step: int) -> Sequence[Phrase]:
        ways = "1: beyond, a linear network explodes", "1: beyond, it may explode", "1"
        return [*self.numbers(scene, training, step), dashed(scene, scene.palette.muted, *ways)]
