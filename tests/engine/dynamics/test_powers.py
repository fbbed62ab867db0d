"""Powers of W with and without tanh, against closed forms and 60-digit arithmetic."""

import math
from typing import Any

import mpmath as mp  # type: ignore[import-untyped,unused-ignore]
import numpy as np
import pytest

from rnn_tui.engine.dynamics.powers import Settled, linear_powers, steps_on_log_scale, tanh_powers
from rnn_tui.engine.network.nonnormal import Nonnormal, log_power_norm
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.progress import CancelledError

STEPS = steps_on_log_scale(4000)
LN_10 = math.log(10.0)


def exact_tanh(weight: FloatArray, start: FloatArray, last: int) -> tuple[list[float], list[float]]:
    """log10 ‖x_n‖ and log10 ‖∂x_n/∂x_0‖₂ for n = 1 … last, by the defining equations at many digits."""
    with mp.workdps(60):
        w, x = mp.matrix(weight.tolist()), mp.matrix(start.tolist())
        product: Any = mp.eye(len(weight))
        states, gradients = [], []
        for _ in range(last):
            a = w * x
            x = a.apply(mp.tanh)
            product = mp.diag([mp.sech(each) ** 2 for each in a]) * (w * product)
            states.append(float(mp.log10(mp.norm(x))))
            gradients.append(float(mp.log10(max(mp.svd_r(product, compute_uv=False)))))
    return states, gradients


def test_the_steps_begin_at_one_and_end_at_the_last() -> None:
    for last in (1, 2, 3, 17, 4000):
        steps = steps_on_log_scale(last)
        assert steps[0] == 1
        assert steps[-1] == last
        assert np.all(np.diff(steps) > 0)


@pytest.mark.parametrize(("number", "log10"), [(1.5, 704.365036222725), (0.5, -1204.119982655925), (-1.5, 704.365036)])
def test_one_number(number: float, log10: float) -> None:
    found = linear_powers(np.array([[number]]), start=np.ones(1), steps=STEPS)
    assert found.state[-1] == pytest.approx(log10, abs=1e-6)
    assert found.state == pytest.approx(STEPS * math.log10(abs(number)), rel=1e-13)
    assert found.gradient == pytest.approx(found.state, rel=1e-13)


def test_a_nonnormal_matrix_peaks_where_the_closed_form_does() -> None:
    found = linear_powers(np.array([[0.9, 5.0], [0.0, 0.9]]), start=np.array([0.0, 1.0]), steps=STEPS)
    exact = np.array([log_power_norm(Nonnormal(0.9, 5.0), n) for n in STEPS.tolist()]) / LN_10
    assert found.gradient == pytest.approx(exact, rel=1e-12, abs=1e-13)
    assert STEPS[found.gradient.argmax()] == 9
    assert 10 ** found.gradient.max() == pytest.approx(19.379, abs=5e-4)
    # Wⁿ (0, 1) = (5 n .9ⁿ⁻¹, .9ⁿ)
    state = np.log10(np.hypot(5 * STEPS / 0.9, 1.0)) + STEPS * math.log10(0.9)
    assert found.state == pytest.approx(state, rel=1e-12, abs=1e-13)


def test_a_rotation_keeps_every_size_and_a_nilpotent_matrix_ends() -> None:
    turn = np.array([[0.6, -0.8], [0.8, 0.6]])
    found = linear_powers(turn, start=np.array([1.0, 0.0]), steps=STEPS)
    assert np.abs(found.state).max() < 1e-12
    assert np.abs(found.gradient).max() < 1e-12
    ended = linear_powers(np.array([[0.0, 7.0], [0.0, 0.0]]), start=np.array([0.6, 0.8]), steps=np.arange(1, 5))
    assert ended.gradient[0] == pytest.approx(math.log10(7))
    assert ended.state[0] == pytest.approx(math.log10(5.6))
    assert np.isneginf(ended.gradient[1:]).all()
    assert np.isneginf(ended.state[1:]).all()


