"""How the manual says that a cell of a CSV is read back, and what must never be written raw."""

import re

FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)


def unescaped(cell: str) -> str:
    """The text of a cell."""
    decoded = re.sub(r"\\(?:\\|u([0-9a-f]{4}))", lambda found: chr(int(found[1], 16)) if found[1] else "\\", cell)
    # The two halves of a character beyond U+FFFF become one.
    return decoded.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
