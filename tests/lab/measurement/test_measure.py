"""What is measured of a whole experiment: numbers that follow from one another, and what is unknown said to be so."""

import math
from typing import get_args

import numpy as np
import pytest

from rnn_tui.engine.kinds import ClipMode, Loss
from rnn_tui.lab.experiment.all_settings import Influence
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.experiment.memory import MOST_PAIRED_STEPS
from rnn_tui.lab.measurement.from_log10 import float_or_none, floats_or_nan, log10_sum
from rnn_tui.lab.measurement.measure import measure
from rnn_tui.lab.measurement.pair_measures import measure_triangle

# At this seed the last word is foretold so surely that its loss and error are smaller than any number that is kept.
SURE = Experiment(text=" ".join("abcdefghijklmnopqrst"), activation="linear", rho=1e4, seed=3)


@pytest.mark.parametrize("text", ["a b", "What time is it", "one two three four five six seven"])
def test_the_growth_is_that_of_a_step(text: str) -> None:
    found = measure(Experiment(text=text))
    assert found.log10_growth_per_step is not None
    assert found.log10_growth_per_step == found.log10_jacobian[0] / (found.steps - 1)
    assert found.growth_per_step == pytest.approx(10**found.log10_growth_per_step)


def test_a_linear_network_of_one_unit_grows_by_its_weight() -> None:
    found = measure(Experiment(text="one two three four", activation="linear", init="number", hidden=1, rho=1.5))
    assert found.growth_per_step == pytest.approx(1.5, rel=1e-14)
    assert found.verdict == "exploding"


@pytest.mark.parametrize(
    ("rho", "verdict"), [(0.79, "vanishing"), (0.8, "steady"), (1.0, "steady"), (1.25, "steady"), (1.27, "exploding")]
)
def test_the_verdict_follows_the_whole_way(rho: float, verdict: str) -> None:
    network = Experiment(text="one two three four", activation="linear", init="orthogonal", rho=rho)
    found = measure(network)
    assert found.verdict == verdict
    assert found.arrives_per_step == pytest.approx(rho, rel=1e-12)
    assert found.growth_per_step == pytest.approx(rho, rel=1e-12)


def test_what_is_too_small_to_be_known_is_not_called_zero() -> None:
    found = measure(SURE)
    assert np.isnan(found.log10_step_losses).tolist() == [False] * 19 + [True]
    assert found.loss is None
    assert math.isnan(found.log10_loss)
    assert np.isnan(found.log10_grad_hidden).all()
    assert found.grad_norm is None
    assert math.isnan(found.log10_grad_norm)
    assert all(math.isnan(value) for value in found.log10_grad_norms.values())
    assert math.isnan(found.clip.log10_norm_before)
    assert found.triangle is not None
    assert np.isnan(found.triangle.itemised_log10[-1]).all()
    assert any("saturated beyond any exponent" in note for note in found.notes)


def test_an_unknown_last_error_leaves_what_other_steps_bring_known() -> None:
    found = measure(SURE.changed(loss="sum"))
    assert np.isnan(found.log10_grad_hidden).tolist() == [False] * 19 + [True]
    assert np.isnan(found.log10_grad_hidden_last).all()
    assert found.loss is not None
    assert math.isfinite(found.log10_grad_norm)


def test_a_true_zero_stays_one() -> None:
    found = measure(Experiment(activation="relu", rho=0.0))
    assert np.isneginf(found.log10_grad_hidden[:-1]).all()
    assert np.isfinite(found.log10_grad_hidden[-1])


@pytest.mark.parametrize("clip", ["off", "norm", "value", "step"])
@pytest.mark.parametrize("threshold", [1e-3, 1e3])
def test_clipping_is_reported_as_it_acts(clip: ClipMode, threshold: float) -> None:
    found = measure(Experiment(clip=clip, threshold=threshold, loss="sum"))
    acts = clip != "off" and threshold < 1
    report = found.clip
    assert report.norm_before is not None
    assert report.norm_after is not None
    assert (report.touched > 0) == acts
    assert (report.norm_after < report.norm_before) == acts
    assert report.touched_of == {"off": 0, "norm": 1, "value": found.parameters, "step": found.steps}[clip]
    hidden = found.log10_grad_hidden_clipped
    if clip == "value":
        assert hidden is None
        return
    assert hidden is not None
    assert bool((hidden < found.log10_grad_hidden - 1e-9).any()) == acts
    if clip == "norm":
        assert report.scale == pytest.approx(min(1, threshold / report.norm_before))
        np.testing.assert_allclose(hidden - found.log10_grad_hidden, math.log10(report.scale or 0), atol=1e-12)
    if clip == "step":
        assert hidden.max() <= math.log10(threshold) + 1e-12


