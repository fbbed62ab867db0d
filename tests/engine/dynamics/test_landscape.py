"""Pascanu's error surface: known values, the derivative of the definition itself in 60 digits, and both its ways."""

import math
from functools import partial
from typing import Any

import mpmath as mp  # type: ignore[import-untyped,unused-ignore]
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_tui.engine.cells.activations import sigmoid
from rnn_tui.engine.dynamics.error_surface import AT_ONCE, SurfacePoint, error_surface, gradient_norm, surface_point
from rnn_tui.engine.numbers import exponents
from rnn_tui.engine.numbers.scaled_float import ScaledFloat
from rnn_tui.engine.progress import CancelledError

SMOOTH = st.floats(-6, 6)
TARGETS = st.floats(0, 1)
FAR = [
    (40.7, 54.8, 50),
    (300.0, -740.0, 20),
    (-300.0, -400.0, 7),
    (-1000.0, 710.0, 7),
    (-1000.0, 710.0, 8),
    (1e-12, -650.0, 5),
    (1e-300, 3.0, 5),
    (0.0, -720.0, 2),
]


def error(w: Any, b: Any, *, steps: int, target: float) -> Any:
    """E by its definition, in mpmath numbers."""
    x = mp.mpf(0.5)
    for _ in range(steps):
        x = w / (1 + mp.exp(-x)) + b
    return (1 / (1 + mp.exp(-x)) - mp.mpf(target)) ** 2


