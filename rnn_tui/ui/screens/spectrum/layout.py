"""How the Spectrum screen shares out a window."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rnn_tui.ui.screens.spectrum.scene import SpectrumPanel
from rnn_tui.ui.shell.sizes import BESIDE_WIDTH, FRAMED_HEIGHT, LINES

ALL_WIDTH = 100
MATRIX_WIDTH = 46  # where the window is as narrow as can be for two panels beside each other
VALUES_WIDTH = 44  # of both kinds of values beside each other
UPPER_ROWS = 17  # eight rows of W, their heading, and all that is said of an entry
LOWER_ROWS = 8


class Place(NamedTuple):
    """A rectangle of cells."""

    x: int
    y: int
    width: int
    height: int


def spectrum_layout(width: int, height: int, panel: SpectrumPanel) -> Mapping[str, Place]:
    """The rectangle of each panel that is shown in a window, by the panel's name; rows count from below the title.

    A large window has all panels in two columns. Another has W and one panel at a time beside it, but for the
    sentences, which take all the width there is; a narrow one has one panel at a time.
    """
    rows = height - LINES
    framed = height >= FRAMED_HEIGHT and width >= BESIDE_WIDTH
    network = (2 if rows < 27 else 4 if rows < 40 else 6) + (2 if framed else 1)
    top = {"network": Place(0, 0, width, network)}
    rest = rows - network
    if width < BESIDE_WIDTH:
        return {**top, **_of(panel if panel != "all" else "matrix", Place(0, network, width, rest))}
    if panel == "matrix" or (panel == "theory" and width < ALL_WIDTH):  # sentences beside W would be cut short
        return {**top, panel: Place(0, network, width, rest)}
    left = MATRIX_WIDTH if width < ALL_WIDTH else (width - 1) // 2
    matrix = Place(0, network, left, rest)
    beside = Place(left + 1, network, width - left - 1, rest)
    if panel != "all" or not all_fit(width, height):
        return {**top, "matrix": matrix, **_of("plane" if panel == "all" else panel, beside)}
    lower = max(LOWER_ROWS, min(rest - UPPER_ROWS, rest * 2 // 5))
    upper = rest - lower
    below, values = network + upper, max(VALUES_WIDTH, width * 2 // 5)
    return {
        **top,
        "matrix": matrix._replace(height=upper),
        "plane": beside._replace(height=upper),
        **_of("values", Place(0, below, values, lower)),
        "theory": Place(values + 1, below, width - values - 1, lower),
    }


def all_fit(width: int, height: int) -> bool:
    """Whether a window has room for all panels at once."""
    rows = height - LINES
    return width >= ALL_WIDTH and rows - (6 if rows < 40 else 8) >= UPPER_ROWS + LOWER_ROWS


def panel_choices(width: int, height: int) -> Sequence[SpectrumPanel]:
    """What a key goes through in such a window, the first one first shown."""
    if width < BESIDE_WIDTH:
        return ("matrix", "plane", "values", "theory")
    return ("all", "matrix", "plane", "values", "theory") if all_fit(width, height) else (
        "plane", "values", "theory", "matrix"
    )  # fmt: skip


def _of(panel: SpectrumPanel, place: Place) -> Mapping[str, Place]:
    """One panel in its place; the two kinds of values share theirs, beside or below each other."""
    if panel != "values":
        return {panel: place}
    x, y, width, height = place
    if width >= VALUES_WIDTH:
        half = (width - 1) // 2
        return {"singular": Place(x, y, half, height), "lyapunov": Place(x + half + 1, y, width - half - 1, height)}
    half = height // 2
    return {"singular": Place(x, y, width, half), "lyapunov": Place(x, y + half, width, height - half)}
