"""One network of a kept training: its weights, its optimiser and its history, apart from the plan it belongs to."""

from dataclasses import dataclass, replace

import numpy as np

from rnn_tui.engine.learning.training_step import Divergence
from rnn_tui.engine.network.model import of_flat
from rnn_tui.lab.training.plan import Plan
from rnn_tui.lab.training.record.curves import TrainingCurves
from rnn_tui.lab.training.record.events import Event
from rnn_tui.lab.training.record.run import Moment, TrainingRun
from rnn_tui.lab.training.record.samples import Samples


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class KeptRun:
    """A `TrainingRun` without its plan. Compared by identity.

    Attributes:
        moments: those that can be gone back to, in the order of their steps, the first at the start; the last is where
            the network is.
        curves, samples, events, diverged, every: as `TrainingRun` has them.
    """

    moments: tuple[Moment, ...]
    curves: TrainingCurves
    samples: Samples
    events: tuple[Event, ...]
    diverged: Divergence | None
    every: int

    @property
    def nbytes(self) -> int:
        """About how many bytes its numbers take."""
        points = self.curves.points.nbytes + self.curves.rest.nbytes
        parts = sum(sample.log10_parts.nbytes + sample.log10_hidden.nbytes for sample in self.samples.kept)
        return sum(map(moment_bytes, self.moments)) + points + parts


def moment_bytes(moment: Moment) -> int:
    """How many bytes θ takes, and what the optimiser remembers where that is anything."""
    return moment.flat.nbytes * (3 if has_optimiser_state(moment) else 1)


def has_optimiser_state(moment: Moment) -> bool:
    """Whether the optimiser has a state other than zeros."""
    return bool(moment.first.any() or moment.second.any())


def kept_run(run: TrainingRun, *, room: int) -> KeptRun:
    """The network with as many of its earlier moments as fit into so many bytes, the start among them.

    Of the curves an earlier moment has what ends with a whole point of theirs, so one that falls between is left out.
    """
    stride = run.curves.stride
    earlier = [each.moment for each in run.kept if each.step < run.step and each.step % stride == 0]
    while len(earlier) > 1 and sum(map(moment_bytes, earlier)) > room:
        earlier = earlier[::2]
    return KeptRun(
        moments=(*earlier, run.moment),
        curves=run.curves,
        samples=run.samples,
        events=run.events,
        diverged=run.diverged,
        every=run.every,
    )


def restored_run(kept: KeptRun, plan: Plan) -> TrainingRun:
    """The run of this plan, number for number; its earlier moments have its curves and samples as thin as it has them.

    Raises:
        ValueError: the plan's network has another number of parameters, or its task another length.
    """
    start, size = kept.moments[0].flat, len(plan.start.flat)
    if len(start) != size:
        raise ValueError(f"it has {len(start):,} weights, and the network of its settings {size:,}")
    if len(kept.samples.kept[0].log10_parts) != plan.task.length:
        raise ValueError("its samples are of sequences of another length")
    plan = plan._replace(start=of_flat(start, plan.start.parameters, plan.start.readout))
    now = TrainingRun(
        plan=plan,
        moment=kept.moments[-1],
        curves=kept.curves,
        samples=kept.samples,
        events=kept.events,
        diverged=kept.diverged,
        every=kept.every,
    )
    return replace(now, kept=(*(_earlier(now, moment) for moment in kept.moments[:-1]), now))


def _earlier(run: TrainingRun, moment: Moment) -> TrainingRun:
    return replace(
        run,
        moment=moment,
        curves=_until(run.curves, moment.step),
        samples=_sampled_until(run, moment.step),
        events=tuple(event for event in run.events if event.step <= moment.step),
        diverged=None,
    )


def _until(curves: TrainingCurves, step: int) -> TrainingCurves:
    """The points of the first so many steps, a multiple of their stride."""
    rest = np.empty((curves.rest.shape[0], 0))
    return TrainingCurves(stride=curves.stride, points=curves.points[:, :, : step // curves.stride], rest=rest)


def _sampled_until(run: TrainingRun, step: int) -> Samples:
    """The samples that were kept up to a step."""
    kept = tuple(sample for sample in run.samples.kept if sample.step <= step)
    taken = step // run.plan.settings.eval_every + 1
    return Samples(kept=kept, every=run.samples.every, taken=taken, last=kept[-1])
