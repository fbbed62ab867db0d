"""The Lyapunov exponents of a measurement, found when they are asked for."""

from rnn_tui.engine import lyapunov as engine
from rnn_tui.engine.lyapunov import Lyapunov
from rnn_tui.engine.progress import Watch, unwatched
from rnn_tui.lab.measurement import Measurement


def lyapunov(measurement: Measurement, *, watch: Watch = unwatched) -> Lyapunov | None:
    """The finite-time Lyapunov exponents of the measured network along its text; None where it has none.

    Raises:
        CancelledError: `watch` answered that the work should stop.
    """
    return engine.lyapunov(measurement.trace.back, watch=watch)
