"""Windows: the measures over pairs of steps, for the part of a long text that a panel shows."""

from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.ui.shell.core import LabCore
from rnn_tui.ui.shell.measuring import window_measured
from rnn_tui.ui.state.requests import TriangleWanted


class Windows(LabCore):
    """Answers the panels that ask for a window of pairs with `TriangleWanted`."""

    def on_triangle_wanted(self, message: TriangleWanted) -> None:
        """Measures the window, and as much again on both sides for the next steps; a walk does not wait for it."""
        if self.measurement is None or self.measurement.triangle is not None or self.view.play is not None:
            return
        measurement = self.measurement
        start, stop = message.window
        margin = stop - start
        start, stop = max(0, start - margin), min(measurement.steps, stop + margin)

        def take(found: object) -> None:
            from rnn_tui.lab.measurement.measurement import Triangle

            if isinstance(found, ExperimentError):
                self.complain(str(found))
            elif isinstance(found, Exception):
                raise found
            elif isinstance(found, Triangle) and measurement is self.measurement:
                self.triangle = found

        self.job("window").ask((measurement, start, stop), window_measured(measurement, start, stop), take)
