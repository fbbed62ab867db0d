"""The measures over pairs of steps for the window that is on the screen."""

import math
from typing import TYPE_CHECKING, NamedTuple

from rnn_tui.ui.scene import Scene
from rnn_tui.ui.widgets.steps import Window

if TYPE_CHECKING:
    from rnn_tui.engine.arrays import FloatArray
    from rnn_tui.lab.measurement import Triangle


class Pairs(NamedTuple):
    """Row i is step `window.start + i`, column j word `window.start + j`; what lies above the diagonal means nothing.

    `earlier` (n,) is the share of all words before the window.
    """

    window: Window
    shares: "FloatArray"
    earlier: "FloatArray"
    influence_log10: "FloatArray"
    itemised_log10: "FloatArray"


def holding(scene: Scene, window: Window) -> "Triangle | None":
    """The triangle that holds the window, if there is one."""
    whole = scene.measurement.triangle if scene.measurement is not None else None
    for triangle in (whole, scene.triangle):
        if triangle is not None and triangle.start <= window.start and window.stop <= triangle.stop:
            return triangle
    return None


def pairs(triangle: "Triangle", window: Window) -> Pairs:
    """The window's part of a triangle that holds it."""
    first, last = window.start - triangle.start, window.stop - triangle.start
    part = slice(first, last)
    return Pairs(
        window,
        triangle.shares[part, part],
        triangle.earlier[part] + triangle.shares[part, :first].sum(axis=1),
        triangle.influence_log10[part, part],
        triangle.itemised_log10[part, part],
    )


def log10_cell(value: float, width: int) -> str:
    """A log10 in a cell of the absolute views: `10^-2.1` where there is room, else `-2.1`; `0` for a true zero."""
    if math.isnan(value):
        return "?"
    if value == -math.inf:
        return "0"
    text = f"{value:.1f}" if abs(value) < 99.95 else f"{value:.0f}"
    text = text.replace("-0.0", "0.0")
    return f"10^{text}" if len(text) + 3 <= width - 2 else text


def share_text(share: float) -> str:
    """A share as a percentage; what is there but rounds to nothing is `<1%`."""
    if math.isnan(share):
        return "–"
    return "<1%" if 0 < share < 0.005 else f"{100 * share:.0f}%"
