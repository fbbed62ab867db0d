"""View: what the person is looking at, frozen. It changes nothing that is measured."""

from dataclasses import dataclass
from typing import Literal

InfluenceView = Literal["shares", "stacked", "log", "itemised"]
Lower = Literal["both", "influence", "gradient", "clips"]
PowersPanels = Literal["both", "powers", "products"]


@dataclass(frozen=True, slots=True)
class Play:
    """Where a walk through the network stands: `step` (0-based) is the newest one reached.

    Forward, the cells after `step` are not computed yet and no gradient has come back; backward, all cells are
    there and the gradient has come back as far as `step`.
    """

    phase: Literal["forward", "backward"]
    step: int


@dataclass(frozen=True, slots=True)
class PowersView:
    """What is looked at on the Powers screen.

    Attributes:
        number: whether one number w = ρ(W) stands in the place of W.
        tanh: whether tanh is between the steps.
        last: the largest n.
        n: where the cursor is; None at the last n, however large that is.
        even: whether the axis upwards is even in the digits of a size; else it is even in how many digits those are.
        panels: which of the two panels are shown, where the window is large enough for both.
    """

    number: bool = False
    tanh: bool = False
    last: int = 4000
    n: int | None = None
    even: bool = False
    panels: PowersPanels = "both"


@dataclass(frozen=True, slots=True)
class View:
    """What is looked at, on all screens.

    Attributes:
        step: the selected step, 0-based.
        influence: which of the four influence views is shown.
        lower: which of the lower panels are shown, where the window is large enough for two: influence and gradient,
            one of them, or three kinds of clipping beside the gradient.
        dial: the name of the dial that the arrows turn (a name of `ui/dials.py`).
        play: the walk under way, if there is one.
        powers: what is looked at on the Powers screen.
    """

    step: int
    influence: InfluenceView = "shares"
    lower: Lower = "both"
    dial: str = "rho"
    play: Play | None = None
    powers: PowersView = PowersView()
