"""Finite-time Lyapunov exponents: closed forms, volumes, finite differences of the state, and many-digit products."""

from dataclasses import replace

import mpmath as mp  # type: ignore[import-untyped,unused-ignore]
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_tui.engine.backprop.jacobians import last_jacobians
from rnn_tui.engine.backprop.linear_maps import LinearMaps
from rnn_tui.engine.backprop.unroll import unroll
from rnn_tui.engine.dynamics.lyapunov import Lyapunov, largest_exponent, lyapunov_exponents, open_ways
from rnn_tui.engine.dynamics.state_maps import state_maps, state_size
from rnn_tui.engine.kinds import Activation, CellName
from rnn_tui.engine.network.initialisers import unscaled_weight
from rnn_tui.engine.network.network import Network
from rnn_tui.engine.network.skips import Pinned, Shared, Skip
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import ldexp
from rnn_tui.engine.progress import CancelledError
from tests.engine.nets import Net, draw, run

CELLS: tuple[CellName, ...] = ("rnn", "lstm", "gru", "feedforward")
SKIPS: tuple[Skip, ...] = (None, Shared(1), Shared(2), Shared(3))


def of(net: Net) -> Lyapunov:
    found = lyapunov_exponents(run(net).maps)
    assert found is not None
    return found


def powers_of(weight_hh: FloatArray, steps: int, activation: Activation = "linear") -> Lyapunov:
    return of(draw(1, steps=steps, hidden=len(weight_hh), weight_hh=weight_hh, activation=activation))


def matrices(maps: LinearMaps) -> FloatArray:
    """∂s_t/∂s_{t−1} for t = 2 … T, (T − 1, N, N), in float64 without exponents."""
    (rows, exponent), through = state_maps(maps, start=1, stop=maps.steps)
    found = ldexp(rows, exponent[:, :, None])
    if through is not None:
        hidden = through.shape[1]
        found[:, :hidden] += through[:, :, None] * found[:, hidden : 2 * hidden]
    return found


def exact(maps: LinearMaps, *, digits: int) -> FloatArray:
    """log σ_i(∂s_T/∂s_1) / (T − 1) at so many digits."""
    (rows, exponent), through = state_maps(maps, start=1, stop=maps.steps)
    with mp.workdps(digits):
        product = mp.eye(state_size(maps))
        for t in range(maps.steps - 1):
            entries = zip(rows[t].tolist(), exponent[t].tolist(), strict=True)
            product = mp.matrix([[mp.ldexp(mp.mpf(x), power) for x in row] for row, power in entries]) * product
            for u, share in enumerate([] if through is None else through[t].tolist()):
                for column in range(product.cols):
                    product[u, column] += mp.mpf(share) * product[u + maps.hidden, column]
        values = sorted(mp.svd_r(product, compute_uv=False), reverse=True)
        return np.array([float(mp.log(value)) for value in values]) / (maps.steps - 1)


def advanced(net: Net, t: int, window: FloatArray) -> FloatArray:
    """The window of states after step t (from 0) from the one before it, by the cell's own step."""
    hidden = net.network.parameters.hidden
    parts = 2 if net.network.cell == "lstm" else 1
    parameters = net.network.parameters
    if net.network.layered:
        parameters = type(parameters)(*(tensor[t : t + 1] for tensor in parameters))
    one = Network(net.network.cell, net.network.activation, parameters)
    c_0 = window[hidden : 2 * hidden] if parts == 2 else None
    step = unroll(one, inputs=net.inputs[t : t + 1], h_0=window[:hidden], c_0=c_0)
    h = ldexp(step.h.mantissa[0], step.h.exponent[0])
    earlier = window[parts * hidden :]
    if isinstance(net.network.skip, Shared):
        held = np.concatenate([window[:hidden], earlier])
        h = h + held[-hidden:]
        earlier = held[: len(earlier)]
    return np.concatenate([h, *([step.c[0]] if step.c is not None else []), earlier])


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("skip", SKIPS)
def test_the_maps_are_the_slopes_of_the_state(cell: CellName, skip: Skip) -> None:
    net = draw(4, steps=7, hidden=3, cell=cell, skip=skip)
    found = run(net)
    rng, states = np.random.default_rng(6), ldexp(found.trajectory.h.mantissa, found.trajectory.h.exponent[:, None])
    assert state_size(found.maps) == matrices(found.maps).shape[1]
    for t in range(1, 7):
        maps = state_size(found.maps) // 3 - found.maps.parts
        held = [
            states[t - 1 - k] if t - 1 - k >= 0 else net.h_0 if t - 1 - k == -1 else np.zeros(3)
            for k in range(maps + 1)
        ]
        cells = [] if found.trajectory.c is None else [found.trajectory.c[t - 1]]
        window = np.concatenate([held[0], *cells, *held[1:]])
        after = advanced(net, t, window)
        if skip is None or t >= skip.lag - 1:  # type: ignore[union-attr]
            assert after[:3] == pytest.approx(states[t], rel=1e-12)
        for _ in range(3):
            direction = rng.standard_normal(len(window))
            slope = (advanced(net, t, window + 1e-6 * direction) - advanced(net, t, window - 1e-6 * direction)) / 2e-6
            assert matrices(found.maps)[t - 1] @ direction == pytest.approx(slope, rel=1e-6, abs=1e-8)


