"""One number beyond float64's range, as a Python float and int.

The points of a descent are numbers, a few at a time: as arrays of one element a product takes 70 times as long.
"""

import math
import sys
from typing import NamedTuple

from rnn_tui.engine.numbers.exponents import LOG10_2


class ScaledFloat(NamedTuple):
    """value = mantissa · 2**exponent; NaN is a number too small to be known."""

    mantissa: float
    exponent: int = 0

    @property
    def log10(self) -> float:
        """log10 |value|; −inf for a true zero, NaN where it is not known."""
        if self.mantissa == 0.0:
            return -math.inf
        return math.log10(abs(self.mantissa)) + self.exponent * LOG10_2

    @property
    def value(self) -> float:
        """The number in float64: 0 or ±inf where that is out of range."""
        try:
            return math.ldexp(self.mantissa, self.exponent)
        except OverflowError:
            return math.copysign(math.inf, self.mantissa)

    @property
    def float_or_none(self) -> float | None:
        """The number in float64 with all its digits; None where float64 has none such, or it is not known."""
        value = self.value
        return value if self.mantissa == 0.0 or sys.float_info.min <= abs(value) < math.inf else None


ONE = ScaledFloat(1.0)


def float_product(*factors: ScaledFloat) -> ScaledFloat:
    """The product of the factors."""
    mantissa, exponent = 1.0, 0
    for factor in factors:
        size, power = math.frexp(factor.mantissa)
        mantissa, again = math.frexp(mantissa * size)
        exponent += power + again + factor.exponent
    return ScaledFloat(mantissa, exponent)


def float_quotient(left: ScaledFloat, right: ScaledFloat) -> ScaledFloat:
    """The quotient left / right, for a right that is not 0."""
    above, power = math.frexp(left.mantissa)
    below, less = math.frexp(right.mantissa)
    mantissa, again = math.frexp(above / below)
    return ScaledFloat(mantissa, power - less + again + left.exponent - right.exponent)


def float_hypot(left: ScaledFloat, right: ScaledFloat) -> ScaledFloat:
    """The norm √(left² + right²)."""
    for nothing, other in ((left, right), (right, left)):
        if nothing.mantissa == 0.0 or math.isnan(nothing.mantissa):  # what is too small to be known adds nothing
            return ScaledFloat(abs(other.mantissa), other.exponent)
    (one, power), (other_one, less) = math.frexp(left.mantissa), math.frexp(right.mantissa)
    power, less = power + left.exponent, less + right.exponent
    top = max(power, less)
    mantissa, again = math.frexp(math.hypot(math.ldexp(one, power - top), math.ldexp(other_one, less - top)))
    return ScaledFloat(mantissa, top + again)
