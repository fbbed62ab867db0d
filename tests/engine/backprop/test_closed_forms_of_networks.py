"""Numbers that are known in closed form for gates, skips and layers of their own."""

import math

import numpy as np
import pytest

from rnn_tui.engine.backprop.jacobians import LastJacobians, last_jacobians
from rnn_tui.engine.backprop.linear_maps import linearise
from rnn_tui.engine.backprop.unroll import unroll
from rnn_tui.engine.influence.gradient import memory_lag, pulled_back_influence
from rnn_tui.engine.kinds import GATES, CellName
from rnn_tui.engine.network.initialisers import unscaled_weight
from rnn_tui.engine.network.network import Network
from rnn_tui.engine.network.parameters import Parameters
from rnn_tui.engine.network.skips import parse_skip
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import log10_norm, to_float
from tests.engine.nets import Net, draw, run

LN_OF_NORMAL = -(np.euler_gamma + math.log(2)) / 2  # E ln|N(0, 1)| = −.63518
SPREAD_OF_NORMAL = math.pi / math.sqrt(8)  # the standard deviation of ln|N(0, 1)| = 1.1107


def jacobians(net: Net) -> LastJacobians:
    return last_jacobians(net.network, run(net).maps)


def bias_alone(cell: CellName, gate: str, bias: float, *, steps: int) -> Net:
    """One unit whose weights are all zero but the readout's, so that one gate's bias alone decides."""
    net = draw(1, steps=steps, hidden=1, cell=cell)
    zeros = {name: np.zeros_like(value) for name, value in net.parameters._asdict().items()}
    zeros["bias_hh_l0"][GATES[cell].index(gate)] = bias
    return net.with_tensors({**net.tensors(), **zeros})


@pytest.mark.parametrize(("bias", "after_20"), [(0.0, 9.54e-7), (1.0, 1.90e-3)])
def test_the_forget_gate_alone(bias: float, after_20: float) -> None:
    found = jacobians(bias_alone("lstm", "f", bias, steps=500))
    opened = math.log10(1 / (1 + math.exp(-bias)))
    assert found.cell is not None
    assert 10 ** (found.cell[-21] - found.cell[-1]) == pytest.approx(after_20, rel=3e-3)
    assert found.cell - found.cell[-1] == pytest.approx(np.arange(499, -1, -1) * opened, rel=1e-12, abs=1e-13)
    assert float(found.state) - float(found.cell[0]) >= 0
    assert np.all(np.isneginf(found.spectral[:-1]))  # h_t alone leads nowhere: its weights are zero
    assert found.spectral[-1] == 0


@pytest.mark.parametrize(("bias", "after_20"), [(0.0, 9.54e-7), (1.0, 1.90e-3)])
def test_the_update_gate_alone(bias: float, after_20: float) -> None:
    found = jacobians(bias_alone("gru", "z", bias, steps=500)).spectral
    assert 10 ** found[-21] == pytest.approx(after_20, rel=3e-3)
    opened = math.log10(1 / (1 + math.exp(-bias)))
    assert found == pytest.approx(np.arange(499, -1, -1) * opened, rel=1e-12, abs=1e-13)


@pytest.mark.parametrize(("cell", "gate"), [("lstm", "f"), ("gru", "z")])
def test_a_gate_shut_beyond_float64(cell: CellName, gate: str) -> None:
    found = jacobians(bias_alone(cell, gate, -800.0, steps=50))
    kept = found.spectral if found.cell is None else found.cell - found.cell[-1]
    assert kept == pytest.approx(np.arange(49, -1, -1) * -800 / math.log(10), rel=1e-13)


def number(weights: list[float], *, skip: str = "none", inputs: FloatArray | None = None) -> FloatArray:
    """log10 |h_t| of h_t = w_t h_{t−1} + x_t with h_0 = 1."""
    steps, one = len(weights), np.ones((len(weights), 1, 1))
    layers = Parameters(one, np.array(weights).reshape(steps, 1, 1), 0 * one[..., 0], 0 * one[..., 0])
    network = Network("feedforward", "linear", layers, parse_skip(skip))
    x = np.zeros((steps, 1)) if inputs is None else inputs[:, None]
    return log10_norm(unroll(network, inputs=x, h_0=np.ones(1)).h)


