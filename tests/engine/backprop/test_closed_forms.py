"""Numbers that are known in closed form."""

import math
from dataclasses import replace

import numpy as np
import pytest

from rnn_tui.engine.backprop.jacobians import last_jacobians, log10_carried
from rnn_tui.engine.dynamics.powers import log10_power_growth
from rnn_tui.engine.influence.all_pairs import all_pairs_influence
from rnn_tui.engine.influence.gradient import carried_influence, memory_lag, memory_lags, pulled_back_influence, shares
from rnn_tui.engine.influence.itemised import itemised
from rnn_tui.engine.influence.occlusion import occlusion_influence
from rnn_tui.engine.kinds import Activation
from rnn_tui.engine.network.initialisers import unscaled_weight
from rnn_tui.engine.network.spectrum import bound, largest_singular_value, spectral_radius
from rnn_tui.engine.numbers import exponents
from rnn_tui.engine.numbers.arrays import FloatArray
from tests.engine.nets import Found, Net, draw, run


def text_of(steps: int, weight_hh: FloatArray, activation: Activation = "linear") -> tuple[Net, Found]:
    net = draw(1, steps=steps, hidden=len(weight_hh), inputs=2, weight_hh=weight_hh, activation=activation)
    return net, run(net)


def spectral(steps: int, weight_hh: FloatArray, activation: Activation = "linear") -> FloatArray:
    net, found = text_of(steps, weight_hh, activation)
    return last_jacobians(net.network, found.maps).spectral


@pytest.mark.parametrize(("steps", "hidden"), [(2, 1), (2, 33), (300, 33), (10_000, 1), (10_000, 8)])
def test_an_orthogonal_w_keeps_every_length(steps: int, hidden: int) -> None:
    weight = unscaled_weight("orthogonal", seed=4, hidden=hidden)
    assert weight @ weight.T == pytest.approx(np.eye(hidden), abs=1e-14)
    assert np.abs(spectral(steps, weight)).max() < 1e-15 * steps + 1e-14


def test_a_jordan_block_at_radius_one_grows() -> None:
    found = 10 ** spectral(101, np.array([[1.0, 1.0], [0.0, 1.0]]))
    n = np.arange(100, -1, -1)
    assert found == pytest.approx((n + np.sqrt(n**2 + 4)) / 2, rel=1e-13)
    assert found[0] == pytest.approx(100, rel=1e-3)


def test_a_transient_that_grows_before_it_vanishes() -> None:
    weight = np.array([[0.9, 5.0], [0.0, 0.9]])
    assert spectral_radius(weight) == pytest.approx(0.9)
    assert largest_singular_value(weight) == pytest.approx(5.157, abs=5e-4)
    found = 10 ** spectral(60, weight)[::-1]
    assert found.argmax() == 9
    assert found[9] == pytest.approx(19.379, abs=5e-4)
    assert found[-1] < 1


@pytest.mark.parametrize(("w", "log10"), [(1.5, 704.4), (0.5, -1204.1)])
def test_one_number_to_the_power_of_four_thousand(w: float, log10: float) -> None:
    found = spectral(4001, np.array([[w]]))
    assert found[0] == pytest.approx(log10, abs=0.05)
    assert found[0] == pytest.approx(4000 * math.log10(w), rel=1e-13)
    assert 4000 * log10_power_growth(np.array([[w]]), 4000) == pytest.approx(log10, abs=0.05)


@pytest.mark.parametrize(("rho", "slope"), [(5.0, math.log10(5)), (0.01, -2.0)])
def test_ten_thousand_steps_linear(rho: float, slope: float) -> None:
    weight = unscaled_weight("gaussian", seed=7, hidden=8)
    found = spectral(10_000, weight * rho / spectral_radius(weight))
    assert np.isfinite(found).all()
    assert (found[0] - found[5000]) / 5000 == pytest.approx(slope, abs=1e-4)
    assert found[0] == pytest.approx(9999 * slope, abs=1.0)


def test_ten_thousand_steps_tanh_at_a_hundredth() -> None:
    weight = unscaled_weight("gaussian", seed=7, hidden=8)
    found = spectral(10_000, weight * 0.01 / spectral_radius(weight), "tanh")
    assert np.isfinite(found).all()
    assert np.all(np.diff(found) > 0)
    assert found[0] < -2 * 9999


