"""The cliff: what can be set of Pascanu's error surface, of the descent on it, and of the picture."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rnn_tui.lab.experiment.all_settings import EXPERIMENT
from rnn_tui.lab.settings.declared import Declarations
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.lab.settings.grids import Decades, DialGrid, Even, Whole
from rnn_tui.lab.settings.kinds import Integer, Real, SettingKind
from rnn_tui.lab.settings.setting import Setting, Turned

FARTHEST = 1e6  # how far from 0 the start and the picture may be
MARGIN = 0.08  # of the picture, around what it is to hold
NARROWEST = 1e-9  # how narrow the picture may be, in parts of its distance from 0, or of 1
# Where to start, how fast, and what the picture shows: a walk down the valley that ends on the wall, and the wall.
STARTS: Mapping[str, Mapping[str, float]] = {
    "the valley": {"w": 4.9, "b": -2.15, "lr": 0.4, "w_low": 4.0, "w_high": 5.4, "b_low": -2.9, "b_high": -1.8},
    "the wall": {"w": 5.0, "b": -2.61234, "lr": 0.01, "w_low": 4.98, "w_high": 5.02, "b_low": -2.63, "b_high": -2.59},
}
_MANTISSAS = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0)
_PLACE = Real(-FARTHEST, FARTHEST)


def _declared(
    name: str,
    kind: SettingKind,
    help: str,
    *,
    label: str = "",
    title: str = "",
    grid: DialGrid | None = None,
    tab: int = 100,
) -> Setting:
    return Setting(
        name=name,
        kind=kind,
        help=help,
        dial=Turned(label, title, grid=grid, tab=tab) if label else "it is moved and zoomed on the picture itself",
        group="cliff",
        without_flag="the cliff is set on its own screen",
        in_training="beside",
    )


CLIFF = Declarations(
    (
        _declared(
            "length",
            Integer(1, 1000),
            "how often w is applied: the longer, the steeper the wall",
            label="T",
            title="steps T",
            grid=Whole(low=1, high=1000),
        ),
        _declared(
            "target",
            Real(0.0, 1.0),
            "what σ(x_T) should be at the end; E is its squared distance from that",
            label="target",
            title="target",
            grid=Even(fine=0.05, coarse=0.2, low=0.0, high=1.0),
        ),
        _declared(
            "lr",
            EXPERIMENT["lr"].kind,
            "how far a step goes down the gradient; the cliff's own η",
            label="η",
            title="learning rate η of the cliff",
            grid=Decades(mantissas=_MANTISSAS, low=1e-4, high=1e2),
            tab=1,
        ),
        _declared(
            "threshold",
            EXPERIMENT["threshold"].kind,
            "where ‖∇E‖ is longer, the clipped path cuts it to θ; the cliff's own θ",
            label="θ",
            title="clipping threshold θ of the cliff",
            grid=Decades(mantissas=_MANTISSAS, low=1e-3, high=1e3),
            tab=2,
        ),
        _declared("w", _PLACE, "the weight that both paths start from; ←→ move it", label="w", title="start w"),
        _declared("b", _PLACE, "the bias that both paths start from; ↑↓ move it", label="b", title="start b"),
        _declared("w_low", _PLACE, "the left edge of the picture"),
        _declared("w_high", _PLACE, "the right edge of the picture"),
        _declared("b_low", _PLACE, "the lower edge of the picture"),
        _declared("b_high", _PLACE, "the upper edge of the picture"),
    )
)
"""By name, in the order of the fields of `CliffSettings`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CliffSettings:
    """The settings of E(w, b) = (σ(x_T) − target)², x_t = w σ(x_{t−1}) + b, x_0 = ½, and of the descent on it.

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
        CLIFF.check(self)
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

    def framed_as(self, other: "CliffSettings") -> "CliffSettings":
        """These settings with the picture of others."""
        sides = ("w_low", "w_high", "b_low", "b_high")
        return self.changed(**{side: getattr(other, side) for side in sides})

    def around(self, points: Sequence[tuple[float, float]]) -> "CliffSettings":
        """The picture that holds these points, with a margin; those beyond where one may be lie at its edge.

        Along an axis on which they are all in one place it is as wide or high as it was.
        """
        sides: dict[str, float] = {}
        for axis, places in zip("wb", zip(*points, strict=True), strict=True):
            low, high = (min(max(place, -FARTHEST), FARTHEST) for place in (min(places), max(places)))
            apart = high - low > 10 * _narrowest(low, high)
            shown = getattr(self, f"{axis}_high") - getattr(self, f"{axis}_low")
            margin = MARGIN * (high - low) if apart else shown / 2
            sides |= {f"{axis}_low": max(low - margin, -FARTHEST), f"{axis}_high": min(high + margin, FARTHEST)}
        return self.changed(**sides)

    def with_start_shown(self) -> "CliffSettings":
        """The picture moved, where the start lies beside it, so far that it lies within."""
        by = {}
        for axis in "wb":
            at, low, high = (getattr(self, name) for name in (axis, f"{axis}_low", f"{axis}_high"))
            beyond = min(at - low, 0.0) or max(at - high, 0.0)
            by[axis] = beyond / (high - low) + math.copysign(MARGIN, beyond) if beyond else 0.0
        return self.panned(right=by["w"], up=by["b"])

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
