"""Clipping: by norm it never turns the gradient, by value it never leaves ±θ, step by step every δ_t obeys."""

import math
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from rnn_tui.engine.learning.clipping import (
    NonFiniteGradientError,
    clip_by_norm,
    clip_by_value,
    cosine,
    global_norm,
    log10_scale,
    require_finite,
)
from rnn_tui.engine.numbers import exponents
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import Scaled, from_floats, to_float
from tests.engine.nets import FIXTURES, PARAMETERS, apart, draw, fixture, run

ENTRIES = st.floats(-1e3, 1e3).filter(lambda value: value == 0 or abs(value) > 1e-100)
GRADIENTS = st.fixed_dictionaries(
    {
        "first": arrays.arrays(np.float64, (3, 2), elements=ENTRIES),
        "second": arrays.arrays(np.float64, (4,), elements=ENTRIES),
    }
)
THRESHOLDS = st.floats(1e-12, 1e6)
SHIFTS = st.sampled_from([0, 0, -50_000, 50_000, -900, 900])


def with_exponent(gradients: Mapping[str, FloatArray], shift: int) -> dict[str, Scaled]:
    return {name: Scaled(value, from_floats(value).exponent * 0 + shift) for name, value in gradients.items()}


def flat(gradients: Mapping[str, Scaled], shift: int = 0) -> FloatArray:
    """All entries as one vector, times 2**−shift."""
    moved = [Scaled(value.mantissa, value.exponent - shift) for value in gradients.values()]
    return np.concatenate([to_float(value).ravel() for value in moved])


@given(GRADIENTS, THRESHOLDS, SHIFTS)
def test_by_norm_never_turns_and_never_exceeds(values: dict[str, FloatArray], threshold: float, shift: int) -> None:
    gradients = with_exponent(values, shift)
    before = {name: value.mantissa.copy() for name, value in gradients.items()}
    found = clip_by_norm(gradients, threshold)
    limit = math.log10(threshold)
    assert float(exponents.log10(global_norm(found.gradients))) <= limit + 1e-12 * max(1, abs(limit)) or not any(
        value.any() for value in values.values()
    )
    turned = cosine(gradients, found.gradients)
    assert turned is None or turned == pytest.approx(1.0, abs=1e-14)
    assert log10_scale(found.scale) <= 0
    for name, value in gradients.items():
        assert np.array_equal(value.mantissa, before[name])
        share = Scaled(value.mantissa * float(found.scale.mantissa), value.exponent + found.scale.exponent)
        assert exponents.log10_norm(found.gradients[name]) == pytest.approx(exponents.log10_norm(share), rel=1e-14)


@given(GRADIENTS, THRESHOLDS, SHIFTS)
def test_by_value_never_exceeds_and_touches_nothing_else(
    values: dict[str, FloatArray], threshold: float, shift: int
) -> None:
    gradients = with_exponent(values, shift)
    found = clip_by_value(gradients, threshold)
    entries, clipped = flat(gradients, shift), flat(found.gradients)
    with np.errstate(over="ignore"):
        limit = float(exponents.ldexp(np.asarray(threshold), -shift))
    beyond = np.abs(entries) > limit
    assert found.touched == beyond.sum()
    assert np.abs(clipped).max() <= threshold
    assert np.array_equal(clipped[beyond], np.sign(entries[beyond]) * threshold)
    assert np.array_equal(flat(found.gradients, shift)[~beyond], entries[~beyond])


@given(st.integers(0, 200), st.sampled_from([1e-9, 0.01, 0.3, 2.0, 1e3]))
def test_step_by_step_every_gradient_obeys(seed: int, threshold: float) -> None:
    found = run(draw(seed, rho=1.0), "sum", step_threshold=threshold)
    norms = 10 ** exponents.log10_norm(found.gradient.delta)
    assert norms.max() <= threshold * (1 + 1e-12)
    assert norms[found.gradient.limited] == pytest.approx(threshold, rel=1e-12)
    assert np.all(norms[~found.gradient.limited] <= threshold)


