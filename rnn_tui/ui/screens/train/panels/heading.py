"""What the head of the Train screen says: the verdict on the network in training, as it is at the marked step."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rnn_tui.engine.kinds import CELLS
from rnn_tui.lab.text.numbers import apart_text, short_text, size_text
from rnn_tui.ui.panels.drawing.pen import Ink
from rnn_tui.ui.panels.drawing.phrases import Phrase, said
from rnn_tui.ui.panels.network import TextHeading
from rnn_tui.ui.panels.verdict import word_of
from rnn_tui.ui.screens.train.panels.chart import sample_at
from rnn_tui.ui.screens.train.scene import TrainScene
from rnn_tui.ui.state.dials import SCALES

if TYPE_CHECKING:
    from rnn_tui.lab.training.record.run import TrainingRun
    from rnn_tui.lab.training.record.samples import Sample


class TrainingHeading(TextHeading[TrainScene]):
    """Of the network in training: ρ(W) as it is, and what comes back of the error to the first step of its sequences.

    Only where the last step alone is scored, and where the state is h, is that the gradient a verdict is about.
    """

    def line(self, scene: TrainScene, *, off: bool) -> Sequence[Phrase]:
        palette, found = scene.palette, _sampled(scene)
        muted, normal = Ink(palette.muted, palette.panel), Ink(palette.text, palette.panel)
        if found is None:
            return [said(muted, "initialising the network…", ranks=9)]
        run, sample = found
        where = f"in training, at step {sample.step:,}"
        radius = f"ρ(W) {apart_text(sample.rho, 1.0)}"
        at = [said(muted, where, f"training step {sample.step:,}", ranks=(4, 9)), said(normal, radius, ranks=9)]
        return [*_of_gradient(scene, run, sample), *at]

    def sentences(self, scene: TrainScene) -> Sequence[str]:
        about = (
            "This is the network in training; what is set above is how it starts. The gradient is a mean over a batch."
        )
        found = _sampled(scene)
        if found is None or not _has_learned(*found):
            return (about,)
        learned = "It has learned, and may latch what it needs: then little gradient comes back. That is no failure."
        return (about, learned)

    def state(self, scene: TrainScene) -> str:
        found = _sampled(scene)
        return "" if found is None else "untrained" if not found[1].step else "in training"

    def now(self, scene: TrainScene, dial: str) -> str:
        found = _sampled(scene)
        if found is None or dial not in SCALES or not found[1].step:
            return ""
        radius = found[1].rho
        if scene.experiment.trained is not None:
            # what is sampled may be of a step before the one that it was taken at: no "now"
            same = scene.measurement is not None and math.isclose(radius, scene.measurement.spectral_radius)
            return "" if same else "when taken"
        return "at the start" if dial == "sigma" else f"at the start, now {apart_text(radius, 1.0)}"


def _sampled(scene: TrainScene) -> "tuple[TrainingRun, Sample] | None":
    """The run and its sample at the marked step, or at the last one before it; None where there is none yet."""
    progress = scene.results.progress
    if progress is None or progress.training is None:
        return None
    run = progress.training.main
    place = sample_at(run, progress.marked(scene.view.cursor))
    return None if place is None else (run, run.samples.kept[place])


def _has_learned(run: "TrainingRun", sample: "Sample") -> bool:
    return any(event.kind == "learned" and event.step <= sample.step for event in run.events)


def _of_gradient(scene: TrainScene, run: "TrainingRun", sample: "Sample") -> list[Phrase]:
    from rnn_tui.engine.learning.batch import LAST
    from rnn_tui.lab.measurement.verdict.verdict import verdict

    palette, plan = scene.palette, run.plan
    ink, steps = Ink(palette.text, palette.panel), len(sample.log10_hidden)
    first, last = float(sample.log10_hidden[0]), float(sample.log10_hidden[-1])
    if plan.task.scored != LAST or len(CELLS[plan.settings.experiment.cell].state) > 1 or math.isinf(last):
        return []
    arrives = first - last
    kind = verdict(arrives, steps)
    if math.isnan(arrives) or kind == "undefined":
        return []
    if kind == "dead":
        return [word_of(kind, palette), said(ink, "no gradient arrives at step 1 of its sequences", ranks=9)]
    size, rate = size_text(arrives), short_text(arrives / (steps - 1))
    ways = (
        f"the gradient at step 1 of its sequences is {size} as at step {steps}: ×{rate} a step",
        f"gradient at step 1 {size} as at step {steps}: ×{rate} a step",
        f"gradient ×{rate} a step",
    )
    return [word_of(kind, palette), said(ink, *ways, ranks=(5, 6, 9))]