def test_a_skip_between_states_beyond_float64_of_each_other() -> None:
    t = np.arange(1, 4001)
    assert number([10.0] * 4000, skip="pinned:1-3000") == pytest.approx(t, rel=1e-13)
    brought = np.where(t < 3000, -2.0 * t, -2.0 * (t - 2999))  # h_3000 is h_1, and w^3000 beside it
    assert number([0.01] * 4000, skip="pinned:1-3000") == pytest.approx(brought, rel=1e-13)
    # a state that has died leaves no exponent behind for what the skip brings
    assert number([10.0] * 1999 + [0.0, 10.0], skip="pinned:1-2000")[-2:] == pytest.approx([1, 2], rel=1e-13)


def test_a_shut_sigmoid_keeps_what_the_skip_brings() -> None:
    net = draw(10, steps=5, hidden=3, activation="sigmoid", skip=parse_skip("shared:1"), weight_hh=np.zeros((3, 3)))
    net = net.with_tensors(net.tensors() | {"bias_hh_l0": np.full(3, -900.0)})
    assert to_float(run(net).trajectory.h) == pytest.approx(np.tile(net.h_0, (5, 1)), rel=1e-15)


def test_an_input_after_a_state_far_below_float64_is_all_there_is() -> None:
    inputs = np.zeros(1002)
    inputs[1000] = 3.0
    assert number([0.01] * 1002, inputs=inputs)[-2:] == pytest.approx([math.log10(3), math.log10(0.03)], rel=1e-14)


def test_a_skip_over_two_steps_of_one_number_counts_as_fibonacci_did() -> None:
    # ∂h_t/∂h_k = ∂h_{t−1}/∂h_k + ∂h_{t−2}/∂h_k with w = 1
    net = draw(1, steps=2000, hidden=1, activation="linear", skip=parse_skip("shared:2"), weight_hh=np.ones((1, 1)))
    found = jacobians(net).spectral[::-1]
    assert 10 ** found[:9] == pytest.approx([1, 1, 2, 3, 5, 8, 13, 21, 34], rel=1e-14)
    golden = (1 + math.sqrt(5)) / 2
    n = np.arange(40, 2000)
    assert found[40:] == pytest.approx((n + 1) * math.log10(golden) - math.log10(math.sqrt(5)), rel=1e-12)


@pytest.mark.parametrize("cell", ["rnn", "feedforward"])
def test_a_skip_over_one_step_adds_the_identity_to_w(cell: CellName) -> None:
    net = draw(2, steps=12, hidden=3, cell=cell, activation="linear", skip=parse_skip("shared:1"))
    layers = np.broadcast_to(net.parameters.weight_hh_l0, (12, 3, 3))
    product, expected = np.eye(3), [0.0]
    for layer in layers[:0:-1]:
        product = product @ (layer + np.eye(3))
        expected.insert(0, math.log10(np.linalg.svd(product, compute_uv=False)[0]))
    assert jacobians(net).spectral == pytest.approx(expected, rel=1e-12, abs=1e-13)


def test_a_pinned_skip_leads_from_the_step_it_names_to_the_step_it_names() -> None:
    # h_7 also gets h_4, so that ∂h_9/∂h_t = w^{9−t}, and w² w^{4−t} more for t ≤ 4
    net = draw(5, steps=9, hidden=1, activation="linear", skip=parse_skip("pinned:4-7"), weight_hh=np.array([[0.5]]))
    found, t = run(net), np.arange(1, 10)
    wanted = 0.5 ** (9 - t) + np.where(t <= 4, 0.25 * 0.5 ** (4.0 - t), 0.0)
    assert 10 ** last_jacobians(net.network, found.maps).spectral == pytest.approx(wanted)
    h = to_float(found.trajectory.h)[:, 0]
    alone = net.inputs @ net.parameters.weight_ih_l0[0] + net.parameters.bias_ih_l0[0] + net.parameters.bias_hh_l0[0]
    assert h[6] == pytest.approx(alone[6] + 0.5 * h[5] + h[3])
    assert h[4] == pytest.approx(alone[4] + 0.5 * h[3])


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru", "feedforward"])
def test_a_pinned_skip_is_the_one_way_where_the_weights_lead_nowhere(cell: CellName) -> None:
    net = draw(3, steps=30, hidden=4, cell=cell, skip=parse_skip("pinned:5-30"))
    dead = {name: np.zeros_like(net.tensors()[name]) for name in ("weight_hh_l0", "bias_ih_l0", "bias_hh_l0")}
    net = net.with_tensors({**net.tensors(), **dead})
    found = jacobians(net).spectral
    if cell == "gru":  # its own skip still leads on
        assert found[4] == pytest.approx(0, abs=1e-6)
        assert found[3] < found[4] - 0.1
        return
    assert found[[4, 29]] == pytest.approx([0, 0], abs=1e-15)
    assert np.all(np.isneginf(np.delete(found, [4, 29])))


