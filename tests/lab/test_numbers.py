"""Numbers as a person reads them: the digits that mean something, at every size, and a sign that is one."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.lab.numbers import log10_text, number_text, setting_text


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
