"""The same text, seed and scale through nine networks: how much of the last step's gradient each word gets."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from rnn_tui.engine.arrays import FloatArray
from rnn_tui.engine.bptt import hidden_gradient
from rnn_tui.engine.influence import memory_lag
from rnn_tui.engine.jacobians import growth, last_jacobians
from rnn_tui.engine.losses import step_weights
from rnn_tui.engine.lyapunov import lyapunov
from rnn_tui.engine.progress import Watch, part_of, report, unwatched
from rnn_tui.lab.drawing import text_of
from rnn_tui.lab.ensemble import quantiles, stacked
from rnn_tui.lab.experiment import Experiment, ExperimentError
from rnn_tui.lab.lengths import Lengths, other_lengths
from rnn_tui.lab.measurement import Verdict
from rnn_tui.lab.memory import check_memory, members_at_once
from rnn_tui.lab.numbers import log10_text
from rnn_tui.lab.plain import log10_hidden
from rnn_tui.lab.trace import Trace, trace
from rnn_tui.lab.verdict import verdict

# each kind of network by its name, and the settings that make it of an experiment with a text of so many steps
KINDS: Mapping[str, Callable[[int], Mapping[str, Any]]] = {
    "simple RNN": lambda _: {"cell": "rnn", "skip": "none"},
    "feed-forward": lambda _: {"cell": "feedforward", "skip": "none"},
    "residual net": lambda _: {"cell": "feedforward", "skip": "shared:1"},
    "pinned skip": lambda steps: {"cell": "rnn", "skip": f"pinned:1-{steps}"},
    "shared skip": lambda _: {"cell": "rnn", "skip": "shared:2"},
    "LSTM": lambda _: {"cell": "lstm", "skip": "none"},
    "GRU": lambda _: {"cell": "gru", "skip": "none"},
    "orthogonal RNN": lambda _: {"cell": "rnn", "skip": "none", "init": "orthogonal"},
    "identity-ReLU RNN": lambda _: {"cell": "rnn", "skip": "none", "init": "identity", "activation": "relu"},
}


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


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Row:
    """One network of the comparison: its experiment and figures, or the reason why it cannot be (`problem`)."""

    name: str
    experiment: Experiment | None
    figures: Figures | None
    problem: str | None


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Comparison:
    """All networks, in the order of `KINDS`, and what they show in a sentence. Compared by identity.

    Attributes:
        seeds: those of the bands, in order; empty without.
    """

    experiment: Experiment
    seeds: tuple[int, ...]
    rows: tuple[Row, ...]
    sentence: str


def compare(experiment: Experiment, *, seeds: Sequence[int] = (), watch: Watch = unwatched) -> Comparison:
    """Measures every kind of network with the experiment's text, seed, sizes and scale of W.

    Edits of W are kept where its draw is the experiment's own.

    Args:
        seeds: also measure each network for these seeds, for its bands.

    Raises:
        CancelledError: as `watch` asked.
    """
    rows = []
    for i, name in enumerate(KINDS):
        mine = part_of(watch, i / len(KINDS), (i + 1) / len(KINDS))
        rows.append(compared(experiment, name, seeds=seeds, watch=mine))
        report(mine, 1.0)
    return Comparison(experiment=experiment, seeds=tuple(seeds), rows=tuple(rows), sentence=_sentence(rows))


def compared(experiment: Experiment, name: str, *, seeds: Sequence[int] = (), watch: Watch = unwatched) -> Row:
    """One row: the network of this name of `KINDS`.

    Raises:
        CancelledError: as `watch` asked.
    """
    own: Experiment | None = None
    try:
        own = experiment.changed(**KINDS[name](len(experiment.words)))
        check_memory(own, members=len(seeds))
        return Row(name=name, experiment=own, figures=_figures(own, seeds, watch), problem=None)
    except ExperimentError as problem:
        return Row(name=name, experiment=own, figures=None, problem=str(problem))


def _figures(experiment: Experiment, seeds: Sequence[int], watch: Watch) -> Figures:
    run = trace(experiment)
    report(watch, 0.1)
    hidden, cell = _last_gradient(run)
    jacobians = last_jacobians(run.network, run.back)
    report(watch, 0.2)
    rates = lyapunov(run.back, watch=part_of(watch, 0.2, 0.4))
    largest = float("nan") if rates is None else float(rates.exponents[0])
    log10_growth = growth(float(jacobians.state), len(experiment.words))
    bands = None
    if seeds and experiment.trained is None:
        bands = _bands(experiment, seeds, part_of(watch, 0.4, 1.0))
    for array in (hidden, cell, bands):
        if array is not None:
            array.flags.writeable = False
    return Figures(
        log10_grad_hidden=hidden,
        log10_grad_cell=cell,
        bands=bands,
        parameters=run.size,
        log10_growth_per_step=log10_growth,
        verdict=verdict(log10_growth),
        log10_first_against_last=_against(hidden),
        log10_cell_first_against_last=None if cell is None else _against(cell),
        memory_lag_90=memory_lag(jacobians.inputs),
        lyapunov=None if np.isnan(largest) else largest,
        shares_weights=not run.network.layered,
        lengths=other_lengths(experiment, run),
    )


def _last_gradient(run: Trace) -> tuple[FloatArray, FloatArray | None]:
    """log10 ‖∂L_T/∂h_t‖ and of an LSTM log10 ‖∂L_T/∂c_t‖, (T, …)."""
    alone = step_weights("last", len(run.targets))
    gradient = hidden_gradient(run.back, run.losses.each.direct, alone)
    unknown = run.losses.each.unknown
    unknown = unknown & (alone != 0).reshape(-1, *(1,) * (unknown.ndim - 1))
    hidden = log10_hidden(gradient.delta, unknown)
    return hidden, None if gradient.cell is None else log10_hidden(gradient.cell, unknown)


def _against(log10: FloatArray) -> float:
    with np.errstate(invalid="ignore"):
        return float(log10[0] - log10[-1])


def _bands(experiment: Experiment, seeds: Sequence[int], watch: Watch) -> FloatArray:
    text, at_once = text_of(experiment), members_at_once(experiment)
    members = []
    for begin in range(0, len(seeds), at_once):
        members.append(_last_gradient(stacked(experiment, text, seeds[begin : begin + at_once]))[0].T)
        report(watch, min(1.0, (begin + at_once) / len(seeds)))
    return quantiles(np.concatenate(members))


def _kept(figures: Figures) -> float:
    """What the first step gets by the better of an LSTM's two ways, or by the one there is."""
    cell = figures.log10_cell_first_against_last
    return figures.log10_first_against_last if cell is None else max(figures.log10_first_against_last, cell)


def _sentence(rows: Sequence[Row]) -> str:
    """Which network brings the most of the last step's gradient back to the first word, and which the least."""
    kept = {row.name: _kept(row.figures) for row in rows if row.figures is not None}
    known = [(log10, name) for name, log10 in kept.items() if not np.isnan(log10)]
    first = next((row.figures for row in rows if row.figures is not None), None)
    if first is None:
        return "None of the networks can be built with these settings."
    if not known or len(first.log10_grad_hidden) == 1:
        return "With one word there is no way back to compare: add a word."
    (least, worst), (most, best) = min(known), max(known)
    trained = [row.name for row in rows if row.experiment is not None and row.experiment.trained is not None]
    who = f"only the {trained[0]} has been trained" if trained else "none of them has been trained"
    return (
        f"Of the gradient at the last step, the first word gets ×{log10_text(most)} in the {best} and "
        f"×{log10_text(least)} in the {worst}; {who}."
    )