def test_a_threshold_that_is_never_reached_changes_nothing() -> None:
    net = draw(5)
    free, limited = run(net, "sum"), run(net, "sum", step_threshold=1e6)
    assert np.array_equal(free.flat(), limited.flat())
    assert not limited.gradient.limited.any()
    assert clip_by_norm(free.parameters, 1e6).gradients is free.parameters
    assert clip_by_value(free.parameters, 1e6).touched == 0


@pytest.mark.parametrize("name", FIXTURES)
def test_beside_pytorch(name: str) -> None:
    net, true = fixture(name)
    found = run(net, "sum").parameters
    of_norm, of_value, _ = true["clip_thresholds"]
    if not true["grad_sum"].any():
        return
    by_norm, by_value = clip_by_norm(found, float(of_norm)), clip_by_value(found, float(of_value))
    assert apart(flat({key: by_norm.gradients[key] for key in PARAMETERS}), true["clip_norm"]) < 1e-12
    assert apart(flat({key: by_value.gradients[key] for key in PARAMETERS}), true["clip_value"]) < 1e-12
    assert by_value.touched == true["clip_touched"][1]
    # nothing is added to ‖g‖, so it becomes θ itself
    assert float(to_float(global_norm(by_norm.gradients))) == pytest.approx(float(of_norm), rel=1e-15)


def test_a_zero_gradient_has_no_direction() -> None:
    zero = {"only": from_floats(np.zeros(3))}
    found = clip_by_norm(zero, 1.0)
    assert float(to_float(found.scale)) == 1.0
    assert cosine(zero, found.gradients) is None
    assert clip_by_value(zero, 1.0).touched == 0
    assert float(exponents.log10(global_norm(zero))) == -math.inf


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_gradient_that_is_not_finite_names_its_tensor_and_changes_nothing(bad: float) -> None:
    gradients = {
        "fine": from_floats(np.ones(2)),
        "weight_hh_l0": Scaled(np.array([[1.0, bad]]), np.zeros((), dtype=np.int64)),
    }
    before = {name: value.mantissa.copy() for name, value in gradients.items()}
    for act in (require_finite, lambda g: clip_by_norm(g, 1.0), lambda g: clip_by_value(g, 1.0)):
        with pytest.raises(NonFiniteGradientError, match="weight_hh_l0") as caught:
            act(gradients)
        assert caught.value.tensor == "weight_hh_l0"
    for name, value in gradients.items():
        assert np.array_equal(value.mantissa, before[name], equal_nan=True)


def test_norms_far_apart_and_beyond_float64() -> None:
    gradients = {
        "large": Scaled(np.array([3.0, 4.0]), np.array(40_001)),
        "small": Scaled(np.ones(2), np.array(-40_000)),
    }
    norm = math.log10(5) + 40_001 * math.log10(2)
    assert float(exponents.log10(global_norm(gradients))) == pytest.approx(norm, rel=1e-15)
    found = clip_by_norm(gradients, 2.0)
    assert float(to_float(global_norm(found.gradients))) == pytest.approx(2.0, rel=1e-15)
    assert log10_scale(found.scale) == pytest.approx(math.log10(2) - norm, rel=1e-14)
    assert exponents.log10_norm(found.gradients["small"]) == pytest.approx(
        0.5 * math.log10(2) - 40_000 * math.log10(2) + math.log10(2) - norm, rel=1e-14
    )


@pytest.mark.parametrize("excess", [1e-6, 1e-3, 0.5])
@pytest.mark.parametrize("shift", [0, 900, -900])
def test_a_norm_just_above_the_threshold_is_brought_to_it_and_one_at_it_is_left(excess: float, shift: int) -> None:
    gradients = with_exponent({"first": np.array([3.0, 4.0])}, shift)
    at = 5.0 * 2.0**shift
    above = clip_by_norm(gradients, at / (1 + excess))
    assert to_float(global_norm(above.gradients)) == pytest.approx(at / (1 + excess), rel=1e-15)
    assert float(to_float(above.scale)) == pytest.approx(1 / (1 + excess), rel=1e-15)
    for threshold in (at, at * (1 + excess)):
        assert clip_by_norm(gradients, threshold).gradients is gradients
