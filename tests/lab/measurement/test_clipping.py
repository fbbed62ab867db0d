"""Three kinds of clipping of one gradient: each as if it were the only one, and what is said of them."""

import math

import numpy as np
import pytest

from rnn_tui.engine.kinds import CellName
from rnn_tui.engine.learning.clipping import Clipped
from rnn_tui.engine.numbers.exponents import from_floats
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.measurement.gradient.clipping import CLIP_KINDS, ClipRow, clips_compared, compare_clips, dominant
from rnn_tui.lab.measurement.measure import measure


def row(found: tuple[ClipRow, ...], kind: str) -> ClipRow:
    return next(each for each in found if each.report.mode == kind)


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru", "feedforward"])
@pytest.mark.parametrize("truncate", [None, 2])
def test_each_is_what_a_measurement_with_it_reports(cell: CellName, truncate: int | None) -> None:
    experiment = Experiment(cell=cell, loss="sum", threshold=0.05, truncate=truncate)
    found = clips_compared(measure(experiment))
    for kind, each in zip(CLIP_KINDS, found.rows, strict=True):
        alone = measure(experiment.changed(clip=kind))
        assert each.report == alone.clip
        assert each.dominant is not None
        assert each.touched_share == alone.clip.touched / alone.clip.touched_of
    assert found.log10_norm == found.rows[0].report.log10_norm_before


def test_the_angle_is_that_between_the_gradients() -> None:
    before = {"a": from_floats(np.array([3.0, 4.0])), "b": from_floats(np.array([0.0]))}
    after = {"a": from_floats(np.array([1.0, 1.0])), "b": from_floats(np.array([0.0]))}
    value = Clipped(after, None, touched=2, touched_of=3)
    found = compare_clips(1.0, before=before, after=dict.fromkeys(CLIP_KINDS, value))
    assert found.rows[1].degrees == pytest.approx(math.degrees(math.acos(7 / (5 * math.sqrt(2)))))
    assert found.rows[1].touched_share == pytest.approx(2 / 3)
    assert found.rows[1].report.norm_after == pytest.approx(math.sqrt(2))


def test_norm_keeps_the_direction_and_value_turns_it() -> None:
    found = clips_compared(measure(Experiment(loss="sum")), threshold=0.1)
    norm, value = row(found.rows, "norm"), row(found.rows, "value")
    assert norm.degrees == 0.0
    assert norm.report.norm_after == pytest.approx(0.1)
    assert value.degrees is not None
    assert value.degrees > 1
    assert "keeps its direction" in found.sentence
    assert f"turns it by {value.degrees:.0f}°" in found.sentence
    assert found.threshold == 0.1


def test_the_dominant_tensor_holds_the_largest_share() -> None:
    found = measure(Experiment(loss="sum"))
    compared = clips_compared(found)
    squares = {name: (norm or 0.0) ** 2 for name, norm in found.grad_norms.items()}
    largest = max(squares, key=lambda name: squares[name])
    assert compared.dominant is not None
    assert compared.dominant.tensor == largest
    assert compared.dominant.share == pytest.approx(squares[largest] / sum(squares.values()))
    assert dominant({"a": from_floats(np.zeros(3))}) is None


def test_a_large_threshold_touches_nothing() -> None:
    found = clips_compared(measure(Experiment()), threshold=1e6)
    assert [each.report.touched for each in found.rows] == [0, 0, 0]
    assert all(each.degrees == 0.0 for each in found.rows)
    assert "all three leave this gradient as it is" in found.sentence


def test_gradients_beyond_float64_are_compared() -> None:
    long = Experiment(text=" ".join("abcdefghij" * 60), activation="linear", rho=5.0, loss="sum")
    found = clips_compared(measure(long))
    assert found.log10_norm > 308
    assert row(found.rows, "norm").report.norm_after == pytest.approx(1.0)
    step = row(found.rows, "step")
    assert step.report.touched > 500
    assert step.dominant is not None
    assert math.isfinite(step.report.log10_norm_after)


def test_a_gradient_too_small_to_be_known_is_not_called_zero() -> None:
    sure = Experiment(text=" ".join("abcdefghijklmnopqrst"), activation="linear", rho=1e4, seed=3)
    found = clips_compared(measure(sure))
    assert math.isnan(found.log10_norm)
    assert found.dominant is None
    assert "too small to be known" in found.sentence
