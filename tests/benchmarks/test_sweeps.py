"""Sweeps beside the engine of one network, closed forms, and radii that no float64 product survives."""

from typing import get_args

import numpy as np
import pytest

from rnn_tui.engine.backprop.bptt import hidden_gradient
from rnn_tui.engine.backprop.linear_maps import linearise
from rnn_tui.engine.backprop.unroll import unroll
from rnn_tui.engine.kinds import Activation
from rnn_tui.engine.network.network import Network
from rnn_tui.engine.network.parameters import Parameters
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import Scaled, from_floats, log10_norm
from rnn_tui.engine.progress import CancelledError
from tests.benchmarks.sweeps import sweep

RADII = np.array([0.01, 0.4, 1.0, 10.0])


def one_by_one(
    activation: Activation, weight: FloatArray, driven: FloatArray, h_0: FloatArray, direct: FloatArray
) -> FloatArray:
    """log10 ‖∂L/∂h_t‖, (T, S, R), of every network by itself."""
    steps, draws, hidden = driven.shape
    found = np.empty((steps, draws, len(RADII)))
    for s, r in np.ndindex(draws, len(RADII)):
        own = Parameters(np.eye(hidden), RADII[r] * weight[s], np.zeros(hidden), np.zeros(hidden))
        network = Network("rnn", activation, own)
        trajectory = unroll(network, inputs=driven[:, s], h_0=h_0[s])
        each = from_floats(np.concatenate([np.zeros((steps - 1, hidden)), direct[s, r][None]]), blocks=1)
        weights = np.zeros(steps)
        weights[-1] = 1.0
        delta: Scaled = hidden_gradient(linearise(network, trajectory), each, weights).delta
        found[:, s, r] = log10_norm(delta)
    return found


@pytest.mark.parametrize("steps", [1, 2, 60])
@pytest.mark.parametrize("activation", get_args(Activation))
def test_every_network_as_it_is_by_itself(activation: Activation, steps: int) -> None:
    rng = np.random.default_rng(3)
    draws, hidden = 3, 5
    weight = rng.standard_normal((draws, hidden, hidden)) / np.sqrt(hidden)
    driven, h_0 = 0.3 * rng.standard_normal((steps, draws, hidden)), rng.uniform(-0.5, 0.5, (draws, hidden))
    direct = rng.standard_normal((draws, len(RADII), hidden))
    found = sweep(activation, weight_hh=weight, radii=RADII, driven=driven, h_0=h_0, direct=direct)
    true = one_by_one(activation, weight, driven, h_0, direct)
    # at ρ = 10 a bounded unit is at |a| ≈ 20, and chaos parts two correct programs: a short text
    same = slice(None) if steps < 60 or activation in {"linear", "relu"} else slice(0, 3)
    assert found.log10_norms[..., same] == pytest.approx(true[..., same], abs=1e-9)
    if steps == 1:
        assert found.log10_growth is None
    else:
        assert found.log10_growth is not None
        growth = (true[0] - true[-1])[:, same] / (steps - 1)
        assert found.log10_growth[:, same] == pytest.approx(growth, abs=1e-9)


@pytest.mark.parametrize("radius", [0.01, 1.0, 10.0])
@pytest.mark.parametrize("activation", ["linear", "relu"])
def test_an_orthogonal_matrix_grows_by_its_radius_at_any_length(activation: Activation, radius: float) -> None:
    """With W₀ a permutation and positive states ReLU is open throughout: ‖∂L/∂h_t‖ = ρ^{T−t} ‖∂L/∂h_T‖."""
    steps, hidden = 3000, 6
    weight = np.roll(np.eye(hidden), 1, axis=0)[None]
    driven, direct = np.full((steps, 1, hidden), 0.25), np.arange(1.0, 7.0)
    found = sweep(
        activation, weight_hh=weight, radii=np.array([radius]), driven=driven, h_0=np.ones((1, hidden)), direct=direct
    )
    back = np.arange(steps - 1, -1, -1)
    assert found.log10_norms[:, 0, 0] == pytest.approx(np.log10(np.linalg.norm(direct)) + back * np.log10(radius))
    assert found.log10_growth is not None
    assert found.log10_growth[0, 0] == pytest.approx(np.log10(radius), abs=1e-12)


def test_a_dead_relu_is_a_true_zero() -> None:
    weight, driven = np.eye(2)[None], np.full((4, 1, 2), -1.0)
    found = sweep(
        "relu", weight_hh=weight, radii=np.array([0.5]), driven=driven, h_0=np.zeros((1, 2)), direct=np.ones(2)
    )
    assert found.log10_norms[-1, 0, 0] == pytest.approx(np.log10(np.sqrt(2.0)))
    assert np.isneginf(found.log10_norms[:-1]).all()


def test_many_draws_are_worked_on_in_parts_that_do_not_show() -> None:
    rng = np.random.default_rng(0)
    draws, hidden, radii = 40, 16, np.linspace(0.5, 1.5, 64)
    weight = rng.standard_normal((draws, hidden, hidden)) / 4.0
    driven, h_0 = rng.standard_normal((5, draws, hidden)), np.zeros((draws, hidden))
    seen: list[float] = []

    def watch(done: float) -> bool:
        seen.append(done)
        return True

    whole = sweep(
        "tanh", weight_hh=weight, radii=radii, driven=driven, h_0=h_0, direct=np.ones(hidden), watch=watch
    ).log10_norms
    for s in (0, 17, 39):
        here = slice(s, s + 1)
        alone = sweep(
            "tanh", weight_hh=weight[here], radii=radii, driven=driven[:, here], h_0=h_0[here], direct=np.ones(hidden)
        )
        assert alone.log10_norms[:, 0] == pytest.approx(whole[:, s], abs=1e-12)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_it_stops_when_it_is_told_to() -> None:
    with pytest.raises(CancelledError):
        sweep(
            "tanh",
            weight_hh=np.ones((1, 1, 1)),
            radii=np.ones(1),
            driven=np.ones((9, 1, 1)),
            h_0=np.zeros((1, 1)),
            direct=np.ones(1),
            watch=lambda done: done < 0.5,
        )
