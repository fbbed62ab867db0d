"""One network in training: its parameters now, and all that its steps have reported."""

from dataclasses import dataclass, replace

import numpy as np

from rnn_tui.engine.kinds import Optimiser
from rnn_tui.engine.learning.optimisers import OptimiserState
from rnn_tui.engine.learning.training_step import Divergence
from rnn_tui.engine.network.model import Model, of_flat
from rnn_tui.engine.numbers.arrays import FloatArray, protect
from rnn_tui.lab.training.plan import Plan
from rnn_tui.lab.training.record.curves import TrainingCurves, nothing_recorded
from rnn_tui.lab.training.record.events import Event
from rnn_tui.lab.training.record.samples import Samples

KEPT_BYTES = 64 * 2**20  # of the moments that a run can go back to
FEWEST_KEPT, MOST_KEPT = 8, 64
FIRST_EVERY = 16  # steps between two moments at first


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Moment:
    """θ and the optimiser after `step` steps, read-only. Compared by identity.

    Attributes:
        flat: θ, (N,).
        optimiser: whose state it is; another one starts with an empty state.
        updates, first, second: the optimiser's state, as `OptimiserState` has it.
    """

    step: int
    flat: FloatArray
    optimiser: Optimiser
    updates: int
    first: FloatArray
    second: FloatArray

    def state(self) -> OptimiserState:
        """The optimiser's state in arrays of its own."""
        return OptimiserState(self.updates, self.first.copy(), self.second.copy())


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class TrainingRun:
    """One network in training after some steps. Compared by identity.

    Attributes:
        plan: the network and its task.
        moment: its parameters and its optimiser's state now.
        curves: what every step reported.
        samples: what is measured every `eval_every` steps.
        events: what it came to by itself: that it diverged, is below what can be had without
            memory, has learned.
        diverged: the step that it did not make, for it went too far; None while it goes on.
        kept: earlier runs of this network, from which any step can be made again; `every` steps apart.
    """

    plan: Plan
    moment: Moment
    curves: TrainingCurves
    samples: Samples
    events: tuple[Event, ...] = ()
    diverged: Divergence | None = None
    kept: tuple["TrainingRun", ...] = ()
    every: int = FIRST_EVERY

    @property
    def step(self) -> int:
        """How many steps were made."""
        return self.moment.step

    @property
    def model(self) -> Model:
        """θ as the network's tensors, read-only."""
        start = self.plan.start
        return of_flat(self.moment.flat, start.parameters, start.readout)

    def keeping(self) -> "TrainingRun":
        """This run, which remembers itself as it is now; every other is forgotten where there are too many."""
        kept, every = (*self.kept, replace(self, kept=())), self.every
        size = self.moment.flat.nbytes * 3 + self.curves.points.nbytes + self.curves.rest.nbytes
        if len(kept) > max(FEWEST_KEPT, min(MOST_KEPT, KEPT_BYTES // size)):
            kept, every = kept[::2], 2 * every
        return replace(self, kept=kept, every=every)

    def before(self, step: int) -> "TrainingRun":
        """The last that is remembered of the run after no more than so many steps."""
        index = max(i for i, run in enumerate(self.kept) if run.step <= step)
        return replace(self.kept[index], kept=self.kept[: index + 1], every=self.every)


def at_start(plan: Plan) -> TrainingRun:
    """The run before its first step, without a sample."""
    nothing = np.zeros(len(plan.start.flat))
    protect(nothing)
    moment = Moment(
        step=0, flat=plan.start.flat, optimiser=plan.settings.optimiser, updates=0, first=nothing, second=nothing
    )
    return TrainingRun(plan=plan, moment=moment, curves=nothing_recorded(), samples=Samples())
