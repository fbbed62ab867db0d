"""Braille characters as dots: two across and four down in a cell."""

ACROSS, DOWN = 2, 4
# of each dot by its row and column, what it adds to the blank character
BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_BLANK = 0x2800


def braille(bits: int) -> str:
    """The character whose dots have these bits."""
    return chr(_BLANK + bits)


def dot(x: int, y: int) -> int:
    """The bit of the dot x across and y down, counted over all cells."""
    return BITS[y % DOWN][x % ACROSS]
