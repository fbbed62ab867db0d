"""The same experiment over many seeds at once: every measure in batched products, and its quantiles over the seeds."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import NamedTuple

import numpy as np

from rnn_tui.engine.backprop.jacobians import carried, last_carry, last_jacobians
from rnn_tui.engine.dynamics.lyapunov_ensemble import ensemble_exponents
from rnn_tui.engine.influence.gradient import memory_lags, shares
from rnn_tui.engine.influence.itemised import itemised
from rnn_tui.engine.network.losses import Readout
from rnn_tui.engine.network.network import Network
from rnn_tui.engine.network.parameters import Parameters
from rnn_tui.engine.numbers import exponents
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.progress import Watch, part_of, report, unwatched
from rnn_tui.lab.ensemble.gradients import ensemble_gradients
from rnn_tui.lab.experiment.experiment import Experiment, ExperimentError
from rnn_tui.lab.experiment.initialise import Drawn, Text, drawn, text_of
from rnn_tui.lab.experiment.memory import MOST_PAIRED_STEPS, check_memory, members_at_once
from rnn_tui.lab.experiment.trace import Trace, traced
from rnn_tui.lab.measurement.from_log10 import log10_hidden
from rnn_tui.lab.measurement.results import SATURATED_SLOPE
from rnn_tui.lab.measurement.triangle import gradient_pairs, influence_of
from rnn_tui.lab.measurement.verdict.arrival import arrival, ratio

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Ensemble:
    """What was measured of S networks that differ in their seed alone, S first. Compared by identity.

    All members are of one distribution: they are scaled by the factor that scales the experiment's own seed (a gain),
    so ρ is not the same from one to the next. Edits of W are made in every member, their scales by that
    seed's factors. In arrays of log10, −inf is a true zero and NaN is unknown.

    Attributes:
        experiment, seeds: what was measured, and for which S seeds.
        log10_loss: (S,).
        log10_step_losses: (S, T).
        log10_hidden_norm, saturation: (S, T), as in `Measurement`; the following too.
        log10_grad_hidden, log10_grad_cell: (S, T), raw, or what truncation leaves; the second None without c_t.
        log10_grad_hidden_full: (S, T) without truncation.
        log10_grad_norm: (S,) of all parameters together, before clipping.
        truncation_lost: (S,) ‖g_full − g_cut‖ / ‖g_full‖; None where nothing is truncated.
        unmoved: (S,) the share of all parameters that the clipped update leaves where they are in float32.
        log10_jacobian, log10_jacobian_cell, log10_carry: (S, T).
        log10_growth_per_step: (S,); NaN at T = 1.
        log10_arrives, log10_word_to_state: (S,); NaN where `Measurement` has None.
        memory_lag_90: (S,); NaN where no word has any influence.
        influence_log10, shares, itemised_log10, state_pairs_log10: (S, T, T), rows t, columns k, NaN (shares: 0) above
            the diagonal; None above `MOST_PAIRED_STEPS` steps unless asked for.
        integrated_residual: (S, T) for `integrated`, as in `Triangle`; where it is too large, the row of that member
            is NaN in `influence_log10` and `shares`. Else None, and where those are None.
        lyapunov: (S, N) in nats a step, each member's in descending order; None where there are none.
    """

    experiment: Experiment
    seeds: tuple[int, ...]
    log10_loss: FloatArray
    log10_step_losses: FloatArray
    log10_hidden_norm: FloatArray
    saturation: FloatArray
    log10_grad_hidden: FloatArray
    log10_grad_hidden_full: FloatArray
    log10_grad_cell: FloatArray | None
    log10_grad_norm: FloatArray
    truncation_lost: FloatArray | None
    unmoved: FloatArray
    log10_jacobian: FloatArray
    log10_jacobian_cell: FloatArray | None
    log10_carry: FloatArray | None
    log10_growth_per_step: FloatArray
    log10_arrives: FloatArray
    log10_word_to_state: FloatArray
    memory_lag_90: FloatArray
    influence_log10: FloatArray | None
    shares: FloatArray | None
    itemised_log10: FloatArray | None
    state_pairs_log10: FloatArray | None
    integrated_residual: FloatArray | None
    lyapunov: FloatArray | None


def quantiles(members: FloatArray, levels: Sequence[float] = LEVELS) -> FloatArray:
    """The quantiles over the S members, each of them a member's own value: (S, …) to (len(levels), …).

    A value between −inf and a number is neither, so nothing is interpolated. Members of which a value is unknown (NaN)
    are left out of its quantiles; NaN where all are.
    """
    order = np.sort(members, axis=0)  # NaN last
    known = np.count_nonzero(~np.isnan(members), axis=0)
    found = np.full((len(levels), *members.shape[1:]), np.nan)
    for i, level in enumerate(levels):
        place = np.clip(np.ceil(level * known).astype(np.int64) - 1, 0, len(members) - 1)
        found[i] = np.take_along_axis(order, place[None], axis=0)[0]
    return found


def measure_ensemble(
    experiment: Experiment, seeds: Sequence[int], *, full: bool = False, watch: Watch = unwatched
) -> Ensemble:
    """Every measure of an experiment for all seeds at once; as many members side by side as memory allows.

    Args:
        full: also the measures over pairs of steps where there are more than `MOST_PAIRED_STEPS`.
        watch: told which share is done; answers whether to go on.

    Raises:
        ExperimentError: it would not fit in memory, W cannot be scaled as asked, or the network was trained.
        CancelledError: as `watch` asked.
    """
    if experiment.trained is not None:
        reason = "this network was trained, and other seeds would be other networks, drawn and not trained"
        raise ExperimentError("seeds", len(seeds), reason)
    check_memory(experiment, full=full, members=len(seeds))
    text, at_once = text_of(experiment), members_at_once(experiment, full=full)
    parts: list[Ensemble] = []
    for begin in range(0, len(seeds), at_once):
        here = seeds[begin : begin + at_once]
        mine = part_of(watch, begin / len(seeds), (begin + len(here)) / len(seeds))
        run = stacked(experiment, text, here)
        parts.append(_measured(experiment, here, run, full=full, watch=mine))
        report(mine, 1.0)
    return parts[0] if len(parts) == 1 else _joined(parts)


def _joined(parts: Sequence[Ensemble]) -> Ensemble:
    """The members of all parts, which are of one experiment."""
    joined: dict[str, FloatArray | None] = {}
    for field in fields(Ensemble):
        each = [getattr(part, field.name) for part in parts]
        if field.name not in ("experiment", "seeds"):
            joined[field.name] = None if each[0] is None else np.concatenate(each)
    seeds = tuple(seed for part in parts for seed in part.seeds)
    return Ensemble(experiment=parts[0].experiment, seeds=seeds, **joined)  # type: ignore[arg-type]


def stacked(experiment: Experiment, text: Text, seeds: Sequence[int]) -> Trace:
    """The networks of the seeds as one, with the axis S in front, and their pass forward.

    Raises:
        ExperimentError: W cannot be scaled as asked.
    """
    members = [drawn(replace(experiment, seed=seed), text, gain_seed=experiment.seed) for seed in seeds]
    layered = experiment.cell == "feedforward"
    parameters = Parameters(
        *(
            np.stack(each, axis=1 if layered else 0)
            for each in zip(*(m.network.parameters for m in members), strict=True)
        )
    )
    network = Network(experiment.cell, experiment.activation, parameters, members[0].network.skip)
    readout = Readout(*(np.stack(each) for each in zip(*(m.readout for m in members), strict=True)))
    inputs = np.stack([m.inputs for m in members], axis=1)
    return traced(experiment, text, Drawn(network, readout, inputs))


def _measured(experiment: Experiment, seeds: Sequence[int], run: Trace, *, full: bool, watch: Watch) -> Ensemble:
    steps = len(experiment.words)
    gradients = ensemble_gradients(experiment, run)
    report(watch, 0.1)
    jacobians, carry = last_jacobians(run.network, run.back), last_carry(run.back)
    rates = ensemble_exponents(run.back, watch=part_of(watch, 0.1, 0.3))
    report(watch, 0.3)
    paired = full or steps <= MOST_PAIRED_STEPS
    triangles = _triangles(experiment, run, part_of(watch, 0.3, 1.0)) if paired else NO_TRIANGLES
    losses = np.where(run.losses.each.unknown, np.nan, exponents.log10(run.losses.each.losses))
    cell = gradients.raw.cell
    return Ensemble(
        experiment=experiment,
        seeds=tuple(seeds),
        log10_loss=_log10_loss(losses, run),
        log10_step_losses=losses.T,
        log10_hidden_norm=exponents.log10_norm(run.trajectory.h).T,
        saturation=(run.back.maps.slopes < SATURATED_SLOPE).mean(axis=(-2, -1)).T,
        log10_grad_hidden=log10_hidden(gradients.raw.delta, run.unknown).T,
        log10_grad_hidden_full=log10_hidden(gradients.full.delta, run.unknown).T,
        log10_grad_cell=None if cell is None else log10_hidden(cell, run.unknown).T,
        log10_grad_norm=gradients.log10_norm,
        truncation_lost=gradients.truncation_lost,
        unmoved=gradients.unmoved,
        log10_jacobian=jacobians.spectral.T,
        log10_jacobian_cell=None if jacobians.cell is None else jacobians.cell.T,
        log10_carry=None if carry is None else carried(carry).T,
        log10_growth_per_step=jacobians.state / (steps - 1) if steps > 1 else np.full(len(jacobians.state), np.nan),
        log10_arrives=arrival(run, gradients.last).arrives,
        log10_word_to_state=ratio(jacobians.inputs),
        memory_lag_90=memory_lags(jacobians.inputs.T),
        influence_log10=triangles.influence,
        shares=triangles.shares,
        itemised_log10=triangles.itemised,
        state_pairs_log10=triangles.state_pairs,
        integrated_residual=triangles.residual,
        lyapunov=rates,
    )


class _Triangles(NamedTuple):
    """The measures over pairs of steps, (S, T, T)."""

    influence: FloatArray | None
    shares: FloatArray | None
    itemised: FloatArray | None
    state_pairs: FloatArray | None
    residual: FloatArray | None


NO_TRIANGLES = _Triangles(None, None, None, None, None)


def _triangles(experiment: Experiment, run: Trace, watch: Watch) -> _Triangles:
    steps = len(experiment.words)
    influence = influence_of(experiment, run, first=0, start=0, stop=steps, watch=part_of(watch, 0.0, 0.4))
    items = itemised(run.trajectory, run.back, run.losses.each.direct, start=0, stop=steps).weight_hh
    items[run.losses.each.unknown.T] = np.nan
    report(watch, 0.6)
    states = gradient_pairs(run.pairs("state"), of="state", start=0, stop=steps, watch=part_of(watch, 0.6, 1.0))
    return _Triangles(influence.log10, shares(influence.log10), items, states, influence.residual)


def _log10_loss(log10_losses: FloatArray, run: Trace) -> FloatArray:
    """log10 L of every member from log10 L_t (T, S); NaN where a loss that counts is unknown."""
    counts = run.weights != 0
    each = exponents.log10(run.losses.each.losses)[counts]
    top = each.max(axis=0)
    whole = np.where(np.isinf(top), 0.0, top)
    with np.errstate(divide="ignore"):
        found = whole + np.log10((10.0 ** (each - whole)).sum(axis=0) * run.weights.max())
    return np.where(np.isnan(log10_losses[counts]).any(axis=0), np.nan, found)
