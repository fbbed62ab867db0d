"""What the charts of the training draw, in numbers: of the marked step, for the network and its twin."""

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rnn_tui.lab.experiment.trained.task_result import is_share, short_error
from rnn_tui.lab.text.numbers import number_text
from rnn_tui.lab.training.record.events import Who
from rnn_tui.ui.panels.drawing.canvas import Canvas
from rnn_tui.ui.panels.drawing.pen import Ink, Pen
from rnn_tui.ui.panels.facts import Fact, draw_facts
from rnn_tui.ui.screens.train.panels.chart import DOT, LINE, sample_at
from rnn_tui.ui.screens.train.scene import TrainScene

if TYPE_CHECKING:
    from rnn_tui.engine.learning.tasks.task import Reference, Task
    from rnn_tui.lab.training.record.run import TrainingRun
    from rnn_tui.lab.training.record.samples import Sample
    from rnn_tui.lab.training.training import Training

UNKNOWN = "–"


class ChartedPanel(Canvas[TrainScene]):
    """A line a number, in the way of the inspector of a step."""

    def title(self, scene: TrainScene) -> str:
        progress = scene.results.progress
        if progress is None or progress.training is None:
            return "The charts in numbers"
        step, stride = progress.marked(scene.view.cursor), progress.training.main.curves.stride
        of = f" of {progress.step:,}" if step < progress.step else ""
        together = f", {stride:,} steps together" if stride > 1 else ""
        return f"Step {step:,}{of} in numbers{together}"

    def keys(self, scene: TrainScene) -> Sequence[tuple[str, str]]:
        return [("i", "charts"), ("p", "more"), ("←→", "step")]

    def foot(self, scene: TrainScene) -> Sequence[str]:
        return (
            f"{LINE} the network, {DOT} its twin; of steps that are shown together the mean loss, the largest of ‖g‖",
        )

    def paint(self, pen: Pen, scene: TrainScene) -> None:
        progress = scene.results.progress
        training = progress.training if progress is not None else None
        if progress is None or training is None:
            why = "no training" if progress is not None and progress.refusal else "initialising the network…"
            pen.text(0, 0, why, Ink(scene.palette.muted, scene.palette.panel))
            return
        known = charted(training, progress.marked(scene.view.cursor))
        draw_facts(pen, known, scene, width=pen.width, rows=pen.height)


def charted(training: "Training", step: int) -> list[Fact]:
    """The numbers behind the charts after so many steps; of the batch and its gradient those of the last step made."""
    task = training.main.plan.task
    label = "wrong" if is_share(task.error_name) else "error"
    place = sample_at(training.main, step)
    at = "" if place is None else f" after step {training.main.samples.kept[place].step:,}"
    losses = _beside("of its batch", [(name, number_text(found.loss)) for name, found in _references(task)])
    errors = _beside(
        f"on fresh sequences{at}", [(name, _error(training, found.error)) for name, found in _references(task)]
    )
    return [
        Fact("loss", _both(training, lambda _, run: _recorded(run, step, "loss")), losses, 9, 0),
        Fact(label, _sampled(training, step, lambda each: _error(training, each.error)), errors, 8, 0),
        *_gradient(training, step),
        Fact("ρ(W)", _sampled(training, step, lambda each: number_text(each.rho)), (f"of W_hh{at}", "of W_hh"), 7, 2),
    ]


def _references(task: "Task") -> list[tuple[str, "Reference"]]:
    """What can be had without memory: by guessing, and from the current input only where that is another."""
    found = [("guessing", task.guessing)]
    return found if task.current_input == task.guessing else [*found, ("current input only", task.current_input)]


def _beside(what: str, references: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """A note in ever fewer words: what a number is of, and what it is to be compared with."""
    whole = "; ".join(f"{name} {value}" for name, value in references)
    name, value = references[-1]
    return f"{what}; {whole}", whole, f"{name} {value}", value


def _gradient(training: "Training", step: int) -> list[Fact]:
    """The gradient before and after clipping, and the update that was made of it."""
    theta = number_text(training.live(max(step - 1, 0)).threshold)
    before = "the gradient of all parameters, before clipping", "before clipping"
    after = f"after clipping with θ {theta}", f"after; θ {theta}"
    against = "the update, against the size of all parameters", "against all parameters"
    return [
        Fact("‖g‖", _both(training, lambda _, run: _recorded(run, step, "norm")), before, 9, 1),
        Fact("  clipped", _both(training, lambda who, run: _clipped(training, who, run, step)), after, 8, 1),
        Fact("‖Δ‖", _both(training, lambda _, run: _recorded(run, step, "move")), against, 7, 1),
    ]


def _both(training: "Training", text: "Callable[[Who, TrainingRun], str]") -> tuple[str, ...]:
    """A number of the network, and that of its twin."""
    texts = {who: text(who, run) for who, run in training.runs.items()}
    return ("  ".join(f"{LINE if who == 'main' else DOT} {each:<6}" for who, each in texts.items()),)


def _error(training: "Training", error: float) -> str:
    return short_error(training.main.plan.task.error_name, error)


def _sampled(training: "Training", step: int, text: "Callable[[Sample], str]") -> tuple[str, ...]:
    """A number of the last sample up to a step; none of a network that had stopped before."""

    def of(_: Who, run: "TrainingRun") -> str:
        place = sample_at(run, step)
        return UNKNOWN if place is None or step > run.step else text(run.samples.kept[place])

    return _both(training, of)


def _value(run: "TrainingRun", step: int, quantity: str) -> float:
    """What the step reported: of steps recorded together the mean loss, and the largest of all else; NaN for none."""
    import numpy as np

    curve = run.curves.of(quantity)
    if not 0 < step <= run.step or not len(curve.steps):
        return math.nan
    place = min(int(np.searchsorted(curve.steps, step)), len(curve.steps) - 1)
    return float((curve.mean if quantity == "loss" else curve.high)[place])


def _recorded(run: "TrainingRun", step: int, quantity: str) -> str:
    value = _value(run, step, quantity)
    return UNKNOWN if math.isnan(value) else number_text(value)


def _clipped(training: "Training", who: Who, run: "TrainingRun", step: int) -> str:
    """The norm after clipping; where entries or steps are limited one by one, the share of them that was."""
    norm, live = _value(run, step, "norm"), training.live(max(step - 1, 0), who)
    if math.isnan(norm):
        return UNKNOWN
    if live.clip == "off":
        return "off"
    if live.clip == "norm":
        return number_text(min(norm, live.threshold))
    return f"{100 * _value(run, step, 'touched'):.1f} % of {'entries' if live.clip == 'value' else 'steps'}"