def test_a_diagonal_w_has_its_own_logs() -> None:
    values = np.array([0.3, -1.2, 0.9, -0.01, 1e-6])
    assert powers_of(np.diag(values), 300).exponents == pytest.approx(np.sort(np.log(np.abs(values)))[::-1], abs=1e-12)


@pytest.mark.parametrize("hidden", [1, 2, 17])
def test_an_orthogonal_w_parts_and_joins_nothing(hidden: int) -> None:
    found = powers_of(unscaled_weight("orthogonal", seed=3, hidden=hidden), 2000)
    assert np.abs(found.exponents).max() < 1e-14
    assert found.convergence is not None
    assert found.convergence < 1e-14


@pytest.mark.parametrize("rho", [0.01, 10.0])
def test_ten_thousand_powers(rho: float) -> None:
    weight = unscaled_weight("gaussian", seed=7, hidden=5)
    weight *= rho / np.abs(np.linalg.eigvals(weight)).max()
    found = powers_of(weight, 10_000)
    # in the long run the logs of the eigenvalues' sizes; log σ_i(Wⁿ) is within log cond(V) of n log|μ_i|
    sizes, vectors = np.linalg.eig(weight)
    allowance = np.log(np.linalg.cond(vectors)) / 9999
    assert np.abs(found.exponents - np.sort(np.log(np.abs(sizes)))[::-1]).max() < allowance + 1e-12
    assert found.exponents.sum() == pytest.approx(np.linalg.slogdet(weight)[1], rel=1e-11)


@pytest.mark.parametrize(
    ("cell", "activation"),
    [("rnn", "tanh"), ("rnn", "sigmoid"), ("lstm", "tanh"), ("gru", "tanh"), ("feedforward", "tanh")],
)
@pytest.mark.parametrize("skip", SKIPS)
def test_against_many_digits_and_the_volume(cell: CellName, skip: Skip, activation: Activation) -> None:
    maps = run(draw(5, steps=9, hidden=3, cell=cell, skip=skip, activation=activation)).maps
    found = lyapunov_exponents(maps)
    assert found is not None
    assert found.exponents == pytest.approx(exact(maps, digits=200), abs=1e-12)
    assert found.exponents.sum() == pytest.approx(np.linalg.slogdet(matrices(maps))[1].mean(), abs=1e-12)


@pytest.mark.parametrize("rho", [0.01, 0.9, 10.0])
@pytest.mark.parametrize("gain", [1.0, 20.0])
def test_saturated_units_keep_their_digits(rho: float, gain: float) -> None:
    maps = run(draw(3, steps=25, hidden=5, rho=rho, gain=gain)).maps
    found = lyapunov_exponents(maps)
    assert found is not None
    assert found.exponents == pytest.approx(exact(maps, digits=1500), rel=1e-10)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
@pytest.mark.parametrize("gain", [1.0, 5.0, 20.0])
def test_what_gates_hide_beyond_float64_is_not_guessed(cell: CellName, gain: float) -> None:
    maps = run(draw(3, steps=20, hidden=5, cell=cell, gain=gain)).maps
    found = lyapunov_exponents(maps)
    assert found is not None
    known = ~np.isnan(found.exponents)
    assert known[:2].all()
    assert not (np.diff(known.astype(int)) > 0).any()
    assert found.exponents[known] == pytest.approx(exact(maps, digits=900)[known], rel=1e-6)
    assert known.all() or gain > 1


@pytest.mark.parametrize("steps", [2, 5, 60])
@pytest.mark.parametrize("cell", CELLS)
def test_the_first_is_the_growth_per_step(cell: CellName, steps: int) -> None:
    net = draw(8, steps=steps, hidden=6, cell=cell)
    found, state = of(net), last_jacobians(net.network, run(net).maps).state
    assert found.exponents[0] == pytest.approx(float(state) * np.log(10) / (steps - 1), abs=1e-12)


def test_what_is_wholly_lost() -> None:
    assert np.isneginf(powers_of(np.zeros((3, 3)), 5).exponents).all()
    assert powers_of(np.zeros((3, 3)), 50).convergence is None
    nilpotent = np.triu(np.random.default_rng(2).standard_normal((4, 4)), 1)
    for steps in range(2, 8):
        assert np.isneginf(powers_of(nilpotent, steps).exponents).sum() == min(4, steps - 1)
    net = draw(9, steps=12, hidden=6, activation="relu")
    dead = net.parameters.bias_hh_l0.copy()
    dead[:2] = -1e3
    found = of(net.with_tensors({**net.tensors(), "bias_hh_l0": dead}))
    slopes = run(net.with_tensors({**net.tensors(), "bias_hh_l0": dead})).maps.factors.slopes[1:, 0]
    product = np.eye(6)
    for slope in slopes:
        product = (slope[:, None] * net.parameters.weight_hh_l0) @ product
    true = np.linalg.svd(product, compute_uv=False)
    alive = true > 1e-13 * true[0]
    assert alive.sum() <= 4
    assert np.array_equal(np.isfinite(found.exponents), alive)
    assert found.exponents[alive] == pytest.approx(np.log(true[alive]) / 11, abs=1e-9)


