"""The measures over pairs of steps for the window that is on the screen."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from rnn_tui.ui.panels.steps import Window
from rnn_tui.ui.state.scene import AnyScene

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import FloatArray
    from rnn_tui.lab.measurement.measurement import Triangle


class Pairs(NamedTuple):
    """Row i is step `window.start + i`, column j word `window.start + j`; what lies above the diagonal means nothing.

    `earlier` (n,) is the share of all words before the window; `unresolved` the rows without shares, and how far their
    integrated gradients are off.
    """

    window: Window
    shares: "FloatArray"
    earlier: "FloatArray"
    influence_log10: "FloatArray"
    itemised_log10: "FloatArray"
    unresolved: Mapping[int, float]


def triangle_with(scene: AnyScene, window: Window) -> "Triangle | None":
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
        {row - first: off for row, off in triangle.unresolved.items() if first <= row < last},
    )


def log10_cells(values: Sequence[float], width: int) -> list[str]:
    """Log10s for cells of that width: all as `10^-2.1` where there is room, else all as `-2.1`; `0` a true zero.

    Within a decade they have two decimals where those fit: cells of different colours should have different numbers.
    """
    finite = [value for value in values if math.isfinite(value)]
    narrow = bool(finite) and max(finite) - min(finite) < 1 and max(map(abs, finite)) < 9.995 and width >= len("-0.00")
    decimals = 2 if narrow else 1

    def digits(value: float) -> str:
        text = f"{value:.{decimals}f}" if abs(value) < 99.95 else f"{value:.0f}"
        return text.removeprefix("-") if float(text) == 0 else text

    written = [digits(value) if math.isfinite(value) else "?" if math.isnan(value) else "0" for value in values]
    widest = max(map(len, written), default=0)
    if widest + 3 > width - 2:
        return [text.rjust(widest) for text in written]
    return [
        (f"10^{text}" if math.isfinite(value) else text).rjust(widest + 3)
        for text, value in zip(written, values, strict=True)
    ]


def off_text(off: float, width: int = 9) -> str:
    """How far the integrated gradients of a step without shares are off, in a cell: `±55%`, `±127×`, `±10^4×`.

    Where that does not fit into four columns it is `0.2%` or `>99×`.
    """
    if off < 0.995:
        text = f"±{100 * off:.1f}%" if off < 0.01 else f"±{100 * off:.0f}%"
        return text if len(text) <= width else text[1:]
    text = f"±{off:.0f}×" if off < 9999 else f"±10^{math.log10(off):.0f}×"
    return text if len(text) <= width else ">99×"


def share_text(share: float) -> str:
    """A share as a percentage; what is there but rounds to nothing is `<1%`."""
    if math.isnan(share):
        return "–"
    return "<1%" if 0 < share < 0.005 else f"{100 * share:.0f}%"
