"""What the Unroll screen shows: its view, what was measured for it alone, and the scene that its panels draw from."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rnn_tui.ui.state.scene import Scene
from rnn_tui.ui.state.side_work import SideResults

if TYPE_CHECKING:
    from rnn_tui.lab.measurement.gradient.clipping import ClipsCompared

InfluenceView = Literal["shares", "stacked", "log", "itemised"]
Lower = Literal["both", "influence", "gradient", "clips"]


@dataclass(frozen=True, slots=True)
class Play:
    """How far a walk through the network is: `step` (0-based) is the newest one reached.

    Forward, the cells after `step` are not computed yet and no gradient has come back; backward, all cells are
    there and the gradient has come back as far as `step`.
    """

    phase: Literal["forward", "backward"]
    step: int


@dataclass(frozen=True, slots=True)
class UnrollView:
    """What is shown on Unroll, and beside the numbers of a step.

    Attributes:
        influence: which of the four influence views is shown.
        lower: which of the lower panels are shown, where the window is large enough for two: influence and gradient,
            one of them, or three kinds of clipping beside the gradient.
        play: the walk under way, if there is one.
    """

    influence: InfluenceView = "shares"
    lower: Lower = "both"
    play: Play | None = None


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class UnrollResults(SideResults):
    """What was found for this screen alone; while a newer one is under way it is that of before.

    Attributes:
        clips: the kinds of clipping side by side, of the gradient that is measured.
    """

    clips: "ClipsCompared | None" = None


UnrollScene = Scene[UnrollView, UnrollResults]