def test_an_lstm_without_recurrent_weights_keeps_its_cells_alone() -> None:
    # ∂c_t/∂c_{t−1} = diag(f_t) and h_T = o tanh(c_T): H directions of growth Π f √(1 + through²), the H of h_1 are lost
    net = draw(3, steps=9, hidden=3, cell="lstm", weight_hh=np.zeros((12, 3)))
    maps = run(net).maps
    assert maps.factors.carry is not None
    assert maps.factors.through is not None
    assert open_ways(maps) == 3
    kept = np.log(maps.factors.carry.mantissa[1:, 1]).sum(axis=0)
    wanted = (kept + 0.5 * np.log1p(np.square(maps.factors.through.mantissa[-1]))) / 8
    assert of(net).exponents[:3] == pytest.approx(np.sort(wanted)[::-1], rel=1e-12)
    assert np.isneginf(of(net).exponents[3:]).all()


def test_a_single_unit() -> None:
    net = draw(2, steps=40, hidden=1, rho=0.8)
    slopes = run(net).maps.factors.slopes[1:, 0, 0]
    assert of(net).exponents == pytest.approx([np.log(np.abs(slopes * net.parameters.weight_hh_l0[0, 0])).mean()])


@pytest.mark.parametrize("factors", [40, 41])
def test_the_convergence_is_what_the_last_half_adds(factors: int) -> None:
    found = of(net := draw(6, steps=factors + 1, hidden=4))
    first = of(replace(net, inputs=net.inputs[:21], targets=net.targets[:21]))
    whole, half = found.exponents[0] * factors, first.exponents[0] * 20
    assert found.convergence == pytest.approx(abs(whole / factors - (whole - half) / (factors - 20)), abs=1e-13)
    net = draw(6, steps=41, hidden=4)
    assert of(replace(net, inputs=net.inputs[:4], targets=net.targets[:4])).convergence is None
    assert of(replace(net, inputs=net.inputs[:5], targets=net.targets[:5])).convergence is not None


def test_a_text_that_is_too_short_or_a_pinned_skip_has_none() -> None:
    assert lyapunov_exponents(run(draw(1, steps=3, skip=Shared(3))).maps) is None
    assert lyapunov_exponents(run(draw(1, steps=4, skip=Shared(3))).maps) is not None
    assert lyapunov_exponents(run(draw(1, steps=3, skip=Shared(10**9))).maps) is None
    assert lyapunov_exponents(run(draw(1, steps=600, hidden=2, skip=Shared(513))).maps) is None
    assert lyapunov_exponents(run(draw(1, steps=1)).maps) is None
    assert lyapunov_exponents(run(draw(1, steps=6, skip=Pinned(2, 5))).maps) is None


def test_it_can_be_stopped() -> None:
    maps, shares = run(draw(1, steps=50)).maps, list[float]()

    def watch(done: float) -> bool:
        shares.append(done)
        return True

    assert lyapunov_exponents(maps, watch=watch) is not None
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    with pytest.raises(CancelledError):
        lyapunov_exponents(maps, watch=lambda _: False)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("skip", SKIPS)
@pytest.mark.parametrize("scale", [0.0, 1e-3, 1.0, 40.0])
def test_the_largest_alone_is_the_largest_of_all(cell: CellName, skip: Skip, scale: float) -> None:
    for steps in (2, 4, 9):
        maps = run(draw(steps, cell=cell, skip=skip, steps=steps, gain=scale)).maps
        found = lyapunov_exponents(maps)
        if found is None:
            assert largest_exponent(maps) is None
        else:
            assert largest_exponent(maps) == pytest.approx(float(found.exponents[0]), rel=1e-12)


def test_the_largest_alone_has_closed_forms_and_can_be_stopped() -> None:
    linear = draw(1, steps=50, hidden=3, weight_hh=np.diag([0.3, -2.5, 1e-3]), activation="linear")
    assert largest_exponent(run(linear).maps) == pytest.approx(np.log(2.5), rel=1e-12)
    assert largest_exponent(run(draw(1, steps=9, skip=Pinned(1, 4))).maps) is None
    lost = draw(1, steps=6, hidden=3, weight_hh=np.zeros((3, 3)), activation="linear")
    assert largest_exponent(run(lost).maps) == -np.inf
    with pytest.raises(CancelledError):
        largest_exponent(run(linear).maps, watch=lambda _: False)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(2, 4), st.integers(3, 8))
def test_what_is_open_bounds_the_rank(seed: int, hidden: int, steps: int) -> None:
    maps = run(draw(seed, steps=steps, hidden=hidden, activation="relu")).maps
    found = lyapunov_exponents(maps)
    assert found is not None
    assert np.isfinite(found.exponents).sum() <= open_ways(maps) <= hidden
    product = np.eye(hidden)
    for matrix in matrices(maps):
        product = matrix @ product
    assert np.isneginf(found.exponents[0]) == (not product.any())
