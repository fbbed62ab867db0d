"""Measurements made only on request: powers of W, other networks, the spectrum."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from rnn_tui.engine.progress import Watch, part_of, unwatched

if TYPE_CHECKING:
    from rnn_tui.lab.compare.compare import Comparison
    from rnn_tui.lab.measurement.measurement import Measurement
    from rnn_tui.lab.powers.bands import Bands
    from rnn_tui.lab.powers.powers import Powers, TanhPowers
    from rnn_tui.lab.spectrum.spectrum import Spectrum


class RequestedViews(NamedTuple):
    """The views that are wanted.

    Attributes:
        powers: the largest n of Wⁿ, or None.
        compare: whether to compare with other networks.
        spectrum: the step whose Jacobian is wanted too, from 1, or None.
    """

    powers: int | None = None
    compare: bool = False
    spectrum: int | None = None


class Views(NamedTuple):
    """The views; None for one that was not wanted. `powers` comes with `bands`, and `tanh` with `powers`."""

    powers: "Powers | None" = None
    tanh: "TanhPowers | None" = None
    bands: "Bands | None" = None
    compare: "Comparison | None" = None
    spectrum: "Spectrum | None" = None


NO_VIEWS = Views()


def measure_views(
    measurement: "Measurement", asked: RequestedViews, *, seeds: Sequence[int] | None = None, watch: Watch = unwatched
) -> Views:
    """The wanted views of a measured experiment.

    Args:
        seeds: for the bands of the comparison, and how many draws those of the powers are of.

    Raises:
        CancelledError: as `watch` asked.
        ExperimentError: W cannot be scaled as asked.
        ValueError: there is no such step.
    """
    from rnn_tui.lab.compare.compare import compare
    from rnn_tui.lab.powers.bands import power_bands
    from rnn_tui.lab.powers.powers import powers, powers_with_tanh
    from rnn_tui.lab.spectrum.spectrum import spectrum

    experiment = measurement.experiment
    of_w = bounded = bands = others = eigen = None
    if asked.spectrum is not None:
        eigen = spectrum(measurement, step=asked.spectrum, watch=part_of(watch, 0.0, 0.2))
    if asked.powers is not None:
        of_w = powers(experiment, last=asked.powers, watch=part_of(watch, 0.2, 0.3))
        bounded = powers_with_tanh(experiment, last=asked.powers, watch=part_of(watch, 0.3, 0.4))
        draws = None if seeds is None else len(seeds)
        bands = power_bands(experiment, seeds=draws, most=asked.powers, watch=part_of(watch, 0.4, 0.6))
    if asked.compare:
        others = compare(experiment, seeds=seeds or (), watch=part_of(watch, 0.6, 1.0))
    return Views(of_w, bounded, bands, others, eigen)
