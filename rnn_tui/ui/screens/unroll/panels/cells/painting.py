"""What every part of the unrolled panel draws with: the pen, the places, and how far a walk has come."""

import math
from typing import TYPE_CHECKING

from rnn_tui.engine.kinds import GATED
from rnn_tui.lab.measurement.measurement import Measurement
from rnn_tui.ui.panels.drawing.pen import Ink, Pen
from rnn_tui.ui.panels.steps import largest_finite
from rnn_tui.ui.screens.unroll.panels.cells.layout import CellsLayout, cells_layout
from rnn_tui.ui.screens.unroll.panels.cells.rows import shape_of
from rnn_tui.ui.screens.unroll.scene import UnrollScene

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import FloatArray


class Painting:
    """One painting of the panel.

    Attributes:
        selected: the selected step.
        place: where everything is.
        gradient: (T,) log10 ‖∂L/∂h_t‖ as it flows back: limited at every step where clipping does that, else raw.
        reach: the value of a full bar of a bounded unit: 1, or with gates or a skip the power of two that holds
            every unit of the text.
        largest: the largest of it and, of an LSTM, of ‖∂L/∂c_t‖.
    """

    def __init__(self, pen: Pen, scene: UnrollScene, measurement: Measurement) -> None:
        self.pen = pen
        self.scene = scene
        self.measurement = measurement
        self.palette = scene.palette
        self.selected = min(scene.step, measurement.steps - 1)
        self.place: CellsLayout = cells_layout(
            width=pen.width,
            height=pen.height,
            steps=measurement.steps,
            hidden=measurement.hidden_state.shape[1],
            selected=self.selected,
            shape=shape_of(measurement.experiment),
        )
        self.gradient = gradient_shown(measurement)
        self.largest = largest_finite(self.gradient)
        if measurement.log10_grad_cell is not None:
            self.largest = max(self.largest, largest_finite(measurement.log10_grad_cell))
        self.reach = bar_reach(measurement)

    def ink(self, colour: str, *, bold: bool = False) -> Ink:
        """A colour on the panel."""
        return Ink(colour, self.palette.panel, bold=bold)

    def reached(self, step: int) -> bool:
        """Whether the walk forward has come to this step."""
        play = self.scene.view.play
        return play is None or play.phase == "backward" or step <= play.step

    def came_back(self, step: int) -> bool:
        """Whether the gradient has come back to this step."""
        play = self.scene.view.play
        return play is None or (play.phase == "backward" and step >= play.step)

    def strength(self, value: float, colour: str) -> str:
        """A gradient's colour, fading over three decades below the largest one."""
        share = 1 + (value - self.largest) / 3
        if not share > -float("inf"):
            return self.palette.muted
        return self.palette.mix(self.palette.muted, colour, max(0.0, min(1.0, share)))


def bar_reach(measurement: Measurement) -> float:
    """The value of a full bar where the units are bounded: the same at every step, and for an LSTM's c and h."""
    experiment = measurement.experiment
    if experiment.cell not in GATED and experiment.skip == "none":
        return 1.0
    states = [measurement.hidden_state, *([] if measurement.cell_state is None else [measurement.cell_state])]
    largest = max(float(abs(state).max()) for state in states)
    return 2.0 ** math.ceil(math.log2(largest)) if largest > 0 else 1.0


def gradient_shown(measurement: Measurement) -> "FloatArray":
    """log10 ‖∂L/∂h_t‖ as it flows back: limited at every step where clipping does that, else raw."""
    clipped = measurement.log10_grad_hidden_clipped
    if measurement.experiment.clip == "step" and clipped is not None:
        return clipped
    return measurement.log10_grad_hidden
