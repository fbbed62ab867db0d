"""The Lyapunov exponents of a measurement."""

import numpy as np
import pytest

from rnn_tui.engine.kinds import Cell
from rnn_tui.lab.ensemble import measure_ensemble
from rnn_tui.lab.experiment import Experiment
from rnn_tui.lab.lyapunov import lyapunov
from rnn_tui.lab.measure import measure

TEXT = "a b c a b d a e"


@pytest.mark.parametrize(("cell", "size"), [("rnn", 4), ("lstm", 8), ("gru", 4), ("feedforward", 4)])
def test_the_largest_is_the_growth_per_step(cell: Cell, size: int) -> None:
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
    assert ensemble.lyapunov is not None
    assert alone is not None
    assert ensemble.lyapunov.shape == (3, 4)
    assert ensemble.lyapunov[0] == pytest.approx(alone.exponents, abs=1e-11)
    assert ensemble.lyapunov[:, 0] == pytest.approx(ensemble.log10_growth_per_step * np.log(10), abs=1e-11)
    assert measure_ensemble(experiment.changed(skip="pinned:1-3"), (3, 4)).lyapunov is None
