"""How the units of a state are laid out in a cell: as bars, as bars in bands, or as signs, one cell a unit."""

from dataclasses import dataclass

WIDEST_UNIT = 4
LONGEST_MORE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """The places of the units; rows count from the first row of the cell.

    Attributes:
        shown: how many of the units there is room for, in order.
        per_row: how many are side by side.
        width: the cells of one.
        reach: the rows of a bar above and below its line; 0 where a unit is one cell that shows its sign.
        lines: of each band, the row under its line; of signs, their row.
    """

    shown: int
    per_row: int
    width: int
    reach: int
    lines: tuple[int, ...]

    @property
    def columns(self) -> int:
        """The cells from the first unit to the last of a row."""
        return self.per_row * self.width


def arranged_units(hidden: int, *, room: int, up: int) -> Units:
    """The units in the tallest bars with which all of them fit into `room` cells and 2 · `up` rows, else as signs.

    Where `up` is 0 there is one row, of signs.

    A blank row parts two bands: one bar down and one up below it stay two. Where even the signs are too many, the last
    row keeps room for how many more there are.
    """
    rows = max(1, 2 * up)
    for reach in range(up, 0, -1):
        bands = (rows + 1) // (2 * reach + 1)
        per_row = -(-hidden // bands)
        if per_row <= room:
            bands = -(-hidden // per_row)
            first = (rows - bands * (2 * reach + 1) + 1) // 2
            lines = tuple(first + reach + band * (2 * reach + 1) for band in range(bands))
            return Units(
                shown=hidden, per_row=per_row, width=min(WIDEST_UNIT, room // per_row), reach=reach, lines=lines
            )
    per_row = min(room, -(-hidden // rows))
    shown = min(hidden, per_row * rows)
    if shown < hidden:
        shown -= len(f" +{hidden - shown + LONGEST_MORE}")
    used = -(-hidden // per_row) if shown == hidden else rows
    first = (rows - used) // 2
    return Units(shown=shown, per_row=per_row, width=1, reach=0, lines=tuple(range(first, first + used)))
