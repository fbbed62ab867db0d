"""Steps of gradient descent on two numbers: what each does from the wall, and that clipping only shortens."""

import math

import mpmath as mp  # type: ignore[import-untyped,unused-ignore]
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.engine.dynamics.descent import descent_step
from rnn_tui.engine.dynamics.error_surface import surface_point
from rnn_tui.engine.learning.clipping import clip_by_norm, log10_scale
from rnn_tui.engine.numbers.exponents import Scaled
from rnn_tui.engine.numbers.scaled_float import ONE, ScaledFloat, float_hypot, float_product, float_quotient

MANTISSAS = st.floats(-1e3, 1e3).filter(lambda value: abs(value) > 1e-3)
WIDE = st.builds(ScaledFloat, MANTISSAS, st.integers(-9000, 9000))
UNKNOWN = ScaledFloat(math.nan)


def exact(number: ScaledFloat) -> mp.mpf:
    return mp.ldexp(mp.mpf(number.mantissa), number.exponent)


def test_one_step_from_the_wall() -> None:
    w, b, lr = 5.0, -2.61234, 0.01
    at = surface_point(w, b, steps=50, target=0.7)
    assert (at.along_w.value, at.along_b.value) == pytest.approx((-3569.6128, -5737.9637), rel=1e-7)
    free = descent_step(w, b, along_w=at.along_w, along_b=at.along_b, lr=lr)
    assert (free.w, free.b) == pytest.approx((40.696128, 54.767297), rel=1e-7)
    assert free.scale == ONE
    there = surface_point(free.w, free.b, steps=50, target=0.7)
    assert there.error.value == pytest.approx(0.09)
    assert float_hypot(there.along_w, there.along_b).log10 == pytest.approx(-41.5306, abs=1e-3)  # and there it stays
    clipped = descent_step(w, b, along_w=at.along_w, along_b=at.along_b, lr=lr, threshold=1.0)
    assert (clipped.norm.value, clipped.scale.value) == pytest.approx((6757.689, 1 / 6757.689), rel=1e-6)
    assert (clipped.w, clipped.b) == pytest.approx((5.005282, -2.603849), abs=1e-6)
    assert math.hypot(clipped.w - w, clipped.b - b) == pytest.approx(lr, rel=1e-12)
    assert surface_point(clipped.w, clipped.b, steps=50, target=0.7).error.value == pytest.approx(
        0.01215825, abs=1e-8
    )  # 60 digits


@given(st.floats(-10, 10), st.floats(-10, 10), WIDE, WIDE, st.floats(1e-3, 1e3), st.floats(1e-3, 1e3))
def test_clipping_shortens_a_step_and_turns_none(
    w: float, b: float, along_w: ScaledFloat, along_b: ScaledFloat, lr: float, threshold: float
) -> None:
    found = descent_step(w, b, along_w=along_w, along_b=along_b, lr=lr, threshold=threshold)
    with mp.workdps(60):
        g = mp.matrix([exact(along_w), exact(along_b)])
        norm = mp.norm(g)
        step = g * lr * min(1, threshold / norm)
        assert float(abs(exact(found.norm) / norm - 1)) < 1e-15
        assert found.w == pytest.approx(float(w - step[0]), rel=1e-14, abs=1e-15 * max(abs(w), lr * threshold))
        assert found.b == pytest.approx(float(b - step[1]), rel=1e-14, abs=1e-15 * max(abs(b), lr * threshold))
    assert (found.scale == ONE) == (norm <= threshold)


@given(WIDE, WIDE, st.floats(1e-300, 1e300))
def test_the_scale_is_that_of_clipping_by_norm(along_w: ScaledFloat, along_b: ScaledFloat, threshold: float) -> None:
    found = descent_step(0.0, 0.0, along_w=along_w, along_b=along_b, lr=1.0, threshold=threshold)
    gradients = {
        name: Scaled(np.array(along.mantissa), np.array(along.exponent))
        for name, along in (("w", along_w), ("b", along_b))
    }
    scale = clip_by_norm(gradients, threshold).scale
    assert scale is not None
    assert found.scale.log10 == pytest.approx(log10_scale(scale), rel=1e-13)


def test_beyond_float64_only_the_clipped_step_arrives() -> None:
    steep = ScaledFloat(1.0, 1330)  # 10^400
    assert steep.float_or_none is None
    assert steep.log10 == pytest.approx(400.37, abs=0.01)
    free = descent_step(1.0, 2.0, along_w=steep, along_b=ScaledFloat(-1.0, 1330), lr=0.1)
    assert (free.w, free.b) == (-math.inf, math.inf)
    clipped = descent_step(1.0, 2.0, along_w=steep, along_b=ScaledFloat(0.0), lr=0.1, threshold=0.5)
    assert (clipped.w, clipped.b) == (1.0 - 0.05, 2.0)
    assert clipped.scale.log10 == pytest.approx(math.log10(0.5) - steep.log10)


def test_a_gradient_of_zero_or_too_small_to_be_known_moves_nothing() -> None:
    for along in (ScaledFloat(0.0), ScaledFloat(1.0, -9000), UNKNOWN):
        found = descent_step(1.0, 2.0, along_w=along, along_b=along, lr=1e300, threshold=1.0)
        assert found[:2] == (1.0, 2.0)
        assert found.scale == ONE
    beside = descent_step(1.0, 2.0, along_w=UNKNOWN, along_b=ScaledFloat(8.0), lr=0.5, threshold=2.0)
    assert beside[:2] == (1.0, 1.0)
    assert (beside.norm.value, beside.scale.value) == (8.0, 0.25)


@given(WIDE, WIDE)
def test_numbers_of_any_size_against_sixty_digits(one: ScaledFloat, other: ScaledFloat) -> None:
    with mp.workdps(60):
        left, right = exact(one), exact(other)
        for found, true in (
            (float_product(one, other, one), left * right * left),
            (float_quotient(one, other), left / right),
            (float_hypot(one, other), mp.hypot(left, right)),
        ):
            assert float(abs(exact(found) / true - 1)) < 5e-16
        assert one.log10 == pytest.approx(float(mp.log10(abs(left))), rel=1e-14, abs=1e-13)
        within = mp.mpf(2) ** -1022 <= abs(left) < mp.mpf(2) ** 1024
        assert one.float_or_none == (float(left) if within else None)
        assert one.value == (float(left) if within or abs(left) < 1 else math.copysign(math.inf, one.mantissa))


def test_zero_and_unknown_are_told_apart() -> None:
    assert (ScaledFloat(0.0, 99).log10, ScaledFloat(0.0, 99).float_or_none) == (-math.inf, 0.0)
    assert math.isnan(UNKNOWN.log10)
    assert UNKNOWN.float_or_none is None
    assert (ScaledFloat(1.0, -1022).float_or_none, ScaledFloat(1.0, -1023).float_or_none) == (
        2.0**-1022,
        None,
    )  # the first has all its digits
    assert float_hypot(ScaledFloat(0.0), ScaledFloat(-3.0, 4000)) == ScaledFloat(3.0, 4000)