def test_a_gru_whose_skip_takes_it_beyond_float64() -> None:
    # with W_hh = 0 and one word over and over: h_t = (1 − z) n + (1 + z) h_{t−1}, n and z the same at every step
    net = draw(9, steps=1600, hidden=3, inputs=2, cell="gru", skip=parse_skip("shared:1"), weight_hh=np.zeros((9, 3)))
    net = Net(net.network, net.readout, np.tile(net.inputs[:1], (1600, 1)), net.h_0, net.targets)
    net = net.with_tensors(net.tensors() | {"bias_hh_l0": net.parameters.bias_hh_l0 + np.repeat([0.0, 6.0, 0.0], 3)})
    own = net.parameters
    driven = own.weight_ih_l0 @ net.inputs[0] + own.bias_ih_l0
    r, z = (1 / (1 + np.exp(-(driven + own.bias_hh_l0)[block])) for block in (slice(0, 3), slice(3, 6)))
    of_n = driven[6:] + r * own.bias_hh_l0[6:]
    trajectory = run(net).trajectory
    assert trajectory.h.exponent[-1] > 1100
    gates = np.ldexp(trajectory.a.mantissa, trajectory.a.exponent[:, None])
    assert gates[:, 6:] == pytest.approx(np.tile(of_n, (1600, 1)), rel=1e-12)
    assert trajectory.u is not None
    near = trajectory.u.exponent < 1000  # beyond, b_hn is lost in u = W_hn h_{t−1} + b_hn
    u = np.ldexp(trajectory.u.mantissa[near], trajectory.u.exponent[near, None])
    assert u == pytest.approx(np.tile(own.bias_hh_l0[6:], (near.sum(), 1)), rel=1e-12)
    # h_t + (1 − z) n / z grows by 1 + z a step
    start = net.h_0 + (1 - z) * np.tanh(of_n) / z
    grown = 1600 * np.log2(1 + z) + np.log2(np.abs(start))
    fastest = int(np.argmax(grown))
    last = np.log2(np.abs(trajectory.h.mantissa[-1])) + trajectory.h.exponent[-1]
    assert last[fastest] == pytest.approx(grown[fastest], rel=1e-12)


@pytest.mark.parametrize("steps", [2, 300, 10_000])
def test_orthogonal_layers_keep_every_length(steps: int) -> None:
    layers = np.stack([unscaled_weight("orthogonal", seed=seed, hidden=5) for seed in range(min(steps, 40))])
    layers = layers[np.arange(steps) % len(layers)]
    net = draw(4, steps=steps, hidden=5, cell="feedforward", activation="linear", weight_hh=layers)
    assert np.abs(jacobians(net).spectral).max() < 1e-15 * steps + 1e-14


def test_a_feedforward_net_of_equal_layers_is_the_simple_rnn() -> None:
    rnn = draw(5, steps=6)
    layers = {name: np.stack([value] * 6) for name, value in rnn.parameters._asdict().items()}
    deep = draw(5, steps=6, cell="feedforward").with_tensors({**rnn.tensors(), **layers})
    deep = Net(deep.network, rnn.readout, rnn.inputs, rnn.h_0, rnn.targets)
    one, other = run(rnn, "sum"), run(deep, "sum")
    assert to_float(other.gradient.delta) == pytest.approx(to_float(one.gradient.delta), rel=1e-13)
    for name in rnn.parameters._fields:
        summed = to_float(other.parameters[name]).sum(axis=0)
        assert summed == pytest.approx(to_float(one.parameters[name]), rel=1e-12, abs=1e-15)


