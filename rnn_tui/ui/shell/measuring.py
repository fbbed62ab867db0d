"""Measuring: what a measurement is asked for with, whether it is quick, and the work of it for a job."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rnn_tui.engine.kinds import CELLS
from rnn_tui.engine.progress import Watch, report, unwatched
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.ui.state.jobs import Work

if TYPE_CHECKING:
    from rnn_tui.lab.measurement.measurement import Measurement

MOST_PRODUCTS_AT_ONCE = 200_000
# what the measures over pairs of steps cost, as multiples of what they cost one block of W
_LAYERS_COST = 2
_SKIP_COST = 2
_INTEGRATED_COST = 64  # of a path that is hard


def is_quick(experiment: Experiment) -> bool:
    """Whether measuring takes less than a frame, by the products that the pairs of steps and the spectrum need."""
    steps, hidden = len(experiment.words), experiment.hidden
    kind = CELLS[experiment.cell]
    cost = len(kind.gates) if kind.shares_weights else _LAYERS_COST
    cost *= _SKIP_COST if experiment.skip != "none" else 1
    cost *= _INTEGRATED_COST if experiment.influence == "integrated" else 1
    return cost * steps * (steps + hidden) * hidden + hidden**3 // 4 <= MOST_PRODUCTS_AT_ONCE


@dataclass(frozen=True, slots=True)
class Request:
    """A measurement that is wanted.

    Attributes:
        opening: what the notice begins with.
        preview: whether the experiment is being typed and is not part of the history yet.
    """

    experiment: Experiment
    opening: str = ""
    preview: bool = False


def measurement_work(experiment: Experiment, *, at_once: bool) -> Work:
    """The work of measuring an experiment: one answer, a measurement or the exception that kept it from being made.

    Unless it is to begin `at_once`, what is known without it is painted first.
    """

    def work(goes_on: Watch) -> Iterator[object]:
        if not at_once:
            report(goes_on, 0.0)
        yield answer(experiment, goes_on)

    return work


def charts_loaded(_: Watch) -> Iterator[object]:
    """Loads the charts' library, which takes as long as the first measurement: the other panels come before."""
    from rnn_tui.ui.charts import plotting

    plotting.load()
    yield True


def window_measured(measurement: "Measurement", start: int, stop: int) -> Work:
    """The work of measuring the triangle of the steps `start … stop − 1`."""

    def work(goes_on: Watch) -> Iterator[object]:
        from rnn_tui.lab.measurement.pair_measures import measure_triangle

        try:
            yield measure_triangle(measurement, start, stop, watch=goes_on)
        except MemoryError:
            yield ExperimentError("text", f"{stop - start:,} steps", "there is not enough memory for all their pairs")

    return work


def answer(experiment: Experiment, goes_on: Watch = unwatched) -> "Measurement | Exception":
    """The measurement, or the exception that kept it from being made: the interface's thread decides what it means.

    `goes_on` is called with the share that is done; its answer False ends the measurement with a `CancelledError`.
    """
    try:
        from rnn_tui.lab.measurement.measure import measure

        return measure(experiment, watch=goes_on)
    except MemoryError:
        sizes = f"{len(experiment.words):,} steps and {experiment.hidden:,} hidden units"
        return ExperimentError("hidden", experiment.hidden, f"there is not enough memory for {sizes}")
    except Exception as problem:  # noqa: BLE001 - raised again where the app sees it
        return problem
