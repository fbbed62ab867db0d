"""One W shared by all steps beside one of its own for every step, over hundreds of draws."""

import math
from dataclasses import dataclass

import numpy as np

from rnn_tui.engine.arrays import FloatArray, IntArray
from rnn_tui.engine.initialisers import Distribution, ScaleError, distribution
from rnn_tui.engine.kinds import GATED
from rnn_tui.engine.powers import steps_on_log_scale
from rnn_tui.engine.progress import Watch, unwatched
from rnn_tui.engine.random_products import Law, law, random_products
from rnn_tui.lab.drawing import recurrent_weight
from rnn_tui.lab.experiment import Experiment, ExperimentError
from rnn_tui.lab.memory import FLOAT, refuse_beyond_memory
from rnn_tui.lab.numbers import log10_text, number_text
from rnn_tui.lab.powers import first_state

SEEDS = 200
AT_ONCE = 2**23  # entries of the W's of all draws together, unless more draws are asked for
NUMBERS = 2**24  # entries of independent W's that are drawn unless more factors are asked for
FEWEST, MOST = 16, 1000  # factors
NONE = 1e-9  # nats a factor: a spread below is rounding
SURE = 3.0  # standard errors from which two means differ


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """How log ‖product · x‖ grows with the number n of factors, over the draws, in nats.

    Attributes:
        mean: a factor, after the last n; −inf where a draw is zero.
        spread: the standard deviation after the last n; None where a draw is zero.
        spread_power: the k of spread ∝ nᵏ, fitted over the last sixteenfold of n; None where nothing spreads.
    """

    mean: float
    spread: float | None
    spread_power: float | None


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Bands:
    """Products of random W's, S draws after each of m numbers of factors. Compared by identity.

    Attributes:
        experiment, number: whose distribution it is; the number w in place of its W, or None.
        seeds: S of them.
        drawn_from: the distribution, in words.
        steps: (m,) the n.
        log10_shared: (S, m) log10 ‖Wⁿ x(0)‖ with each seed's one W.
        log10_independent: (S, m) log10 ‖W_n ⋯ W_1 x(0)‖.
        shared, independent: their means and spreads.
        law: what theory says of them, a factor; see `Law`.
        sentence: what they say of feed-forward nets.
    """

    experiment: Experiment
    number: float | None
    seeds: range
    drawn_from: str
    steps: IntArray
    log10_shared: FloatArray
    log10_independent: FloatArray
    shared: Growth
    independent: Growth
    law: Law
    sentence: str


