"""What must hold of every cell with every skip: pure functions, the future, truncation, ensembles, ways that agree."""

from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_tui.engine.backprop.jacobians import last_jacobians
from rnn_tui.engine.backprop.linear_maps import linearise
from rnn_tui.engine.backprop.unroll import unroll
from rnn_tui.engine.influence.gradient import InfluenceOf, carried_influence, pulled_back_influence
from rnn_tui.engine.influence.itemised import itemised
from rnn_tui.engine.kinds import Activation, CellName, Loss
from rnn_tui.engine.network.network import Network
from rnn_tui.engine.network.parameters import Parameters
from rnn_tui.engine.network.skips import Pinned, Shared, Skip
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import Scaled, log10_norm, to_float
from tests.engine.exact import same_logs
from tests.engine.nets import PARAMETERS, Found, Net, draw, run

LOSSES = st.sampled_from(get_args(Loss))


@st.composite
def nets(choose: st.DrawFn) -> Net:
    steps = choose(st.integers(1, 14))
    first, last = sorted(choose(st.lists(st.integers(1, steps + 1), min_size=2, max_size=2, unique=True)))
    skips: list[Skip] = [None, Shared(choose(st.integers(1, steps + 1)))]
    if last <= steps:
        skips.append(Pinned(first, last))
    skip = choose(st.sampled_from(skips))
    return draw(
        choose(st.integers(0, 10_000)),
        steps=steps,
        hidden=choose(st.integers(1, 5)),
        inputs=choose(st.integers(1, 4)),
        vocabulary=choose(st.integers(2, 5)),
        cell=choose(st.sampled_from(get_args(CellName))),
        activation=choose(st.sampled_from(get_args(Activation))),
        skip=skip,
        rho=choose(st.sampled_from([0.01, 0.9, 1.5, 10.0])),
    )


def arrays_of(found: Found) -> list[FloatArray]:
    """Everything that one run finds."""
    steps = len(found.net.targets)
    scaled: list[Scaled] = [found.trajectory.h, found.gradient.delta, *found.parameters.values()]
    of_all: list[InfluenceOf] = ["word", "word-input", "state"]
    last = last_jacobians(found.net.network, found.maps)
    items = itemised(found.trajectory, found.maps, found.losses.each.direct, start=0, stop=steps)
    return [
        *(value.mantissa for value in scaled),
        *(value.exponent.astype(np.float64) for value in scaled),
        *(last.spectral, last.inputs, last.state, items.weight_hh, items.weight_ih),
        *(pulled_back_influence(found.pairs, of=of, start=0, stop=steps) for of in of_all),
    ]


@settings(max_examples=40)
@given(nets(), LOSSES, st.one_of(st.none(), st.integers(1, 5)), st.one_of(st.none(), st.floats(1e-6, 10)))
def test_two_calls_in_a_row_give_the_same_and_change_no_input(
    net: Net, loss: Loss, truncate: int | None, threshold: float | None
) -> None:
    given_arrays = [*net.tensors().values(), net.inputs, net.h_0, net.targets, *([] if net.c_0 is None else [net.c_0])]
    before = [value.copy() for value in given_arrays]
    one, other = (run(net, loss, step_threshold=threshold, truncate=truncate) for _ in range(2))
    for first, second in zip(arrays_of(one), arrays_of(other), strict=True):
        assert np.array_equal(first, second, equal_nan=True)
    for value, kept in zip(given_arrays, before, strict=True):
        assert np.array_equal(value, kept)


@settings(max_examples=40)
@given(nets(), LOSSES)
def test_a_cut_longer_than_the_text_cuts_nothing(net: Net, loss: Loss) -> None:
    whole, cut = run(net, loss), run(net, loss, truncate=len(net.targets))
    for name in PARAMETERS:
        expected = to_float(whole.parameters[name])
        size = np.abs(expected).max()
        assert to_float(cut.parameters[name]) == pytest.approx(expected, rel=1e-10, abs=1e-12 * size)
    assert log10_norm(cut.gradient.delta) == pytest.approx(log10_norm(whole.gradient.delta), rel=1e-9, abs=1e-9)


