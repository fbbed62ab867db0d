"""Numbers beyond float64's range: a mantissa array with its own power of two.

A product over ten thousand steps is `10^6990` or `10^-20000`. It is kept as `mantissa · 2**exponent`, the mantissa
a float64 array of moderate size and the exponent an integer for each block. Multiplying by a power of two is
exact, so nothing is lost on the way.
"""

import math
from typing import NamedTuple

import numpy as np

from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray, IntArray

LOG10_2 = math.log10(2.0)
LN_2_HIGH = 0.6931471803691238  # fdlibm's split of ln 2: the high part times an integer below 2**20 is exact
LN_2_LOW = 1.9082149292705877e-10
LARGEST_EXPONENT = 2**61  # of int64, with room to add two
NOTHING = np.int64(-(2**62))  # the exponent of an exact zero, below all others
FLUSH = 5000  # ldexp by more than this is 0 or inf whatever the mantissa


class Scaled(NamedTuple):
    """value = mantissa · 2**exponent; the exponent's axes are the mantissa's first axes, one for each block."""

    mantissa: FloatArray
    exponent: IntArray


def scaled(values: FloatArray, *, blocks: int = 0) -> Scaled:
    """Ordinary numbers as `Scaled`, one exponent for each index of the first `blocks` axes."""
    return rescaled(Scaled(np.asarray(values, dtype=np.float64), np.zeros(np.shape(values)[:blocks], dtype=np.int64)))


def ordinary(values: FloatArray) -> Scaled:
    """Ordinary numbers as `Scaled`, with an exponent of 0 for each."""
    return Scaled(values, np.zeros(values.shape, dtype=np.int64))


def ldexp(mantissa: FloatArray, exponent: AnyArray | int) -> FloatArray:
    """The number mantissa · 2**exponent in float64: 0 or ±inf where that is out of range."""
    with np.errstate(over="ignore", under="ignore"):
        result: FloatArray = np.ldexp(mantissa, np.minimum(np.maximum(exponent, -FLUSH), FLUSH))
    return result


def spread(exponent: AnyArray, like: AnyArray) -> AnyArray:
    """The exponent with trailing axes of length 1, so that it broadcasts against `like`."""
    return exponent.reshape(exponent.shape + (1,) * (like.ndim - exponent.ndim))


def rescaled(value: Scaled) -> Scaled:
    """The same value with every block's largest mantissa entry in [½, 1); a block of zeros gets exponent 0."""
    mantissa, exponent = value
    axes = tuple(range(exponent.ndim, mantissa.ndim))
    largest = np.maximum.reduce(np.abs(mantissa), axis=axes, initial=0.0)
    shift = np.frexp(largest)[1]
    moved = np.where(largest == 0.0, 0, exponent + shift)
    if np.maximum.reduce(np.abs(shift), axis=None, initial=0) < 1000:
        # one multiplication an entry, four times quicker than ldexp, where the power itself is a float64
        level = mantissa * spread(np.ldexp(1.0, -shift), mantissa)
    else:
        level = ldexp(mantissa, -spread(shift, mantissa))
    return Scaled(level, np.asarray(moved, dtype=np.int64))


def to_float(value: Scaled) -> FloatArray:
    """The value in float64: 0 or ±inf where that is out of range."""
    return ldexp(value.mantissa, spread(value.exponent, value.mantissa))


def log10(value: Scaled) -> FloatArray:
    """log10 |value|, element by element; −inf for a true zero."""
    with np.errstate(divide="ignore"):
        result: FloatArray = np.log10(np.abs(value.mantissa)) + spread(value.exponent, value.mantissa) * LOG10_2
    return result


def norm(value: Scaled) -> Scaled:
    """The Frobenius norm of every block, as `Scaled` of the exponent's shape."""
    mantissa, exponent = rescaled(value)
    axes = tuple(range(exponent.ndim, mantissa.ndim))
    return Scaled(np.sqrt(np.square(mantissa).sum(axis=axes)), exponent)


def log10_norm(value: Scaled) -> FloatArray:
    """log10 of the Frobenius norm of every block; −inf for a block of true zeros."""
    return log10(norm(value))


def total(value: Scaled) -> Scaled:
    """The sum over the first axis, which has an exponent for each index: (…) blocks with an exponent each."""
    mantissa, exponent = rescaled(value)
    top = _top(mantissa, exponent)
    return Scaled(ldexp(mantissa, spread(exponent - top, mantissa)).sum(axis=0), top)


