"""The Lyapunov exponents of a measurement."""

import numpy as np
import pytest

from rnn_tui.engine.kinds import Cell
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
