"""The Lyapunov exponents of a measurement, found when they are asked for."""

from rnn_tui.engine.dynamics import lyapunov as engine
from rnn_tui.engine.dynamics.lyapunov import Lyapunov
from rnn_tui.engine.dynamics.state_maps import has_state
from rnn_tui.engine.progress import Watch, unwatched
from rnn_tui.lab.measurement.measurement import Measurement


def lyapunov(measurement: Measurement, *, watch: Watch = unwatched) -> Lyapunov | None:
    """The finite-time Lyapunov exponents of the measured network along its text; None where it has none.

    Raises:
        CancelledError: `watch` answered that the work should stop.
    """
    return engine.lyapunov_exponents(measurement.trace.maps, watch=watch)


def has_exponents(measurement: Measurement) -> bool:
    """Whether a measured network has Lyapunov exponents along its text."""
    return has_state(measurement.trace.maps)


def why_none(measurement: Measurement) -> str:
    """The sentence that says why a measured network has no Lyapunov exponents along its text."""
    if measurement.steps == 1:
        return "One step has no factor, so there are no Lyapunov exponents."
    if measurement.experiment.skip.startswith("pinned"):
        return "A pinned skip joins two steps, so there are no Lyapunov exponents: a step is no map of one state."
    return (
        f"A skip of {measurement.experiment.skip} makes one state of as many h as it reaches back over: more than this "
        "text has, or too many numbers for Lyapunov exponents."
    )
