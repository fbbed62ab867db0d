"""Sums and products of `Scaled`.

A product adds exponents. A sum has to bring its terms to one exponent first: that of the largest, so that what is
shifted out at the lower end is below the sum's own rounding.
"""

import numpy as np

from rnn_tui.engine.numbers.arrays import FloatArray, IntArray
from rnn_tui.engine.numbers.exponents import (
    ZERO_EXPONENT,
    Scaled,
    align_exponent,
    any_exponent,
    ldexp,
    rescale,
    unscaled,
)

MODERATE = 400  # powers of two from 1 within which an element of a product needs no exponent of its own
SAFE = -900.0  # a product of floats that together reach 2**SAFE has lost nothing to underflow


def add(left: Scaled, right: Scaled) -> Scaled:
    """The sum left + right, block by block."""
    left, right = rescale(left), rescale(right)
    top = np.maximum(_occupied_exponent(left), _occupied_exponent(right))
    top = np.where(top == ZERO_EXPONENT, 0, top)
    mantissa = ldexp(left.mantissa, align_exponent(left.exponent - top, left.mantissa)) + ldexp(
        right.mantissa, align_exponent(right.exponent - top, right.mantissa)
    )
    return Scaled(mantissa, top)


def sum_first_axis(value: Scaled) -> Scaled:
    """The sum over the first axis, which has an exponent for each index: (…) blocks with an exponent each."""
    mantissa, exponent = rescale(value)
    top = _occupied_exponent(Scaled(mantissa, exponent)).max(axis=0)
    top = np.asarray(np.where(top == ZERO_EXPONENT, 0, top), dtype=np.int64)
    return Scaled(ldexp(mantissa, align_exponent(exponent - top, mantissa)).sum(axis=0), top)


def product(*factors: Scaled) -> Scaled:
    """The element-wise product of values of one shape with an exponent for each element.

    Slopes of saturated units and shut gates: three factors of `10^-150` are one of `10^-450`, not a false zero. Most
    steps have no such unit, and theirs is a product of floats.
    """
    if (
        not any(any_exponent(each.exponent) for each in factors)
        and sum(_log2_smallest(each) for each in factors) > SAFE
    ):
        result = factors[0].mantissa
        for each in factors[1:]:
            result = result * each.mantissa
        return unscaled(result)
    mantissa, power = np.frexp(factors[0].mantissa)
    exponent = power + factors[0].exponent
    for each in factors[1:]:
        size, power = np.frexp(each.mantissa)
        mantissa, again = np.frexp(mantissa * size)
        exponent = exponent + power + again + each.exponent
    # an element of moderate size keeps no exponent, so that a step without others is known as such
    far = (mantissa != 0) & (np.abs(exponent) > MODERATE)
    return Scaled(ldexp(mantissa, np.where(far, 0, exponent)), np.where(far, exponent, 0).astype(np.int64))


def square_root(value: Scaled) -> Scaled:
    """√value, element by element, for values with an exponent each."""
    odd = value.exponent % 2
    return rescale(Scaled(np.sqrt(ldexp(value.mantissa, odd)), (value.exponent - odd) // 2))


def outer_sum(left: Scaled, right: Scaled) -> Scaled:
    """Σ_t left_t right_tᵀ for rows (T, …, M) and (T, …, N) with an exponent a row: (…, M, N), one exponent a matrix."""
    columns, rows, top = _on_one_exponent(left, right)
    return rescale(Scaled(np.matmul(np.moveaxis(columns, 0, -1), np.moveaxis(rows, 0, -2)), top))


def outer_each(left: Scaled, right: Scaled) -> Scaled:
    """left_t right_tᵀ for every t, on one exponent for all t: (…, T, M, N) with an exponent for each of (…)."""
    columns, rows, top = _on_one_exponent(left, right)
    return rescale(Scaled(np.moveaxis(columns[..., :, None] * rows[..., None, :], 0, -3), top))


def _on_one_exponent(left: Scaled, right: Scaled) -> tuple[FloatArray, FloatArray, IntArray]:
    """Mantissas of both sides whose products over t have one exponent for all t, and that exponent: (…)."""
    left, right = rescale(left), rescale(right)
    exponent = left.exponent + right.exponent
    occupied = left.mantissa.any(axis=-1) & right.mantissa.any(axis=-1)
    top = np.where(occupied, exponent, ZERO_EXPONENT).max(axis=0)
    top = np.where(top == ZERO_EXPONENT, 0, top)
    # Rows that add nothing may have any exponent; shifted by it they would overflow.
    shift = np.where(occupied, exponent - top, 0)[..., None]
    return ldexp(left.mantissa, shift), right.mantissa, np.asarray(top, dtype=np.int64)


def _occupied_exponent(value: Scaled) -> IntArray:
    """Every block's exponent; that of a block of zeros is below all others, for it may not decide a sum's."""
    mantissa, exponent = value
    axes = tuple(range(exponent.ndim, mantissa.ndim))
    return np.where(mantissa.any(axis=axes) if axes else mantissa != 0, exponent, ZERO_EXPONENT)


def _log2_smallest(factor: Scaled) -> float:
    size = np.abs(factor.mantissa)
    smallest = size.min(initial=1.0)
    if smallest == 0.0:
        smallest = size[size > 0].min(initial=1.0)
    return float(np.log2(smallest))