def square_root(value: Scaled) -> Scaled:
    """√value, element by element, for values with an exponent each."""
    odd = value.exponent % 2
    return rescaled(Scaled(np.sqrt(ldexp(value.mantissa, odd)), (value.exponent - odd) // 2))


def outer_sum(left: Scaled, right: Scaled) -> Scaled:
    """Σ_t left_t right_tᵀ for rows (T, …, M) and (T, …, N) with an exponent a row: (…, M, N), one exponent a matrix."""
    columns, rows, top = _on_one_exponent(left, right)
    return rescaled(Scaled(np.matmul(np.moveaxis(columns, 0, -1), np.moveaxis(rows, 0, -2)), top))


def outer_each(left: Scaled, right: Scaled) -> Scaled:
    """left_t right_tᵀ for every t, on one exponent for all t: (…, T, M, N) with an exponent for each of (…)."""
    columns, rows, top = _on_one_exponent(left, right)
    return rescaled(Scaled(np.moveaxis(columns[..., :, None] * rows[..., None, :], 0, -3), top))


def _on_one_exponent(left: Scaled, right: Scaled) -> tuple[FloatArray, FloatArray, IntArray]:
    """Mantissas of both sides whose products over t have one exponent for all t, and that exponent: (…)."""
    left, right = rescaled(left), rescaled(right)
    exponent = left.exponent + right.exponent
    occupied = left.mantissa.any(axis=-1) & right.mantissa.any(axis=-1)
    top = np.where(occupied, exponent, NOTHING).max(axis=0)
    top = np.where(top == NOTHING, 0, top)
    # Rows that add nothing may have any exponent; shifted by it they would overflow.
    shift = np.where(occupied, exponent - top, 0)[..., None]
    return ldexp(left.mantissa, shift), right.mantissa, np.asarray(top, dtype=np.int64)


def _top(mantissa: FloatArray, exponent: IntArray) -> IntArray:
    """The largest exponent of the blocks along the first axis that hold anything: (…)."""
    axes = tuple(range(exponent.ndim, mantissa.ndim))
    top = np.where(mantissa.any(axis=axes) if axes else mantissa != 0, exponent, NOTHING).max(axis=0)
    return np.asarray(np.where(top == NOTHING, 0, top), dtype=np.int64)


def add(left: Scaled, right: Scaled) -> Scaled:
    """The sum left + right, block by block."""
    left, right = rescaled(left), rescaled(right)

    def of(value: Scaled) -> IntArray:
        axes = tuple(range(value.exponent.ndim, value.mantissa.ndim))
        return np.where(np.abs(value.mantissa).max(axis=axes, initial=0.0) == 0.0, NOTHING, value.exponent)

    top = np.maximum(of(left), of(right))
    top = np.where(top == NOTHING, 0, top)
    mantissa = ldexp(left.mantissa, spread(left.exponent - top, left.mantissa)) + ldexp(
        right.mantissa, spread(right.exponent - top, right.mantissa)
    )
    return Scaled(mantissa, top)


def exponential(x: FloatArray) -> Scaled:
    """e**x element by element, x ≤ 709, however far below 0: `Scaled` with an exponent for each element.

    The argument is reduced by a multiple of ln 2 in two parts (Cody and Waite), so that the relative error stays
    near that of x itself. Beyond 2**−LARGEST_EXPONENT the exponent stops there; see `beyond`.
    """
    x = np.asarray(x, dtype=np.float64)
    with np.errstate(invalid="ignore"):
        turns = np.where(x < -700.0, np.clip(np.floor(x / math.log(2.0)), -float(LARGEST_EXPONENT), 0.0), 0.0)
        rest = (x - turns * LN_2_HIGH) - turns * LN_2_LOW
    rest = np.where(np.isfinite(rest), np.clip(rest, -745.0, 709.0), -745.0)
    return Scaled(np.where(np.isneginf(x), 0.0, np.exp(rest)), turns.astype(np.int64))


def beyond(x: FloatArray) -> AnyArray:
    """Where e**x is too small for any exponent that is kept here, and therefore unknown."""
    result: AnyArray = np.asarray(x) < -LARGEST_EXPONENT * math.log(2.0)
    return result
