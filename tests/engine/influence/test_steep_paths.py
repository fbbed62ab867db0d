"""Integrated gradients where the path from no words to all is steep, has kinks, or does next to nothing."""

from typing import Any, get_args

import mpmath as mp  # type: ignore[import-untyped,unused-ignore]
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rnn_tui.engine.backprop.linear_maps import linearise
from rnn_tui.engine.backprop.unroll import unroll
from rnn_tui.engine.influence.gradient import StepPairs, shares
from rnn_tui.engine.influence.integrated import AIM, AIM_OF_STEEP, integrated_influence
from rnn_tui.engine.influence.word_path import WordPath
from rnn_tui.engine.kinds import SHARES_WITHIN, Activation, CellName
from rnn_tui.engine.network.parameters import Parameters
from rnn_tui.engine.network.skips import parse_skip
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import log10_norm, to_float
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.experiment.trace import trace
from tests.engine.exact import DIGITS, Exact, log10
from tests.engine.nets import Net, draw, equation_net, run

SOLILOQUY = "to be or not to be that is the question whether it is nobler in the mind to suffer"


def on_even_pieces(net: Net, pieces: int, *, lag: int = 0) -> FloatArray:
    """‖IG[T, k]‖ of a simple RNN by its equations, a Gauss sum of 16 nodes on each of as many even pieces: (T,).

    Args:
        lag: of a shared skip.
    """
    at, weights = np.polynomial.legendre.leggauss(16)
    total = np.zeros((len(net.inputs), len(net.h_0)))
    for some in np.array_split(np.arange(pieces), pieces // 200):
        slopes = last_slopes(net, ((some[:, None] + (at + 1) / 2) / pieces).ravel(), lag=lag)
        total += np.einsum("n,knh->kh", np.tile(weights / (2 * pieces), len(some)), slopes)
    return np.asarray(np.linalg.norm(total, axis=-1))


def last_slopes(net: Net, at: FloatArray, *, lag: int) -> FloatArray:
    """(∂h_T/∂x_k)(αx) x_k for every α: (T, N, H)."""
    first = np.broadcast_to(net.h_0, (len(at), len(net.h_0)))
    states, moved = [first], [np.zeros((len(net.inputs), *first.shape))]
    bias = net.parameters.bias_ih_l0 + net.parameters.bias_hh_l0
    for t, x in enumerate(net.inputs):
        driven = net.parameters.weight_ih_l0 @ x
        a = at[:, None] * driven + bias + states[-1] @ net.parameters.weight_hh_l0.T
        change = moved[-1] @ net.parameters.weight_hh_l0.T
        change[t] += driven
        h, slope = (np.maximum(a, 0), a > 0) if net.activation == "relu" else (np.tanh(a), np.cosh(a) ** -2)
        back = lag and t + 1 >= lag
        states.append(h + states[t + 1 - lag] if back else h)
        moved.append(change * slope + moved[t + 1 - lag] if back else change * slope)
    return moved[-1]


def test_a_steep_path_has_the_shares_that_a_very_fine_sum_gives() -> None:
    experiment = Experiment(text=SOLILOQUY, rho=3.0, seed=5)
    made = trace(experiment)
    found = integrated_influence(made.pairs("state"), start=0, stop=19)
    assert np.nanmax(found.residual) <= AIM_OF_STEEP
    share = shares(found.log10)[-1]
    assert share[:3] == pytest.approx([0.280, 0.1205, 0.2022], abs=5e-4)
    net = Net(made.network, made.readout, made.inputs, made.h_0, made.targets)
    fine = on_even_pieces(net, 2400)
    assert share == pytest.approx(fine / fine.sum(), abs=2e-4)


@pytest.mark.parametrize(("rho", "seed"), [(1.0, 1), (4.0, 2)])
def test_against_many_digits(rho: float, seed: int) -> None:
    net = draw(seed, steps=4, hidden=2, inputs=2, rho=rho)
    found, exact = 10 ** integrated_influence(run(net).pairs, start=0, stop=4).log10, Exact(net, digits=30)

    def slope(at: Any, t: int, k: int, unit: int) -> Any:
        """∂h_t/∂x_k x_k at αx."""
        before, _ = exact.forward([at * x for x in exact.inputs])
        moved = exact.weight_ih * exact.inputs[k]
        for s in range(k, t + 1):
            moved = mp.diag(list(before[s].apply(lambda a: mp.sech(a) ** 2))) * (
                moved if s == k else exact.weight_hh * moved
            )
        return moved[unit]

    with mp.workdps(20):
        for t, k in ((3, 0), (3, 2), (1, 1)):
            true = [mp.quad(lambda at, u=u, t=t, k=k: slope(at, t, k, u), [0, 0.1, 0.5, 1]) for u in (0, 1)]
            assert found[t, k] == pytest.approx(float(mp.norm(true)), rel=1e-8)


@pytest.mark.parametrize("skip", ["none", "shared:2"])
@pytest.mark.parametrize("rho", [0.9, 2.0])
def test_kinks_are_found(rho: float, skip: str) -> None:
    net = draw(6, steps=12, hidden=6, activation="relu", rho=rho, skip=parse_skip(skip))
    found = integrated_influence(run(net).pairs, start=0, stop=12)
    assert found.residual.max() <= AIM_OF_STEEP
    fine = on_even_pieces(net, 1000, lag=2 if skip == "shared:2" else 0)
    assert shares(found.log10)[-1] == pytest.approx(fine / fine.sum(), abs=2e-4)


@given(
    rho=st.sampled_from([0.5, 1.5, 3.0, 6.0]),
    seed=st.integers(0, 99),
    cell=st.sampled_from(get_args(CellName)),
    activation=st.sampled_from(["tanh", "sigmoid", "relu"]),
    steps=st.integers(1, 9),
)
@settings(max_examples=40)
def test_what_is_given_as_influence_is_near_the_truth(
    rho: float, seed: int, cell: CellName, activation: Activation, steps: int
) -> None:
    pairs = run(draw(seed, steps=steps, hidden=4, cell=cell, activation=activation, rho=rho)).pairs
    near, close = (integrated_influence(pairs, start=0, stop=steps, within=w) for w in (SHARES_WITHIN, 1e-6))
    known = ~np.isnan(near.log10[:, 0]) & ~np.isnan(close.log10[:, 0])
    assert (np.isnan(near.log10[:, 0]) == (near.residual > SHARES_WITHIN)).all()
    # a share may be off by some times what the sum of all parts is off, by far less than what is drawn
    assert shares(near.log10)[known] == pytest.approx(shares(close.log10)[known], abs=0.01, nan_ok=True)


def test_a_step_that_would_take_too_much_work_has_only_its_residual(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = trace(Experiment(text=SOLILOQUY, rho=3.0, seed=5)).pairs("state")
    enough = integrated_influence(pairs, start=0, stop=19)
    monkeypatch.setattr("rnn_tui.engine.influence.integrated.WORK", 2**20)
    found = integrated_influence(pairs, start=0, stop=19)
    lost = found.residual > SHARES_WITHIN
    assert lost[-1]
    assert not lost[:6].any()
    assert np.isnan(found.log10[lost]).all()
    lower = np.tri(19, dtype=bool)[~lost]
    assert found.log10[~lost][lower] == pytest.approx(enough.log10[~lost][lower], abs=1e-3)
    # each step on its own, whatever else is asked for, and the same again
    again = integrated_influence(pairs, start=4, stop=19)
    assert again.residual == pytest.approx(found.residual[4:], rel=1e-6, abs=1e-12)
    assert (np.isnan(again.log10[:, 0]) == lost[4:]).all()


def test_an_ensemble_is_its_members() -> None:
    nets = [draw(seed, steps=8, hidden=3, rho=2.0) for seed in (1, 2)]
    together = side_by_side(nets)
    found = integrated_influence(together, start=0, stop=8)
    for place, net in enumerate(nets):
        alone = integrated_influence(run(net).pairs, start=0, stop=8)
        lower = np.tril_indices(8)
        assert found.log10[place][lower] == pytest.approx(alone.log10[lower], abs=1e-9)


def side_by_side(nets: list[Net]) -> StepPairs:
    each = zip(*(net.parameters for net in nets), strict=True)
    network = nets[0].network._replace(parameters=Parameters(*(np.stack(part) for part in each)))
    inputs, h_0 = np.stack([net.inputs for net in nets], axis=1), np.stack([net.h_0 for net in nets])
    trajectory = unroll(network, inputs=inputs, h_0=h_0)
    return StepPairs(network, trajectory, linearise(network, trajectory))


@pytest.mark.parametrize("skip", ["none", "pinned:2-4", "shared:1", "shared:3"])
@pytest.mark.parametrize("cell", get_args(CellName))
@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu"])
def test_a_change_is_the_difference_of_the_two_runs(cell: CellName, activation: Activation, skip: str) -> None:
    net = draw(3, steps=7, hidden=3, cell=cell, activation=activation, skip=parse_skip(skip), rho=1.2, gain=0.5)
    path, low, high = WordPath(run(net).pairs, 0), np.array([0.0, 0.25, 0.5]), np.array([1.0, 0.5, 0.5 + 2.0**-20])
    found = to_float(path.changes(low, high, start=2, stop=7))
    for place in range(3):
        ends = [np.stack(equation_net(net).states(inputs=at[place] * net.inputs)[0])[2:] for at in (low, high)]
        assert found[:, place] == pytest.approx(ends[1] - ends[0], rel=1e-12, abs=1e-13)


@pytest.mark.parametrize(("bias", "activation"), [(50.0, "tanh"), (-40.0, "sigmoid"), (60.0, "sigmoid")])
def test_words_that_do_next_to_nothing_add_up_too(bias: float, activation: Activation) -> None:
    net = draw(11, steps=5, hidden=3, activation=activation, rho=0.9)
    parameters = net.parameters._replace(bias_ih_l0=np.full(3, bias))
    net = net.with_tensors(net.tensors() | {"bias_ih_l0": parameters.bias_ih_l0})
    pairs, exact = run(net).pairs, Exact(net)
    found = integrated_influence(pairs, start=0, stop=5)
    assert found.residual.max() <= AIM
    change = log10_norm(WordPath(pairs, 0).changes(np.zeros(1), np.ones(1), start=0, stop=5))[:, 0]
    with mp.workdps(DIGITS):
        _, nothing = exact.forward([0 * x for x in exact.inputs])
        true = [log10(mp.norm(h - without)) for h, without in zip(exact.h, nothing, strict=True)]
    assert change == pytest.approx(true, rel=1e-12)
    assert found.log10[0, 0] == pytest.approx(change[0], abs=1e-9)
