"""Progress: the training as the Train screen shows it, and what is going on with it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rnn_tui.lab.training.settings.course import Course

if TYPE_CHECKING:
    from rnn_tui.lab.training.training import Training

# steps a second, from slow enough to follow each to as fast as it goes
PACES: tuple[int | None, ...] = (1, 5, 20, 100, 300, 1000, None)
FIRST_PACE = 4
TURNS = 2


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Progress:
    """A training and its drive. Compared by identity.

    Attributes:
        course: what is set of it beside the experiment.
        training: as it is now; None before it is initialised, or where it cannot be.
        refusal: why it cannot be; empty where it can.
        going: whether it is making steps, so that `space` pauses it.
        goal: the step at which it pauses by itself; None where there is none.
        origin: the step from which it set out for its goal.
        pace: how fast it goes, the index in `PACES`.
        speed: steps a second, as measured; None while it pauses.
        beat: counts what was shown while it went: the panels are renewed by turns, for all at once take longer than
            a frame.
        offered: how many steps the training had that was kept when the lab was left; 0 where there is none.
    """

    course: Course
    training: "Training | None" = None
    refusal: str = ""
    going: bool = False
    goal: int | None = None
    origin: int = 0
    pace: int = FIRST_PACE
    speed: float | None = None
    beat: int = 0
    offered: int = 0

    @property
    def step(self) -> int:
        """How many steps were made."""
        return 0 if self.training is None else self.training.step

    def renews(self, turn: int) -> bool:
        """Whether it is this panel's turn; while nothing goes on it is everyone's."""
        return not self.going or (self.beat + turn) % TURNS == 0

    def marked(self, cursor: int | None) -> int:
        """The step that is marked."""
        return self.step if cursor is None else min(cursor, self.step)


def pace_text(pace: int) -> str:
    """How fast that is, in words."""
    steps = PACES[pace]
    if steps is None:
        return "as fast as it goes"
    return "1 step a second" if steps == 1 else f"{steps:,} steps a second"
