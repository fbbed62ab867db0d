"""Each time step's part in the gradient of a batch, also where float64 has no number for it."""

import math

import numpy as np
import pytest

from rnn_tui.engine.kinds import Activation, CellName
from rnn_tui.engine.learning.batch import ALL, LAST, Batch
from rnn_tui.engine.learning.contributions import Contributions, StepGradients, contributions
from rnn_tui.engine.learning.optimisers import fresh_state
from rnn_tui.engine.learning.training_step import Recipe, train_step, workspace
from rnn_tui.engine.network.model import Architecture, model
from rnn_tui.engine.numbers.arrays import FloatArray
from tests.engine.nets import draw


def recorded(
    cell: CellName,
    activation: Activation,
    weight_hh: FloatArray,
    *,
    steps: int,
    scored: slice = LAST,
    clip: bool = False,
    bias: float = 0.0,
) -> Contributions:
    """The contributions at the first step of a training; `bias` is added to those of all gates."""
    net, rng = draw(1, cell=cell, activation=activation, steps=steps, weight_hh=weight_hh), np.random.default_rng(4)
    at, count = model(net.parameters, net.readout), len(range(steps)[scored])
    at.parameters.bias_hh_l0[:] += bias
    batch = Batch(rng.standard_normal((steps, 2, 3)), rng.integers(0, 4, (count, 2)), scored)
    room = workspace(Architecture(cell, activation), at, steps=steps, batch=2)
    recipe = Recipe(clip="norm", threshold=1e-6) if clip else Recipe()
    found = train_step(at, fresh_state(at.flat.size), batch, room=room, recipe=recipe, record=True).contributions
    assert found is not None
    return found


@pytest.mark.parametrize(("rho", "steps"), [(0.01, 300), (100.0, 150)])
def test_a_linear_network_beyond_float64(rho: float, steps: int) -> None:
    found = recorded("rnn", "linear", rho * np.eye(5), steps=steps)
    slope = np.diff(found.hidden)
    assert np.isfinite(found.hidden).all()
    # δ_k = ρ^{T−k} δ_T, to 10^−598; its square to 10^576
    assert slope == pytest.approx(np.full(steps - 1, -math.log10(rho)), abs=1e-12)
    assert found.weight_hh[0] == -math.inf
    assert np.isfinite(found.weight_hh[1:]).all()


@pytest.mark.parametrize("cell", ["lstm", "gru", "feedforward"])
def test_the_way_with_exponents_goes_on_where_float64_ends(cell: CellName) -> None:
    gates, steps = {"lstm": 4, "gru": 3, "feedforward": 1}[cell], 400
    weight = 1e-9 * np.random.default_rng(2).standard_normal((gates * 5, 5))
    layers = np.tile(weight, (steps, 1, 1)) if cell == "feedforward" else weight
    found = recorded(cell, "tanh", layers, steps=steps, bias=-3.0)
    assert np.isfinite(found.hidden).all()
    assert np.isfinite(found.weight_hh[1:]).all()
    assert found.hidden[-1] > -2.0
    assert found.hidden[0] < -400.0


def test_a_dead_relu_brings_a_true_zero() -> None:
    weight = np.full((5, 5), -100.0)
    found = recorded("rnn", "relu", weight, steps=30)
    assert found.hidden[0] == -math.inf


def test_clipping_does_not_change_what_is_recorded() -> None:
    weight = np.random.default_rng(2).standard_normal((5, 5)) / 3.0
    free, clipped = (recorded("rnn", "tanh", weight, steps=9, scored=ALL, clip=clip) for clip in (False, True))
    assert np.array_equal(free.hidden, clipped.hidden)
    assert np.array_equal(free.weight_hh, clipped.weight_hh)


def test_parts_that_cancel_between_sequences_keep_their_digits() -> None:
    """Two sequences of opposite gradients: all but a part in 1e9 of what each brings is undone by the other."""
    rng, net = np.random.default_rng(3), draw(1, steps=4)
    gates, h_prev = rng.standard_normal((4, 1, 5)), rng.standard_normal((4, 1, 5))
    each = StepGradients(
        hidden=np.concatenate([gates, gates], axis=1),
        gates=np.concatenate([gates, -gates], axis=1),
        h_prev=np.concatenate([h_prev, h_prev * (1.0 + 2.0**-30)], axis=1),
    )
    batch = Batch(rng.standard_normal((4, 2, 3)), np.zeros((1, 2), dtype=np.int64))
    at = model(net.parameters, net.readout)
    found = contributions(each, architecture=Architecture("rnn"), at=at, batch=batch)
    sizes = np.linalg.norm(gates, axis=-1) * np.linalg.norm(h_prev, axis=-1)
    assert 10.0**found.weight_hh == pytest.approx(2.0**-30 * sizes[:, 0], rel=1e-6)
    assert 10.0**found.hidden == pytest.approx(2.0 * np.linalg.norm(gates, axis=-1)[:, 0], rel=1e-13)


@pytest.mark.parametrize("size", [2, 3, 40])
def test_what_a_step_brings_is_the_norm_of_its_sum_whatever_the_batch(size: int) -> None:
    net, rng = draw(1, cell="rnn", activation="tanh", steps=6), np.random.default_rng(5)
    at, batch = model(net.parameters, net.readout), Batch(rng.standard_normal((6, size, 3)), np.zeros((1, size), int))
    hidden, gates, before = (rng.standard_normal((6, size, 5)) for _ in range(3))
    found = contributions(
        StepGradients(hidden, gates, before), architecture=Architecture("rnn", "tanh"), at=at, batch=batch
    )
    sums = np.einsum("tbm,tbn->tmn", gates, before)
    assert found.weight_hh == pytest.approx(np.log10(np.sqrt(np.square(sums).sum(axis=(1, 2)))), abs=1e-12)
    assert found.hidden == pytest.approx(np.log10(np.linalg.norm(hidden, axis=2).mean(axis=1) * size), abs=1e-12)
