"""An ensemble is its members, measured together."""

from collections.abc import Iterator

import numpy as np
import pytest

from rnn_tui.engine.progress import CancelledError
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.measurement.ensemble.ensemble import Ensemble, measure_ensemble, quantiles
from rnn_tui.lab.measurement.ensemble.fields import SEED_FIELDS
from rnn_tui.lab.measurement.lyapunov import lyapunov
from rnn_tui.lab.measurement.measure import measure
from rnn_tui.lab.measurement.measurement import Measurement

SEEDS = (7, 8, 9)


def close(found: object, true: object) -> None:
    np.testing.assert_allclose(np.asarray(found), np.asarray(true), rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("skip", ["none", "shared:2", "pinned:1-4"])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru", "feedforward"])
@pytest.mark.parametrize("loss", ["last", "sum"])
def test_every_member_is_what_it_is_alone(cell: str, skip: str, loss: str) -> None:
    # an orthogonal W has ρ = 1 whatever the seed, so that one gain is every member's own
    experiment = Experiment().changed(
        text="one two three four five six", cell=cell, skip=skip, loss=loss, init="orthogonal", hidden=5
    )
    together = measure_ensemble(experiment, SEEDS)
    for place, seed in enumerate(SEEDS):
        alone = measure(experiment.changed(seed=seed))
        same_measures(together, place, alone)


@pytest.mark.parametrize("clip", ["off", "norm", "value", "step"])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru", "feedforward"])
def test_an_ensemble_of_one_seed_is_the_measurement(cell: str, clip: str) -> None:
    experiment = Experiment().changed(
        text="one two three four five six", cell=cell, clip=clip, threshold=0.01, truncate=3, loss="mean", hidden=5
    )
    same_measures(measure_ensemble(experiment, [experiment.seed]), 0, measure(experiment), within=1e-12)


def same_measures(together: Ensemble, place: int, alone: Measurement, *, within: float = 1e-11) -> None:
    """Every measure that an ensemble has is, of one member, what that network has alone."""
    for field in SEED_FIELDS:
        subject = lyapunov(alone) if field.name == "lyapunov" else alone
        own = field.value(subject)
        own = list(own) if field.name == "influence" and isinstance(own, Iterator) else own
        members = together.measures.get(field.name)
        if members is not None:
            value = np.nan if own is None else np.asarray(own, dtype=np.float64)
            np.testing.assert_allclose(members[place], value, rtol=within, atol=within, err_msg=field.name)
        else:
            assert own is None, field.name


@pytest.mark.parametrize("measure_of", ["gradient", "gradient-input", "integrated", "occlusion"])
@pytest.mark.parametrize("on", ["state", "output"])
def test_every_influence(measure_of: str, on: str) -> None:
    experiment = Experiment().changed(
        text="one two three four", influence=measure_of, influence_on=on, init="orthogonal", truncate=2
    )
    together = measure_ensemble(experiment, SEEDS)
    for place, seed in enumerate(SEEDS):
        triangle = measure(experiment.changed(seed=seed)).triangle
        assert triangle is not None
        close(together.measures["influence_log10"][place], triangle.influence_log10)


@pytest.mark.parametrize(
    ("activation", "init"), [("relu", "identity"), ("linear", "gaussian"), ("sigmoid", "diagonal")]
)
def test_members_beyond_float64(activation: str, init: str) -> None:
    text = " ".join(str(i) for i in range(450))
    experiment = Experiment().changed(text=text, activation=activation, init=init, rho=6.0, hidden=3)
    together = measure_ensemble(experiment, (7,))
    alone = measure(experiment)
    close(together.measures["log10_jacobian"][0], alone.log10_jacobian)
    close(together.measures["log10_grad_hidden"][0], alone.log10_grad_hidden)
    assert "influence_log10" not in together.measures


@pytest.mark.parametrize("clip", ["off", "norm", "value", "step"])
@pytest.mark.parametrize("cell", ["rnn", "feedforward", "lstm"])
def test_what_truncation_loses_and_what_float32_does_not_move(cell: str, clip: str) -> None:
    experiment = Experiment().changed(
        cell=cell, init="orthogonal", truncate=2, loss="sum", clip=clip, threshold=1e-3, lr=1e-5
    )
    together = measure_ensemble(experiment, SEEDS)
    for place, seed in enumerate(SEEDS):
        alone = measure(experiment.changed(seed=seed))
        assert alone.truncation is not None
        close(together.measures["truncation_lost"][place], alone.truncation.lost)
        close(together.measures["log10_grad_hidden_full"][place], alone.log10_grad_hidden_full)
        assert 0 < alone.update.unmoved < 1
        close(together.measures["unmoved"][place], alone.update.unmoved)


def test_one_gain_for_all_members() -> None:
    experiment = Experiment().changed(text="a b c d", activation="linear", hidden=4)
    own, other = (measure(experiment.changed(seed=seed)) for seed in (7, 8))
    together = measure_ensemble(experiment, (7, 8))
    close(together.measures["log10_growth_per_step"][0], own.log10_growth_per_step)
    # the second is not scaled to ρ = .9 itself
    assert abs(together.measures["log10_growth_per_step"][1] - (other.log10_growth_per_step or 0.0)) > 1e-3


def test_quantiles_are_members_and_leave_out_what_is_unknown() -> None:
    members = np.array([[-np.inf, np.nan, 3.0], [1.0, np.nan, 1.0], [2.0, np.nan, np.nan], [5.0, np.nan, 2.0]])
    found = quantiles(members, (0.0, 0.25, 0.5, 1.0))
    np.testing.assert_array_equal(found[:, 0], [-np.inf, -np.inf, 1.0, 5.0])
    assert np.isnan(found[:, 1]).all()
    np.testing.assert_array_equal(found[:, 2], [1.0, 1.0, 2.0, 3.0])


def test_it_tells_how_far_it_is_and_stops_when_asked() -> None:
    told: list[float] = []

    def watch(done: float) -> bool:
        told.append(done)
        return len(told) < 3

    with pytest.raises(CancelledError):
        measure_ensemble(Experiment(), range(4), watch=watch)
    assert len(told) == 3
    told.clear()

    def patient(done: float) -> bool:
        told.append(done)
        return True

    measure_ensemble(Experiment(), range(4), watch=patient)
    assert told == sorted(told)
    assert told[-1] == 1.0
