"""What must hold of any network: shares, parts of a whole, pure functions, and the ways to one number that agree."""

from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_tui.engine.backprop.jacobians import last_jacobians
from rnn_tui.engine.influence.all_pairs import all_pairs_influence, can_be_cut
from rnn_tui.engine.influence.gradient import carried_influence, memory_lag, pulled_back_influence, shares
from rnn_tui.engine.influence.integrated import integrated_influence
from rnn_tui.engine.influence.itemised import itemised
from rnn_tui.engine.influence.occlusion import occlusion_influence
from rnn_tui.engine.kinds import SHARES_WITHIN, Activation, CellName, Loss
from rnn_tui.engine.network.skips import Pinned, Shared, Skip
from rnn_tui.engine.numbers import exponents
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import to_float
from tests.engine.exact import same_logs
from tests.engine.nets import PARAMETERS, Net, draw, run

ACTIVATIONS = st.sampled_from(get_args(Activation))
MEASURES = ("gradient", "gradient-input", "integrated", "occlusion")
RADII = st.sampled_from([0.01, 0.5, 0.9, 1.0, 1.5, 5.0])


@st.composite
def nets(choose: st.DrawFn) -> Net:
    steps = choose(st.integers(1, 40))
    skips: list[Skip] = [None, Shared(1), Shared(2), Shared(3)]
    if steps > 1:
        target = choose(st.integers(2, steps))
        skips.append(Pinned(choose(st.integers(1, target - 1)), target))
    return draw(
        choose(st.integers(0, 10_000)),
        steps=steps,
        cell=choose(st.sampled_from(get_args(CellName))),
        skip=choose(st.sampled_from(skips)),
        hidden=choose(st.integers(1, 7)),
        inputs=choose(st.integers(1, 4)),
        vocabulary=choose(st.integers(2, 5)),
        activation=choose(ACTIVATIONS),
        rho=choose(RADII),
    )


def influence_of(net: Net, measure: str) -> FloatArray:
    found, steps = run(net), len(net.targets)
    if measure == "occlusion":
        return occlusion_influence(found.pairs, first=0, start=0, stop=steps)
    if measure == "gradient-input":
        return carried_influence(found.pairs)
    if measure == "integrated":
        return integrated_influence(found.pairs, start=0, stop=steps, within=SHARES_WITHIN).log10
    return pulled_back_influence(found.pairs, start=0, stop=steps)


@settings(max_examples=30)
@given(nets(), st.sampled_from(MEASURES))
def test_shares_sum_to_one_and_the_future_has_none(net: Net, measure: str) -> None:
    influence = influence_of(net, measure)
    share = shares(influence)
    steps = len(net.targets)
    unresolved = np.isnan(influence[:, 0])
    assert measure == "integrated" or not unresolved.any()
    assert np.array_equal(np.isnan(influence), (np.triu(np.ones((steps, steps)), 1) == 1) | unresolved[:, None])
    for t, row in enumerate(share):
        if unresolved[t]:
            assert np.isnan(row).all()
            continue
        if np.isneginf(influence[t, : t + 1]).all():
            assert np.isnan(row).all()
        else:
            assert row.sum() == pytest.approx(1.0, rel=1e-14)
            assert np.all(row >= 0)
            assert not row[t + 1 :].any()


@settings(max_examples=30)
@given(nets())
def test_all_ways_to_the_same_influence_agree(net: Net) -> None:
    found, steps = run(net), len(net.targets)
    pulled = pulled_back_influence(found.pairs, start=0, stop=steps)
    last = last_jacobians(net.network, found.maps)
    assert same_logs(last.inputs, pulled[-1], within=1e-10)
    if can_be_cut(found.maps):
        assert same_logs(all_pairs_influence(found.pairs), pulled, within=1e-9)
    times_input = pulled_back_influence(found.pairs, of="word-input", start=0, stop=steps)
    forward = carried_influence(found.pairs)
    both = np.isfinite(times_input) & np.isfinite(forward)
    # carried forward and pulled back, what cancels to rounding cancels differently
    faint = forward < pulled + np.log10(np.linalg.norm(net.inputs, axis=1)) - 9
    assert same_logs(times_input[both & ~faint], forward[both & ~faint], within=1e-6)


