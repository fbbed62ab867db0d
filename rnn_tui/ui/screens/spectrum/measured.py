"""What the Spectrum screen has measured: W entry by entry, its spectrum and the step's, and the Lyapunov exponents."""

from collections.abc import Iterator
from dataclasses import replace

from rnn_tui.engine.progress import Watch
from rnn_tui.lab.experiment.all_settings import EXPERIMENT
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.measurement.measurement import Measurement
from rnn_tui.ui.shell.measuring import is_quick
from rnn_tui.ui.state.side_work import SideTask


def entries_task(measurement: Measurement) -> SideTask:
    """The value of each entry of W, its gradient, and how ρ changes with it."""

    def work(_: Watch) -> Iterator[object]:
        from rnn_tui.lab.spectrum.entries import entries

        yield entries(measurement)

    return SideTask("entries", measurement, work, is_quick(measurement.experiment))


def spectrum_task(measurement: Measurement, step: int) -> SideTask:
    """The eigenvalues and singular values of W, and those of the Jacobian of a step (0-based)."""

    def work(watch: Watch) -> Iterator[object]:
        from rnn_tui.lab.spectrum.spectrum import spectrum

        yield spectrum(measurement, step=step + 1, watch=watch)

    experiment = measurement.experiment
    return SideTask("spectrum", (_with_states_of(experiment), step), work, is_quick(experiment))


def lyapunov_task(measurement: Measurement) -> SideTask | None:
    """The Lyapunov exponents along the text; None for a network that has none."""
    from rnn_tui.lab.measurement.lyapunov import has_exponents

    if not has_exponents(measurement):
        return None

    def work(watch: Watch) -> Iterator[object]:
        from rnn_tui.lab.measurement.lyapunov import lyapunov

        yield lyapunov(measurement, watch=watch)

    experiment = measurement.experiment
    return SideTask("lyapunov", _with_states_of(experiment), work, is_quick(experiment))


def _with_states_of(experiment: Experiment) -> Experiment:
    """The experiment with the default of every setting that no state depends on."""
    default = Experiment()
    others = (setting.name for setting in EXPERIMENT.settings if setting.group == "gradient")
    return replace(experiment, **{name: getattr(default, name) for name in others})