def test_the_state_of_an_unbounded_activation_leaves_float64() -> None:
    # x(n) = w^n x(0) with nothing added.
    net = draw(0, steps=4000, hidden=1, weight_hh=np.array([[1.5]]), activation="relu")
    quiet = {name: np.zeros_like(tensor) for name, tensor in net.tensors().items()}
    net = net.with_tensors({**quiet, "weight_hh_l0": np.array([[1.5]])})
    found = run(Net(net.network, net.readout, net.inputs, np.ones(1), net.targets))
    true = np.arange(1, 4001) * math.log10(1.5)
    assert exponents.log10_norm(found.trajectory.h) == pytest.approx(true, rel=1e-13)


@pytest.mark.parametrize("activation", ["relu", "linear"])
def test_a_state_beyond_float64_forgets_no_input_that_still_counts(activation: Activation) -> None:
    # h_t = 2 h_{t−1} + 1 from 0: h_t = 2^t − 1.
    net = draw(0, steps=1200, hidden=1, inputs=1, activation=activation)
    ones, zeros = np.ones((1, 1)), np.zeros(1)
    net = net.with_tensors({**net.tensors(), "weight_ih_l0": ones, "weight_hh_l0": 2 * ones})
    net = net.with_tensors({**net.tensors(), "bias_ih_l0": zeros, "bias_hh_l0": zeros})
    found = run(Net(net.network, net.readout, np.ones((1200, 1)), zeros, net.targets))
    log10 = exponents.log10_norm(found.trajectory.h)
    t = np.arange(1, 1201)
    assert log10[:50] == pytest.approx(np.log10(2.0 ** t[:50] - 1), rel=1e-14, abs=1e-16)
    assert log10[50:] == pytest.approx(t[50:] * math.log10(2), rel=1e-14)


def test_a_dead_unit_is_a_true_zero_and_a_small_number_is_not() -> None:
    dead = draw(0, steps=5, hidden=1, inputs=1, activation="relu", weight_hh=np.array([[0.5]]))
    dead = dead.with_tensors({**dead.tensors(), "bias_hh_l0": np.array([-50.0])})
    found = last_jacobians(dead.network, run(dead).maps)
    assert np.all(np.isneginf(found.spectral[:-1]))
    assert found.spectral[-1] == 0
    assert memory_lag(found.inputs) is None
    faint = spectral(5001, np.array([[1e-4]]))
    assert faint[0] == pytest.approx(-20_000, rel=1e-12)


def test_what_the_skip_inside_a_cell_carries_is_the_product_of_its_later_gates() -> None:
    # one unit's gate lets 2^−2000 through at every step, the other's half, but nothing at step 3
    gates = exponents.Scaled(np.array([[1.0, 0.5], [1.0, 0.5], [1.0, 0.0], [1.0, 0.5]]), np.array([[-2000, 0]] * 4))
    assert log10_carried(gates) / math.log10(2) == pytest.approx([-6000, -4000, -1, 0])


def test_one_step() -> None:
    net, found = text_of(1, np.array([[0.3]]), "tanh")
    assert last_jacobians(net.network, found.maps).spectral == pytest.approx([0.0])
    influence = pulled_back_influence(found.pairs, start=0, stop=1)
    assert shares(influence).tolist() == [[1.0]]
    assert memory_lag(influence[0]) == 1


def test_each_network_of_an_ensemble_has_shares_and_a_memory_of_its_own() -> None:
    # all words alike; no word at all; the last word alone
    alike, none = np.zeros(10), np.full(10, -np.inf)
    last = np.where(np.arange(10) == 9, 0.0, -np.inf)
    rows = np.stack([alike, none, last])
    assert memory_lags(rows) == pytest.approx([9, np.nan, 1], nan_ok=True)
    whole = np.stack([rows, rows[::-1]])
    held = np.stack([np.full(10, 0.1), np.full(10, np.nan), 10.0**last])
    assert shares(whole) == pytest.approx(np.stack([held, held[::-1]]), nan_ok=True)


@pytest.mark.parametrize(("steps", "lag"), [(1, 1), (2, 2), (10, 9), (20, 18), (30, 27), (40, 36), (101, 91)])
def test_equal_influence_of_all_words(steps: int, lag: int) -> None:
    # W = 1 and linear: every word weighs the same, so nine tenths of them hold nine tenths.
    net, found = text_of(steps, np.eye(3))
    last = last_jacobians(net.network, found.maps).inputs
    assert last == pytest.approx(last[0], rel=1e-12)
    assert shares(last[None])[0] == pytest.approx(1 / steps, rel=1e-12)
    assert memory_lag(last) == lag


