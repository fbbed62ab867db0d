"""Measuring behind the interface: one thread at a time, and only the newest of what waits."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message
from textual.message_pump import MessagePump

from rnn_tui.engine.kinds import Cell
from rnn_tui.engine.progress import Watch, unwatched
from rnn_tui.lab.experiment import Experiment, ExperimentError

if TYPE_CHECKING:
    from rnn_tui.lab.measurement import Measurement, Triangle

MOST_AT_ONCE = 200_000
# What the measures over pairs of steps cost, as multiples of what they cost a simple RNN.
_CELL_COST: Mapping[Cell, int] = {"rnn": 1, "feedforward": 2, "gru": 3, "lstm": 4}
_SKIP_COST = 2
_INTEGRATED_COST = 16


def is_quick(experiment: Experiment) -> bool:
    """Whether measuring takes less than a frame, by the products that the pairs of steps and the spectrum need."""
    steps, hidden = len(experiment.words), experiment.hidden
    cost = _CELL_COST[experiment.cell] * (_SKIP_COST if experiment.skip != "none" else 1)
    cost *= _INTEGRATED_COST if experiment.influence == "integrated" else 1
    return cost * steps * (steps + hidden) * hidden + hidden**3 // 4 <= MOST_AT_ONCE


@dataclass(frozen=True, slots=True)
class Request:
    """A measurement that is wanted.

    Attributes:
        serial: counts up; a result is shown only where nothing newer was.
        opening: what the notice begins with.
        preview: whether the experiment is being typed and is not part of the history yet.
    """

    serial: int
    experiment: Experiment
    opening: str = ""
    preview: bool = False


class Measured(Message):
    """A request is answered: with a measurement, or with why there is none."""

    def __init__(self, request: Request, answer: "Measurement | Exception") -> None:
        self.request = request
        self.answer = answer
        super().__init__()


class ChartsLoaded(Message):
    """The charts' library can be used, or why it cannot."""

    def __init__(self, problem: Exception | None) -> None:
        self.problem = problem
        super().__init__()


class WindowMeasured(Message):
    """The triangle of a window is there."""

    def __init__(self, measurement: "Measurement", answer: "Triangle | Exception") -> None:
        self.measurement = measurement
        self.answer = answer
        super().__init__()


class Measurer:
    """Measures in a thread and posts what comes out to `owner`.

    The threads are daemons of its own, not workers of a pool: leaving the lab must not wait for a long measurement.
    """

    def __init__(self, owner: MessagePump) -> None:
        self._owner = owner
        self._busy = False
        self._wanted = 0
        self._done = 0.0
        self._next: Request | None = None
        self._window: tuple[Measurement, int, int] | None = None
        self._next_window: tuple[Measurement, int, int] | None = None

    @property
    def busy(self) -> bool:
        """Whether a measurement is under way."""
        return self._busy

    @property
    def progress(self) -> float:
        """Which share of the measurement under way is done, from 0 to 1."""
        return self._done

    @property
    def under_way(self) -> bool:
        """Whether a thread is at work, on a measurement or on a window."""
        return self._busy or self._window is not None

    def ask(self, request: Request) -> None:
        """Measures now, or once the one under way has stopped, which nobody waits for any more."""
        self._wanted = request.serial
        if self._busy:
            self._next = request
            return
        self._busy, self._done = True, 0.0
        threading.Thread(target=self._run, args=(request,), name="measure", daemon=True).start()

    def forget(self) -> None:
        """Nothing that waits or is under way is wanted any more."""
        self._next, self._wanted = None, 0

    def done(self) -> None:
        """The owner has what was measured: the next one may begin."""
        self._busy = False
        if self._next is not None:
            request, self._next = self._next, None
            self.ask(request)

    def _run(self, request: Request) -> None:
        def goes_on(done: float) -> bool:
            self._done = done
            return self._wanted == request.serial

        self._owner.post_message(Measured(request, answer(request.experiment, goes_on)))

    def load_charts(self) -> None:
        """Loads the charts' library, which takes as long as the first measurement: the other panels come before."""
        threading.Thread(target=self._load_charts, name="load-charts", daemon=True).start()

    def _load_charts(self) -> None:
        problem = None
        try:
            from rnn_tui.ui import plotting

            plotting.load()
        except Exception as found:  # noqa: BLE001 - raised again where the app sees it
            problem = found
        self._owner.post_message(ChartsLoaded(problem))

    def ask_window(self, measurement: "Measurement", start: int, stop: int) -> None:
        """Measures the triangle of the steps `start … stop − 1`, on the same terms."""
        window = (measurement, start, stop)
        if self._window is not None:
            self._next_window = None if window == self._window else window
            return
        self._window = window
        threading.Thread(target=self._run_window, args=window, name="measure-window", daemon=True).start()

    def window_done(self) -> None:
        """The owner has the triangle: the next one may begin."""
        self._window = None
        if self._next_window is not None:
            window, self._next_window = self._next_window, None
            self.ask_window(*window)

    def _run_window(self, measurement: "Measurement", start: int, stop: int) -> None:
        found: Triangle | Exception
        try:
            from rnn_tui.lab.triangle import measure_triangle

            # Another window that waits makes this one needless.
            found = measure_triangle(measurement, start, stop, watch=lambda _: self._next_window is None)
        except MemoryError:
            found = ExperimentError("text", f"{stop - start:,} steps", "there is not enough memory for all their pairs")
        except Exception as problem:  # noqa: BLE001 - raised again where the app sees it
            found = problem
        self._owner.post_message(WindowMeasured(measurement, found))


def answer(experiment: Experiment, goes_on: Watch = unwatched) -> "Measurement | Exception":
    """The measurement, or the exception that kept it from being made: the interface's thread decides what it means.

    `goes_on` is told which share is done; its answer False ends the measurement with a `CancelledError`.
    """
    try:
        from rnn_tui.lab.measure import measure

        return measure(experiment, watch=goes_on)
    except MemoryError:
        sizes = f"{len(experiment.words):,} steps and {experiment.hidden:,} hidden units"
        return ExperimentError("hidden", experiment.hidden, f"there is not enough memory for {sizes}")
    except Exception as problem:  # noqa: BLE001 - raised again where the app sees it
        return problem
