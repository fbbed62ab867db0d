"""The figures of one network in a comparison: how much of the last step's gradient each word gets, and for how long."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rnn_tui.engine.backprop.jacobians import last_jacobians
from rnn_tui.engine.dynamics.lyapunov import largest_exponent
from rnn_tui.engine.influence.gradient import memory_lag
from rnn_tui.engine.network.network import Network
from rnn_tui.engine.numbers.arrays import FloatArray, protect
from rnn_tui.engine.progress import Watch, part_of, report
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.experiment.initialise import text_of
from rnn_tui.lab.experiment.lengths import Lengths, other_lengths
from rnn_tui.lab.experiment.memory import members_at_once
from rnn_tui.lab.experiment.trace import Trace, trace
from rnn_tui.lab.measurement.ensemble.ensemble import quantiles, stacked
from rnn_tui.lab.measurement.measurement import Verdict
from rnn_tui.lab.measurement.verdict.arrival import arrival, first_to_last_ratio, last_gradient
from rnn_tui.lab.measurement.verdict.verdict import Finding, finding
from rnn_tui.lab.report.fields import LOG10, RATE, report_field


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Figures:
    """The measures of one network. In arrays of log10, −inf is a true zero and NaN is unknown."""

    log10_grad_hidden: FloatArray = report_field(
        "log10 ‖∂L_T/∂h_t‖, whatever loss and truncation are set; of an LSTM with c_t held", "T", LOG10, csv=True
    )
    log10_grad_cell: FloatArray | None = report_field(
        "of an LSTM log10 ‖∂L_T/∂c_t‖, the way from c_t to h_t included", "T", LOG10, csv=True
    )
    bands: FloatArray | None = report_field(
        "with `--seeds`: the quantiles of `log10_grad_hidden`, a row a level; null of a trained network",
        "level,T",
        LOG10,
    )
    log10_growth_per_step: float | None = report_field("as in the measurement", "", LOG10, csv=True)
    log10_first_against_last: float = report_field("log10 ‖∂L_T/∂h_1‖ / ‖∂L_T/∂h_T‖", "", LOG10, csv=True)
    log10_cell_first_against_last: float | None = report_field(
        "of an LSTM the same of its cell state, the way that is meant to last", "", LOG10, csv=True
    )
    finding: Finding = report_field("what the verdict rests on", json=False)
    log10_word_to_state: float = report_field(
        "log10 ‖∂h_T/∂x_1‖_F / ‖∂h_T/∂x_T‖_F, the one measure that is fair to all cells; null at T = 1, and where the "
        "last word moves nothing",
        "",
        LOG10,
        csv=True,
    )
    log10_lowest_word: float = report_field(
        "the least of ‖∂h_T/∂x_t‖_F / ‖∂h_T/∂x_T‖_F over the words between the first and the last", "", LOG10, csv=True
    )
    parameters: int = report_field("how many there are", csv=True)
    memory_lag_90: int | None = report_field("as in the measurement", "", "words", csv=True)
    lyapunov: float | None = report_field("the largest exponent; null where there is none", "", RATE, csv=True)
    shares_weights: bool = report_field("whether all steps share one set of weights", csv=True)
    lowest_word: int | None = report_field(
        "the step of `log10_lowest_word`, from 1; null where there is none", csv=True
    )
    lengths: Lengths = report_field("whether this very network runs one word more and one less, tried", json=False)

    @property
    def verdict(self) -> Verdict:
        """As in `Measurement`."""
        return self.finding.kind

    @property
    def log10_arrives(self) -> float | None:
        """As in `Measurement`."""
        return self.finding.log10_arrives


def figures_of(experiment: Experiment, *, built: Network | None = None, watch: Watch) -> Figures:
    """Measures one network, without bands.

    Args:
        built: the network that the experiment's text is run through, where it was built for a longer one.

    Raises:
        ExperimentError: W cannot be scaled as asked.
        CancelledError: as `watch` asked.
    """
    run = trace(experiment)
    network = built or run.network
    report(watch, 0.2)
    arrived = arrival(run, last_gradient(run))
    hidden, cell = arrived.hidden, arrived.way if arrived.carrier == "c" else None
    jacobians = last_jacobians(run.network, run.maps)
    report(watch, 0.5)
    log10_any = None if run.maps.steps == 1 else float(jacobians.state)
    judged = finding(experiment, carrier=arrived.carrier, way=arrived.way, log10_any=log10_any)
    lowest, place = _lowest(jacobians.inputs)
    largest = largest_exponent(run.maps, watch=part_of(watch, 0.5, 0.9))
    protect(hidden, cell)
    return Figures(
        log10_grad_hidden=hidden,
        log10_grad_cell=cell,
        bands=None,
        parameters=sum(tensor.size for tensor in (*network.parameters, *run.readout)),
        log10_growth_per_step=judged.log10_any_rate,
        finding=judged,
        log10_word_to_state=float(first_to_last_ratio(jacobians.inputs)),
        log10_lowest_word=lowest,
        lowest_word=place,
        log10_first_against_last=_against(hidden),
        log10_cell_first_against_last=None if cell is None else _against(cell),
        memory_lag_90=memory_lag(jacobians.inputs),
        lyapunov=largest,
        shares_weights=not network.layered,
        lengths=other_lengths(experiment, network),
    )


def gradient_bands(experiment: Experiment, seeds: Sequence[int], watch: Watch) -> FloatArray:
    """The quantiles over the seeds of log10 ‖∂L_T/∂h_t‖ at `QUANTILE_LEVELS`, (5, T), read-only.

    Raises:
        ExperimentError: W cannot be scaled as asked.
        CancelledError: as `watch` asked.
    """
    text, at_once = text_of(experiment), members_at_once(experiment)
    members = []
    for begin in range(0, len(seeds), at_once):
        members.append(_hidden(stacked(experiment, text, seeds[begin : begin + at_once])).T)
        report(watch, min(1.0, (begin + at_once) / len(seeds)))
    bands = quantiles(np.concatenate(members))
    protect(bands)
    return bands


def _hidden(run: Trace) -> FloatArray:
    """log10 ‖∂L_T/∂h_t‖, (T, …)."""
    return arrival(run, last_gradient(run)).hidden


def _lowest(inputs: FloatArray) -> tuple[float, int | None]:
    """Of log10 ‖∂h_T/∂x_t‖_F (T,), the least in between over the last one, and its step, from 1."""
    if len(inputs) < 3 or np.isneginf(inputs[-1]):
        return np.nan, None
    place = int(inputs[1:-1].argmin())
    return float(inputs[1 + place] - inputs[-1]), place + 2


def _against(log10: FloatArray) -> float:
    with np.errstate(invalid="ignore"):
        return float(log10[0] - log10[-1])
