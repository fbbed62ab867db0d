"""measure: from an Experiment to its Measurement, one pure function."""

from collections.abc import Mapping
from dataclasses import Field, fields
from typing import Any

import numpy as np

from rnn_tui.engine.learning.clipping import require_finite
from rnn_tui.engine.numbers.exponents import Scaled
from rnn_tui.engine.progress import Watch, part_of, report, unwatched
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.experiment.memory import MOST_PAIRED_STEPS, check_memory
from rnn_tui.lab.experiment.trace import trace
from rnn_tui.lab.measurement.intermediate import IntermediateResults
from rnn_tui.lab.measurement.measurement import Measurement, Triangle
from rnn_tui.lab.measurement.measures import MEASURES
from rnn_tui.lab.measurement.notes import notes
from rnn_tui.lab.measurement.pair_measures import triangle_of


def measure(experiment: Experiment, *, full: bool = False, watch: Watch = unwatched) -> Measurement:
    """Everything that is shown of an experiment, computed on the network it describes.

    Args:
        full: also the measures over pairs of steps where there are more than `MOST_PAIRED_STEPS`.
        watch: called with the share that is done; answers whether to go on.

    Raises:
        CancelledError: as `watch` asked.
        ExperimentError: it would not fit in memory, or W cannot be scaled as asked.
        NonFiniteGradientError: a gradient is not finite; names its tensor.
    """
    check_memory(experiment, full=full)
    found = IntermediateResults(experiment, trace(experiment, watch=part_of(watch, 0.0, 0.1)))
    report(watch, 0.1)
    require_finite(found.parameters)
    _ = found.clipped  # the long computations first, each with its share of the progress
    report(watch, 0.2)
    _ = found.jacobians
    report(watch, 0.4)
    if full or found.steps <= MOST_PAIRED_STEPS:
        rest = part_of(watch, 0.4, 1.0)
        found.triangle = triangle_of(experiment, found.run, start=0, stop=found.steps, watch=rest)
    values = {each.name: _of_one(each, MEASURES[each.name](found)) for each in fields(Measurement)}
    return notes(_read_only(Measurement(**values)))


def _of_one(field: "Field[Any]", value: object) -> Any:
    """A measure of one network as its field holds it: a number in the place of an array without axes, None for NaN."""
    if not isinstance(value, (np.ndarray, np.generic)) or value.ndim:
        return value
    number = float(value)
    if field.type is float:
        return number
    whole = field.type == int | None
    if np.isnan(number) and (whole or field.type == float | None):
        return None
    return int(number) if whole else number


def _read_only(measurement: Measurement) -> Measurement:
    """The same measurement, no array of which can be written to."""
    for part in (measurement, measurement.triangle):
        for name in part.__slots__ if isinstance(part, Measurement | Triangle) else ():
            value = getattr(part, name)
            held = value.values() if isinstance(value, Mapping) else value if isinstance(value, Scaled) else (value,)
            for array in held:
                if isinstance(array, np.ndarray):
                    array.flags.writeable = False
    return measurement