def test_a_dense_matrix_against_many_digits() -> None:
    weight = np.random.default_rng(5).normal(size=(4, 4))
    steps = np.array([1, 2, 7, 100, 1000])
    found = linear_powers(weight, start=np.full(4, 0.5), steps=steps)
    with mp.workdps(60):
        w = mp.matrix(weight.tolist())
        for n, state, gradient in zip(steps.tolist(), found.state, found.gradient, strict=True):
            power = w**n
            assert gradient == pytest.approx(float(mp.log10(max(mp.svd_r(power, compute_uv=False)))), abs=1e-11)
            assert state == pytest.approx(float(mp.log10(mp.norm(power * mp.matrix([0.5] * 4)))), abs=1e-11)


def test_a_state_is_not_lost_beside_a_far_larger_direction() -> None:
    found = linear_powers(np.diag([2.0, 0.5]), start=np.array([0.0, 1.0]), steps=STEPS)
    assert found.state == pytest.approx(STEPS * math.log10(0.5), rel=1e-13)
    assert found.gradient == pytest.approx(STEPS * math.log10(2.0), rel=1e-13)


def test_few_matrices_at_once_are_as_many(monkeypatch: pytest.MonkeyPatch) -> None:
    weight, start = np.random.default_rng(6).normal(size=(5, 5)), np.full(5, 0.2**0.5)
    whole = linear_powers(weight, start=start, steps=STEPS)
    monkeypatch.setattr("rnn_tui.engine.dynamics.powers.NUMBERS", 3 * 25)
    reported: list[float] = []

    def watch(done: float) -> bool:
        reported.append(done)
        return True

    parts = linear_powers(weight, start=start, steps=STEPS, watch=watch)
    assert reported == pytest.approx([min(1.0, 3 * part / len(STEPS)) for part in range(1, len(reported) + 1)])
    assert reported[-1] == 1.0
    assert parts.gradient == pytest.approx(whole.gradient, rel=1e-13)
    assert np.array_equal(parts.state, whole.state)


@pytest.mark.parametrize("number", [0.5, -0.9, 1.0, 1.5, 40.0, 3000.0])
def test_tanh_of_one_number(number: float) -> None:
    states, gradients = exact_tanh(np.array([[number]]), np.ones(1), 1200)
    steps = steps_on_log_scale(1200)
    found, _ = tanh_powers(np.array([[number]]), start=np.ones(1), steps=steps)
    assert found.state == pytest.approx(np.array(states)[steps - 1], rel=1e-11, abs=1e-13)
    assert found.gradient == pytest.approx(np.array(gradients)[steps - 1], rel=1e-11, abs=1e-12)


@pytest.mark.parametrize("scale", [0.3, 1.0, 1500.0])
def test_tanh_of_a_matrix(scale: float) -> None:
    weight = scale * np.array([[0.8, -0.5, 0.1], [0.4, 0.7, 0.3], [0.0, 0.2, -0.6]])
    start = np.array([0.6, 0.0, 0.8])
    states, gradients = exact_tanh(weight, start, 80)
    found, _ = tanh_powers(weight, start=start, steps=np.arange(1, 81))
    assert found.state == pytest.approx(np.array(states), rel=1e-11, abs=1e-12)
    assert found.gradient == pytest.approx(np.array(gradients), rel=1e-11, abs=1e-11)


def test_a_state_far_below_float64_comes_back() -> None:
    # 1.5ⁿ 10⁻³⁰⁰: tanh is a straight line until the state is of the size of 1
    states, gradients = exact_tanh(np.array([[1.5]]), np.array([1e-300]), 1760)
    found, _ = tanh_powers(np.array([[1.5]]), start=np.array([1e-300]), steps=np.arange(1, 1761))
    assert found.state == pytest.approx(np.array(states), rel=1e-11, abs=1e-12)
    assert found.gradient == pytest.approx(np.array(gradients), rel=1e-11, abs=1e-11)
    assert found.gradient.max() > 298


def test_where_tanh_settles() -> None:
    def settled(number: float) -> Settled:
        return tanh_powers(np.array([[number]]), start=np.ones(1), steps=STEPS)[1]

    assert settled(1.5) == pytest.approx((0.0, 0.0), abs=1e-12)
    assert settled(-1.5) == pytest.approx((2.0, 0.0), abs=1e-12)
    assert settled(0.5) == pytest.approx((0.5, 0.75))
    assert settled(0.0) == (0.0, 0.0)


def test_it_stops_when_told_to() -> None:
    for run in (linear_powers, tanh_powers):
        with pytest.raises(CancelledError):
            run(np.eye(2), start=np.ones(2), steps=STEPS, watch=lambda _: False)
