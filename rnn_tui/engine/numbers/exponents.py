"""Numbers beyond float64's range: a mantissa array with powers of two of its own.

A product over ten thousand steps is `10^6990` or `10^-20000`. It is kept as `mantissa · 2**exponent`, the mantissa a
float64 array of moderate size and the exponent an integer for each block. Why not logarithms: a gradient is a signed
sum, and neither sums nor signs live in logs; and log10 x of `10^-20000` has 5 digits less after its point than a
mantissa. Why 2 and not e or 10: multiplying by a power of two only changes a float's exponent bits, so that rescaling
rounds nothing and may be done as often, or as seldom, as is convenient.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray, IntArray

LOG10_2 = math.log10(2.0)
ZERO_EXPONENT = np.int64(-(2**62))  # the exponent of an exact zero, below all others
BEYOND_FLOAT64 = 5000  # ldexp by more than this is 0 or inf whatever the mantissa
POWER_IS_FLOAT64 = 1000  # 2.0**k is a float64 for |k| up to this
_ONE_ZERO = bytes(8)  # an int64 0 in memory that cannot be written to


class Scaled(NamedTuple):
    """value = mantissa · 2**exponent; the exponent's axes are the mantissa's first axes, one for each block.

    A state has one exponent a step, a gradient one a tensor, the slopes φ' of saturated units one an element. Where no
    element needs one, `unscaled` gives all of them the same 0, which takes no memory.
    """

    mantissa: FloatArray
    exponent: IntArray


def unscaled(values: FloatArray) -> Scaled:
    """Floats as `Scaled` with an exponent of 0 for each element: one read-only 0, seen at every place."""
    # as `np.broadcast_to` makes it, in a fifth of the time: a step's linear map is made of dozens of these
    return Scaled(values, np.ndarray(values.shape, np.int64, _ONE_ZERO, 0, (0,) * values.ndim))


def from_floats(values: FloatArray, *, blocks: int = 0) -> Scaled:
    """Floats as `Scaled` near 1, with an exponent for each index of the first `blocks` axes."""
    return rescale(Scaled(np.asarray(values, dtype=np.float64), np.zeros(np.shape(values)[:blocks], dtype=np.int64)))


def any_exponent(exponent: IntArray) -> bool:
    """Whether any exponent is not 0: where none is, the mantissa is the value."""
    if any(exponent.strides):
        return bool(exponent.any())
    # one number seen at every place, as `unscaled` makes it: it alone need be read
    return exponent.size > 0 and exponent.item(0) != 0


def steps_with_exponents(value: Scaled) -> AnyArray:
    """(T,): whether any element of the step has an exponent of its own."""
    if not any_exponent(value.exponent):
        return np.zeros(len(value.mantissa), dtype=bool)
    result: AnyArray = np.any(value.exponent.reshape(len(value.exponent), -1) != 0, axis=1)
    return result


def align_exponent(exponent: AnyArray, like: AnyArray) -> AnyArray:
    """The exponent with trailing axes of length 1, so that it broadcasts against `like`."""
    return exponent.reshape(exponent.shape + (1,) * (like.ndim - exponent.ndim))


def broadcast_exponents(value: Scaled) -> Scaled:
    """The same value with an exponent for each element; `unscaled` where none is needed."""
    mantissa, exponent = value
    if exponent.shape == mantissa.shape:
        return value
    if not any_exponent(value.exponent):
        return unscaled(mantissa)
    return Scaled(mantissa, np.broadcast_to(align_exponent(exponent, mantissa), mantissa.shape))


def ldexp(mantissa: FloatArray, exponent: AnyArray | int) -> FloatArray:
    """The number mantissa · 2**exponent in float64: 0 or ±inf where that is out of range."""
    # NumPy hands ldexp a C int: an int64 exponent beyond it would wrap around
    with np.errstate(over="ignore", under="ignore"):
        result: FloatArray = np.ldexp(mantissa, np.minimum(np.maximum(exponent, -BEYOND_FLOAT64), BEYOND_FLOAT64))
    return result


def rescale(value: Scaled) -> Scaled:
    """The same value with every block's largest mantissa entry in [½, 1); a block of zeros gets exponent 0."""
    mantissa, exponent = value
    axes = tuple(range(exponent.ndim, mantissa.ndim))
    largest = np.maximum.reduce(np.abs(mantissa), axis=axes, initial=0.0)
    shift = np.frexp(largest)[1]
    moved = np.where(largest == 0.0, 0, exponent + shift)
    if np.maximum.reduce(np.abs(shift), axis=None, initial=0) < POWER_IS_FLOAT64:
        # one multiplication an entry, four times quicker than ldexp
        near_one = mantissa * align_exponent(np.ldexp(1.0, -shift), mantissa)
    else:
        near_one = ldexp(mantissa, -align_exponent(shift, mantissa))
    return Scaled(near_one, np.asarray(moved, dtype=np.int64))


def to_float(value: Scaled) -> FloatArray:
    """The value in float64: 0 or ±inf where that is out of range. Without exponents it is the mantissa itself."""
    if not any_exponent(value.exponent):
        return value.mantissa
    return ldexp(value.mantissa, align_exponent(value.exponent, value.mantissa))


def log10(value: Scaled) -> FloatArray:
    """log10 |value|, element by element; −inf for a true zero."""
    with np.errstate(divide="ignore"):
        result: FloatArray = np.log10(np.abs(value.mantissa)) + (
            align_exponent(value.exponent, value.mantissa) * LOG10_2
        )
    return result


def block_norm(value: Scaled) -> Scaled:
    """The Frobenius norm of every block, as `Scaled` of the exponent's shape."""
    # squares of entries near 1 neither overflow nor vanish; what underflows beside them is below their rounding
    mantissa, exponent = rescale(value)
    axes = tuple(range(exponent.ndim, mantissa.ndim))
    return Scaled(np.sqrt(np.square(mantissa).sum(axis=axes)), exponent)


def log10_norm(value: Scaled) -> FloatArray:
    """log10 of the Frobenius norm of every block; −inf for a block of true zeros."""
    return log10(block_norm(value))


def take(value: Scaled, steps: IntArray) -> Scaled:
    """The steps (n, m) of a value with an exponent for each element: (n, m, …)."""
    mantissa = value.mantissa[steps]
    return Scaled(mantissa, value.exponent[steps]) if any_exponent(value.exponent) else unscaled(mantissa)


def stack(values: Sequence[Scaled], *, axis: int) -> Scaled:
    """Values with an exponent for each element, side by side along a new axis."""
    mantissa = np.stack([each.mantissa for each in values], axis=axis)
    if not any(any_exponent(each.exponent) for each in values):
        return unscaled(mantissa)
    return Scaled(mantissa, np.stack([each.exponent for each in values], axis=axis))
