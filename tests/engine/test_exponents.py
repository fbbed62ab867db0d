"""Numbers with their own exponents: nothing is lost beyond float64's range, and a true zero stays one."""

import math
from typing import Any

import mpmath as mp  # type: ignore[import-untyped,unused-ignore]
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from rnn_tui.engine.numbers import exponents
from rnn_tui.engine.numbers.arithmetic import add, product, sum_first_axis
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponential import below_all_exponents, exponential
from rnn_tui.engine.numbers.exponents import Scaled, any_exponent, unscaled

EXPONENTS = st.integers(-(10**9), 10**9)
ORDINARY = st.floats(-1e6, 1e6).filter(lambda value: value == 0 or abs(value) > 1e-6)


def blocks(values: list[list[float]], exponent: list[int]) -> Scaled:
    return Scaled(np.array(values), np.array(exponent, dtype=np.int64))


def exact(value: Scaled) -> Any:
    """A (n, m) value with an exponent a row, to 60 digits."""
    rows = zip(value.mantissa, value.exponent, strict=True)
    return mp.matrix([[mp.ldexp(mp.mpf(float(entry)), int(exponent)) for entry in row] for row, exponent in rows])


@given(arrays.arrays(np.float64, (3, 4), elements=ORDINARY), st.lists(EXPONENTS, min_size=3, max_size=3))
def test_rescaling_changes_no_value_and_a_second_one_nothing(mantissa: FloatArray, exponent: list[int]) -> None:
    value = Scaled(mantissa, np.array(exponent, dtype=np.int64))
    before = mantissa.copy()
    moved = exponents.rescale(value)
    assert exact(moved) == exact(value)
    assert np.array_equal(mantissa, before)
    again = exponents.rescale(moved)
    assert np.array_equal(again.mantissa, moved.mantissa)
    assert np.array_equal(again.exponent, moved.exponent)
    largest = np.abs(moved.mantissa).max(axis=1)
    assert np.all((largest == 0) | ((largest >= 0.5) & (largest < 1)))
    assert np.all(moved.exponent[largest == 0] == 0)


@given(arrays.arrays(np.float64, (3, 4), elements=ORDINARY), st.lists(EXPONENTS, min_size=3, max_size=3))
def test_norms_and_sums_against_sixty_digits(mantissa: FloatArray, exponent: list[int]) -> None:
    value = Scaled(mantissa, np.array(exponent, dtype=np.int64))
    with mp.workdps(60):
        rows = exact(value)
        for row, found in enumerate(exponents.log10_norm(value)):
            true = mp.norm(rows[row, :])
            if true == 0:
                assert found == -math.inf
            else:
                assert found == pytest.approx(float(mp.log10(true)), rel=1e-14, abs=1e-14)


def test_a_sum_keeps_what_float64_can_hold_beside_the_largest() -> None:
    value = blocks([[1.0, 2.0], [3.0, 0.0], [0.0, 0.0]], [-20000, -20001, 5000])
    found = sum_first_axis(value)
    assert exponents.log10(found) == pytest.approx(np.log10([2.5, 2.0]) - 20000 * math.log10(2), rel=1e-15)


def test_adding_where_one_side_is_zero_or_far_away() -> None:
    left = blocks([[1.0, 0.0], [0.0, 0.0], [0.0, 0.0], [1.0, 1.0]], [30000, 10**6, 3, 0])
    right = blocks([[0.0, 1.0], [1.0, 3.0], [0.0, 0.0], [1.0, -1.0]], [-30000, -20000, 9, 1])
    found = exponents.log10(add(left, right))
    assert found[0] == pytest.approx([30000 * math.log10(2), -math.inf])
    assert found[1] == pytest.approx([-20000 * math.log10(2), math.log10(3) - 20000 * math.log10(2)])
    assert np.all(np.isneginf(found[2]))
    assert found[3] == pytest.approx([math.log10(3), 0])


def test_a_product_of_small_floats_is_no_false_zero() -> None:
    small = unscaled(np.array([0.0, 1e-130, 0.5]))
    assert exponents.log10(product(small, small, small)) == pytest.approx([-np.inf, -390.0, 3 * np.log10(0.5)])
    assert not any_exponent(product(small, small).exponent)  # 10^-260 is a float64: no exponent is needed
    steep = Scaled(np.array([1.0, -1.0, 0.0]), np.array([-900, -900, 0]))
    found = product(steep, small, unscaled(np.array([2.0, 4.0, 8.0])))
    assert exponents.log10(found) == pytest.approx([-np.inf, np.log10(4e-130) - 900 * np.log10(2), -np.inf])
    assert np.sign(found.mantissa).tolist() == [0.0, -1.0, 0.0]


def test_the_smallest_and_the_largest_floats_can_be_rescaled() -> None:
    ends = np.array([[5e-324, 0.0], [-1.7e308, 1.0], [0.0, 0.0]])
    found = exponents.from_floats(ends, blocks=1)
    assert found.exponent.tolist() == [-1073, 1024, 0]
    assert np.abs(found.mantissa).max(axis=1).tolist() == [0.5, 1.7e308 / 2.0**1023 / 2.0, 0.0]
    assert np.array_equal(exponents.to_float(found), ends)


def test_out_of_range_is_infinite_or_zero_without_a_warning() -> None:
    value = blocks([[1.0], [-1.0], [1.0], [0.0]], [2**40, 5000, -5000, 2**40])
    assert np.array_equal(exponents.to_float(value), [[np.inf], [-np.inf], [0.0], [0.0]])


def test_a_true_zero_is_told_from_ten_to_the_minus_twenty_thousand() -> None:
    small = blocks([[1.0]], [-66439])
    zero = blocks([[0.0]], [-66439])
    assert exponents.log10_norm(small)[0] == pytest.approx(-20000, abs=0.2)
    assert exponents.log10_norm(zero)[0] == -math.inf


@pytest.mark.parametrize(
    "x", [0.0, -1e-300, -1.0, 700.0, -699.999, -700.5, -709.0, -746.0, -1e4, -54321.987, -1e9, -1e15]
)
def test_exponential_against_sixty_digits(x: float) -> None:
    found = exponential(np.array([x]))
    with mp.workdps(60):
        true = mp.exp(mp.mpf(x))
        got = mp.ldexp(mp.mpf(float(found.mantissa[0])), int(found.exponent[0]))
        assert abs(got / true - 1) < 4e-16 * max(1.0, abs(x))


def test_exponential_of_minus_infinity_is_zero_and_beyond_says_where_it_is_unknown() -> None:
    x = np.array([-np.inf, -1e17, -1e19, -1e300])
    found = exponential(x)
    assert found.mantissa[0] == 0.0
    assert np.all(found.mantissa[1:] > 0)
    assert list(below_all_exponents(x)) == [True, False, True, True]
