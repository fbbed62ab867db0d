"""The columns of the table of networks: what is written in them, and by what they sort."""

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from rnn_tui.lab.experiment.networks import NETWORK_KINDS
from rnn_tui.lab.text.numbers import count_text, exponent_text, log10_text

if TYPE_CHECKING:
    from rnn_tui.lab.compare.compare import ComparedNetwork
    from rnn_tui.lab.compare.figures import Figures


class ComparedColumn(NamedTuple):
    """One column.

    Attributes:
        name: by which it is chosen.
        head: what is written above it.
        title: what it holds, for notices.
        width: of its cells.
        rank: how long it stays where room is short.
        text: what is written in a cell.
        value: by what it sorts; None for what is unknown, which comes last.
    """

    name: str
    head: str
    title: str
    width: int
    rank: int
    text: "Callable[[Figures], str]"
    value: "Callable[[Figures], float | None]"


def _runs(figures: "Figures") -> str:
    longer, shorter = figures.lengths.longer is None, figures.lengths.shorter is None
    return {(True, True): "yes", (False, True): "shorter", (True, False): "longer", (False, False): "no"}[
        longer, shorter
    ]


def _word(figures: "Figures") -> str:
    log10 = figures.log10_word_to_state
    return "–" if math.isnan(log10) else log10_text(log10)


def _gradient(figures: "Figures") -> str:
    return "–" if figures.log10_arrives is None else log10_text(figures.log10_arrives)


COMPARED_COLUMNS = (
    ComparedColumn(
        "first",
        "1st→h_T",
        "how much the first word moves the last state, against the last word",
        8,
        9,
        _word,
        lambda figures: figures.log10_word_to_state,
    ),
    ComparedColumn(
        "gradient",
        "gradient",
        "the last loss's gradient at the first word, against the last word's",
        8,
        8,
        _gradient,
        lambda figures: figures.log10_arrives,
    ),
    ComparedColumn(
        "lag",
        "lag₉₀",
        "how many last words hold 90 % of the memory",
        6,
        5,
        lambda figures: "–" if figures.memory_lag_90 is None else f"{figures.memory_lag_90:,}",
        lambda figures: figures.memory_lag_90,
    ),
    ComparedColumn(
        "lyapunov",
        "λ₁",
        "the largest Lyapunov exponent, in nats a step",
        6,
        6,
        lambda figures: exponent_text(figures.lyapunov),
        lambda figures: figures.lyapunov,
    ),
    ComparedColumn(
        "parameters",
        "params",
        "how many parameters there are",
        7,
        4,
        lambda figures: count_text(figures.parameters),
        lambda figures: figures.parameters,
    ),
    ComparedColumn(
        "shared",
        "one W",
        "whether all steps share one W",
        6,
        3,
        lambda figures: "yes" if figures.shares_weights else "no",
        lambda figures: figures.shares_weights,
    ),
    ComparedColumn(
        "lengths",
        "other T",
        "whether this very network runs texts of other lengths",
        8,
        7,
        _runs,
        lambda figures: (figures.lengths.longer is None) + (figures.lengths.shorter is None),
    ),
)
NETWORK_COLUMN = "network"
SORTS = (NETWORK_COLUMN, *(column.name for column in COMPARED_COLUMNS))
NAME_WIDTH = 3 + max(map(len, NETWORK_KINDS))
TABLE_WIDTH = NAME_WIDTH + sum(column.width + 1 for column in COMPARED_COLUMNS)


def columns_that_fit(width: int, sort: str) -> tuple[ComparedColumn, ...]:
    """The columns for so many cells, the one that is sorted by among them."""
    shown = list(COMPARED_COLUMNS)
    while len(shown) > 1 and NAME_WIDTH + sum(column.width + 1 for column in shown) > width:
        shown.remove(min((each for each in shown if each.name != sort), key=lambda column: column.rank))
    return tuple(shown)


def column_named(name: str) -> ComparedColumn | None:
    """The column of that name; None for that of the networks."""
    return next((column for column in COMPARED_COLUMNS if column.name == name), None)


def sorted_names(rows: "Sequence[ComparedNetwork]", sort: str, *, flipped: bool) -> tuple[str, ...]:
    """The names of the rows, the largest first, those without a number last; or in their own order."""
    column = column_named(sort)
    names = [row.name for row in rows]
    if column is None:
        return tuple(reversed(names) if flipped else names)
    values = {row.name: None if row.figures is None else column.value(row.figures) for row in rows}
    known = {name: value for name, value in values.items() if value is not None and not math.isnan(value)}
    order = sorted(known, key=lambda name: known[name] if flipped else -known[name])
    return (*order, *(name for name in names if name not in known))