def test_linear_occlusion_is_gradient_times_input() -> None:
    net, found = text_of(30, 1.1 * unscaled_weight("orthogonal", seed=2, hidden=4))
    weight_ih = net.parameters.weight_ih_l0
    times_input = carried_influence(found.pairs)
    occlusion = occlusion_influence(found.pairs, first=0, start=0, stop=30)
    assert occlusion == pytest.approx(times_input, rel=1e-12, nan_ok=True)
    lengths = np.log10(np.linalg.norm(net.inputs @ weight_ih.T, axis=1))
    lags = np.arange(30)[:, None] - np.arange(30)
    expected = np.where(lags >= 0, lengths + lags * math.log10(1.1), np.nan)
    assert times_input == pytest.approx(expected, rel=1e-12, abs=1e-12, nan_ok=True)


def test_steps_of_which_every_fifth_is_gentle_and_the_others_are_steep() -> None:
    # one unit, free or saturated: φ' = 4q / (1 + q)², q = e^{−2|a|}, is 10^-112 or so where it is saturated
    steps = 40
    net = draw(4, steps=steps, hidden=1, inputs=1, weight_hh=np.array([[0.5]]))
    drive = np.where(np.arange(steps) % 5 == 0, 0.1, 130.0)
    weight_ih = net.parameters.weight_ih_l0[0, 0]
    net = replace(net, inputs=(drive / weight_ih)[:, None])
    found = run(net)
    size = 2.0 * np.abs(found.trajectory.a.mantissa[:, 0])
    slope = np.log10(4.0) - size * math.log10(math.e) - 2.0 * np.log1p(np.exp(-size)) * math.log10(math.e)
    through = np.concatenate([[0.0], slope.cumsum()])
    t, k = np.tril_indices(steps)
    state = through[t + 1] - through[k + 1] + (t - k) * math.log10(0.5)  # ∂h_t/∂h_k

    last, there = last_jacobians(net.network, found.maps), t == steps - 1
    assert last.spectral == pytest.approx(state[there], rel=1e-12)
    assert last.inputs == pytest.approx((state + slope[k])[there] + math.log10(abs(weight_ih)), rel=1e-12)
    loss, before = (exponents.log10(one)[:, 0] for one in (found.losses.each.direct, found.trajectory.h_prev))
    delta = exponents.log10(found.gradient.delta)[:, 0]
    assert delta == pytest.approx(loss[-1] + state[there], rel=1e-12)
    each = itemised(found.trajectory, found.maps, found.losses.each.direct, start=0, stop=steps).weight_hh
    assert each[t, k] == pytest.approx(loss[t] + state + slope[k] + before[k], rel=1e-12)
    for pairs in (all_pairs_influence, lambda *args, **of: pulled_back_influence(*args, start=0, stop=steps, **of)):
        assert pairs(found.pairs, of="state")[t, k] == pytest.approx(state, rel=1e-12)
        assert pairs(found.pairs, of="word")[t, k] == pytest.approx(state + slope[k] + math.log10(abs(weight_ih)))
    assert carried_influence(found.pairs, of="state")[t, k] == pytest.approx(state, rel=1e-12)


def test_itemised_gradients_of_a_zero_first_state_begin_with_a_true_zero() -> None:
    net = draw(2, steps=4)
    found = run(Net(net.network, net.readout, net.inputs, np.zeros(5), net.targets))
    each = itemised(found.trajectory, found.maps, found.losses.each.direct, start=0, stop=4).weight_hh
    assert np.all(np.isneginf(each[:, 0]))
    assert np.isfinite(each[np.tril_indices(4, -1)][each[np.tril_indices(4, -1)] > -np.inf]).all()
    assert np.array_equal(np.isnan(each), np.triu(np.ones((4, 4)), 1) == 1)


@pytest.mark.parametrize(
    ("activation", "radius", "largest", "says"),
    [
        ("tanh", 0.5, 0.9, "must-vanish"),
        ("tanh", 0.9, 1.0, "cannot-explode"),
        ("tanh", 0.9, 1.3, "may-explode"),
        ("sigmoid", 2.0, 3.9, "must-vanish"),
        ("sigmoid", 3.0, 4.1, "may-explode"),
        ("relu", 0.5, 0.99, "must-vanish"),
        ("relu", 0.9, 1.3, "may-explode"),
        ("linear", 0.9, 5.0, "must-vanish"),
        ("linear", 1.0, 1.0, "cannot-explode"),
        ("linear", 1.0, 7.0, "may-grow"),
        ("linear", 1.01, 1.5, "must-explode"),
    ],
)
def test_what_w_alone_allows(activation: Activation, radius: float, largest: float, says: str) -> None:
    assert bound(activation, radius=radius, largest=largest) == says
