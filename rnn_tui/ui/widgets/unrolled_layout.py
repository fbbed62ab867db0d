"""Where everything stands in the unrolled panel."""

from dataclasses import dataclass
from typing import NamedTuple

from rnn_tui.ui.widgets.steps import Window, window
from rnn_tui.ui.widgets.unrolled_units import Units, arranged

TAIL = 4
LEAST_CELL = 7
ROOMY_GAP = 9
TIGHT_GAP = 7
NARROW = 70
EASY_GAP = 13
_BOXED_ROWS = 8
_PREDICTED_WIDTH = 64
WIDEST_GAP = 26
FEWEST_STEPS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Columns and rows, from 0.

    Attributes:
        steps: the window of steps shown.
        left, lead: the first column of h_0 (or of what stands for the steps before), and the cells to the first step.
        cell, gap: the cells of a step's units, and of what lies between two steps (its box included).
        units: how the units stand within the cell's rows, which begin `up` rows above the baseline.
        predicted, loss, word, overview: rows; −1 where there is none.
        baseline: the row under the line from which the units' bars rise and hang.
        up, down: rows for bars above and below the line.
        boxed: whether every step has a border.
        inlet, outlet: rows of the arrows from the word and to the output; −1 where there is none.
        gradient: the row of ‖δ‖.
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
    up: int
    down: int
    boxed: bool
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
        """How many steps stand side by side in a panel of that width."""
        return max(1, (width - self.lead - self.edge - tail + self.gap) // (cell + 1 + self.gap))


def spacing(width: int, steps: int, *, boxed: bool) -> Spacing:
    """Easy spacing where all steps fit so, or do not fit at all; else the close one that shows them all."""
    easy = Spacing(7, 10, 1)
    close = Spacing(5, ROOMY_GAP, 1) if boxed else Spacing(5, TIGHT_GAP, 0)
    fits_closely = easy.room(width) < steps <= close.room(width)
    return close if fits_closely or width < NARROW else easy


def fits(width: int, steps: int, *, boxed: bool) -> int:
    """How many steps are shown."""
    space = spacing(width, steps, boxed=boxed)
    return steps if steps <= space.room(width) else space.room(width, tail=TAIL)


def rows_wanted(width: int, steps: int, least: int) -> int:
    """The rows of a panel that may have `least` of them, with one more where an overview is needed.

    Borders are given up where all steps fit only without them, and predicted words where they would touch.
    """
    if least >= _BOXED_ROWS and fits(width, steps, boxed=True) < steps <= fits(width, steps, boxed=False):
        least = _BOXED_ROWS - 2
    if width < _PREDICTED_WIDTH and least < _BOXED_ROWS:
        least = 5
    return least + (1 if fits(width, steps, boxed=least >= _BOXED_ROWS) < steps else 0)


def layout(*, width: int, height: int, steps: int, hidden: int, selected: int) -> Layout:
    """The layout for a panel of that size."""
    boxed = height >= _BOXED_ROWS
    count = fits(width, steps, boxed=boxed)
    overview = count < steps
    rows = _rows(height - (1 if overview else 0))
    space = spacing(width, steps, boxed=boxed)
    signs = -(-hidden // (2 * rows["up"]))
    if overview:
        # Where not all steps are shown anyway, some fewer make room for all units of those that are.
        count = min(count, max(FEWEST_STEPS, space.room(width, tail=TAIL, cell=max(LEAST_CELL, signs))))
    shown = window(selected, steps, count)
    tail = space.edge + (TAIL if overview else 0)
    pitch = (width - space.lead - tail + space.gap) // shown.length
    room = max(LEAST_CELL, pitch - (EASY_GAP if pitch - EASY_GAP >= hidden else space.gap))
    tight = ROOMY_GAP if boxed else TIGHT_GAP
    closest = (width - space.lead - tail + tight) // shown.length - tight
    if room < signs <= closest:
        room = closest
    units = arranged(hidden, room=room, up=rows["up"])
    cell = max(LEAST_CELL, units.columns)
    gap = min(WIDEST_GAP, (width - space.lead - tail - shown.length * cell) // max(1, shown.length - 1))
    used = space.lead + tail + shown.length * cell + (shown.length - 1) * gap
    return Layout(
        steps=shown,
        left=max(0, (width - used) // 2),
        lead=space.lead,
        cell=cell,
        gap=gap,
        units=units,
        overview=height - 1 if overview else -1,
        boxed=rows["word"] - rows["loss"] >= 6,
        **rows,
    )


# What a height is used for, from the most to the least: (rows, predicted word, border, arrows, rows of a bar).
_USES = (
    (18, True, True, True, 5),
    (16, True, True, True, 4),
    (14, True, True, True, 3),
    (12, True, True, True, 2),
    (10, True, True, False, 2),
    (8, True, True, False, 1),
    (6, True, False, False, 1),
    (5, False, False, False, 1),
)


def used_rows(height: int) -> int:
    """The rows of `height` that can be put to use, without an overview."""
    return next((rows for rows, *_ in _USES if rows <= height), 5)


def _rows(height: int) -> dict[str, int]:
    """The rows for a height without the overview."""
    used, predicted, boxed, arrows, bars = next((use for use in _USES if use[0] <= height), _USES[-1])
    row = max(0, height - used) // 2
    places: dict[str, int] = {"predicted": -1, "outlet": -1, "inlet": -1, "up": bars, "down": bars}

    def put(name: str, wanted: bool = True) -> None:
        nonlocal row
        if wanted:
            places[name] = row
            row += 1

    put("predicted", predicted)
    put("loss")
    put("outlet", arrows)
    row += boxed + bars
    places["baseline"] = row
    row += bars + boxed
    put("gradient")
    put("inlet", arrows)
    put("word")
    return places
