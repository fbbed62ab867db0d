"""The same experiment over many seeds at once: the measures in batched products, and their quantiles over the seeds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rnn_tui.engine.dynamics.lyapunov_ensemble import ensemble_exponents
from rnn_tui.engine.network.losses import Readout
from rnn_tui.engine.network.network import Network
from rnn_tui.engine.network.parameters import Parameters
from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.progress import Watch, part_of, report, unwatched
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.experiment.initialise import Drawn, Text, drawn, text_of
from rnn_tui.lab.experiment.memory import MOST_PAIRED_STEPS, check_memory, members_at_once
from rnn_tui.lab.experiment.trace import Trace, traced
from rnn_tui.lab.measurement.ensemble.fields import QUANTILE_LEVELS, SEED_FIELDS
from rnn_tui.lab.measurement.ensemble.gradients import gradient_measures
from rnn_tui.lab.measurement.intermediate import IntermediateResults
from rnn_tui.lab.measurement.measures import MEASURES
from rnn_tui.lab.measurement.pair_measures import gradient_pairs, triangle_of
from rnn_tui.lab.report.fields import Field
from rnn_tui.lab.settings.errors import ExperimentError


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Ensemble:
    """The measures of S networks that differ in their seed alone, S first. Compared by identity.

    All members are of one distribution: they are scaled by the factor that scales the experiment's own seed (a gain),
    so ρ is not the same from one to the next. Edits of W are made in every member, their scales by that
    seed's factors. In arrays of log10, −inf is a true zero and NaN is unknown.

    Attributes:
        experiment, seeds: what was measured, and for which S seeds.
        measures: those that `SEED_FIELDS` names, (S,) before the axes that they have alone, NaN where a member has
            none; without those that such a network has not, or that are over pairs of too many steps.
    """

    experiment: Experiment
    seeds: tuple[int, ...]
    measures: Mapping[str, FloatArray]


def quantiles(members: FloatArray, levels: Sequence[float] = QUANTILE_LEVELS) -> FloatArray:
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
        watch: called with the share that is done; answers whether to go on.

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
    return Ensemble(
        experiment=parts[0].experiment,
        seeds=tuple(seed for part in parts for seed in part.seeds),
        measures={name: np.concatenate([part.measures[name] for part in parts]) for name in parts[0].measures},
    )


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
    found = IntermediateResults(experiment, run)
    own = gradient_measures(found)
    report(watch, 0.1)
    _ = found.jacobians
    own["lyapunov"] = ensemble_exponents(run.maps, watch=part_of(watch, 0.1, 0.3))
    report(watch, 0.3)
    if full or found.steps <= MOST_PAIRED_STEPS:
        own |= _pairs(found, part_of(watch, 0.3, 1.0))
    measures: dict[str, FloatArray] = {}
    for one in SEED_FIELDS:
        computed = MEASURES.get(one.name)
        value = own.get(one.name) if one.name in own or computed is None else _seeds_first(computed(found), one)
        if value is not None:
            measures[one.name] = value
    return Ensemble(experiment=experiment, seeds=tuple(seeds), measures=measures)


def _seeds_first(value: object, one: Field) -> FloatArray | None:
    """A measure over time with its axis S in front, as a measure without axes has it."""
    if value is None:
        return None
    array = np.asarray(value)
    return np.moveaxis(array, 0, -1) if one.shape == "T" else array


def _pairs(found: IntermediateResults, watch: Watch) -> dict[str, FloatArray | None]:
    """The measures over pairs of steps, (S, T, T), and the residual (S, T)."""
    run, steps = found.run, found.steps
    triangle = triangle_of(found.experiment, run, start=0, stop=steps, watch=part_of(watch, 0.0, 0.6))
    report(watch, 0.6)
    states = gradient_pairs(run.pairs("state"), of="state", start=0, stop=steps, watch=part_of(watch, 0.6, 1.0))
    return {
        "influence": triangle.shares,
        "influence_log10": triangle.influence_log10,
        "itemised_log10": triangle.itemised_log10,
        "state_pairs_log10": states,
        "integrated_residual": triangle.integrated_residual,
    }
