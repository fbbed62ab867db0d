"""Cross-entropy where the softmax has saturated: losses of 10^k nats, errors of 1 − p, and what cannot be known."""

import math

import mpmath as mp  # type: ignore[import-untyped,unused-ignore]
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import rnn_tui.engine.network.losses
from rnn_tui.engine.network.losses import Readout, StepLosses, step_losses, step_weights
from rnn_tui.engine.numbers import exponents
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import Scaled, from_floats, to_float
from rnn_tui.engine.progress import CancelledError


def losses_of(state: FloatArray, weight: FloatArray, bias: FloatArray, target: int, exponent: int = 0) -> StepLosses:
    """One step: state · 2**exponent (H,), weight (V, H), bias (V,)."""
    return step_losses(
        Scaled(np.atleast_2d(state), np.array([exponent], dtype=np.int64)),
        Readout(weight, bias),
        targets=np.array([target]),
        weights=np.ones(1),
    )


def of_logits(logits: list[float], target: int) -> StepLosses:
    """A one-unit state of 1 whose readout gives these logits."""
    return losses_of(np.ones(1), np.array(logits)[:, None], np.zeros(len(logits)), target)


@pytest.mark.parametrize("lead", [0.0, 1e-12, 3.0, 30.0, 600.0, 740.0, 1e4, 1e8, 1e15, 1e300])
def test_a_wrong_prediction_costs_its_lead(lead: float) -> None:
    found = of_logits([lead, 0.0], target=1)
    with mp.workdps(60):
        true = mp.log1p(mp.exp(-mp.mpf(lead))) + lead if lead else mp.log(2)
        assert to_float(found.each.losses)[0] == pytest.approx(float(true), rel=1e-15)
    error = 1 / (1 + math.exp(-lead))
    assert to_float(found.readout_bias) == pytest.approx([error, -error], rel=1e-15)


@pytest.mark.parametrize("lead", [1.0, 20.0, 40.0, 600.0, 740.0, 1e4, 1e8, 1e15])
def test_a_right_prediction_keeps_all_digits_of_what_it_lacks(lead: float) -> None:
    found = of_logits([lead, 0.0, -1.0], target=0)
    with mp.workdps(60):
        rivals = mp.exp(-mp.mpf(lead)) + mp.exp(-mp.mpf(lead) - 1)
        loss, error = mp.log1p(rivals), -rivals / (1 + rivals)
        got = mp.ldexp(mp.mpf(float(found.each.losses.mantissa[0])), int(found.each.losses.exponent[0]))
        assert abs(got / loss - 1) < 4e-16 * max(4.0, lead)
        gradient = found.readout_bias
        got = mp.ldexp(mp.mpf(float(gradient.mantissa[0])), int(gradient.exponent))
        assert abs(got / error - 1) < 4e-16 * max(4.0, lead)


@given(st.lists(st.floats(-50, 50), min_size=2, max_size=6), st.integers(0, 5))
def test_errors_sum_to_zero_and_loss_is_minus_log_probability(logits: list[float], place: int) -> None:
    found = of_logits(logits, target=place % len(logits))
    error = to_float(found.readout_bias)
    assert abs(error.sum()) <= 1e-14 * np.abs(error).max()
    assert found.each.target_probability[0] == pytest.approx(math.exp(-to_float(found.each.losses)[0]), rel=1e-14)
    softmax = np.exp(np.array(logits) - max(logits))
    softmax /= softmax.sum()
    assert found.each.predicted_probability[0] == pytest.approx(softmax.max(), rel=1e-13)
    assert softmax[found.each.predicted[0]] == pytest.approx(softmax.max(), rel=1e-13)


def test_a_state_of_ten_to_the_seven_thousand() -> None:
    weight, power = np.array([[1.0], [0.0]]), 23253  # 2^23253 is about 10^7000
    wrong = losses_of(np.ones(1), weight, np.zeros(2), 1, power)
    assert exponents.log10(wrong.each.losses)[0] == pytest.approx(power * math.log10(2), rel=1e-15)
    assert not wrong.each.unknown[0]
    assert to_float(wrong.readout_bias) == pytest.approx([1.0, -1.0])
    assert wrong.each.target_probability[0] == 0.0
    right = losses_of(np.ones(1), weight, np.zeros(2), 0, power)
    assert right.each.unknown[0]
    assert not to_float(right.each.losses)[0]
    assert right.each.predicted[0] == 0
    assert right.each.predicted_probability[0] == 1.0


def test_the_bias_counts_beside_a_tiny_state_and_not_beside_a_huge_one() -> None:
    weight, bias = np.array([[1.0], [0.0]]), np.array([0.0, 2.0])
    faint = losses_of(np.ones(1), weight, bias, 0, -5000)
    assert to_float(faint.each.losses)[0] == pytest.approx(math.log1p(math.exp(2.0)), rel=1e-15)
    huge = losses_of(-np.ones(1), weight, bias, 0, 60)
    assert to_float(huge.each.losses)[0] == pytest.approx(2.0**60 + 2.0, rel=1e-15)


def test_two_tokens_that_are_alike_share_the_probability() -> None:
    found = of_logits([5.0, 5.0, -800.0], target=0)
    assert found.each.target_probability[0] == pytest.approx(0.5, rel=1e-15)
    assert to_float(found.readout_bias)[:2] == pytest.approx([-0.5, 0.5], rel=1e-15)


def test_weights_of_the_steps() -> None:
    assert step_weights("last", 3).tolist() == [0, 0, 1]
    assert step_weights("sum", 3).tolist() == [1, 1, 1]
    assert step_weights("mean", 4).tolist() == [0.25] * 4
    assert step_weights("last", 1).tolist() == [1]


def test_the_share_that_is_done_is_told_and_the_work_can_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rnn_tui.engine.network.losses, "CHUNK", 6)
    h, readout = from_floats(np.ones((5, 1)), blocks=1), Readout(np.ones((3, 1)), np.zeros(3))
    done: list[float] = []

    def watch(share: float) -> bool:
        done.append(share)
        return share < 0.7

    with pytest.raises(CancelledError):
        step_losses(h, readout, targets=np.zeros(5, dtype=np.intp), weights=np.ones(5), watch=watch)
    assert done == [0.4, 0.8]
