"""What the Unroll screen has measured beside the measurement that all screens share: the kinds of clipping compared."""

from collections.abc import Iterator

from rnn_tui.engine.progress import Watch
from rnn_tui.lab.measurement.measurement import Measurement
from rnn_tui.ui.shell.measuring import is_quick
from rnn_tui.ui.state.side_work import SideTask


def clips_compared_task(measurement: Measurement) -> SideTask:
    """Norm, value and step clipping of one and the same gradient."""

    def work(_: Watch) -> Iterator[object]:
        from rnn_tui.lab.measurement.gradient.clipping import clips_compared

        yield clips_compared(measurement)

    return SideTask("clips", measurement, work, quick=is_quick(measurement.experiment))
