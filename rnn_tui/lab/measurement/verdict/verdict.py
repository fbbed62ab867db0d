"""The verdict on a gradient: how much of the last step's error arrives at the first step of a text."""

import math
from typing import NamedTuple

from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.measurement.measurement import Measurement, Verdict
from rnn_tui.lab.measurement.verdict.arrival import Carrier, known_or_none, per_step

FEWEST_STEPS = 4
VANISHES_BELOW, EXPLODES_ABOVE = math.log10(0.5), math.log10(2.0)
SLACK = 1e-9 / math.log(10.0)  # of a log10 at one of these boundaries: 1e-9 relative
# what the screens and tables call each verdict
WORDS: dict[Verdict, str] = {
    "vanishing": "vanishing",
    "steady": "holding",
    "exploding": "exploding",
    "dead": "dead",
    "undefined": "no verdict",
}


class Finding(NamedTuple):
    """What became of the last step's gradient on its way back through a text of T steps.

    Attributes:
        experiment: whose text and network it is.
        carrier, way: as `Arrival` has them.
        log10_arrives: log10 r = log10 ‖∂L_T/∂q_1‖ / ‖∂L_T/∂q_T‖; None at T = 1, and where there is no error to send.
        kind: the verdict on r.
        log10_any: log10 ‖∂s_T/∂s_1‖₂ of the whole state, the most that any error could get; None at T = 1.
        any_kind: the same rule's verdict on that.
    """

    experiment: Experiment
    carrier: Carrier
    way: FloatArray
    log10_arrives: float | None
    kind: Verdict
    log10_any: float | None
    any_kind: Verdict

    @property
    def steps(self) -> int:
        """T."""
        return len(self.way)

    @property
    def log10_rate(self) -> float | None:
        """log10 r^(1/(T−1)), the geometric mean of the factors from step to step; None where there is none."""
        return per_step(self.log10_arrives, self.steps)

    @property
    def log10_any_rate(self) -> float | None:
        """The same of any error."""
        return per_step(self.log10_any, self.steps)


def verdict(log10: float | None, steps: int) -> Verdict:
    """What became of a size over the whole way of a text of T steps, given by log10 of its end over its beginning.

    Vanishing below a half, exploding above twice, steady between (1e-9 relative is as good as equal); dead for a true
    zero; undefined where there is nothing to judge (None, NaN), and with fewer than `FEWEST_STEPS` steps.
    """
    if steps < FEWEST_STEPS or log10 is None or math.isnan(log10):
        return "undefined"
    if log10 == -math.inf:
        return "dead"
    if log10 < VANISHES_BELOW - SLACK:
        return "vanishing"
    return "exploding" if log10 > EXPLODES_ABOVE + SLACK else "steady"


def finding(experiment: Experiment, *, carrier: Carrier, way: FloatArray, log10_any: float | None) -> Finding:
    """The finding on a gradient's way (T,) through the experiment's text; the arguments as `Finding` has them."""
    steps = len(way)
    no_error = steps == 1 or way[-1] == -math.inf
    arrives = None if no_error else known_or_none(float(way[0] - way[-1]))
    return Finding(
        experiment=experiment,
        carrier=carrier,
        way=way,
        log10_arrives=arrives,
        kind=verdict(arrives, steps),
        log10_any=log10_any,
        any_kind=verdict(log10_any, steps),
    )


def finding_of(measurement: Measurement) -> Finding:
    """The finding that a measurement's verdict rests on."""
    rate = measurement.log10_growth_per_step
    return finding(
        measurement.experiment,
        carrier=measurement.arrives_of,
        way=measurement.log10_arriving,
        log10_any=None if rate is None else rate * (measurement.steps - 1),
    )
