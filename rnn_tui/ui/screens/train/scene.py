"""What the Train screen shows: its view, what was measured for it alone, and the scene that its panels draw from."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from rnn_tui.ui.state.scene import Scene
from rnn_tui.ui.state.side_work import SideResults

if TYPE_CHECKING:
    from rnn_tui.lab.measurement.gradient.clipping import ClipsCompared
    from rnn_tui.lab.training.next_step import NextStep
    from rnn_tui.ui.screens.train.training.progress import Progress


@dataclass(frozen=True, slots=True)
class TrainView:
    """The view of the Train screen.

    Attributes:
        panel: the first of the panels that are shown, where there is no room for all.
        cursor: the marked step; None is the newest.
        numbers: whether the training in numbers takes the place of the charts.
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


class TrainingClips(NamedTuple):
    """The three kinds of clipping; None where the gradient is not finite."""

    compared: "ClipsCompared | None"


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class TrainResults(SideResults):
    """What was found for this screen alone; while a newer one is under way it is that of before.

    Attributes:
        progress: the training, and what is going on with it; None before the screen was open.
        next_step: of that training, spelt out.
        clips: its gradient, clipped in three ways.
    """

    progress: "Progress | None" = None
    next_step: "NextStep | None" = None
    clips: "TrainingClips | None" = None


TrainScene = Scene[TrainView, TrainResults]
