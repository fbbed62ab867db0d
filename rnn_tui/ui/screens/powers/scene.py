"""What the Powers screen shows: its view, what was measured for it alone, and the scene that its panels draw from."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rnn_tui.ui.state.scene import Scene
from rnn_tui.ui.state.side_work import SideResults

if TYPE_CHECKING:
    from rnn_tui.lab.powers.bands import Bands
    from rnn_tui.lab.powers.draws import Draws
    from rnn_tui.lab.powers.powers import Powers, TanhPowers

PowersPanels = Literal["both", "powers", "products"]


@dataclass(frozen=True, slots=True)
class PowersView:
    """The view of the Powers screen.

    Attributes:
        number: whether one number w = ρ(W) takes the place of W.
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


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class PowersResults(SideResults):
    """What was found for this screen alone; while a newer one is under way it is that of before.

    Attributes:
        powers, tanh_powers: the powers of W, and with tanh between the steps.
        draws, bands: the draws of random products, and those with the gain that W has.
    """

    powers: "Powers | None" = None
    tanh_powers: "TanhPowers | None" = None
    draws: "Draws | None" = None
    bands: "Bands | None" = None


PowersScene = Scene[PowersView, PowersResults]
