"""The two descents on the cliff, clipped and not: every point of each in numbers, and what becomes of it in words."""

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

from rnn_tui.engine.dynamics.descent import descent_step
from rnn_tui.engine.dynamics.error_surface import surface_point
from rnn_tui.engine.numbers.scaled_float import ONE, ScaledFloat
from rnn_tui.engine.progress import Watch, report, unwatched
from rnn_tui.lab.cliff.settings import CLIFF, CliffSettings
from rnn_tui.lab.text.numbers import log10_text

DESCENT = tuple(setting.name for setting in CLIFF.turned)  # the settings that a path depends on: not the picture's
Ending: TypeAlias = Literal["rests", "leaves float64"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PathPoint:
    """One point of a path. A number that float64 cannot hold keeps its exponent; its `float_or_none` is None.

    Attributes:
        step: how many steps led here.
        w, b: where it is.
        error, along_w, along_b: E, ∂E/∂w, ∂E/∂b.
        norm: ‖∇E‖.
        scale: what the step from here multiplies ∇E with, min(1, θ/‖∇E‖); 1 on the unclipped path.
        w_after, b_after: where that step leads; ±inf beyond float64's range.
    """

    step: int
    w: float
    b: float
    error: ScaledFloat
    along_w: ScaledFloat
    along_b: ScaledFloat
    norm: ScaledFloat
    scale: ScaledFloat
    w_after: float
    b_after: float

    @property
    def is_clipped(self) -> bool:
        """Whether the step from here is made shorter."""
        return self.scale != ONE

    @property
    def reach(self) -> float:
        """How far the step from here goes; ∞ beyond float64's range."""
        return math.hypot(self.w_after - self.w, self.b_after - self.b)


@dataclass(frozen=True, slots=True, kw_only=True)
class DescentPath:
    """The points of one descent, the start first.

    Attributes:
        ending: why there are no more steps than these: a step moves neither w nor b by as much as changes a float64, or
            it leads beyond float64's range; None where it can go on.
    """

    points: tuple[PathPoint, ...]
    ending: Ending | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Descents:
    """Both paths from one start, as many steps of each as were asked for, or as there are."""

    settings: CliffSettings
    unclipped: DescentPath
    clipped: DescentPath

    @property
    def parted(self) -> int | None:
        """The step that the two take differently, from 1: the first that is clipped; None where none is."""
        return next((point.step + 1 for point in self.clipped.points if point.is_clipped), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """How a path gets out of the picture.

    Attributes:
        step: which step of it does, from 1.
        w, b: where it leads; ±inf beyond float64's range.
        jumped: whether it is longer than the picture is wide or high.
    """

    step: int
    w: float
    b: float
    jumped: bool


def descend(
    settings: CliffSettings, steps: int, *, so_far: Descents | None = None, watch: Watch = unwatched
) -> Descents:
    """(w, b) ← (w, b) − η ∇E, and with ∇E · min(1, θ/‖∇E‖), from the start.

    Args:
        steps: how many of each, 0 or more.
        so_far: what was found before; where only the picture has changed, its steps are taken over.

    Raises:
        CancelledError: as `watch` asked.
    """
    known = so_far if so_far is not None and _same_descent(so_far.settings, settings) else None
    paths = []
    for name, threshold in (("unclipped", None), ("clipped", settings.threshold)):
        before: DescentPath | None = None if known is None else getattr(known, name)
        paths.append(_continued(settings, steps, threshold, before))
        report(watch, len(paths) / 2.0)
    return Descents(settings=settings, unclipped=paths[0], clipped=paths[1])


def _same_descent(one: CliffSettings, other: CliffSettings) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in DESCENT)


def _continued(settings: CliffSettings, steps: int, threshold: float | None, before: DescentPath | None) -> DescentPath:
    points = [_point(settings, 0, settings.w, settings.b, threshold)] if before is None else list(before.points)
    ending = None if before is None else before.ending
    while len(points) <= steps and ending is None:
        last = points[-1]
        w, b = last.w_after, last.b_after
        if not (math.isfinite(w) and math.isfinite(b)):
            ending = "leaves float64"
        elif (w, b) == (last.w, last.b):
            ending = "rests"
        else:
            points.append(_point(settings, last.step + 1, w, b, threshold))
    return DescentPath(points=tuple(points[: steps + 1]), ending=ending if len(points) <= steps else None)


def _point(settings: CliffSettings, step: int, w: float, b: float, threshold: float | None) -> PathPoint:
    found = surface_point(w, b, steps=settings.length, target=settings.target)
    after = descent_step(w, b, along_w=found.along_w, along_b=found.along_b, lr=settings.lr, threshold=threshold)
    return PathPoint(
        step=step,
        w=w,
        b=b,
        error=found.error,
        along_w=found.along_w,
        along_b=found.along_b,
        norm=after.norm,
        scale=after.scale,
        w_after=after.w,
        b_after=after.b,
    )


def first_step_outside(path: DescentPath, settings: CliffSettings) -> Leaving | None:
    """The first step of the path that leads from inside the picture to outside it; None where none does."""
    wide, high = settings.w_high - settings.w_low, settings.b_high - settings.b_low
    taken = path.points if path.ending == "leaves float64" else path.points[:-1]
    for point in taken:
        w, b = point.w_after, point.b_after
        if settings.shows(point.w, point.b) and not settings.shows(w, b):
            jumped = abs(w - point.w) > wide or abs(b - point.b) > high
            return Leaving(step=point.step + 1, w=w, b=b, jumped=jumped)
    return None


def ending_sentence(path: DescentPath) -> str | None:
    """Why the path goes no further, in words; None where it can."""
    last = path.points[-1]
    if path.ending == "rests":
        if last.norm.mantissa == 0.0:
            return "Here ∇E is exactly 0, and nothing moves any more."
        return f"Here ‖∇E‖ = {log10_text(last.norm.log10)}, and η times that moves neither w nor b in float64."
    if path.ending == "leaves float64":
        return f"Here ‖∇E‖ = {log10_text(last.norm.log10)}, and η times that is beyond what float64 holds."
    return None
