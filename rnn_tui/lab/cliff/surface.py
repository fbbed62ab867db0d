"""The picture of the cliff: E over a part of the plane, with its contours."""

from dataclasses import dataclass

import numpy as np

from rnn_tui.engine.dynamics.error_surface import error_surface, gradient_norm
from rnn_tui.engine.numbers import exponents
from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray, IntArray, protect
from rnn_tui.engine.progress import Watch, unwatched
from rnn_tui.lab.cliff.settings import CliffSettings

LEVELS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3)  # of E, where the picture has contours


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class CliffSurface:
    """The picture of E, a row for a b, the largest first, and a column for a w. Compared by identity.

    Attributes:
        settings: of which it is.
        w, b: at the middle of each column (columns,) and row (rows,).
        error: (rows, columns) E; 0 where it is below float64's range.
        heights: (rows, columns) |σ(x_T) − target| = √E from 0 to 1, its largest possible value: the square root
            shows the valley floor, where E itself would be flat, and keeps its colours wherever the picture goes.
        log10_norms: (rows, columns) log10 ‖∇E‖.
        contours: (rows, columns) which of `LEVELS`, from 1, passes between the point and the next below, the highest
            of several; 0 for none. Where it is steeper, also between the point and the next to its right: a line is
            without gaps, and a point thick.
        floor: (rows, columns) where σ(x_T) passes the target there, which is where E is 0.
    """

    settings: CliffSettings
    w: FloatArray
    b: FloatArray
    error: FloatArray
    heights: FloatArray
    log10_norms: FloatArray
    contours: IntArray
    floor: AnyArray


def cliff_surface(settings: CliffSettings, *, columns: int, rows: int, watch: Watch = unwatched) -> CliffSurface:
    """E over the picture, at the middles of columns × rows equal parts of it, 1 or more of each.

    Raises:
        CancelledError: as `watch` asked.
    """
    e = settings
    w = e.w_low + (np.arange(columns) + 0.5) / columns * (e.w_high - e.w_low)
    b = e.b_high - (np.arange(rows) + 0.5) / rows * (e.b_high - e.b_low)
    found = error_surface(w, b[:, None], steps=e.length, target=e.target, watch=watch)
    error = exponents.to_float(found.error)
    surface = CliffSurface(
        settings=settings,
        w=w,
        b=b,
        error=error,
        heights=np.sqrt(error) / max(e.target, 1.0 - e.target),
        log10_norms=exponents.log10(gradient_norm(found.gradient)),
        contours=_contours(error),
        floor=_passes(found.above),
    )
    protect(w, b, error, surface.heights, surface.log10_norms, surface.contours, surface.floor)
    return surface


def _contours(error: FloatArray) -> IntArray:
    found = np.zeros(error.shape, dtype=np.int64)
    for place, level in enumerate(LEVELS, 1):
        found[_passes(error > level)] = place
    return found


def _passes(above: AnyArray) -> AnyArray:
    """Where a point and the next below are not on the same side; or the next to its right, where that closes a gap."""
    below, right = np.zeros(above.shape, dtype=bool), np.zeros(above.shape, dtype=bool)
    below[:-1] = above[:-1] != above[1:]
    right[:, :-1] = above[:, :-1] != above[:, 1:]
    closed = below.copy()
    closed[:, :-1] |= below[:, 1:]
    return below | (right & ~closed)
