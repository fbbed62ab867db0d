"""Numbers as a person reads them: the digits that mean something, at every size, and a sign that is one."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.lab.text.numbers import (
    apart_text,
    compared_text,
    log10_text,
    number_text,
    scale_text,
    setting_text,
    short_text,
    side_of_bound,
    size_text,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.4321, "0.432"),
        (0.05, "0.050"),
        (0.01, "0.010"),
        (0.00312, "3.1e-3"),
        (1.0, "1.00"),
        (14.23, "14.2"),
        (1234.0, "1234"),
        (12345.0, "1.2e4"),
        (-2.5, "−2.50"),
        (-3e-7, "−3.0e-7"),
        (1e-200, "10^-200"),
    ],
)
def test_a_number_has_the_digits_that_mean_something(value: float, text: str) -> None:
    assert number_text(value) == text


@pytest.mark.parametrize(
    ("log10", "text"),
    [(-math.inf, "0"), (math.nan, "?"), (math.inf, "∞"), (6990.4, "10^6990"), (-20000.0, "10^-20000"), (0.0, "1.00")],
)
def test_a_logarithm_is_read_beyond_floats(log10: float, text: str) -> None:
    assert log10_text(log10) == text


@given(st.floats(-99, 99))
def test_what_is_read_is_the_number_to_two_digits(log10: float) -> None:
    assert float(log10_text(log10)) == pytest.approx(10**log10, rel=0.06)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.9, "0.90"), (1.0, "1.00"), (0.935, "0.935"), (1e-3, "0.001"), (12000.0, "12000"), (1e6, "1e+06")],
)
def test_a_setting_is_shown_as_it_was_set(value: float, text: str) -> None:
    assert setting_text(value) == text
    assert float(setting_text(value)) == value


def printed(text: str) -> float:
    """The number of a text like `0.975` or `1 − 4e-9`."""
    near, *apart = text.split(" ")
    return float(near) + (float(apart[1]) * (-1 if apart[0] == "−" else 1) if apart else 0.0)


NEAR_ONE = st.builds(lambda sign, exponent: 1 + sign * 10**exponent, st.sampled_from([-1, 1]), st.floats(-15, -1))


@given(st.one_of(st.floats(0.01, 900), NEAR_ONE))
def test_a_number_stands_on_its_own_side_of_a_bound_as_printed(value: float) -> None:
    for bound in (0.5, 1.0, 2.0, 4.0):
        assert side_of_bound(printed(apart_text(value, bound)), bound) == side_of_bound(value, bound)
        left, relation, right = re.fullmatch(r"(.+) ([<=>]) (\S+)", compared_text(value, bound)).groups()  # type: ignore[union-attr]
        assert {"<": printed(left) < float(right), ">": printed(left) > float(right)}.get(
            relation, printed(left) == float(right)
        )


@given(st.floats(-0.3, 0.3))
def test_a_factor_is_told_apart_from_one(log10: float) -> None:
    assert side_of_bound(printed(short_text(log10)), 1.0) == side_of_bound(10**log10, 1.0)


@pytest.mark.parametrize(
    ("factor", "text"),
    [(0.46, "0.46"), (0.999, "0.999"), (1.0, "1.00"), (1.0004, "1.0004"), (1 - 1e-9, "1 − 1e-9"), (12.0, "12")],
)
def test_a_factor_has_the_digits_that_tell_growing_from_fading(factor: float, text: str) -> None:
    assert short_text(math.log10(factor)) == text


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        (0.0999, "10 % as large"),
        (0.4999, "49.99 % as large"),
        (0.9996, "99.96 % as large"),
        (1.0, "as large"),
        (2.1, "2.1 times as large"),
        (2.004, "2.004 times as large"),
        (0.0042, "0.42 % as large"),
        (1.03e-11, "10⁻¹¹ times as large"),
        (3.9e8, "3.9·10⁸ times as large"),
    ],
)
def test_a_size_beside_another_is_told_as_a_size(ratio: float, text: str) -> None:
    assert size_text(math.log10(ratio)) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.9, "0.90"), (1.0, "1.00"), (1.00000001, "1 + 1e-8"), (0.9999, "0.9999"), (1.25, "1.25")]
)
def test_a_scale_is_printed_on_its_own_side_of_one(value: float, text: str) -> None:
    assert scale_text(value) == text