@pytest.mark.parametrize("seed", range(4))
def test_the_update_is_of_the_weight_that_is_largest_in_size(seed: int) -> None:
    found = measure(Experiment(lr=0.5, clip="norm", threshold=0.1, seed=seed))
    update = found.update
    weight = found.trace.network.parameters.weight_hh_l0
    assert abs(update.before) == abs(weight).max()
    assert weight[update.row, update.column] == update.before
    assert update.gradient is not None
    assert update.after == update.before - 0.5 * update.gradient
    assert abs(update.gradient) <= 0.1


def test_a_rate_that_moves_nothing_in_float32_leaves_all_where_it_was() -> None:
    update = measure(Experiment(lr=1e-30)).update
    assert (update.unmoved_hh, update.unmoved) == (1.0, 1.0)
    assert update.after == update.before
    assert measure(Experiment(lr=1e3, loss="sum")).update.unmoved_hh == 0.0


def test_what_float32_leaves_unmoved_is_counted_in_w_and_in_all() -> None:
    found = measure(Experiment(lr=1e-7))
    update, entries = found.update, found.trace.network.parameters.weight_hh_l0.size
    assert 0 < update.unmoved < update.unmoved_hh < 1
    assert update.unmoved_hh * entries == pytest.approx(round(update.unmoved_hh * entries))
    assert update.unmoved * found.parameters == pytest.approx(round(update.unmoved * found.parameters))


@pytest.mark.parametrize("influence", get_args(Influence))
def test_a_window_holds_the_part_of_the_whole(influence: Influence) -> None:
    found = measure(Experiment(text="one two three four five six seven eight", influence=influence))
    whole, part = found.triangle, measure_triangle(found, 3, 6)
    assert whole is not None
    for name in ("shares", "influence_log10", "itemised_log10"):
        np.testing.assert_allclose(getattr(part, name), getattr(whole, name)[3:6, 3:6], rtol=1e-12)
    np.testing.assert_allclose(part.earlier, whole.shares[3:6, :3].sum(axis=1), rtol=1e-12)


def test_what_occlusion_leaves_out_of_a_long_text_is_not_counted_as_nothing() -> None:
    text = " ".join(f"w{index % 7}" for index in range(2 * MOST_PAIRED_STEPS))
    found = measure(Experiment(text=text, influence="occlusion", hidden=2))
    assert np.isnan(measure_triangle(found, found.steps - 3, found.steps).earlier).all()
    assert np.isfinite(measure_triangle(found, 5, 8).earlier).all()


@pytest.mark.parametrize("loss", ["last", "sum", "mean"])
def test_the_itemised_gradient_adds_up_to_no_less_than_the_whole(loss: Loss) -> None:
    found = measure(Experiment(loss=loss))
    assert found.triangle is not None
    weights = {"last": [0, 0, 0, 1], "sum": [1] * 4, "mean": [0.25] * 4}[loss]
    sizes = 10**found.triangle.itemised_log10 * np.array(weights)[:, None]
    assert 10**found.itemised_sum_log10 == pytest.approx(np.nansum(sizes))
    assert found.itemised_sum_log10 >= found.log10_grad_norms["weight_hh_l0"]


def test_no_array_can_be_written_to() -> None:
    found = measure(Experiment())
    assert found.triangle is not None
    for array in (found.log10_jacobian, found.hidden_state, found.triangle.shares, found.triangle.itemised_log10):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


@pytest.mark.parametrize("log10", [-400.0, -310.0, 308.3, 6990.0, math.nan])
def test_a_number_that_float64_cannot_hold_is_none(log10: float) -> None:
    assert float_or_none(log10) is None
    assert float_or_none(log10, exact=1.0) is None
    assert np.isnan(floats_or_nan(np.array([1.0]), np.array([log10]))).all()


def test_a_number_that_float64_holds_is_itself_and_a_true_zero_is_zero() -> None:
    assert float_or_none(-math.inf) == 0.0
    assert float_or_none(2.0) == pytest.approx(100.0)
    assert float_or_none(2.0, exact=100.25) == 100.25
    assert floats_or_nan(np.array([0.0, 5.0]), np.array([-math.inf, 0.7])).tolist() == [0.0, 5.0]


def test_a_sum_of_logarithms_goes_beyond_floats() -> None:
    assert log10_sum(np.array([5000.0, 5000.0, -math.inf, math.nan]), times=0.5) == pytest.approx(5000.0)
    assert log10_sum(np.array([math.nan, -math.inf]), times=1.0) == -math.inf
