"""Element-wise factors of a step (slopes, gates, products of them), none of which becomes a false zero."""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray, IntArray
from rnn_tui.engine.numbers.exponents import Scaled, ldexp, spread

ORDINARY = 400  # powers of two from 1 within which an element needs no exponent of its own
SAFE = -900.0  # a product of plain factors that together reach 2**SAFE has lost nothing to underflow


class Factors(NamedTuple):
    """mantissa · 2**exponent, element by element; `exponent` is None where no element needs one."""

    mantissa: FloatArray
    exponent: IntArray | None

    def gathered(self, steps: IntArray) -> "Factors":
        """The factors of the steps (n, m): (n, m, …)."""
        return Factors(self.mantissa[steps], None if self.exponent is None else self.exponent[steps])


def plain(values: FloatArray) -> Factors:
    """Ordinary numbers as factors."""
    return Factors(values, None)


def of_scaled(value: Scaled) -> Factors:
    """A value with an exponent for each block, as factors with one for each element where any is not 0."""
    if not value.exponent.any():
        return Factors(value.mantissa, None)
    return Factors(value.mantissa, np.broadcast_to(spread(value.exponent, value.mantissa), value.mantissa.shape))


def elementwise(factors: Factors) -> Scaled:
    """Factors as a value with an exponent for each element."""
    exponent = np.zeros(factors.mantissa.shape, np.int64) if factors.exponent is None else factors.exponent
    return Scaled(factors.mantissa, exponent)


def product(*factors: Factors) -> Factors:
    """The element-wise product of factors of one shape."""
    if all(each.exponent is None for each in factors):
        lowest = sum(_log2_smallest(each.mantissa) for each in factors)
        if lowest > SAFE:
            result = factors[0].mantissa
            for each in factors[1:]:
                result = result * each.mantissa
            return Factors(result, None)
    mantissa, power = np.frexp(factors[0].mantissa)
    exponent = power + _exponent(factors[0])
    for each in factors[1:]:
        size, power = np.frexp(each.mantissa)
        mantissa, again = np.frexp(mantissa * size)
        exponent = exponent + power + again + _exponent(each)
    # an element of ordinary size keeps no exponent, so that a step without others is known as such
    own = (mantissa != 0) & (np.abs(exponent) > ORDINARY)
    return Factors(ldexp(mantissa, np.where(own, 0, exponent)), np.where(own, exponent, 0).astype(np.int64))


def stacked(factors: list[Factors], *, axis: int) -> Factors:
    """The factors side by side along a new axis."""
    mantissa = np.stack([each.mantissa for each in factors], axis=axis)
    if all(each.exponent is None for each in factors):
        return Factors(mantissa, None)
    exponents = [np.broadcast_to(np.asarray(_exponent(each), np.int64), each.mantissa.shape) for each in factors]
    return Factors(mantissa, np.stack(exponents, axis=axis))


def values(factors: Factors) -> FloatArray:
    """The factors in float64: 0 or ±inf where that is out of range."""
    return factors.mantissa if factors.exponent is None else ldexp(factors.mantissa, factors.exponent)


def needs_exponent(factors: Factors) -> AnyArray:
    """(T,): whether any factor of the step has an exponent of its own."""
    if factors.exponent is None:
        return np.zeros(len(factors.mantissa), dtype=bool)
    result: AnyArray = np.any(factors.exponent.reshape(len(factors.exponent), -1) != 0, axis=1)
    return result


def _exponent(factors: Factors) -> IntArray | int:
    return 0 if factors.exponent is None else factors.exponent


def _log2_smallest(mantissa: FloatArray) -> float:
    size = np.abs(mantissa)
    smallest = size.min(initial=1.0)
    if smallest == 0.0:
        smallest = size[size > 0].min(initial=1.0)
    return float(np.log2(smallest))
