"""‖∂h_t/∂h_k‖_F for all pairs where W is known to every power: shift, Jordan, rank-one and orthogonal matrices."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from rnn_tui.engine.backprop.jacobians import last_jacobians
from rnn_tui.engine.backprop.linear_maps import linearise
from rnn_tui.engine.backprop.unroll import unroll
from rnn_tui.engine.influence.all_pairs import all_pairs_influence, can_be_cut
from rnn_tui.engine.influence.gradient import InfluenceOf, StepPairs, carried_influence, pulled_back_influence
from rnn_tui.engine.influence.itemised import itemised
from rnn_tui.engine.kinds import CellName
from rnn_tui.engine.network.parameters import Parameters
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import log10_norm
from rnn_tui.engine.progress import unwatched
from rnn_tui.lab.measurement.pair_measures import gradient_pairs
from tests.engine.exact import same_logs
from tests.engine.nets import Found, draw, run

STEPS = 50
# orthogonal, every entry ±½: products with it are exact in float64, and mix all units
MIRROR = np.eye(4) - 0.5 * np.ones((4, 4))
SHIFT = np.eye(4, k=1)
LITTLE = 2.0**-20


def jordan(value: float) -> FloatArray:
    return value * np.eye(4) + SHIFT


def log10_of_jordan(value: float, n: int) -> float:
    """log10 ‖Jⁿ‖_F: C(n, j) λ^{n−j} on each of the 4 − j places of diagonal j."""
    each = [(4 - j) * (math.comb(n, j) * value ** (n - j)) ** 2 for j in range(min(4, n + 1))]
    return math.log10(sum(each)) / 2


def log10_of_shift(n: int) -> float:
    return math.log10(4 - n) / 2 if n < 4 else -math.inf


def log10_of_rank_one(inner: float, norm: float, n: int) -> float:
    """log10 ‖(u vᵀ)ⁿ‖_F = |vᵀu|^{n−1} ‖u‖ ‖v‖."""
    return math.log10(abs(inner)) * (n - 1) + math.log10(norm) if n else math.log10(4) / 2


def rank_one(inner: float) -> FloatArray:
    """u vᵀ with vᵀu = inner, small dyadic entries."""
    return np.outer(np.array([1.0, -1.0, 2.0, 0.5]), np.array([1.0 + inner, 3.0, 0.5, 2.0]))


Case = tuple[FloatArray, Callable[[int], float]]


def rank_one_case(inner: float) -> Case:
    weight = rank_one(inner)
    norm = float(np.linalg.norm(weight))
    return weight, lambda n: log10_of_rank_one(inner, norm, n)


CASES: dict[str, Case] = {
    "shift": (SHIFT, log10_of_shift),
    "Jordan below 1": (jordan(0.75), lambda n: log10_of_jordan(0.75, n)),
    "Jordan at 1": (jordan(1.0), lambda n: log10_of_jordan(1.0, n)),
    "Jordan above 1": (jordan(2.0), lambda n: log10_of_jordan(2.0, n)),
    "mirror": (MIRROR, lambda _: math.log10(4) / 2),
    "zero": (np.zeros((4, 4)), lambda n: -math.inf if n else math.log10(4) / 2),
    "rank one that vanishes": rank_one_case(0.9),
    "rank one that nearly cancels": rank_one_case(LITTLE),
    "rank one that explodes": rank_one_case(1024.0),
}


def pairs_of(weight_hh: FloatArray, steps: int = STEPS) -> StepPairs:
    return run(draw(1, steps=steps, hidden=4, activation="linear", weight_hh=weight_hh)).pairs


@pytest.mark.parametrize("mixed", [False, True])
@pytest.mark.parametrize("name", CASES)
def test_every_power_of_a_known_matrix(name: str, mixed: bool) -> None:
    weight, log10 = CASES[name]
    # a change of basis by an orthogonal matrix keeps every norm; without zeros in W the all-pairs method takes it
    pairs = pairs_of(MIRROR @ weight @ MIRROR if mixed else weight)
    lags = np.subtract.outer(np.arange(STEPS), np.arange(STEPS))
    expected = np.array([[log10(int(lag)) if lag >= 0 else np.nan for lag in row] for row in lags])
    ways = [
        pulled_back_influence(pairs, of="state", start=0, stop=STEPS),
        gradient_pairs(pairs, of="state", start=0, stop=STEPS, watch=unwatched),
    ]
    if can_be_cut(pairs.maps):
        ways.append(all_pairs_influence(pairs, of="state"))
    zero = np.isneginf(expected)
    for found in ways:
        assert np.array_equal(np.isneginf(found), zero)
        assert found[~zero] == pytest.approx(expected[~zero], rel=1e-11, abs=1e-11, nan_ok=True)


def test_the_all_pairs_method_takes_shift_jordan_and_rank_one_matrices_in_another_basis() -> None:
    taken = {name for name, (weight, _) in CASES.items() if can_be_cut(pairs_of(MIRROR @ weight @ MIRROR).maps)}
    assert taken == set(CASES) - {"zero"}


def steep(cell: CellName, most: float) -> Found:
    """A text of which every unit is so saturated in the first half that three of its steps leave float64."""
    net = draw(4, steps=96, hidden=3, inputs=1, cell=cell, rho=0.9)
    net = net.with_tensors({**net.tensors(), "weight_ih_l0": np.ones_like(net.parameters.weight_ih_l0)})
    inputs = np.sign(net.inputs)
    inputs[:48] *= most
    inputs[10] /= 10.0
    return run(replace(net, inputs=inputs))


@pytest.mark.parametrize("most", [60.0, 130.0])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "feedforward"])
def test_steps_so_steep_that_few_of_them_leave_float64(cell: CellName, most: float) -> None:
    text = steep(cell, most)
    assert can_be_cut(text.maps)
    pulled = pulled_back_influence(text.pairs, start=0, stop=96)
    assert pulled[-1, 0] < -323  # below the smallest float64
    assert np.nanmax(np.abs(all_pairs_influence(text.pairs) - pulled)) < 1e-9
    assert np.nanmax(np.abs(carried_influence(text.pairs, of="word") - pulled)) < 1e-9
    assert np.abs(last_jacobians(text.net.network, text.maps).inputs - pulled[-1]).max() < 1e-9
    each = itemised(text.trajectory, text.maps, text.losses.each.direct, start=0, stop=96).weight_hh[-1]
    gates = log10_norm(text.gradient.gates) + log10_norm(text.trajectory.h_prev)
    assert np.abs(each - gates).max() < 1e-9


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
@pytest.mark.parametrize("size", [1.0, 300.0])
def test_the_networks_of_an_ensemble_have_each_their_own_pairs(cell: CellName, size: float) -> None:
    # inputs of that size shut gates, so that entries need exponents of their own
    nets = [draw(seed, steps=20, hidden=4, cell=cell) for seed in (1, 2, 3)]
    nets = [replace(net, inputs=size * nets[0].inputs, h_0=nets[0].h_0, c_0=nets[0].c_0) for net in nets]
    together = zip(*(net.parameters for net in nets), strict=True)
    network = nets[0].network._replace(parameters=Parameters(*(np.stack(each) for each in together)))
    h_0 = np.stack([net.h_0 for net in nets])
    trajectory = unroll(network, inputs=nets[0].inputs, h_0=h_0, c_0=nets[0].c_0)
    pairs = StepPairs(network, trajectory, linearise(network, trajectory))
    ofs: tuple[InfluenceOf, ...] = ("word", "word-input", "state")
    for of in ofs:
        alone = [pulled_back_influence(run(net).pairs, of=of, start=0, stop=20) for net in nets]
        assert same_logs(pulled_back_influence(pairs, of=of, start=0, stop=20), np.stack(alone), within=1e-9)
        assert same_logs(carried_influence(pairs, of=of), np.stack(alone), within=1e-6)
        if can_be_cut(pairs.maps):
            assert same_logs(all_pairs_influence(pairs, of=of), np.stack(alone), within=1e-8)