@settings(max_examples=30)
@given(nets(), st.integers(0, 39), st.integers(1, 40))
def test_a_window_is_a_part_of_the_whole(net: Net, start: int, length: int) -> None:
    steps = len(net.targets)
    start = min(start, steps - 1)
    stop = min(start + length, steps)
    found = run(net)
    whole = pulled_back_influence(found.pairs, start=0, stop=steps)
    part = pulled_back_influence(found.pairs, start=start, stop=stop)
    assert same_logs(part, whole[start:stop, :stop], within=1e-10)
    items = itemised(found.trajectory, found.maps, found.losses.each.direct, start=0, stop=steps).weight_hh
    some = itemised(found.trajectory, found.maps, found.losses.each.direct, start=start, stop=stop).weight_hh
    assert same_logs(some, items[start:stop, start:stop], within=1e-10)
    occluded = occlusion_influence(found.pairs, first=0, start=0, stop=steps)
    near = occlusion_influence(found.pairs, first=start, start=start, stop=stop)
    assert same_logs(near[:, start:], occluded[start:stop, start:stop], within=1e-10)


@settings(max_examples=12)
@given(nets(), st.sampled_from(get_args(Loss)))
def test_two_calls_in_a_row_give_the_same_and_change_no_input(net: Net, loss: Loss) -> None:
    before = {name: value.copy() for name, value in net.tensors().items()}
    inputs, first, targets = net.inputs.copy(), net.h_0.copy(), net.targets.copy()
    one, other = run(net, loss), run(net, loss)
    for name in PARAMETERS:
        assert np.array_equal(one.parameters[name].mantissa, other.parameters[name].mantissa)
        assert np.array_equal(one.parameters[name].exponent, other.parameters[name].exponent)
        assert np.array_equal(net.tensors()[name], before[name])
    assert np.array_equal(one.gradient.delta.mantissa, other.gradient.delta.mantissa)
    for measure in MEASURES:
        assert np.array_equal(influence_of(net, measure), influence_of(net, measure), equal_nan=True)
    assert np.array_equal(net.inputs, inputs)
    assert np.array_equal(net.h_0, first)
    assert np.array_equal(net.targets, targets)


@settings(max_examples=30)
@given(nets())
def test_the_mean_is_the_sum_over_t_and_the_last_stands_alone(net: Net) -> None:
    steps = len(net.targets)
    summed, mean, last = run(net, "sum"), run(net, "mean"), run(net, "last")
    assert exponents.log10_norm(mean.gradient.delta) == pytest.approx(
        exponents.log10_norm(summed.gradient.delta) - np.log10(steps), rel=1e-10, abs=1e-10
    )
    assert to_float(last.gradient.delta)[-1] == pytest.approx(to_float(summed.gradient.delta)[-1], rel=1e-12)


@settings(max_examples=30)
@given(st.integers(0, 1000), ACTIVATIONS, st.integers(2, 20), st.integers(1, 19))
def test_the_future_changes_nothing_before_it(seed: int, activation: Activation, steps: int, kept: int) -> None:
    net, kept = draw(seed, steps=steps, activation=activation, rho=0.9), min(kept, steps - 1)
    shorter = Net(net.network, net.readout, net.inputs[:kept], net.h_0, net.targets[:kept])
    for measure in MEASURES:
        whole, part = influence_of(net, measure), influence_of(shorter, measure)
        # a product with more rows may be summed in another order
        assert same_logs(part, whole[:kept, :kept], within=1e-7), measure


@given(st.lists(st.floats(-400, 400), min_size=1, max_size=60))
def test_the_lag_is_the_fewest_last_words_that_hold_nine_tenths(log10: list[float]) -> None:
    row = np.array(log10)
    lag, share = memory_lag(row), shares(row[None])[0]
    assert lag is not None
    assert share[len(row) - lag :].sum() >= 0.9 - 1e-11
    assert lag == 1 or share[len(row) - lag + 1 :].sum() < 0.9 + 1e-11
    assert memory_lag(np.append(row, np.nan)[:-1]) == lag


@settings(max_examples=15)
@given(st.integers(0, 1000), RADII, ACTIVATIONS)
def test_long_texts_by_cutting_and_by_pulling_back(seed: int, rho: float, activation: Activation) -> None:
    net = draw(seed, steps=150, hidden=9, activation=activation, rho=rho)
    found = run(net)
    if not can_be_cut(found.maps):
        return
    cut = all_pairs_influence(found.pairs)
    pulled = pulled_back_influence(found.pairs, start=0, stop=150)
    assert same_logs(cut, pulled, within=1e-9)
    window = all_pairs_influence(found.pairs, start=90, stop=131)
    assert same_logs(window, pulled[90:131, :131], within=1e-9)
    times_input = pulled_back_influence(found.pairs, of="word-input", start=90, stop=131)
    window = all_pairs_influence(found.pairs, of="word-input", start=90, stop=131)
    faint = times_input < pulled[90:131, :131] - 6  # what cancels to rounding cancels differently
    assert same_logs(window[~faint], times_input[~faint], within=1e-6)
