"""What a comparison says of one network: how much of the last step's gradient each word gets, and for how long."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rnn_tui.engine.arrays import FloatArray
from rnn_tui.engine.bptt import hidden_gradient
from rnn_tui.engine.influence import memory_lag
from rnn_tui.engine.jacobians import growth, last_jacobians
from rnn_tui.engine.losses import step_weights
from rnn_tui.engine.lyapunov import largest_exponent
from rnn_tui.engine.network import Network
from rnn_tui.engine.progress import Watch, part_of, report
from rnn_tui.lab.drawing import text_of
from rnn_tui.lab.ensemble import quantiles, stacked
from rnn_tui.lab.experiment import Experiment
from rnn_tui.lab.lengths import Lengths, other_lengths
from rnn_tui.lab.measurement import Verdict
from rnn_tui.lab.memory import members_at_once
from rnn_tui.lab.plain import log10_hidden
from rnn_tui.lab.trace import Trace, trace
from rnn_tui.lab.verdict import verdict


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Figures:
    """What was measured of one network. In arrays of log10, −inf is a true zero and NaN is unknown.

    Attributes:
        log10_grad_hidden: (T,) log10 ‖∂L_T/∂h_t‖, whatever loss and truncation are set; of an LSTM with c_t held.
        log10_grad_cell: (T,) of an LSTM log10 ‖∂L_T/∂c_t‖, the way from c_t to h_t included; else None.
        bands: (5, T) the quantiles of log10_grad_hidden over the seeds, at `lab.ensemble.LEVELS`; None without seeds,
            and of a network that was trained.
        parameters: how many there are.
        log10_growth_per_step, verdict, memory_lag_90: as in `Measurement`.
        log10_first_against_last: log10 of ‖∂L_T/∂h_1‖ / ‖∂L_T/∂h_T‖; NaN where both are zero.
        log10_cell_first_against_last: of an LSTM the same of its cell state, the way that is meant to last; else None.
        lyapunov: the largest exponent, in nats a step; None where there is none.
        shares_weights: whether all steps share one set of weights.
        lengths: whether this very network runs one word more and one less, tried.
    """

    log10_grad_hidden: FloatArray
    log10_grad_cell: FloatArray | None
    bands: FloatArray | None
    parameters: int
    log10_growth_per_step: float | None
    verdict: Verdict
    log10_first_against_last: float
    log10_cell_first_against_last: float | None
    memory_lag_90: int | None
    lyapunov: float | None
    shares_weights: bool
    lengths: Lengths


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
    hidden, cell = _last_gradient(run)
    jacobians = last_jacobians(run.network, run.back)
    report(watch, 0.5)
    log10_growth = growth(float(jacobians.state), len(experiment.words))
    largest = largest_exponent(run.back, watch=part_of(watch, 0.5, 0.9))
    for array in (hidden, cell):
        if array is not None:
            array.flags.writeable = False
    return Figures(
        log10_grad_hidden=hidden,
        log10_grad_cell=cell,
        bands=None,
        parameters=sum(tensor.size for tensor in (*network.parameters, *run.readout)),
        log10_growth_per_step=log10_growth,
        verdict=verdict(log10_growth),
        log10_first_against_last=_against(hidden),
        log10_cell_first_against_last=None if cell is None else _against(cell),
        memory_lag_90=memory_lag(jacobians.inputs),
        lyapunov=largest,
        shares_weights=not network.layered,
        lengths=other_lengths(experiment, network),
    )


def bands_of(experiment: Experiment, seeds: Sequence[int], watch: Watch) -> FloatArray:
    """The quantiles over the seeds of log10 ‖∂L_T/∂h_t‖ at `lab.ensemble.LEVELS`, (5, T), read-only.

    Raises:
        ExperimentError: W cannot be scaled as asked.
        CancelledError: as `watch` asked.
    """
    text, at_once = text_of(experiment), members_at_once(experiment)
    members = []
    for begin in range(0, len(seeds), at_once):
        members.append(_last_gradient(stacked(experiment, text, seeds[begin : begin + at_once]))[0].T)
        report(watch, min(1.0, (begin + at_once) / len(seeds)))
    bands = quantiles(np.concatenate(members))
    bands.flags.writeable = False
    return bands


def _last_gradient(run: Trace) -> tuple[FloatArray, FloatArray | None]:
    """log10 ‖∂L_T/∂h_t‖ and of an LSTM log10 ‖∂L_T/∂c_t‖, (T, …)."""
    alone = step_weights("last", len(run.inputs))
    gradient = hidden_gradient(run.back, run.losses.each.direct, alone)
    unknown = run.losses.each.unknown
    unknown = unknown & (alone != 0).reshape(-1, *(1,) * (unknown.ndim - 1))
    hidden = log10_hidden(gradient.delta, unknown)
    return hidden, None if gradient.cell is None else log10_hidden(gradient.cell, unknown)


def _against(log10: FloatArray) -> float:
    with np.errstate(invalid="ignore"):
        return float(log10[0] - log10[-1])
