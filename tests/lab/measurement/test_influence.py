"""The influence of words in all four ways, on states and on outputs, of every network, alone and in an ensemble."""

from typing import get_args

import numpy as np
import pytest

from rnn_tui.engine.influence.integrated import AIM
from rnn_tui.engine.kinds import CellName
from rnn_tui.lab.experiment.all_settings import Influence, InfluenceOn
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.experiment.memory import MOST_PAIRED_STEPS
from rnn_tui.lab.measurement.ensemble.ensemble import measure_ensemble
from rnn_tui.lab.measurement.measure import measure
from rnn_tui.lab.measurement.measurement import Triangle
from rnn_tui.lab.measurement.pair_measures import measure_triangle


def triangle(experiment: Experiment) -> Triangle:
    found = measure(experiment).triangle
    assert found is not None
    return found


@pytest.mark.parametrize("on", get_args(InfluenceOn))
@pytest.mark.parametrize("influence", get_args(Influence))
@pytest.mark.parametrize("skip", ["none", "pinned:1-3", "shared:2"])
@pytest.mark.parametrize("cell", get_args(CellName))
def test_every_network(cell: CellName, skip: str, influence: Influence, on: InfluenceOn) -> None:
    experiment = Experiment(cell=cell, skip=skip, influence=influence, influence_on=on)
    found, lower = triangle(experiment), np.tril_indices(4)
    assert np.isfinite(found.influence_log10[lower]).all()
    assert found.shares.sum(axis=1) == pytest.approx(np.ones(4), rel=1e-14)
    together = measure_ensemble(experiment, [experiment.seed, 11])
    assert together.measures["influence_log10"][0][lower] == pytest.approx(found.influence_log10[lower], abs=1e-12)
    if influence == "integrated":
        assert found.integrated_residual is not None
        assert found.integrated_residual.max() <= AIM
    else:
        assert found.integrated_residual is None


@pytest.mark.parametrize("influence", get_args(Influence))
def test_influence_on_the_output_is_that_on_the_state_seen_through_the_readout(influence: Influence) -> None:
    run = measure(Experiment(influence=influence, influence_on="output"))
    sizes = np.linalg.svd(run.trace.readout.weight, compute_uv=False)
    on_state = triangle(Experiment(influence=influence)).influence_log10
    assert run.triangle is not None
    ratio = 10 ** (run.triangle.influence_log10 - on_state)[np.tril_indices(4)]
    assert ratio.max() <= sizes[0] * (1 + 1e-12)
    assert np.ptp(ratio) > 0


def test_the_words_before_a_window_of_a_long_text_stay_as_they_are() -> None:
    text = " ".join(f"w{index % 7}" for index in range(MOST_PAIRED_STEPS + 150))
    found = measure(Experiment(text=text, influence="integrated", hidden=2))
    late = measure_triangle(found, found.steps - 3, found.steps)
    assert np.isnan(late.earlier).all()
    assert late.integrated_residual is not None
    assert late.integrated_residual.max() <= AIM
    assert np.isfinite(measure_triangle(found, 5, 8).earlier).all()
