"""Declared columns as CSV."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, repeat
from math import isnan
from typing import TextIO, TypeAlias

import numpy as np

from rnn_tui.lab.text.safe_text import csv_cell

Block: TypeAlias = Mapping[str, object]
"""Rows of a table: by the name of each column its values, or the one value that every row has."""
Table: TypeAlias = Iterable[Block]
"""Blocks of the same columns, one below the other."""


def write_csv(tables: Iterable[Table], out: TextIO) -> None:
    """Writes each table under its heading, its texts as `csv_cell` makes them harmless to whoever opens it.

    Numbers are written in full, a log10 of a true zero as `-inf`; what is unknown or is not there is empty.
    """
    rows = csv.writer(out, lineterminator="\n")
    for table in tables:
        for i, block in enumerate(table):
            if not i:
                rows.writerow(block)
            rows.writerows(_rows(block))


def _rows(block: Block) -> Iterator[tuple[str, ...]]:
    """As many rows as the longest column has; the cells that another lacks are empty."""
    many = {name: _listed(values) for name, values in block.items()}
    count = max(len(values) for values in many.values() if values is not None)
    columns = (
        repeat(_cell(block[name])) if values is None else chain(map(_cell, values), repeat(""))
        for name, values in many.items()
    )
    for _, *row in zip(range(count), *columns, strict=False):
        yield tuple(row)


def _listed(values: object) -> list[object] | None:
    """The values of a column; None of a single one."""
    if isinstance(values, np.ndarray):
        return list(values.tolist())
    return None if isinstance(values, str) or not isinstance(values, Iterable) else list(values)


def _cell(value: object) -> str:
    if value is None or (isinstance(value, float) and isnan(value)):
        return ""
    if isinstance(value, float):
        return repr(float(value))
    return csv_cell(value) if isinstance(value, str) else str(value)
