"""What the Powers screen has measured: its tasks, and what each depends on."""

import time
from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from rnn_tui.engine.progress import Watch
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.ui.screens.powers.scene import PowersResults, PowersView
from rnn_tui.ui.state.side_work import SideTask

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import FloatArray
    from rnn_tui.lab.measurement.measurement import Measurement
    from rnn_tui.lab.powers.bands import Bands
    from rnn_tui.lab.powers.draws import Draws, DrawSpec

# Up to so many units the powers, and the gain of the draws, are found in a part of a frame.
QUICK_UNITS = 16
PART_SECONDS = 0.25  # from part to part of the draws: to show one takes from their time


class RepeatedMatrix(NamedTuple):
    """A matrix, or a number, and how far its powers go.

    Attributes:
        experiment: whose W it is.
        number: the number w in its place, or None.
        last: the largest n.
        drawn: its W, where that was measured already.
    """

    experiment: Experiment
    number: float | None
    last: int
    drawn: "FloatArray | None" = None

    @property
    def matrix_size(self) -> int:
        """The number of rows of W; 1 for a number."""
        return 1 if self.number is not None else self.experiment.hidden

    @property
    def weight_key(self) -> Hashable:
        """All that W, or w, depends on: a text that is typed is no part of it."""
        e = self.experiment
        if self.number is not None:
            return ("number", self.number)
        transient = e.transient if e.init == "nonnormal" else None
        return (e.cell, e.init, e.hidden, e.seed, e.rho, e.sigma, transient, e.edits, e.trained)

    def spec(self) -> "DrawSpec":
        """What the draws of the random products depend on."""
        from rnn_tui.lab.powers.draws import draw_spec

        return draw_spec(self.experiment, number=self.number, most=self.last)


def repeated_matrix(
    experiment: Experiment, measurement: "Measurement | None", view: PowersView
) -> RepeatedMatrix | None:
    """The matrix, or the number, that is raised to powers now; None while it is not known yet."""
    number: float | None = None
    measured = measurement if measurement is not None and measurement.experiment == experiment else None
    if view.number and experiment.init != "number":
        number = experiment.scale("rho")
        if number is None and measured is not None:
            number = measured.spectral_radius
        if number is None:
            return None
    return RepeatedMatrix(experiment, number, view.last, None if measured is None else measured.trace.weight_hh)


def power_tasks(what: RepeatedMatrix, view: PowersView, results: PowersResults) -> Iterator[SideTask]:
    """What is wanted: the powers, with tanh where that is on, and the products of draws, which only a gain parts."""
    key = (what.weight_key, what.last)
    yield SideTask("powers", key, lambda watch: _powers(what, watch), quick=what.matrix_size <= QUICK_UNITS)
    if view.tanh:
        yield SideTask("tanh_powers", key, lambda watch: _tanh_powers(what, watch))
    spec = what.spec()
    yield SideTask("draws", spec, lambda watch: _draws(what, spec, watch))
    draws = results.draws
    if draws is not None and draws.spec == spec:
        yield SideTask(
            "bands", (draws, what.weight_key), lambda _: _bands(what, draws), quick=what.matrix_size <= QUICK_UNITS
        )


def bands_shown(what: RepeatedMatrix, results: PowersResults) -> "Bands | None":
    """The bands of the draws that are wanted, as far as they are drawn; None where there are none yet."""
    bands = results.bands
    return bands if bands is not None and bands.spec == what.spec() else None


def _powers(what: RepeatedMatrix, watch: Watch) -> Iterator[object]:
    from rnn_tui.lab.powers.powers import powers

    yield powers(what.experiment, number=what.number, last=what.last, drawn=what.drawn, watch=watch)


def _tanh_powers(what: RepeatedMatrix, watch: Watch) -> Iterator[object]:
    from rnn_tui.lab.powers.powers import powers_with_tanh

    yield powers_with_tanh(what.experiment, number=what.number, last=what.last, watch=watch)


def _draws(what: RepeatedMatrix, spec: "DrawSpec", watch: Watch) -> "Iterator[Draws]":
    from rnn_tui.lab.powers.draws import power_draws

    shown = time.monotonic()
    for draws in power_draws(spec, what.experiment, number=what.number, watch=watch):
        if draws.steps[-1] == spec.last or time.monotonic() - shown >= PART_SECONDS:
            shown = time.monotonic()
            yield draws


def _bands(what: RepeatedMatrix, draws: "Draws") -> Iterator[object]:
    from rnn_tui.lab.powers.bands import growth_bands

    yield growth_bands(draws, what.experiment, number=what.number)
