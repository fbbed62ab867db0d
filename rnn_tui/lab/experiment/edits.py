"""Changes to W after it was drawn and scaled, each a short line of text: `3,4=0.5`, `row 3*1.1`, `rho=0.9`."""

import math
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from rnn_tui.lab.text.number_input import parse_real

LARGEST = 1e6
MOST_EDITS = 10_000
LONGEST_LINE = 100  # characters; a number that Python prints takes 24 of them
NUMBER = r"([^=*]+)"
FORMS = (
    "3,4=0.5 (row 3, column 4, counted from 1), row 3*1.1, column 2*0.5, rho=0.9 or sigma=1.2 (scale the whole of W)"
)


class EditError(ValueError):
    """A change to W that cannot be; says how one is written."""


class Entry(NamedTuple):
    """W[row, column] = value, counted from 1."""

    row: int
    column: int
    value: float


class RowScaling(NamedTuple):
    """All of one row, the weights into a unit, times a factor."""

    row: int
    factor: float


class ColumnScaling(NamedTuple):
    """All of one column, the weights out of a unit, times a factor."""

    column: int
    factor: float


class RadiusScaling(NamedTuple):
    """All of W times what brings it to this spectral radius."""

    rho: float


class SigmaScaling(NamedTuple):
    """All of W times what brings it to this largest singular value."""

    sigma: float


Edit: TypeAlias = Entry | RowScaling | ColumnScaling | RadiusScaling | SigmaScaling


# No state: equal lines are equal edits, and every change of any setting validates all of them.
@lru_cache(maxsize=2 * MOST_EDITS)
def parse_edit(text: str) -> Edit:
    """The edit that a line names.

    Raises:
        EditError: it names none, or with a number that cannot be.
    """
    if len(text) > LONGEST_LINE:
        raise EditError(f"one of {FORMS}, in at most {LONGEST_LINE} characters")
    line = re.sub(r"\s+", " ", text).strip()
    if found := re.fullmatch(rf"([0-9]{{1,9}}) ?, ?([0-9]{{1,9}}) ?= ?{NUMBER}", line):
        return Entry(_place(found[1]), _place(found[2]), _number(found[3], -LARGEST))
    if found := re.fullmatch(rf"(row|column) ([0-9]{{1,9}}) ?\* ?{NUMBER}", line):
        kind = RowScaling if found[1] == "row" else ColumnScaling
        return kind(_place(found[2]), _number(found[3], -LARGEST))
    if found := re.fullmatch(rf"(rho|sigma) ?= ?{NUMBER}", line):
        whole = RadiusScaling if found[1] == "rho" else SigmaScaling
        return whole(_number(found[2], 0.0))
    raise EditError(f"one of {FORMS}")


def edit_line(edit: Edit) -> str:
    """The line that names an edit; `parse_edit` gives the very edit back."""
    match edit:
        case Entry(row, column, value):
            return f"{row},{column}={_text(value)}"
        case RowScaling(row, factor):
            return f"row {row}*{_text(factor)}"
        case ColumnScaling(column, factor):
            return f"column {column}*{_text(factor)}"
        case RadiusScaling(rho):
            return f"rho={_text(rho)}"
        case SigmaScaling(sigma):
            return f"sigma={_text(sigma)}"


def combined(lines: Iterable[str]) -> tuple[str, ...]:
    """The edits in order, one after another, in their canonical lines.

    An edit takes the place of the one before it where that leaves no trace: of the same entry, or of the whole of W.

    Raises:
        EditError: as `parse_edit`.
    """
    edits: list[Edit] = []
    for line in lines:
        edit = parse_edit(line)
        if edits and _replaces(edit, edits[-1]):
            edits.pop()
        edits.append(edit)
    return tuple(edit_line(edit) for edit in edits)


def last_scale(lines: Sequence[str]) -> RadiusScaling | SigmaScaling | None:
    """The ρ or σ₁ that the whole of W was brought to by the last of the edits; None where that was another one."""
    edit = parse_edit(lines[-1]) if lines else None
    return edit if isinstance(edit, RadiusScaling | SigmaScaling) else None


def highest_place(edit: Edit) -> int:
    """The largest row or column that an edit names; 0 where it is of the whole of W."""
    match edit:
        case Entry(row, column, _):
            return max(row, column)
        case RowScaling(place, _) | ColumnScaling(place, _):
            return place
        case _:
            return 0


def _replaces(edit: Edit, before: Edit) -> bool:
    if isinstance(edit, Entry) and isinstance(before, Entry):
        return edit[:2] == before[:2]
    if not isinstance(edit, RadiusScaling | SigmaScaling) or not isinstance(before, RadiusScaling | SigmaScaling):
        return False
    return before[0] != 0.0  # a W that was scaled to zero stays zero, and the next edit has to say so


def _place(raw: str) -> int:
    if int(raw) < 1:
        raise EditError("rows and columns are counted from 1")
    return int(raw)


def _number(raw: str, lowest: float) -> float:
    try:
        value = parse_real(raw)
    except ValueError:
        value = math.nan
    if not lowest <= value <= LARGEST:
        raise EditError(f"a number from {lowest:g} to {LARGEST:g} belongs where {raw.strip()[:20]!r} stands")
    return value


def _text(value: float) -> str:
    return repr(value).removesuffix(".0")
