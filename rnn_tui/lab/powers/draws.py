"""Products of what an experiment's W is drawn from, over hundreds of draws, before the factor that scales them all.

To turn ρ or σ₁ is another factor of the same draws: n factors have it n times, and nothing is to be drawn anew.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rnn_tui.engine.dynamics.powers import steps_on_log_scale
from rnn_tui.engine.dynamics.random_products import ungained_products
from rnn_tui.engine.kinds import CELLS, Init
from rnn_tui.engine.network.initialisers import Distribution, ScaleError, distribution
from rnn_tui.engine.numbers.arrays import FloatArray, IntArray, protect
from rnn_tui.engine.progress import Watch, unwatched
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.experiment.initialise import recurrent_weight
from rnn_tui.lab.experiment.memory import FLOAT, refuse_beyond_memory
from rnn_tui.lab.powers.powers import first_state
from rnn_tui.lab.settings.errors import ExperimentError

SEEDS = 200
AT_ONCE = 2**23  # entries of the W's of all draws together, unless more draws are asked for
NUMBERS = 2**24  # entries of independent W's that are drawn unless more factors are asked for
FEWEST, MOST = 16, 1000  # factors
PARTS = 8  # in which draws that take long are given


class DrawSpec(NamedTuple):
    """The settings that the draws depend on: two experiments with equal ones have the same draws.

    Attributes:
        init, hidden, gate: the kind of W, its size, and whose block it is in a gated cell.
        form: of a nonnormal W, which no factor scales, its rho, sigma and transient; else nothing.
        seeds: S of them.
        last: the largest number of factors.
    """

    init: Init
    hidden: int
    gate: str | None
    form: tuple[float | None, ...]
    seeds: range
    last: int


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Draws:
    """S draws of both products after each of m numbers of factors, before the gain. Compared by identity.

    Attributes:
        spec: what they depend on.
        steps: (m,) the n, which end before `spec.last` while more are to come.
        log10: (2, S, m) log10 of the sizes, those of one shared W first.
    """

    spec: DrawSpec
    steps: IntArray
    log10: FloatArray


def draw_spec(
    experiment: Experiment,
    *,
    number: float | None = None,
    seeds: int | None = None,
    last: int | None = None,
    most: int = MOST,
) -> DrawSpec:
    """The settings of the draws of an experiment, or of N(0, 1) numbers times a number w.

    Args:
        seeds: how many draws, from the experiment's seed on; by default `SEEDS`, fewer where W is large.
        last: the largest n; by default as many as are drawn in about a second, no more than `most`.
    """
    e = experiment
    of_numbers = number is not None or _is_number(e)
    hidden = 1 if of_numbers else e.hidden
    if seeds is None:
        seeds = max(2, min(SEEDS, AT_ONCE // hidden**2))
    if last is None:
        last = min(most, MOST, max(FEWEST, NUMBERS // (seeds * hidden**2)))
    form = (e.rho, e.sigma, e.transient) if e.init == "nonnormal" and not of_numbers else ()
    init, gate = ("gaussian", "w") if of_numbers else (e.init, _gate(e))
    return DrawSpec(init, hidden, gate, form, range(e.seed, e.seed + seeds), last)


def power_draws(
    spec: DrawSpec, experiment: Experiment, *, number: float | None = None, watch: Watch = unwatched
) -> Iterator[Draws]:
    """The draws of an experiment, ever more of the n, all of them last.

    Raises:
        CancelledError: as `watch` asked.
        ExperimentError: W cannot be scaled as asked, or would not fit in memory so often.
    """
    refuse_beyond_memory(4 * FLOAT * len(spec.seeds) * spec.hidden**2, "hidden", spec.hidden)
    source, _ = source_of(experiment, number)
    steps = steps_on_log_scale(spec.last)
    start = first_state(spec.seeds[0], spec.hidden)
    found = np.empty((2, len(spec.seeds), len(steps)))
    part = 1
    for i, each in enumerate(ungained_products(source, seeds=spec.seeds, start=start, steps=steps, watch=watch)):
        found[:, :, i] = each
        if steps[i] * PARTS >= part * spec.last:
            part = int(steps[i]) * PARTS // spec.last + 1
            done = Draws(spec=spec, steps=steps[: i + 1], log10=found[:, :, : i + 1])
            protect(done.steps, done.log10)
            yield done


def source_of(experiment: Experiment, number: float | None) -> tuple[Distribution, str]:
    """The distribution that is drawn from, with its gain, and its words.

    Raises:
        ExperimentError: W cannot be scaled as asked.
    """
    e = experiment
    if number is None and _is_number(e):
        number = float(recurrent_weight(e)[0, 0])
    if number is not None:
        return Distribution("gaussian", 1, "w", abs(number), None), f"N(0, 1) numbers times {abs(number):.3g}"
    edited = ", without the edits of W" if e.edits else ""
    edited = ", not of what training made of W" if e.trained is not None else edited
    try:
        found = distribution(
            e.init, seed=e.seed, hidden=e.hidden, rho=e.rho, sigma=e.sigma, transient=e.transient, gate=_gate(e)
        )
    except ScaleError as problem:
        raise ExperimentError(problem.setting, getattr(e, problem.setting), str(problem)) from problem
    if e.init == "gaussian" and e.hidden == 1:
        return found, f"N(0, 1) numbers times {found.gain:.3g}{edited}"
    gain = "" if found.form is not None else f" times {found.gain:.3g}"
    return found, f"{e.init} {e.hidden}×{e.hidden} matrices{gain}{edited}"


def _is_number(experiment: Experiment) -> bool:
    """Whether W is one number that is set: a draw that cannot vary."""
    return experiment.hidden == 1 and experiment.init in ("number", "identity")


def _gate(experiment: Experiment) -> str | None:
    return CELLS[experiment.cell].candidate
