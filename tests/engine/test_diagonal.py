import numpy as np
import pytest

from rnn_tui.engine.adjoint import StepsBack, is_diagonal, steps_back
from rnn_tui.engine.arrays import FloatArray
from rnn_tui.engine.cells import RNNParameters
from rnn_tui.engine.diagonal import diagonal_influence
from rnn_tui.engine.influence import pulled_back_influence
from rnn_tui.engine.kinds import Activation
from rnn_tui.engine.unroll import Trajectory, unroll


def network(
    activation: Activation, diagonal: FloatArray, *, steps: int, seed: int = 3
) -> tuple[Trajectory, StepsBack, FloatArray]:
    rng = np.random.default_rng(seed)
    hidden = len(diagonal)
    parameters = RNNParameters(
        rng.normal(size=(hidden, 3)), np.diag(diagonal), rng.normal(size=hidden), rng.normal(size=hidden)
    )
    trajectory = unroll(parameters, activation, inputs=rng.normal(size=(steps, 3)), h_0=rng.normal(size=hidden))
    return trajectory, steps_back(parameters.weight_hh_l0, trajectory.slopes), parameters.weight_ih_l0


@pytest.mark.parametrize("times_input", [False, True])
@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu", "linear"])
@pytest.mark.parametrize("scale", [0.02, 1.0, 60.0, 1e5])
def test_units_that_remember_alone_against_rows_pulled_back(
    activation: Activation, scale: float, times_input: bool
) -> None:
    diagonal = scale * np.array([1.0, -0.7, 0.4, 0.0])
    trajectory, back, weight_ih = network(activation, diagonal, steps=40)
    for start in (0, 33):
        found = diagonal_influence(trajectory, back, weight_ih, times_input=times_input, start=start, stop=40)
        truth = pulled_back_influence(trajectory, back, weight_ih, times_input=times_input, start=start, stop=40)
        np.testing.assert_array_equal(np.isnan(found), np.isnan(truth))
        np.testing.assert_array_equal(np.isneginf(found), np.isneginf(truth))
        np.testing.assert_allclose(found, truth, rtol=1e-13, atol=1e-12)


def test_a_linear_number_over_thousands_of_steps_is_its_power() -> None:
    trajectory, back, weight_ih = network("linear", np.array([0.6, 0.59]), steps=6000)
    found = diagonal_influence(trajectory, back, weight_ih, start=5999, stop=6000)[0]
    lags = np.arange(5999, -1, -1)
    first = lags * np.log10(0.6) + np.log10(np.linalg.norm(weight_ih[0]))
    ratio = (0.59 / 0.6) ** lags * np.linalg.norm(weight_ih[1]) / np.linalg.norm(weight_ih[0])
    np.testing.assert_allclose(found, first + 0.5 * np.log10(1 + ratio**2), rtol=1e-12, atol=1e-11)


def test_what_counts_as_diagonal() -> None:
    assert is_diagonal(np.diag([1.0, 0.0, 2.0]))
    assert is_diagonal(np.zeros((3, 3)))
    assert not is_diagonal(np.array([[0.0, 1.0], [0.0, 0.0]]))
