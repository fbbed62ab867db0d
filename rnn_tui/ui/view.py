"""View: what the person is looking at, frozen. It changes nothing that is measured."""

from dataclasses import dataclass
from typing import Literal

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
class TrainView:
    """What is looked at on the Train screen.

    Attributes:
        panel: the first of the panels that are shown, where there is no room for all.
        cursor: the marked step; None is the newest.
        numbers: whether the next step in numbers stands in the place of the charts.
        parts: what the heat map shows of each time step: its part in the gradient of W, or ‖∂L/∂h_t‖.
        tensor: the place of the tensor whose weight is spelt out, among those that there are.
        weight: the place of that weight in it, counted row by row; None is the one that moves most.
    """

    panel: int = 0
    cursor: int | None = None
    numbers: bool = False
    parts: Literal["weights", "states"] = "weights"
    tensor: int = 1
    weight: int | None = None


@dataclass(frozen=True, slots=True)
class View:
    """What is looked at, on all screens.

    Attributes:
        step: the selected step, 0-based.
        influence: which of the four influence views is shown.
        lower: which of the two lower panels are shown, where the window is large enough for both.
        dial: the name of the dial that the arrows turn (a name of `ui/dials.py`).
        play: the walk under way, if there is one.
        train: what is looked at on the Train screen.
    """

    step: int
    influence: InfluenceView = "shares"
    lower: Lower = "both"
    dial: str = "rho"
    play: Play | None = None
    train: TrainView = TrainView()