def derivatives(w: float, b: float, *, steps: int, target: float, digits: int) -> tuple[Any, Any, Any]:
    """E, ∂E/∂w and ∂E/∂b, by differences of E's definition that leave a third of the digits."""
    with mp.workdps(digits):
        h = mp.mpf(10) ** (-(digits // 3))
        x, y, e = mp.mpf(w), mp.mpf(b), partial(error, steps=steps, target=target)
        return e(x, y), (e(x + h, y) - e(x - h, y)) / (2 * h), (e(x, y + h) - e(x, y - h)) / (2 * h)


def apart(found: ScaledFloat, true: Any) -> float:
    """The relative error."""
    with mp.workdps(60):
        got = mp.ldexp(mp.mpf(found.mantissa), found.exponent)
        return float(abs(got - true) / abs(true)) if true else float(abs(got))


def on_grid(w: float, b: float, *, steps: int, target: float) -> SurfacePoint:
    """The same point through the grid's way."""
    found = error_surface(np.array([w]), np.array([[b]]), steps=steps, target=target)
    numbers = (found.error, *(exponents.Scaled(m, e) for m, e in zip(*found.gradient, strict=True)))
    return SurfacePoint(*(ScaledFloat(float(number.mantissa[0, 0]), int(number.exponent[0, 0])) for number in numbers))


WAYS = pytest.mark.parametrize("way", [surface_point, on_grid], ids=["one point", "grid"])


@WAYS
@pytest.mark.parametrize(
    ("w", "b", "values"),
    [(0.0, 0.0, (0.04, -0.05, -0.1)), (4.0, -2.0, (0.0167366, -1.04453, -1.78790))],
)
def test_known_values(way: Any, w: float, b: float, values: tuple[float, ...]) -> None:
    found = way(w, b, steps=50, target=0.7)
    assert [number.value for number in found] == pytest.approx(values, rel=4e-6)


@WAYS
def test_one_step_and_no_weight_in_closed_form(way: Any) -> None:
    first = float(sigmoid(np.array(0.5)))
    for w, b, steps, before in ((0.7, -0.4, 1, first), (0.0, -0.4, 9, float(sigmoid(np.array(-0.4))))):
        last = float(sigmoid(np.array(w * first + b)))
        along_b = 2 * (last - 0.2) * last * (1 - last)
        found = [number.value for number in way(w, b, steps=steps, target=0.2)]
        assert found == pytest.approx([(last - 0.2) ** 2, along_b * before, along_b], rel=1e-14)


@WAYS
@pytest.mark.parametrize(("w", "b", "size"), [(5.0, -2.61234, 6758), (4.674693055110563, -2.4100494177740375, 199)])
def test_steep_places_against_sixty_digits(way: Any, w: float, b: float, size: float) -> None:
    true = derivatives(w, b, steps=50, target=0.7, digits=90)
    found = way(w, b, steps=50, target=0.7)
    assert float(mp.hypot(true[1], true[2])) == pytest.approx(size, abs=0.5)
    for number, exact in zip(found, true, strict=True):
        assert apart(number, exact) < 1e-11  # E on the wall turns an error of b into one thousands of times as large


@WAYS
@pytest.mark.parametrize(("w", "b", "steps"), FAR)
@pytest.mark.parametrize("target", [0.0, 0.3, 1.0])
def test_where_the_unit_saturates_nothing_becomes_zero(way: Any, w: float, b: float, steps: int, target: float) -> None:
    true = derivatives(w, b, steps=steps, target=target, digits=1300)
    found = way(w, b, steps=steps, target=target)
    for number, exact in zip(found, true, strict=True):
        assert number.mantissa != 0
        assert apart(number, exact) < 1e-15 * (1 + abs(w) + abs(b)) * 2


@WAYS
def test_a_million_in_closed_form(way: Any) -> None:
    # x_T = w + b to rounding, σ' = e^−x_T, and what came before x_{T−1} is nothing beside 1.
    found = way(1e6, 1e6, steps=9, target=0.75)
    assert found.error.value == 0.0625
    for number in (found.along_w, found.along_b):
        assert number.log10 == pytest.approx(math.log10(0.5) - 2e6 * math.log10(math.e), rel=1e-15)
    assert found.along_w.float_or_none is None


@WAYS
def test_a_gradient_beyond_float64_in_closed_form(way: Any) -> None:
    # b makes x_0 = ½ the very number that follows itself, so the slope λ of every step is the same.
    middle = float(sigmoid(np.array(0.5)))
    w, steps = 1000.0, 200
    found = way(w, 0.5 - w * middle, steps=steps, target=0.7)
    slope = middle * (1 - middle)
    assert found.error.value == pytest.approx((middle - 0.7) ** 2)
    expected = math.log10(2 * (0.7 - middle) * slope / (w * slope - 1)) + steps * math.log10(w * slope)
    assert found.along_b.log10 == pytest.approx(expected, rel=1e-13)
    assert found.along_w.log10 == pytest.approx(expected + math.log10(middle), rel=1e-13)
    assert expected > 400
    assert found.along_b.mantissa < 0
    assert found.along_b.float_or_none is None


@WAYS
def test_what_no_exponent_holds_is_unknown_and_not_zero(way: Any) -> None:
    found = way(1e19, 1e19, steps=3, target=0.7)
    assert found.error.value == pytest.approx(0.09)
    assert math.isnan(found.along_w.mantissa)
    assert math.isnan(found.along_b.mantissa)
    found = way(-2e19, 0.5, steps=2, target=0.7)  # σ(x_1) is unknown, σ(x_2) is σ(½)
    assert math.isnan(found.along_w.log10)
    assert found.along_b.value == pytest.approx(2 * (0.6224593312 - 0.7) * 0.6224593312 * 0.3775406688)
    found = way(-2e19, 0.5, steps=4, target=0.7)  # σ(x_1) is long forgotten, σ(x_3) is not known again
    assert math.isnan(found.along_w.log10)
    found = way(-2e19, 0.5, steps=3, target=0.7)
    assert math.isnan(found.along_b.log10)
    assert math.isinf(way(1.7e308, 1.7e308, steps=2, target=0.7).along_b.mantissa) is False


@settings(max_examples=60)
@given(SMOOTH, st.floats(-4, 4), st.integers(1, 30), TARGETS)
def test_the_gradient_is_the_derivative_of_the_definition(w: float, b: float, steps: int, target: float) -> None:
    error, along_w, along_b = derivatives(w, b, steps=steps, target=target, digits=75)
    found = surface_point(w, b, steps=steps, target=target)
    size = float(mp.sqrt(error) + mp.hypot(along_w, along_b))
    steep = 1e-13 * (1 + float(mp.hypot(along_w, along_b)) / max(float(mp.sqrt(error)), 1e-3)) ** 2
    assert found.error.value == pytest.approx(float(error), rel=steep, abs=1e-15)
    assert found.along_w.value == pytest.approx(float(along_w), rel=steep, abs=1e-13 * size)
    assert found.along_b.value == pytest.approx(float(along_b), rel=steep, abs=1e-13 * size)


@settings(max_examples=60)
@given(st.floats(-2000, 2000), st.floats(-2000, 2000), st.integers(1, 12), st.sampled_from([0.0, 0.3, 1.0]))
def test_one_point_and_a_grid_agree(w: float, b: float, steps: int, target: float) -> None:
    for one, other in zip(*(way(w, b, steps=steps, target=target) for way in (surface_point, on_grid)), strict=True):
        assert one.log10 == pytest.approx(other.log10, rel=1e-9, abs=1e-9)
        assert one.mantissa * other.mantissa >= 0


def test_a_grid_is_its_points_however_many() -> None:
    w, b = np.linspace(3, 400, 130), np.linspace(-200, 2, 2 * AT_ONCE // 130)[:, None]
    seen: list[float] = []

    def watch(done: float) -> bool:
        seen.append(done)
        return True

    whole = error_surface(w, b, steps=8, target=0.7, watch=watch)
    assert whole.error.mantissa.shape == whole.above.shape == (len(b), 130)
    assert whole.gradient.mantissa.shape == (2, len(b), 130)
    assert seen[-1] == 1.0
    assert 1 < len(seen) == len(set(seen))
    for row in (0, len(b) // 2, len(b) - 1):
        alone = error_surface(w, b[row : row + 1], steps=8, target=0.7)
        assert np.array_equal(alone.error.mantissa[0], whole.error.mantissa[row])
        assert np.array_equal(exponents.log10(alone.gradient)[:, 0], exponents.log10(whole.gradient)[:, row])
    assert np.array_equal(whole.above[:, 0], np.array([_end(3.0, float(y), 8) > 0.7 for y in b[:, 0]]))
    with pytest.raises(CancelledError):
        error_surface(w, b, steps=8, target=0.7, watch=lambda _: False)


def _end(w: float, b: float, steps: int) -> float:
    x = 0.5
    for _ in range(steps):
        x = w / (1 + math.exp(-x)) + b
    return 1 / (1 + math.exp(-x))


def test_the_norm_of_numbers_of_any_size() -> None:
    mantissa = np.array([[3.0, 1.0, 0.0, -0.6], [-4.0, 0.0, 0.0, 0.8]])
    exponent = np.array([[0, -9000, 0, 5001], [0, 17, 0, 5001]])
    found = exponents.log10(gradient_norm(exponents.Scaled(mantissa, exponent)))
    expected = [math.log10(5), -9000 * math.log10(2), -math.inf, 5001 * math.log10(2)]
    assert found == pytest.approx(expected, rel=1e-14)
