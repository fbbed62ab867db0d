"""The places of all parts of the unrolled panel."""

from dataclasses import dataclass
from typing import NamedTuple

from rnn_tui.ui.panels.steps import Window, window
from rnn_tui.ui.screens.unroll.panels.cells.rows import LEAST_ROWS, SIMPLE, RowArrangement, Shape, arrangement
from rnn_tui.ui.screens.unroll.panels.cells.units import Units, arranged_units

TAIL = 4
LEAST_CELL = 7
ROOMY_GAP = 9
TIGHT_GAP = 7
_NARROW = 70
EASY_GAP = 13
_PREDICTED_WIDTH = 64
WIDEST_GAP = 26
_FEWEST_STEPS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class CellsLayout:
    """Columns and rows, from 0.

    Attributes:
        steps: the window of steps shown.
        left, lead: the first column of h_0 (or of what represents the steps before), and the cells to the first step.
        cell, gap: the cells of a step's units, and of what lies between two steps (its box included).
        units: how the units are arranged within the cell's rows, which begin `up` rows above the baseline.
        predicted, loss, gradient, skip, word, overview: rows; −1 where there is none. `gradient` is that of ‖δ‖.
        baseline: the row under the line from which the bars of h's units rise and hang.
        cell_baseline: the same for the units of an LSTM's c; −1 where there is none.
        gates: the row of all gates, or one for each of them.
        up, down: rows for bars above and below a line; units that are signs have the one above.
        boxed: whether every step has a border; `box_top` and `box_bottom` are its rows.
        inlet, outlet: rows of the arrows from the word and to the output; −1 where there is none.
    """

    steps: Window
    left: int
    lead: int
    cell: int
    gap: int
    units: Units
    predicted: int
    loss: int
    outlet: int
    baseline: int
    cell_baseline: int
    gates: tuple[int, ...]
    up: int
    down: int
    boxed: bool
    box_top: int
    box_bottom: int
    skip: int
    gradient: int
    inlet: int
    word: int
    overview: int

    def column(self, step: int) -> int:
        """The first column of a step's units."""
        return self.left + self.lead + (step - self.steps.start) * (self.cell + self.gap)


class Spacing(NamedTuple):
    """The cells before the first step, the least ones between two steps, and those after the last."""

    lead: int
    gap: int
    edge: int

    def room(self, width: int, *, tail: int = 0, cell: int = LEAST_CELL) -> int:
        """How many steps are side by side in a panel of that width."""
        return max(1, (width - self.lead - self.edge - tail + self.gap) // (cell + 1 + self.gap))


def spacing(width: int, steps: int, *, boxed: bool) -> Spacing:
    """Easy spacing where all steps fit so, or do not fit at all; else the close one that shows them all."""
    easy = Spacing(7, 10, 1)
    close = Spacing(5, ROOMY_GAP, 1) if boxed else Spacing(5, TIGHT_GAP, 0)
    fits_closely = easy.room(width) < steps <= close.room(width)
    return close if fits_closely or width < _NARROW else easy


def steps_that_fit(width: int, steps: int, *, boxed: bool) -> int:
    """How many steps are shown."""
    space = spacing(width, steps, boxed=boxed)
    return steps if steps <= space.room(width) else space.room(width, tail=TAIL)


def chosen_rows(width: int, height: int, steps: int, shape: Shape = SIMPLE) -> RowArrangement:
    """What a panel of that size shows.

    Borders are given up where all steps fit only without them, and predicted words where they would touch.
    """
    rows = arrangement(height, shape)
    boxed = rows.boxed and not steps_that_fit(width, steps, boxed=True) < steps <= steps_that_fit(
        width, steps, boxed=False
    )
    return arrangement(height, shape, boxed=boxed, predicted=boxed or width >= _PREDICTED_WIDTH)


def rows_wanted(width: int, steps: int, least: int, shape: Shape = SIMPLE) -> int:
    """The rows of a panel that may have `least` of them, with one more where an overview is needed."""
    rows = chosen_rows(width, least, steps, shape)
    return max(LEAST_ROWS, rows.count(shape)) + (1 if steps_that_fit(width, steps, boxed=rows.boxed) < steps else 0)


def cells_layout(
    *, width: int, height: int, steps: int, hidden: int, selected: int, shape: Shape = SIMPLE
) -> CellsLayout:
    """The layout for a panel of that size."""
    boxed = chosen_rows(width, height, steps, shape).boxed
    count = steps_that_fit(width, steps, boxed=boxed)
    overview = count < steps
    used_height = height - (1 if overview else 0)
    rows = _rows(used_height, chosen_rows(width, used_height, steps, shape), shape)
    bars = rows["down"]
    space = spacing(width, steps, boxed=boxed)
    signs = -(-hidden // max(1, 2 * bars))
    if overview:
        # Where not all steps are shown anyway, some fewer make room for all units of those that are.
        count = min(count, max(_FEWEST_STEPS, space.room(width, tail=TAIL, cell=max(LEAST_CELL, signs))))
    shown = window(selected, steps, count)
    tail = space.edge + (TAIL if overview else 0)
    pitch = (width - space.lead - tail + space.gap) // shown.length
    room = max(LEAST_CELL, pitch - (EASY_GAP if pitch - EASY_GAP >= hidden else space.gap))
    tight = ROOMY_GAP if boxed else TIGHT_GAP
    closest = (width - space.lead - tail + tight) // shown.length - tight
    if room < signs <= closest:
        room = closest
    units = arranged_units(hidden, room=room, up=bars)
    cell = max(LEAST_CELL, units.columns)
    gap = min(WIDEST_GAP, (width - space.lead - tail - shown.length * cell) // max(1, shown.length - 1))
    used = space.lead + tail + shown.length * cell + (shown.length - 1) * gap
    return CellsLayout(
        steps=shown,
        left=max(0, (width - used) // 2),
        lead=space.lead,
        cell=cell,
        gap=gap,
        units=units,
        overview=height - 1 if overview else -1,
        boxed=rows["box_top"] >= 0,
        gates=tuple(rows.pop(f"gate {index}") for index in range(shape.gates) if f"gate {index}" in rows),
        **rows,
    )


def _rows(height: int, used: RowArrangement, shape: Shape) -> dict[str, int]:
    """The rows for a height without the overview; those of the gates as `gate 0`, `gate 1` and so on."""
    row = max(0, height - used.count(shape)) // 2
    above, below = max(1, used.bars), used.bars
    places: dict[str, int] = {"up": above, "down": below, "cell_baseline": -1}

    def put(name: str, wanted: bool = True) -> None:
        nonlocal row
        places[name] = row if wanted else -1
        row += wanted

    def put_state(name: str) -> None:
        nonlocal row
        places[name] = row + above
        row += above + below

    put("predicted", used.predicted)
    put("loss", used.loss)
    put("outlet", used.arrows)
    put("box_top", used.boxed)
    if shape.states > 1:
        put_state("cell_baseline")
    for gate in range(shape.gates if used.spread else min(shape.gates, 1)):
        put(f"gate {gate}")
    put_state("baseline")
    put("box_bottom", used.boxed)
    put("skip", shape.skip)
    put("gradient", used.delta)
    put("inlet", used.arrows)
    put("word")
    return places
