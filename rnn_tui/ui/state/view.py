"""View: what the person is looking at, frozen. It changes nothing that is measured."""

from dataclasses import dataclass, field
from typing import Literal

from rnn_tui.lab.cliff.history import CliffHistory
from rnn_tui.lab.cliff.settings import CliffSettings
from rnn_tui.lab.experiment.experiment import Experiment

InfluenceView = Literal["shares", "stacked", "log", "itemised"]
Lower = Literal["both", "influence", "gradient", "clips"]
PowersPanels = Literal["both", "powers", "products"]
ComparePanels = Literal["both", "chart", "table"]
Hand = Literal["entry", "row", "column"]
Shown = Literal["weight", "gradient", "radius"]
SpectrumPanel = Literal["all", "matrix", "plane", "values", "theory"]


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
class CompareView:
    """What is looked at on the Compare screen.

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


@dataclass(frozen=True, slots=True)
class TrainView:
    """What is looked at on the Train screen.

    Attributes:
        panel: the first of the panels that are shown, where there is no room for all.
        cursor: the marked step; None is the newest.
        numbers: whether the training in numbers stands in the place of the charts.
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
class CliffView:
    """What is looked at on the Cliff: a little system of its own, which no experiment holds.

    Attributes:
        history: its settings, those that were before, and those that were undone.
        step: how many steps of the descents are shown.
        start: which named start was chosen last.
        dial: the name of the dial in hand (a name of `ui/state/cliff_dials.py`).
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
class SpectrumView:
    """What is looked at on the Spectrum screen.

    Attributes:
        row, column: the entry of W under the cursor, 0-based; beyond a smaller W, its last.
        hand: whether the keys change that entry, or all of its row or column.
        shown: what of every entry the grid shows: its value, ∂L/∂W_ij, or ∂ρ/∂W_ij.
        panel: the panel beside the grid, or the grid alone; `all` where the window has room for all.
    """

    row: int = 0
    column: int = 0
    hand: Hand = "entry"
    shown: Shown = "weight"
    panel: SpectrumPanel = "all"

    def cursor(self, hidden: int) -> tuple[int, int]:
        """The row and the column under the cursor, of a W of so many units."""
        return min(self.row, hidden - 1), min(self.column, hidden - 1)


@dataclass(frozen=True, slots=True)
class View:
    """What is looked at, on all screens.

    Attributes:
        step: the selected step, 0-based.
        influence: which of the four influence views is shown.
        lower: which of the lower panels are shown, where the window is large enough for two: influence and gradient,
            one of them, or three kinds of clipping beside the gradient.
        dial: the name of the dial that the arrows turn (a name of `ui/state/dials.py`).
        play: the walk under way, if there is one.
        powers: what is looked at on the Powers screen.
        compare: what is looked at on the Compare screen.
        spectrum: what is looked at on the Spectrum screen.
        train: what is looked at on the Train screen.
        cliff: what is looked at on the Cliff.
    """

    step: int
    influence: InfluenceView = "shares"
    lower: Lower = "both"
    dial: str = "rho"
    play: Play | None = None
    powers: PowersView = PowersView()
    compare: CompareView = CompareView()
    spectrum: SpectrumView = SpectrumView()
    train: TrainView = TrainView()
    cliff: CliffView = field(default_factory=CliffView)


def first_view(experiment: Experiment, cliff: CliffSettings | None = None) -> View:
    """What is looked at when the lab opens: the last word."""
    history = CliffHistory() if cliff is None else CliffHistory(present=cliff)
    return View(len(experiment.words) - 1, cliff=CliffView(history=history))