def power_bands(
    experiment: Experiment,
    *,
    number: float | None = None,
    seeds: int | None = None,
    last: int | None = None,
    most: int = MOST,
    watch: Watch = unwatched,
) -> Bands:
    """Both products over many draws of the distribution that the experiment's W is drawn from.

    All draws are times the one factor that scales the experiment's own (a gain). What was edited in W is left out: it
    is no part of the distribution. A W of one set number is a draw that cannot vary, so there the draws are N(0, 1)
    numbers times it.

    Args:
        number: look at N(0, 1) numbers times this number w instead.
        seeds: how many draws, from the experiment's seed on; by default `SEEDS`, fewer where W is large.
        last: the largest n; by default as many as are drawn in about a second, no more than `most`.

    Raises:
        CancelledError: as `watch` asked.
        ExperimentError: W cannot be scaled as asked, or would not fit in memory so often.
    """
    entries = 1 if number is not None else experiment.hidden**2
    if seeds is None:
        seeds = max(2, min(SEEDS, AT_ONCE // entries))
    refuse_beyond_memory(4 * FLOAT * seeds * entries, "hidden", experiment.hidden)
    source, drawn_from = _source(experiment, number)
    if last is None:
        last = min(most, MOST, max(FEWEST, NUMBERS // (seeds * source.hidden**2)))
    range_, steps = range(experiment.seed, experiment.seed + seeds), steps_on_log_scale(last)
    start = first_state(experiment.seed, source.hidden)
    found = random_products(source, seeds=range_, start=start, steps=steps, watch=watch)
    shared, independent = growth(found.shared, steps), growth(found.independent, steps)
    for array in (steps, *found):
        array.flags.writeable = False
    return Bands(
        experiment=experiment,
        number=number,
        seeds=range_,
        drawn_from=drawn_from,
        steps=steps,
        log10_shared=found.shared,
        log10_independent=found.independent,
        shared=shared,
        independent=independent,
        law=law(source),
        sentence=_sentence(shared, independent, seeds=seeds, last=last),
    )


def growth(log10: FloatArray, steps: IntArray) -> Growth:
    """The mean and the spread of (S, m) log10s over the draws, and how the spread grows with n (m,)."""
    nats = log10 * math.log(10.0)
    last = int(steps[-1])
    mean = float(nats[:, -1].mean()) / last
    if not np.isfinite(mean):
        return Growth(mean=mean, spread=None, spread_power=None)
    spreads = nats.std(axis=0)
    late = (steps >= last / 16.0) & (spreads > NONE * steps)
    power = None
    if np.count_nonzero(late) > 1:
        power = float(np.polyfit(np.log(steps[late]), np.log(spreads[late]), 1)[0])
    return Growth(mean=mean, spread=float(spreads[-1]), spread_power=power)


def _source(experiment: Experiment, number: float | None) -> tuple[Distribution, str]:
    e = experiment
    if number is None and e.hidden == 1 and e.init in ("number", "identity"):
        number = float(recurrent_weight(e)[0, 0])
    if number is not None:
        return Distribution("gaussian", 1, "w", abs(number), None), f"N(0, 1) numbers times {abs(number):.3g}"
    edited = ", without the edits of W" if e.edits else ""
    edited = ", not of what training made of W" if e.trained is not None else edited
    gate = {"lstm": "g", "gru": "n"}[e.cell] if e.cell in GATED else None
    try:
        found = distribution(
            e.init, seed=e.seed, hidden=e.hidden, rho=e.rho, sigma=e.sigma, transient=e.transient, gate=gate
        )
    except ScaleError as problem:
        raise ExperimentError(problem.setting, getattr(e, problem.setting), str(problem)) from problem
    if e.init == "gaussian" and e.hidden == 1:
        return found, f"N(0, 1) numbers times {found.gain:.3g}{edited}"
    gain = "" if found.form is not None else f" times {found.gain:.3g}"
    return found, f"{e.init} {e.hidden}×{e.hidden} matrices{gain}{edited}"


def _sentence(shared: Growth, independent: Growth, *, seeds: int, last: int) -> str:
    """What the two products say of nets whose layers share W and of nets whose layers do not."""
    if shared.spread is None or independent.spread is None:
        return "Some draws are zero, and one zero among the factors leaves nothing, shared or not."
    if seeds == 1:
        return f"One draw has no spread: {_times(shared.mean)} a factor shared, {_times(independent.mean)} independent."
    if max(shared.spread, independent.spread) < NONE * last:
        return (
            f"Nothing spreads: every one of {seeds:,} draws takes {_times(shared.mean)} a factor, one W shared "
            "by all steps or a W of its own for each, so a feed-forward net of such layers fares no better or worse."
        )
    said = (
        f"From draw to draw, after {last:,} factors, the size differs by a factor of 10^±{_digits(shared.spread)} "
        f"where all share one W, and of 10^±{_digits(independent.spread)} where each has its own: "
    )
    if shared.spread > independent.spread:
        said += "one W repeats its luck at every step, the luck of independent ones averages out. "
    else:
        said += "these draws differ in nothing that one W could repeat. "
    return said + _means(shared, independent, seeds=seeds, last=last)


def _means(shared: Growth, independent: Growth, *, seeds: int, last: int) -> str:
    assert shared.spread is not None
    assert independent.spread is not None
    error = math.hypot(shared.spread, independent.spread) / (last * math.sqrt(seeds))
    one, other = (_times(each.mean) for each in (shared, independent))
    if abs(shared.mean - independent.mean) > SURE * error:
        said = f"The means differ too: {one} a factor shared, {other} independent. "
    else:
        said = f"The means are alike within what {seeds:,} draws can tell: {one} a factor shared, {other} independent. "
    if independent.mean < -SURE * independent.spread / last:
        return said + "So a feed-forward net vanishes as well, and nearly every draw of it does."
    if independent.mean > SURE * independent.spread / last:
        return said + "So a feed-forward net explodes as well, and nearly every draw of it does."
    return (
        said + "So a deep feed-forward net stays near its mean, which its scale can set; a shared W cannot be so sure."
    )


def _times(nats: float) -> str:
    return f"×{log10_text(nats / math.log(10.0))}"


def _digits(nats: float) -> str:
    return number_text(nats / math.log(10.0))
