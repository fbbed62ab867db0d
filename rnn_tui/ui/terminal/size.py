"""The size that the terminal has, and which sizes it cannot have."""

import os
from collections.abc import Iterable

USUAL_SIZE = (80, 24)
# More than the largest screens hold in the smallest font; what claims more would take all memory and minutes to paint.
MOST_COLUMNS, MOST_LINES, MOST_CELLS = 2000, 1000, 500_000


def is_plausible_size(columns: int, lines: int) -> bool:
    """Whether a terminal can have this size: reports of 0, and of sizes that no screen has, do occur."""
    return 1 <= columns <= MOST_COLUMNS and 1 <= lines <= MOST_LINES and columns * lines <= MOST_CELLS


def terminal_size(descriptors: Iterable[int] = (2, 0, 1)) -> tuple[int, int] | None:
    """The columns and lines that the terminal itself has, whatever COLUMNS and LINES say; None where it says nothing.

    The first of the descriptors that knows a plausible size is asked.
    """
    for descriptor in descriptors:
        try:
            columns, lines = os.get_terminal_size(descriptor)
        except (OSError, ValueError):  # no terminal, or closed
            continue
        if is_plausible_size(columns, lines):
            return columns, lines
    return None