@settings(max_examples=40)
@given(nets(), LOSSES, st.floats(1e-3, 3))
def test_no_step_of_a_clipped_gradient_is_longer_than_the_threshold(net: Net, loss: Loss, threshold: float) -> None:
    found = run(net, loss, step_threshold=threshold).gradient
    assert log10_norm(found.delta).max() <= np.log10(threshold) + 1e-12
    raw = run(net, loss).gradient
    if not found.limited.any():
        assert np.array_equal(to_float(found.delta), to_float(raw.delta))


@settings(max_examples=40)
@given(nets())
def test_all_ways_to_the_same_number_agree(net: Net) -> None:
    found, steps = run(net), len(net.targets)
    pulled = pulled_back_influence(found.pairs, start=0, stop=steps)
    states = pulled_back_influence(found.pairs, of="state", start=0, stop=steps)
    last = last_jacobians(net.network, found.maps)
    assert same_logs(last.inputs, pulled[-1], within=1e-9)
    # ‖·‖₂ ≤ ‖·‖_F ≤ √H ‖·‖₂
    assert np.all(last.spectral <= states[-1] + 1e-9)
    assert np.all(states[-1] <= last.spectral + 0.5 * np.log10(len(net.h_0)) + 1e-9)
    times_input = pulled_back_influence(found.pairs, of="word-input", start=0, stop=steps)
    carried = carried_influence(found.pairs)
    # what cancels to rounding cancels differently on the way forward and on the way back
    faint = times_input < pulled + np.log10(np.linalg.norm(net.inputs, axis=1)) - 8
    assert same_logs(np.where(faint, np.nan, carried), np.where(faint, np.nan, times_input), within=1e-6)


@settings(max_examples=30)
@given(nets(), st.integers(1, 13))
def test_the_future_changes_nothing_before_it(net: Net, kept: int) -> None:
    kept = min(kept, len(net.targets))
    if isinstance(net.network.skip, Pinned) and net.network.skip.target > kept:
        return
    network = net.network
    if network.layered:
        network = network._replace(parameters=Parameters(*(each[:kept] for each in network.parameters)))
    shorter = Net(network, net.readout, net.inputs[:kept], net.h_0, net.targets[:kept], net.c_0)
    of_both: list[InfluenceOf] = ["word", "state"]
    for of in of_both:
        whole = pulled_back_influence(run(net).pairs, of=of, start=0, stop=len(net.targets))
        part = pulled_back_influence(run(shorter).pairs, of=of, start=0, stop=kept)
        # a product with more rows may be summed in another order
        assert same_logs(part, whole[:kept, :kept], within=1e-7), of


@settings(max_examples=30)
@given(nets(), st.integers(2, 4))
def test_an_ensemble_is_its_members(net: Net, members: int) -> None:
    singles = [
        draw(seed, steps=len(net.targets), hidden=len(net.h_0), cell=net.network.cell) for seed in range(members)
    ]
    axis = 1 if net.network.layered else 0
    together = Parameters(
        *(np.stack(each, axis=axis) for each in zip(*(one.parameters for one in singles), strict=True))
    )
    network = Network(net.network.cell, net.activation, together, net.network.skip)
    inputs = np.stack([one.inputs for one in singles], axis=1)
    first = np.stack([one.h_0 for one in singles])
    cell = None if net.c_0 is None else np.stack([one.c_0 for one in singles if one.c_0 is not None])
    trajectory = unroll(network, inputs=inputs, h_0=first, c_0=cell)
    found = last_jacobians(network, linearise(network, trajectory))
    for place, single in enumerate(singles):
        alone = network._replace(parameters=single.parameters)
        own = unroll(alone, inputs=single.inputs, h_0=single.h_0, c_0=single.c_0)
        expected = last_jacobians(alone, linearise(alone, own))
        assert same_logs(found.spectral[:, place], expected.spectral, within=1e-9)
        assert same_logs(found.inputs[:, place], expected.inputs, within=1e-9)
        if expected.cell is not None and found.cell is not None:
            assert same_logs(found.cell[:, place], expected.cell, within=1e-9)
