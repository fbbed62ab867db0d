"""What the Compare screen shows: its view, what was measured for it alone, and the scene that its panels draw from."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.ui.state.scene import Scene
from rnn_tui.ui.state.side_work import SideResults

if TYPE_CHECKING:
    from rnn_tui.lab.compare.compare import Comparison

ComparePanels = Literal["both", "chart", "table"]


@dataclass(frozen=True, slots=True)
class CompareView:
    """The view of the Compare screen.

    Attributes:
        chosen: the network the cursor is on, by its name of `lab.experiment.networks.KINDS`.
        sort: the name of the column that the rows are sorted by; `network` leaves them in their own order.
        flipped: whether the order is the other way round.
        hidden: the networks that the chart leaves out.
        bands: whether quantiles over seeds are measured and drawn.
        panels: which of the two panels are shown, where the window is large enough for both.
        built: the experiment for whose text the networks were built, where words were added or taken away since.
        again: how often the networks were asked to be measured anew.
        swapped: the settings that a network taken from here brought to all screens, as (setting, its value there, the
            comparison's own).
    """

    chosen: str = "simple RNN"
    sort: str = "network"
    flipped: bool = False
    hidden: frozenset[str] = frozenset()
    bands: bool = False
    panels: ComparePanels = "both"
    built: Experiment | None = None
    again: int = 0
    swapped: tuple[tuple[str, object, object], ...] = ()


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class CompareResults(SideResults):
    """What was found for this screen alone; while a newer one is under way it is that of before.

    Attributes:
        compare: the comparison of networks.
    """

    compare: "Comparison | None" = None


CompareScene = Scene[CompareView, CompareResults]