def test_a_dead_layer_is_a_true_zero_for_all_before_it_and_none_after() -> None:
    net = draw(6, steps=9, cell="feedforward", activation="relu")
    bias = np.abs(net.parameters.bias_ih_l0) + 5
    bias[4] = -100
    net = net.with_tensors({**net.tensors(), "bias_ih_l0": bias})
    found = jacobians(net)
    assert np.all(np.isneginf(found.spectral[:4]))
    assert np.all(np.isfinite(found.spectral[4:]))
    assert np.all(np.isneginf(found.inputs[:5]))


@pytest.mark.parametrize("cell", ["lstm", "gru", "feedforward"])
@pytest.mark.parametrize("hidden", [1, 3])
def test_one_step(cell: CellName, hidden: int) -> None:
    net = draw(7, steps=1, hidden=hidden, cell=cell)
    found = run(net)
    last = last_jacobians(net.network, found.maps)
    assert last.spectral.tolist() == [0.0]
    assert float(last.state) == 0.0
    influence = pulled_back_influence(found.pairs, start=0, stop=1)
    assert influence[0] == pytest.approx(last.inputs, rel=1e-14)
    assert memory_lag(influence[0]) == 1


@pytest.mark.parametrize("steps", [1_500, pytest.param(10_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize("rho", [10.0, 0.01])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru", "feedforward"])
def test_thousands_of_steps(cell: CellName, rho: float, steps: int) -> None:
    net = draw(8, steps=steps, hidden=3, inputs=2, cell=cell, rho=rho)
    found = run(net)
    last = last_jacobians(net.network, found.maps)
    assert np.all(np.isfinite(last.spectral))
    assert np.all(np.isfinite(last.inputs))
    assert rho > 1 or last.spectral[0] < -0.1 * steps  # of all but the LSTM far below float64, which ends at 1e-323
    far = pulled_back_influence(found.pairs, start=steps - 1, stop=steps)[0]
    assert far == pytest.approx(last.inputs, rel=1e-9, abs=1e-9)


def product_of_normals(cell: CellName, seeds: int, steps: int) -> FloatArray:
    """ln |∂h_T/∂h_1| for as many seeds at once, every W_hh one N(0, 1) number; of feedforward, one a layer."""
    layers = (steps,) if cell == "feedforward" else ()
    parameters = Parameters(
        weight_ih_l0=np.zeros((*layers, seeds, 1, 1)),
        weight_hh_l0=np.random.default_rng(11).standard_normal((*layers, seeds, 1, 1)),
        bias_ih_l0=np.zeros((*layers, seeds, 1)),
        bias_hh_l0=np.zeros((*layers, seeds, 1)),
    )
    network = Network(cell, "linear", parameters)
    trajectory = unroll(network, inputs=np.zeros((steps, seeds, 1)), h_0=np.zeros(1))
    found = last_jacobians(network, linearise(network, trajectory))
    assert found.spectral.shape == (steps, seeds)
    result: FloatArray = found.spectral[0] * math.log(10)
    return result


@pytest.mark.parametrize("factors", [10, 100])
def test_shared_and_independent_products_of_normal_numbers(factors: int) -> None:
    seeds = 4000
    shared = product_of_normals("rnn", seeds, factors + 1)
    independent = product_of_normals("feedforward", seeds, factors + 1)
    for found, spread in ((shared, factors), (independent, math.sqrt(factors))):
        of_mean = SPREAD_OF_NORMAL * spread / math.sqrt(seeds)
        assert found.mean() == pytest.approx(LN_OF_NORMAL * factors, abs=4 * of_mean)
        assert found.std() == pytest.approx(SPREAD_OF_NORMAL * spread, rel=0.06)
    assert pytest.approx(-0.63518, abs=5e-6) == LN_OF_NORMAL
    assert pytest.approx(1.1107, abs=5e-5) == SPREAD_OF_NORMAL
