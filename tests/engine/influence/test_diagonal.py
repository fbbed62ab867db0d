import numpy as np
import pytest

from rnn_tui.engine.backprop.adjoint import is_diagonal
from rnn_tui.engine.backprop.linear_maps import linearise
from rnn_tui.engine.backprop.unroll import unroll
from rnn_tui.engine.influence.diagonal import diagonal_influence, remembers_alone
from rnn_tui.engine.influence.gradient import InfluenceOf, StepPairs, pulled_back_influence
from rnn_tui.engine.kinds import Activation
from rnn_tui.engine.network.network import Network
from rnn_tui.engine.network.parameters import Parameters
from rnn_tui.engine.numbers.arrays import FloatArray


def network(activation: Activation, diagonal: FloatArray, *, steps: int, seed: int = 3) -> StepPairs:
    rng = np.random.default_rng(seed)
    hidden = len(diagonal)
    parameters = Parameters(
        rng.normal(size=(hidden, 3)), np.diag(diagonal), rng.normal(size=hidden), rng.normal(size=hidden)
    )
    net = Network("rnn", activation, parameters)
    trajectory = unroll(net, inputs=rng.normal(size=(steps, 3)), h_0=rng.normal(size=hidden))
    return StepPairs(net, trajectory, linearise(net, trajectory))


@pytest.mark.parametrize("of", ["word", "word-input", "state"])
@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu", "linear"])
@pytest.mark.parametrize("scale", [0.02, 1.0, 60.0, 1e5])
def test_units_that_remember_alone_against_rows_pulled_back(
    activation: Activation, scale: float, of: InfluenceOf
) -> None:
    diagonal = scale * np.array([1.0, -0.7, 0.4, 0.0])
    pairs = network(activation, diagonal, steps=40)
    assert remembers_alone(pairs)
    for start in (0, 33):
        found = diagonal_influence(pairs, of=of, start=start, stop=40)
        truth = pulled_back_influence(pairs, of=of, start=start, stop=40)
        np.testing.assert_array_equal(np.isnan(found), np.isnan(truth))
        np.testing.assert_array_equal(np.isneginf(found), np.isneginf(truth))
        np.testing.assert_allclose(found, truth, rtol=1e-13, atol=1e-12)


def test_a_linear_number_over_thousands_of_steps_is_its_power() -> None:
    pairs = network("linear", np.array([0.6, 0.59]), steps=6000)
    found = diagonal_influence(pairs, start=5999, stop=6000)[0]
    weight_ih = pairs.network.parameters.weight_ih_l0
    lags = np.arange(5999, -1, -1)
    first = lags * np.log10(0.6) + np.log10(np.linalg.norm(weight_ih[0]))
    ratio = (0.59 / 0.6) ** lags * np.linalg.norm(weight_ih[1]) / np.linalg.norm(weight_ih[0])
    np.testing.assert_allclose(found, first + 0.5 * np.log10(1 + ratio**2), rtol=1e-12, atol=1e-11)


def test_what_counts_as_diagonal() -> None:
    assert is_diagonal(np.diag([1.0, 0.0, 2.0]))
    assert is_diagonal(np.zeros((3, 3)))
    assert not is_diagonal(np.array([[0.0, 1.0], [0.0, 0.0]]))
