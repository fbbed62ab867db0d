"""tanh of many numbers for the batched kernels, where NumPy's own takes longer than all else of a step.

NumPy's float64 tanh is quick on CPUs with AVX-512 alone; elsewhere it takes 14 ns a number. There tanh(a) comes of a
table and the addition theorem: with c the multiple of 2⁻¹⁰ next to a, t = tanh(c) from the table and s = tanh(a − c),

    tanh(a) = (t + s) / (1 + t s),

in fourteen passes over the array, to 1e-15, near 0 too.
"""

import math
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TypeAlias

import numpy as np

from rnn_tui.engine.numbers.arrays import FloatArray, protect

PLACES = 2**10  # of the table between 0 and 1
END = 20  # from here on tanh is 1
MANY = 1000  # numbers from which fourteen calls of NumPy are less than one of its tanh
FAR = 1e11  # beyond it a number and ROUNDER have no common digits; such a state is not worth a check in every step
ROUNDER = 1.5 * 2.0**52 / PLACES  # to add it and take it away again leaves a multiple of 1/PLACES

STATES = np.empty(0)  # in place of factors of at most 1

TanhInto: TypeAlias = Callable[[FloatArray, FloatArray], object]
"""tanh(a) into an array: (a, out)."""


def tanh_for(shape: tuple[int, ...]) -> TanhInto:
    """The quicker tanh for arrays of this shape; of arrays within ±FAR."""
    return np.tanh if int(np.prod(shape)) < MANY or _numpy_is_quick() else TableTanh(shape)


def tanh_in_range(tanh: TanhInto, *, weights: Iterable[FloatArray], factors: Iterable[FloatArray]) -> TanhInto:
    """The given tanh, or NumPy's where Σ_j W_ij x_j may leave ±FAR, for each W of `weights` and its x of `factors`.

    Args:
        weights: of any shapes.
        factors: what each is multiplied with; `STATES` where that is no more than 1.
    """
    if tanh is np.tanh:
        return tanh
    # |Σ_j W_ij x_j| ≤ ‖W‖ ‖x‖, and a state has no more entries than W
    bound = sum(
        _norm(weight) * max(_norm(x), math.sqrt(weight.size)) for weight, x in zip(weights, factors, strict=True)
    )
    return tanh if bound < FAR else np.tanh


class TableTanh:
    """tanh of arrays of one shape within ±FAR."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self._table = _table()
        self._t, self._s, self._rest = (np.empty(shape) for _ in range(3))
        self._bits, self._index = self._t.view(np.int64), np.empty(shape, dtype=np.int64)
        rounder = np.array(ROUNDER)
        self._rounder, self._first = rounder, rounder.view(np.int64) - END * PLACES
        # r − r³/3 + 2r⁵/15, its last part spread over the two before it (Chebyshev): that leaves 1e-15 of it
        square = 0.25 / PLACES**2
        self._slope, self._bend = np.array(1.0 - square**2 / 60.0), np.array(-1.0 / 3.0 + square * 2.0 / 15.0)
        self._one = np.ones(())

    def __call__(self, a: FloatArray, out: FloatArray) -> None:
        """tanh(a) into `out`, which may be `a` itself."""
        t, s, rest, index = self._t, self._s, self._rest, self._index
        multiply, add, subtract = np.multiply, np.add, np.subtract
        add(a, self._rounder, t)
        subtract(t, self._rounder, s)  # c
        subtract(self._bits, self._first, index)
        subtract(a, s, s)
        self._table.take(index, None, t, "clip")
        multiply(s, s, rest)
        multiply(rest, self._bend, rest)
        add(rest, self._slope, rest)
        multiply(s, rest, s)
        multiply(t, s, rest)
        add(rest, self._one, rest)
        add(t, s, t)
        np.divide(t, rest, out)


@lru_cache(maxsize=1)
def _table() -> FloatArray:
    """The tanh of the multiples of 1/PLACES from −END to END."""
    found: FloatArray = np.tanh(np.arange(-END * PLACES, END * PLACES + 1) / PLACES)
    protect(found)
    return found


def _norm(values: FloatArray) -> float:
    """‖v‖₂ over all entries; inf where their squares are beyond float64, NaN where an entry is."""
    return math.sqrt(float(np.vdot(values, values)))


def _numpy_is_quick() -> bool:
    """Whether NumPy's float64 tanh takes eight numbers at a time on this CPU."""
    kernels = np.lib.introspect.opt_func_info(func_name="^tanh$").get("tanh", {})  # none where NumPy has but one
    current = kernels.get("dd", {}).get("current", "")
    return "V4" in current or "AVX512" in current
