"""The gates of a cell: how far each is open, as bars on the ramp and as a number."""

from typing import TYPE_CHECKING, NamedTuple

from rnn_tui.engine.kinds import CELLS
from rnn_tui.ui.screens.unroll.panels.cells.painting import Painting

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import FloatArray

_LEVELS = "▁▂▃▄▅▆▇█"
_DIGITS = 3
_NUMBER = _DIGITS + 1
# The gates of two steps in one line are so far apart, where there is room for that.
_CLEAR = 3


class GatesInARow(NamedTuple):
    """How the gates of a step are said in one line: the cells of a bar, how many have a number, the cells between."""

    bar: int
    numbers: int
    space: int

    def width(self, gates: int) -> int:
        """The cells that so many gates take."""
        return gates * (1 + self.bar) + min(self.numbers, gates) * _DIGITS + (gates - 1) * self.space


# From the most to the least; the first gate, the one that keeps, has its number longest.
_WAYS = (
    GatesInARow(1, 9, 2),
    GatesInARow(1, 9, 1),
    GatesInARow(0, 9, 1),
    GatesInARow(1, 1, 1),
    GatesInARow(1, 0, 1),
    GatesInARow(1, 0, 0),
)


def open_text(share: float) -> str:
    """How far a gate is open, in three cells: `.73`; `1.0` and `.00` at its ends."""
    return "1.0" if share >= 0.995 else f"{share:.2f}"[1:]


def draw_gates(painting: Painting, step: int) -> None:
    """The gates of a step: a row for each with a bar for every unit, or one row with a bar for each gate."""
    place, measurement = painting.place, painting.measurement
    values = {name: measurement.gates[name][step] for name in CELLS[measurement.experiment.cell].meanings}
    if not place.gates or not values:
        return
    x = place.column(step)
    if len(place.gates) < len(values):
        _one_row(painting, step, x, place.gates[0], values)
        return
    for row, (name, units) in zip(place.gates, values.items(), strict=True):
        _units(painting, step, x, row, name, units)


def _units(painting: Painting, step: int, x: int, row: int, name: str, units: "FloatArray") -> None:
    """A gate's letter, a bar for every unit as far as there is room, and the mean."""
    import numpy as np

    place, palette, pen = painting.place, painting.palette, painting.pen
    strong = step == painting.selected
    room = place.cell - len(f"{name} ") - _NUMBER
    # Where there are more units than cells, a bar is the mean of some that are side by side.
    parts = np.array_split(units, min(len(units), max(1, room)))
    width = max(1, room // len(parts))
    used = len(parts) * width + place.cell - room
    x = pen.text(x + (place.cell - used) // 2, row, f"{name} ", painting.ink(palette.text, bold=strong))
    for part in parts:
        share = float(part.mean())
        x = pen.text(x, row, _bar(share) * width, painting.ink(palette.magnitude(share)))
    pen.text(x + 1, row, open_text(float(units.mean())), painting.ink(palette.text, bold=strong))


def _one_row(painting: Painting, step: int, x: int, row: int, values: "dict[str, FloatArray]") -> None:
    """All gates side by side, said with as much as there is room for: letter, bar and number of each."""
    palette, pen = painting.palette, painting.pen
    strong = step == painting.selected
    shares = {name: float(units.mean()) for name, units in values.items()}
    way = next((way for way in _WAYS if _offset(painting, len(shares), way) is not None), _WAYS[-1])
    x += _offset(painting, len(shares), way) or 0
    for index, (name, share) in enumerate(shares.items()):
        x = pen.text(x, row, name, painting.ink(palette.text if strong else palette.muted, bold=strong))
        x = pen.text(x, row, _bar(share) * way.bar, painting.ink(palette.magnitude(share)))
        x = pen.text(x, row, open_text(share) if index < way.numbers else "", painting.ink(palette.text, bold=strong))
        x += way.space


def _offset(painting: Painting, count: int, way: GatesInARow) -> int | None:
    """How far to the right of a step's first column its gates begin, the same for all; None where they do not fit."""
    place = painting.place
    used = way.width(count)
    middle = (place.cell - used) // 2
    if place.boxed:
        return middle if used <= place.cell else None
    if used > place.cell + place.gap - (_CLEAR if place.down else 1):
        return None
    # Where the last step's would reach out of the panel, all are moved that much further to the left.
    offset = min(middle, painting.pen.width - used - place.column(place.steps.stop - 1))
    return offset if place.column(place.steps.start) + offset >= 0 else None


def _bar(share: float) -> str:
    return _LEVELS[round(min(max(share, 0.0), 1.0) * (len(_LEVELS) - 1))]
