"""Curves of a long training: bounded, with every extreme, and the same however the steps came in."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.lab.training.record.curves import CAPACITY, QUANTITIES, TrainingCurves, nothing_recorded
from rnn_tui.lab.training.record.samples import MOST, Sample, Samples


def steps(count: int) -> FloatArray:
    return np.random.default_rng(5).standard_normal((len(QUANTITIES), count))


def recorded(values: FloatArray, cuts: list[int]) -> TrainingCurves:
    found = nothing_recorded()
    for part in np.split(values, sorted(cuts), axis=1):
        found = found.recorded(part)
    return found


@pytest.mark.parametrize("count", [0, 1, 7, CAPACITY - 1, CAPACITY, CAPACITY + 1, 5 * CAPACITY + 3, 40_000])
def test_no_more_points_than_there_is_room_for_and_no_extreme_lost(count: int) -> None:
    values = steps(count)
    found = nothing_recorded().recorded(values)
    assert found.steps == count
    for row, name in zip(values, QUANTITIES, strict=True):
        curve = found.of(name)
        assert len(curve.steps) <= CAPACITY
        if count:
            assert curve.steps[-1] == count
            assert (curve.low.min(), curve.high.max()) == (row.min(), row.max())
            each = np.diff(curve.steps, prepend=0)
            assert np.average(curve.mean, weights=each) == pytest.approx(row.mean(), abs=1e-12)
            begin = 0
            for end, low, high in zip(curve.steps.tolist(), curve.low, curve.high, strict=True):
                assert (low, high) == (row[begin:end].min(), row[begin:end].max())
                begin = end


@given(st.lists(st.integers(0, 6000), max_size=8))
def test_how_the_steps_came_in_leaves_no_trace(cuts: list[int]) -> None:
    values = steps(6000)
    one, many = nothing_recorded().recorded(values), recorded(values, cuts)
    assert many.stride == one.stride
    assert np.array_equal(many.points, one.points)
    assert np.array_equal(many.rest, one.rest)


def test_curves_cannot_be_written_to() -> None:
    found = nothing_recorded().recorded(steps(10))
    with pytest.raises(ValueError, match="read-only"):
        found.points[0, 0, 0] = 1.0


def test_samples_are_thinned_evenly() -> None:
    found, nothing = Samples(), np.zeros(3)
    for step in range(0, 30_000, 10):
        numbers = {"loss": 1.0, "error": 0.5, "standard_error": 0.1, "rho": 1.0}
        found = found.with_one(Sample(step=step, log10_parts=nothing, log10_hidden=nothing, **numbers))
        assert len(found.kept) <= MOST
    assert found.taken == 3000
    assert np.unique(np.diff([sample.step for sample in found.kept])).tolist() == [10 * found.every]
    assert found.kept[0].step == 0
    assert found.last is not None
    assert found.last.step == 29_990
