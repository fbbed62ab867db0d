"""Activations, their slopes and their differences against 60-digit arithmetic, however saturated a unit is."""

import math
from collections.abc import Callable
from typing import Any, get_args

import mpmath as mp  # type: ignore[import-untyped,unused-ignore]
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.engine.cells.activations import ACTIVATE, difference, slopes
from rnn_tui.engine.kinds import LARGEST_SLOPE, Activation
from rnn_tui.engine.numbers.exponents import Scaled, from_floats

SATURATED = (0.0, 1e-30, 0.3, 6.9, 9.0, 19.0, 40.0, 299.0, 301.0, 400.0, 5000.0, 1e8)
CHANGES = (1e-300, 1e-25, 1e-12, 1e-3, 0.7, 30.0, 6000.0)
EXACT: dict[Activation, Callable[[Any], Any]] = {
    "tanh": mp.tanh,
    "sigmoid": lambda a: 1 / (1 + mp.exp(-a)),
    "relu": lambda a: a if a > 0 else mp.mpf(0),
    "linear": lambda a: a,
}
EXACT_SLOPE: dict[Activation, Callable[[Any], Any]] = {
    "tanh": lambda a: mp.sech(a) ** 2,
    "sigmoid": lambda a: mp.exp(-abs(a)) / (1 + mp.exp(-abs(a))) ** 2,
    "relu": lambda a: mp.mpf(1 if a > 0 else 0),
    "linear": lambda _: mp.mpf(1),
}


def digits(change: float, a: float) -> int:
    """Working digits that leave 30 once what two values share has cancelled."""
    shared = -math.log10(min(abs(change), 1.0)) + min(abs(a), abs(a - change))
    return 30 + int(shared)


@pytest.mark.parametrize("activation", get_args(Activation))
@pytest.mark.parametrize("company", [0.5, 10000.0])
def test_slopes(activation: Activation, company: float) -> None:
    # The company decides whether the block needs exponents of its own: both ways must give the same slopes.
    for a in (*SATURATED, *(-size for size in SATURATED)):
        found = slopes(activation, from_floats(np.array([[a, company]]), blocks=1))
        with mp.workdps(60):
            got = mp.ldexp(mp.mpf(float(found.mantissa[0, 0])), int(found.exponent[0, 0]))
            true = EXACT_SLOPE[activation](mp.mpf(a))
            assert abs(got - true) <= true * 1e-15 * max(1.0, abs(a)), a


@pytest.mark.parametrize("activation", get_args(Activation))
def test_the_largest_slope_is_where_it_is_said_to_be(activation: Activation) -> None:
    a = np.linspace(-3, 3, 601)[None]
    assert slopes(activation, from_floats(a, blocks=1)).mantissa.max() == pytest.approx(
        LARGEST_SLOPE[activation], abs=1e-15
    )


def test_a_slope_of_a_framework_would_have_been_zero() -> None:
    found = slopes("tanh", from_floats(np.array([[19.5]]), blocks=1))
    assert 1.0 - np.tanh(19.5) ** 2 == 0.0
    assert found.mantissa[0, 0] == pytest.approx(4 * np.exp(-39.0), rel=1e-14)


@pytest.mark.parametrize("activation", get_args(Activation))
def test_values(activation: Activation) -> None:
    a = np.array([-800.0, -30.0, -1.0, 0.0, 1e-9, 2.0, 800.0])
    with mp.workdps(60):
        true = [float(EXACT[activation](mp.mpf(float(entry)))) for entry in a]
    assert ACTIVATE[activation](a) == pytest.approx(true, rel=1e-15, abs=0)


@pytest.mark.parametrize("activation", get_args(Activation))
@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("towards", [1, -1])
def test_differences(activation: Activation, sign: int, towards: int) -> None:
    pairs = [(sign * size, towards * change) for size in SATURATED[:-1] for change in CHANGES]
    a, change = np.array(pairs).T[..., None]
    found = difference(activation, a=from_floats(a, blocks=1), change=from_floats(change, blocks=1))
    for (value, less), mantissa, exponent in zip(pairs, found.mantissa[:, 0], found.exponent[:, 0], strict=True):
        with mp.workdps(digits(less, value)):
            true = EXACT[activation](mp.mpf(value)) - EXACT[activation](mp.mpf(value) - mp.mpf(less))
            got = mp.ldexp(mp.mpf(float(mantissa)), int(exponent))
            bound = 2e-15 * max(1.0, abs(value), abs(less))
            assert abs(got - true) <= abs(true) * bound, (value, less)


@given(
    st.floats(-60, 60),
    st.floats(-60, 60, allow_subnormal=False),  # a mantissa below 2**−1022 has not all its digits
    st.integers(-2000, 0),
    st.sampled_from(get_args(Activation)),
)
def test_a_difference_of_any_size_has_the_sign_and_size_of_the_true_one(
    a: float, mantissa: float, exponent: int, activation: Activation
) -> None:
    # 2**−2000 is not a float64: the change carries its exponent with it.
    change = Scaled(np.array([[mantissa]]), np.array([exponent], dtype=np.int64))
    found = difference(activation, a=from_floats(np.array([[a]]), blocks=1), change=change)
    with mp.workdps(900):
        exact_change = mp.ldexp(mp.mpf(mantissa), exponent)
        true = EXACT[activation](mp.mpf(a)) - EXACT[activation](mp.mpf(a) - exact_change)
        got = mp.ldexp(mp.mpf(float(found.mantissa[0, 0])), int(found.exponent[0, 0]))
        assert abs(got - true) <= abs(true) * 1e-12
