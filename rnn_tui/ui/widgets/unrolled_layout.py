"""Where everything stands in the unrolled panel."""

from dataclasses import dataclass

from rnn_tui.ui.widgets.steps import Window, window

LEAD = 7
TAIL = 4
LEAST_CELL = 7
LEAST_GAP = 10
WIDEST_GAP = 26
WIDEST_UNIT = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Columns and rows, from 0.

    Attributes:
        steps: the window of steps shown.
        left: the first column of h_0 (or of what stands for the steps before).
        cell, gap: the cells of a step's units, and of what lies between two steps (its box included).
        unit, units: the cells of one unit, and how many units are shown.
        predicted, loss, word, overview: rows; −1 where there is none.
        baseline: the row under the line from which the units' bars rise and hang.
        up, down: rows for bars above and below the line.
        boxed: whether every step has a border.
        inlet, outlet: rows of the arrows from the word and to the output; −1 where there is none.
        gradient: the row of ‖δ‖.
    """

    steps: Window
    left: int
    cell: int
    gap: int
    unit: int
    units: int
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
        return self.left + LEAD + (step - self.steps.start) * (self.cell + self.gap)


def fits(width: int, steps: int) -> int:
    """How many steps can stand side by side."""
    pitch = LEAST_CELL + 1 + LEAST_GAP
    room = (width - LEAD + LEAST_GAP) // pitch
    return steps if steps <= room else max(1, (width - LEAD - TAIL + LEAST_GAP) // pitch)


def rows_wanted(width: int, steps: int, least: int) -> int:
    """The rows of a panel that has `least` of them, with one more where an overview is needed."""
    return least + (1 if fits(width, steps) < steps else 0)


def layout(*, width: int, height: int, steps: int, hidden: int, selected: int) -> Layout:
    """The layout for a panel of that size."""
    shown = window(selected, steps, fits(width, steps))
    overview = shown.length < steps
    tail = TAIL if overview else 0
    pitch = (width - LEAD - tail + LEAST_GAP) // shown.length
    room = max(LEAST_CELL, pitch - LEAST_GAP)
    unit = min(WIDEST_UNIT, max(1, room // hidden))
    units = hidden if hidden * unit <= room else room - len(f"+{hidden}")
    cell = max(LEAST_CELL, hidden * unit if units == hidden else room)
    gap = min(WIDEST_GAP, (width - LEAD - tail - shown.length * cell) // max(1, shown.length - 1))
    used = LEAD + tail + shown.length * cell + (shown.length - 1) * gap
    rows = _rows(height - (1 if overview else 0))
    return Layout(
        steps=shown,
        left=max(0, (width - used) // 2),
        cell=cell,
        gap=gap,
        unit=unit,
        units=units,
        overview=height - 1 if overview else -1,
        **rows,
    )


def _rows(height: int) -> dict[str, int | bool]:
    """The rows for a height without the overview: five at least, and what more there is put to use from the top."""
    boxed = height >= 8
    arrows = height >= 11
    predicted = height >= 7
    rest = height - (5 + 2 * boxed + 2 * arrows + predicted)
    up = 1 + max(0, min(3, rest // 2))
    top = max(0, rest - 2 * (up - 1)) // 2
    row = top
    places: dict[str, int | bool] = {"predicted": -1, "outlet": -1, "inlet": -1, "boxed": boxed, "up": up, "down": up}
    if predicted:
        places["predicted"] = row
        row += 1
    places["loss"] = row
    row += 1
    if arrows:
        places["outlet"] = row
        row += 1
    row += boxed + up
    places["baseline"] = row
    row += up + boxed
    places["gradient"] = row
    row += 1
    if arrows:
        places["inlet"] = row
        row += 1
    places["word"] = row
    return places
