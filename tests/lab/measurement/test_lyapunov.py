"""The Lyapunov exponents of a measurement."""

import numpy as np
import pytest

from rnn_tui.engine.kinds import CellName
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.measurement.ensemble.ensemble import measure_ensemble
from rnn_tui.lab.measurement.lyapunov import lyapunov
from rnn_tui.lab.measurement.measure import measure

TEXT = "a b c a b d a e"

TEXT_OF_NOTHING = "to I w4 that A that cat in nine w6"


@pytest.mark.parametrize(("cell", "size"), [("rnn", 4), ("lstm", 8), ("gru", 4), ("feedforward", 4)])
def test_the_largest_is_the_growth_per_step(cell: CellName, size: int) -> None:
    measurement = measure(Experiment(text=TEXT, cell=cell, hidden=4))
    found = lyapunov(measurement)
    assert found is not None
    assert found.exponents.shape == (size,)
    assert measurement.log10_growth_per_step is not None
    assert found.exponents[0] == pytest.approx(measurement.log10_growth_per_step * np.log(10), abs=1e-12)
    assert found.convergence is not None


def test_a_pinned_skip_and_one_word_have_none() -> None:
    assert lyapunov(measure(Experiment(text=TEXT, skip="pinned:1-3"))) is None
    assert lyapunov(measure(Experiment(text="a"))) is None


def test_every_member_of_an_ensemble_has_its_own() -> None:
    experiment = Experiment(text=TEXT, hidden=4, seed=3)
    ensemble, alone = measure_ensemble(experiment, (3, 4, 5)), lyapunov(measure(experiment))
    assert alone is not None
    assert ensemble.measures["lyapunov"].shape == (3, 4)
    assert ensemble.measures["lyapunov"][0] == pytest.approx(alone.exponents, abs=1e-11)
    assert ensemble.measures["lyapunov"][:, 0] == pytest.approx(
        ensemble.measures["log10_growth_per_step"] * np.log(10), abs=1e-11
    )
    assert measure_ensemble(experiment.changed(skip="pinned:1-3"), (3, 4)).measures.get("lyapunov") is None


def test_a_dead_text_has_no_rest_of_rounding() -> None:
    # each step alone keeps some direction, and orthonormalised factors would leave e^-40 of all of them together
    experiment = Experiment(
        seed=855163, activation="relu", init="nonnormal", rho=0.827, transient=4.93, text=TEXT_OF_NOTHING
    )
    found = measure(experiment)
    assert found.verdict == "dead"
    assert found.log10_growth_per_step == -np.inf
    exponents = lyapunov(found)
    assert exponents is not None
    assert np.isneginf(exponents.exponents).all()
    assert exponents.convergence is None
    ensemble = measure_ensemble(experiment, [855163, 855164])
    assert np.isneginf(ensemble.measures["lyapunov"][0]).all()
