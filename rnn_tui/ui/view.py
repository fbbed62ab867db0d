"""View: what the person is looking at, frozen. It changes nothing that is measured."""

from dataclasses import dataclass, field
from typing import Literal

from rnn_tui.lab.cliff import CliffSettings
from rnn_tui.lab.cliff_history import CliffHistory

InfluenceView = Literal["shares", "stacked", "log", "itemised"]
Lower = Literal["both", "influence", "gradient"]


@dataclass(frozen=True, slots=True)
class Play:
    """Where a walk through the network stands: `step` (0-based) is the newest one reached.

    Forward, the cells after `step` are not computed yet and no gradient has come back; backward, all cells are
    there and the gradient has come back as far as `step`.
    """

    phase: Literal["forward", "backward"]
    step: int


@dataclass(frozen=True, slots=True)
class CliffView:
    """What is looked at on the Cliff: a little system of its own, which no experiment holds.

    Attributes:
        history: its settings, those that were before, and those that were undone.
        step: how many steps of the descents are shown.
        start: which named start was chosen last.
        dial: the name of the dial in hand (a name of `ui/cliff_dials.py`).
    """

    history: CliffHistory = field(default_factory=CliffHistory)
    step: int = 0
    start: str = "the valley"
    dial: str = "lr"

    @property
    def settings(self) -> CliffSettings:
        """What is set now."""
        return self.history.present


@dataclass(frozen=True, slots=True)
class View:
    """What is looked at, on all screens.

    Attributes:
        step: the selected step, 0-based.
        influence: which of the four influence views is shown.
        lower: which of the two lower panels are shown, where the window is large enough for both.
        dial: the name of the dial that the arrows turn (a name of `ui/dials.py`).
        play: the walk under way, if there is one.
        cliff: what is looked at on the Cliff.
    """

    step: int
    influence: InfluenceView = "shares"
    lower: Lower = "both"
    dial: str = "rho"
    play: Play | None = None
    cliff: CliffView = field(default_factory=CliffView)
