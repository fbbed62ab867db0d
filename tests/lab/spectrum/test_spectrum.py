"""The spectrum of a measured network, and where theory and measurement part."""

import math

import numpy as np
import pytest

from rnn_tui.engine.cells.activations import sigmoid
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.measurement.measure import measure
from rnn_tui.lab.spectrum.spectrum import spectrum, step_jacobian

TEXT = "the cat sat on the mat today"


def remarks(experiment: Experiment) -> str:
    return " ".join(spectrum(measure(experiment)).remarks)


def test_the_experiments_w() -> None:
    found = spectrum(measure(Experiment(text=TEXT)))
    assert np.abs(found.eigenvalues[0]) == pytest.approx(0.9)
    assert found.singular_values[0] == pytest.approx(found.measurement.largest_singular_value)
    assert found.singular_values.shape == found.eigenvalues.shape == (8,)
    assert np.prod(np.abs(found.eigenvalues)) == pytest.approx(np.prod(found.singular_values))  # |det W|
    assert found.threshold == 1.0
    assert spectrum(measure(Experiment(activation="sigmoid"))).threshold == 4.0
    assert spectrum(measure(Experiment(cell="lstm"))).threshold is None
    assert found.jacobian is not None
    assert found.jacobian.step == 7


def test_the_jacobian_of_a_simple_rnn() -> None:
    found = measure(Experiment(text=TEXT))
    weight = found.trace.weight_hh
    for step in (1, 4, 7):
        jacobian = step_jacobian(found, step)
        assert jacobian is not None
        exact = (1.0 - found.hidden_state[step - 1] ** 2)[:, None] * weight
        assert jacobian.log10_norm == pytest.approx(math.log10(np.linalg.norm(exact, 2)), abs=1e-12)
        assert jacobian.log10_radius == pytest.approx(math.log10(np.abs(np.linalg.eigvals(exact)).max()), abs=1e-12)
        assert np.sum(jacobian.eigenvalues) == pytest.approx(np.trace(exact), abs=1e-12)


def test_the_jacobian_of_an_lstm_is_that_of_the_whole_state() -> None:
    found = measure(Experiment(text=TEXT, cell="lstm"))
    trace, step, hidden = found.trace, 3, 8
    p = trace.network.parameters

    def moved(state: FloatArray) -> FloatArray:
        h, c = state[:hidden], state[hidden:]
        a = p.weight_ih_l0 @ trace.inputs[step - 1] + p.bias_ih_l0 + p.weight_hh_l0 @ h + p.bias_hh_l0
        i, f, g, o = a.reshape(4, hidden)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        return np.concatenate([sigmoid(o) * np.tanh(c), c])

    assert found.cell_state is not None
    state = np.concatenate([found.hidden_state[step - 2], found.cell_state[step - 2]])
    nudge = 1e-5
    exact = np.stack([(moved(state + e) - moved(state - e)) / (2 * nudge) for e in nudge * np.eye(16)], axis=1)
    jacobian = step_jacobian(found, step)
    assert jacobian is not None
    assert len(jacobian.eigenvalues) == 16
    assert jacobian.log10_norm == pytest.approx(math.log10(np.linalg.norm(exact, 2)), abs=1e-8)
    assert np.sum(jacobian.eigenvalues) == pytest.approx(np.trace(exact), abs=1e-8)
    assert np.sum(jacobian.eigenvalues**2) == pytest.approx(np.trace(exact @ exact), abs=1e-8)


def test_the_jacobian_of_a_shared_skip_is_that_of_the_window() -> None:
    found = measure(Experiment(text=TEXT, skip="shared:2", activation="linear"))
    jacobian = step_jacobian(found, 5)
    assert jacobian is not None
    weight = found.trace.weight_hh
    exact = np.block([[weight, np.eye(8)], [np.eye(8), np.zeros((8, 8))]])
    assert jacobian.log10_norm == pytest.approx(math.log10(np.linalg.norm(exact, 2)), abs=1e-12)
    assert np.sum(jacobian.eigenvalues**2) == pytest.approx(np.trace(exact @ exact), abs=1e-11)


def test_a_saturated_step_keeps_its_size() -> None:
    found = step_jacobian(measure(Experiment(text=TEXT, rho=1e5)), 7)
    assert found is not None
    assert -1e6 < found.log10_norm < -308
    assert not found.eigenvalues.any()


def test_there_is_no_such_step() -> None:
    with pytest.raises(ValueError, match="steps 1 to 4, so there is no step 5"):
        step_jacobian(measure(Experiment()), 5)


def test_disagreements_are_named() -> None:
    said = remarks(Experiment(text=TEXT))
    assert "first grows, to ×1.30 at n = 1" in said
    assert "σ₁γ = 1.30 ≥ 1 would allow growth by ×1.30 a step, yet over these 6 steps it shrank to ×0.0" in said
    assert "the slopes of tanh on this text take the rest" in said
    grows = remarks(Experiment(text=TEXT, activation="linear", init="nonnormal", hidden=2))
    assert "first grows, to ×10.0" in grows
    assert "It must vanish in the long run, yet over these 6 steps it grew ×" in grows
    assert "where W is not normal, a product of few steps may be larger than ρⁿ" in grows
    assert "any error could get at most ×1.03 a step" in remarks(Experiment(rho=1.5))
    assert "the gates decide" in remarks(Experiment(cell="gru"))
    assert "skip leads around W" in remarks(Experiment(skip="shared:1"))
    assert "the pinned skip goes past it" in remarks(Experiment(skip="pinned:1-3"))
    assert "first layer's" in remarks(Experiment(cell="feedforward"))
    assert (
        remarks(Experiment(init="orthogonal", activation="linear", rho=1.0))
        == "Theory and measurement say the same here."
    )


def test_the_transient_is_that_of_the_powers() -> None:
    small = spectrum(measure(Experiment(init="nonnormal", transient=19.4))).transient
    assert small is not None
    assert 10**small.log10_norm == pytest.approx(19.4)
    large = spectrum(measure(Experiment(init="nonnormal", transient=19.4, hidden=80))).transient
    assert large is not None
    assert large.power in (4, 8, 16)
    assert 10 < 10**large.log10_norm <= 19.4
    assert spectrum(measure(Experiment(rho=1.2))).transient is None
