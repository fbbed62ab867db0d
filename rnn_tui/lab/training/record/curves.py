"""What every step of a training reported, thinned to so many points that keep the lowest and the highest."""

from dataclasses import dataclass, replace

import numpy as np

from rnn_tui.engine.numbers.arrays import FloatArray, IntArray, protect

QUANTITIES = ("loss", "norm", "scale", "clipped", "touched", "move")
CAPACITY = 1024  # points; half of them are left when they are merged two and two
LOW, MEAN, HIGH = 0, 1, 2


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class QuantityCurve:
    """One quantity over all steps: m points, each of `stride` steps but for the last, which may be of fewer.

    Attributes:
        steps: (m,) the last step of each point.
        low, mean, high: (m,) over the steps of a point.
    """

    stride: int
    steps: IntArray
    low: FloatArray
    mean: FloatArray
    high: FloatArray


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class TrainingCurves:
    """All quantities of every step. Compared by identity; what was thinned depends on the number of steps alone.

    The quantities: `loss` of the batch before the update, `norm` ‖g‖ before clipping, `scale` what clipping multiplied
    the whole gradient by (1 where it limits entries or steps one by one), `clipped` whether it did anything (0 or 1),
    `touched` the share of entries (value) or steps (step) that it limited, `move` ‖Δθ‖/‖θ‖.

    Attributes:
        stride: the steps of a point, a power of two.
        points: (3, Q, m) low, mean and high of each quantity.
        rest: (Q, r) the steps since the last point, r < stride.
    """

    stride: int
    points: FloatArray
    rest: FloatArray

    @property
    def steps(self) -> int:
        """How many steps were recorded."""
        return int(self.stride * self.points.shape[2] + self.rest.shape[1])

    def recorded(self, values: FloatArray) -> "TrainingCurves":
        """These curves with n more steps, (Q, n), Q in the order of `QUANTITIES`."""
        stride, points = self.stride, self.points
        rest = np.concatenate([self.rest, values], axis=1)
        while rest.shape[1] >= stride:
            whole = min(rest.shape[1] // stride, CAPACITY - points.shape[2])
            points = np.concatenate([points, _folded(rest[:, : whole * stride], stride)], axis=2)
            rest = rest[:, whole * stride :]
            if points.shape[2] == CAPACITY:
                stride, points = 2 * stride, _merged(points)
        rest = rest.copy()
        protect(points, rest)
        return replace(self, stride=stride, points=points, rest=rest)

    def of(self, quantity: str) -> QuantityCurve:
        """One quantity of `QUANTITIES`."""
        index = QUANTITIES.index(quantity)
        points, last = self.points[:, index], self.stride * self.points.shape[2]
        steps = np.arange(1, points.shape[1] + 1, dtype=np.int64) * self.stride
        if self.rest.shape[1]:
            points = np.concatenate([points, _folded(self.rest, self.rest.shape[1])[:, index]], axis=1)
            steps = np.append(steps, last + self.rest.shape[1])
        return QuantityCurve(stride=self.stride, steps=steps, low=points[LOW], mean=points[MEAN], high=points[HIGH])


def nothing_recorded() -> TrainingCurves:
    """The curves before the first step."""
    count = len(QUANTITIES)
    return TrainingCurves(stride=1, points=np.empty((3, count, 0)), rest=np.empty((count, 0)))


def _folded(values: FloatArray, stride: int) -> FloatArray:
    """(Q, k·stride) steps as (3, Q, k) points."""
    each = values.reshape(len(values), -1, stride)
    with np.errstate(over="ignore"):
        return np.stack([each.min(axis=2), each.mean(axis=2), each.max(axis=2)])


def _merged(points: FloatArray) -> FloatArray:
    """Points two and two as one: (3, Q, m) to (3, Q, m/2)."""
    pairs = points.reshape(*points.shape[:2], -1, 2)
    with np.errstate(over="ignore"):
        return np.stack([pairs[LOW].min(axis=2), pairs[MEAN].mean(axis=2), pairs[HIGH].max(axis=2)])
