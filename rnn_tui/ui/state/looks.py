"""Looks: what the screens beside Unroll have measured, and how far the rest of it is."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from rnn_tui.ui.state.jobs import Work

if TYPE_CHECKING:
    from rnn_tui.engine.dynamics.lyapunov import Lyapunov
    from rnn_tui.lab.cliff.paths import Descents
    from rnn_tui.lab.cliff.surface import CliffSurface
    from rnn_tui.lab.compare.compare import Comparison
    from rnn_tui.lab.measurement.clipping import ClipsCompared
    from rnn_tui.lab.powers.bands import Bands
    from rnn_tui.lab.powers.draws import Draws
    from rnn_tui.lab.powers.powers import Powers, TanhPowers
    from rnn_tui.lab.spectrum.entries import Entries
    from rnn_tui.lab.spectrum.spectrum import Spectrum
    from rnn_tui.lab.training.next_step import NextStep
    from rnn_tui.ui.state.progress import Progress


class Look(NamedTuple):
    """Something that a screen wants measured.

    Attributes:
        name: the field of `Looks` that holds what is found.
        key: all that it depends on; it is measured again when that changes.
        work: yields what is found, maybe ever more of it.
        quick: whether it takes less than a frame: then it is found before the next one, else in a thread.
    """

    name: str
    key: Hashable
    work: Work
    quick: bool = False


class TrainingClips(NamedTuple):
    """The three kinds of clipping; None where the gradient is not finite."""

    compared: "ClipsCompared | None"


@dataclass(frozen=True, slots=True)
class Stage:
    """How far a look is.

    Attributes:
        key: what it was asked for with.
        under_way: whether more of it is to come.
        progress: the share that is done, 0 to 1.
        problem: why it cannot be; empty where it can.
        stopped: whether the person stopped it.
    """

    key: Hashable
    under_way: bool = False
    progress: float = 0.0
    problem: str = ""
    stopped: bool = False


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Looks:
    """What was found last, by name; while a newer one is under way it is that of before.

    Attributes:
        clips: the kinds of clipping side by side, of the gradient that is measured.
        stages: how far each look is.
        powers, tanh_powers: the powers of W, and with tanh between the steps.
        power_draws, power_bands: the draws of random products, and those with the gain that W has.
        compare: the comparison of networks.
        spectrum, lyapunov, entries: for the Spectrum screen.
        progress: the training, and what is going on with it; None before the Train screen was open.
        next_step: of that training, spelt out.
        training_clips: its gradient, clipped in three ways.
        cliff_surface, cliff_descents: the Cliff's picture of E, and its two paths.
    """

    clips: "ClipsCompared | None" = None
    stages: Mapping[str, Stage] = field(default_factory=dict)
    powers: "Powers | None" = None
    tanh_powers: "TanhPowers | None" = None
    power_draws: "Draws | None" = None
    power_bands: "Bands | None" = None
    compare: "Comparison | None" = None
    spectrum: "Spectrum | None" = None
    lyapunov: "Lyapunov | None" = None
    entries: "Entries | None" = None
    progress: "Progress | None" = None
    next_step: "NextStep | None" = None
    training_clips: "TrainingClips | None" = None
    cliff_surface: "CliffSurface | None" = None
    cliff_descents: "Descents | None" = None

    def stage(self, name: str) -> Stage | None:
        """How far a look is; None where it was not asked for."""
        return self.stages.get(name)

    def with_found(self, name: str, found: Any) -> "Looks":
        """These with what was found under a name."""
        return replace(self, **{name: found})

    def fresh(self, name: str) -> bool:
        """Whether all of a look is there, and of what is set now."""
        stage = self.stages.get(name)
        return stage is not None and not (stage.under_way or stage.stopped or stage.problem)


Want = Callable[[Sequence[Look]], Looks]
"""Asks for what a screen shows; gives what there is of it at once."""
