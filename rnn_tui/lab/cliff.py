"""The cliff: what can be set of Pascanu's error surface, and the picture of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from rnn_tui.engine import exponents
from rnn_tui.engine.arrays import AnyArray, FloatArray, IntArray
from rnn_tui.engine.landscape import landscape, norm
from rnn_tui.engine.progress import Watch, unwatched
from rnn_tui.lab.experiment import REAL_RANGES, ExperimentError, check_whole, checked_real

LENGTHS = (1, 1000)
FARTHEST = 1e6  # how far from 0 the start and the picture may be
NARROWEST = 1e-9  # how narrow the picture may be, in parts of its distance from 0, or of 1
LEVELS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3)  # of E, where the picture has contours
# Where to start, and how fast: a walk down the valley that ends on the wall, and the wall itself.
STARTS: Mapping[str, Mapping[str, float]] = {
    "the valley": {"w": 4.9, "b": -2.15, "lr": 0.4},
    "the wall": {"w": 5.0, "b": -2.61234, "lr": 0.01},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CliffSettings:
    """What can be set of E(w, b) = (σ(x_T) − target)², x_t = w σ(x_{t−1}) + b, x_0 = ½, and of the descent on it.

    As it is set at first, eight steps from (4.9, −2.15) down the valley lead onto the wall, where ‖∇E‖ is 199: the
    ninth unclipped one ends at (46.6, 65.2), and the ninth clipped one turns back into the valley and goes down there.

    Attributes:
        length: T.
        target: what σ(x_T) should be.
        lr: η.
        threshold: θ, of the path that is clipped.
        w, b: where both paths start.
        w_low, w_high, b_low, b_high: what the picture shows.

    Raises:
        ExperimentError: a value of the wrong kind or out of range, or a picture without width or height.
    """

    length: int = 50
    target: float = 0.7
    lr: float = 0.4
    threshold: float = 0.5
    w: float = 4.9
    b: float = -2.15
    w_low: float = 4.0
    w_high: float = 5.4
    b_low: float = -2.9
    b_high: float = -1.8

    def __post_init__(self) -> None:
        check_whole("length", self.length, *LENGTHS)
        ranges = {
            "target": (0.0, 1.0),
            "lr": REAL_RANGES["lr"],
            "threshold": REAL_RANGES["threshold"],
            **dict.fromkeys(("w", "b", "w_low", "w_high", "b_low", "b_high"), (-FARTHEST, FARTHEST)),
        }
        for name, (lowest, highest) in ranges.items():
            object.__setattr__(self, name, checked_real(name, getattr(self, name), lowest, highest))
        for axis in "wb":
            low, high = getattr(self, f"{axis}_low"), getattr(self, f"{axis}_high")
            if high - low < _narrowest(low, high):
                allowed = f"more than {axis}_low, which is {low:g}, by {_narrowest(low, high):.2g} or more"
                raise ExperimentError(f"{axis}_high", high, allowed)

    def changed(self, **settings: Any) -> "CliffSettings":
        """These settings with some of them changed.

        Raises:
            ExperimentError: as the constructor does.
        """
        return replace(self, **settings)

    def shows(self, w: float, b: float) -> bool:
        """Whether the point is in the picture."""
        return self.w_low <= w <= self.w_high and self.b_low <= b <= self.b_high

    def panned(self, *, right: float = 0.0, up: float = 0.0) -> "CliffSettings":
        """The picture moved by these shares of its width and height; not where that is farther than one may be."""
        sides: dict[str, float] = {}
        for axis, share in (("w", right), ("b", up)):
            low, high = getattr(self, f"{axis}_low"), getattr(self, f"{axis}_high")
            by = share * (high - low)
            low, high = low + by, high + by
            if low >= -FARTHEST and high <= FARTHEST and high - low >= _narrowest(low, high):
                sides |= {f"{axis}_low": low, f"{axis}_high": high}
        return self.changed(**sides)

    def zoomed(self, factor: float, *, w: float, b: float) -> "CliffSettings":
        """The picture as many times nearer (or farther, below 1), as near and far as a picture may be.

        Args:
            factor: positive.
            w, b: the point that stays where it is.
        """
        sides: dict[str, float] = {}
        for axis, at in (("w", w), ("b", b)):
            low, high = getattr(self, f"{axis}_low"), getattr(self, f"{axis}_high")
            near = max(at - (at - low) / factor, -FARTHEST), min(at + (high - at) / factor, FARTHEST)
            if near[1] - near[0] < _narrowest(*near):
                return self
            sides |= {f"{axis}_low": near[0], f"{axis}_high": near[1]}
        return self.changed(**sides)


def _narrowest(low: float, high: float) -> float:
    return NARROWEST * max(1.0, abs(low), abs(high))


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
        contours: (rows, columns) which of `LEVELS`, from 1, passes between the point and the next to its right or
            below, the highest of several; 0 for none.
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
    found = landscape(w, b[:, None], steps=e.length, target=e.target, watch=watch)
    error = exponents.to_float(found.error)
    surface = CliffSurface(
        settings=settings,
        w=w,
        b=b,
        error=error,
        heights=np.sqrt(error) / max(e.target, 1.0 - e.target),
        log10_norms=exponents.log10(norm(found.gradient)),
        contours=_contours(error),
        floor=_passes(found.above),
    )
    for array in (w, b, error, surface.heights, surface.log10_norms, surface.contours, surface.floor):
        array.flags.writeable = False
    return surface


def _contours(error: FloatArray) -> IntArray:
    found = np.zeros(error.shape, dtype=np.int64)
    for place, level in enumerate(LEVELS, 1):
        found[_passes(error > level)] = place
    return found


def _passes(above: AnyArray) -> AnyArray:
    """Where a point and the next to its right or below are not on the same side."""
    apart = np.zeros(above.shape, dtype=bool)
    apart[:, :-1] |= above[:, :-1] != above[:, 1:]
    apart[:-1] |= above[:-1] != above[1:]
    return apart
