"""Which rows the unrolled panel has: the richest arrangement that its height has room for."""

from typing import NamedTuple

from rnn_tui.engine.kinds import CELLS
from rnn_tui.lab.experiment.experiment import Experiment


class Shape(NamedTuple):
    """What of a network takes rows: the states that a step hands on, its gates, and whether there is a skip."""

    states: int
    gates: int
    skip: bool


SIMPLE = Shape(1, 0, skip=False)


def shape_of(experiment: Experiment) -> Shape:
    """The shape of an experiment's network."""
    kind = CELLS[experiment.cell]
    return Shape(len(kind.state), len(kind.meanings), skip=experiment.skip != "none")


class RowArrangement(NamedTuple):
    """One arrangement.

    Attributes:
        predicted, loss, delta: whether these have a row.
        boxed, arrows: whether the cells have borders, and arrows from the word and to the output.
        bars: the rows of a bar above and below its line; 0 where the units of a state are one row of signs.
        spread: whether every gate has a row of its own.
    """

    predicted: bool = True
    loss: bool = True
    boxed: bool = False
    arrows: bool = False
    bars: int = 1
    spread: bool = False
    delta: bool = True

    def count(self, shape: Shape) -> int:
        """How many rows that takes."""
        gates = 0 if not shape.gates else shape.gates if self.spread else 1
        around = self.predicted + self.loss + 2 * self.arrows + 2 * self.boxed + self.delta + 1
        return around + shape.skip + gates + shape.states * max(1, 2 * self.bars)


_BOXED = tuple(
    RowArrangement(boxed=True, arrows=arrows, bars=bars, spread=spread)
    for bars, arrows, spread in (
        (5, True, True),
        (4, True, True),
        (3, True, True),
        (2, True, True),
        (2, False, True),
        (2, False, False),
        (1, False, True),
        (1, False, False),
    )
)
# Without borders more steps are side by side, and what they leave may be as tall.
_OPEN = (*(RowArrangement(bars=bars, spread=True) for bars in (4, 3, 2, 1)), RowArrangement())
_BRIEF = (
    RowArrangement(predicted=False),
    RowArrangement(predicted=False, loss=False),
    RowArrangement(predicted=False, loss=False, delta=False),
    RowArrangement(predicted=False, loss=False, bars=0),
    RowArrangement(predicted=False, loss=False, bars=0, delta=False),
)
LEAST_ROWS = 5


def arrangement(height: int, shape: Shape = SIMPLE, *, boxed: bool = True, predicted: bool = True) -> RowArrangement:
    """The richest one for a height, without an overview; with borders and predicted words only where these are asked.

    With borders where there is room for them at all; the tall ones without are for steps that do not fit otherwise.
    """
    offered = (*(_BOXED if boxed else _OPEN), RowArrangement(), *_BRIEF)
    return next((rows for rows in offered if rows.count(shape) <= height and rows.predicted <= predicted), _BRIEF[-1])


def used_rows(height: int, shape: Shape = SIMPLE) -> int:
    """The rows of `height` that can be put to use, without an overview."""
    return max(LEAST_ROWS, arrangement(height, shape).count(shape))
