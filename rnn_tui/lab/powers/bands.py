"""One W shared by all steps beside one of its own for every step, over hundreds of draws."""

import math
from dataclasses import dataclass

import numpy as np

from rnn_tui.engine.dynamics.random_products import Law, RandomProducts, law, with_gain
from rnn_tui.engine.numbers.arrays import FloatArray, IntArray, protect
from rnn_tui.engine.progress import Watch, unwatched
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.powers.draws import MOST, Draws, DrawSpec, draw_spec, power_draws, source_of
from rnn_tui.lab.report.fields import report_field
from rnn_tui.lab.text.numbers import log10_text, number_text

NONE = 1e-9  # nats a factor: a spread below is rounding
SURE = 3.0  # standard errors from which two means differ


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """How log ‖product · x‖ grows with the number n of factors, over the draws, in nats."""

    mean: float = report_field("a factor, after the last n; null where a draw is zero", unit="nats")
    spread: float | None = report_field(
        "the standard deviation after the last n; null where a draw is zero", unit="nats"
    )
    spread_power: float | None = report_field(
        "the k of spread ∝ nᵏ, fitted over the last sixteenfold of n; null where nothing spreads"
    )


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Bands:
    """Products of random W's, S draws after each of m numbers of factors. Compared by identity.

    Attributes:
        experiment, number: whose distribution it is; the number w in place of its W, or None.
        spec: what the draws depend on.
        drawn_from: the distribution, in words.
        steps: (m,) the n, which end before `last` while more are to come.
        log10_shared: (S, m) log10 ‖Wⁿ x(0)‖ with each seed's one W.
        log10_independent: (S, m) log10 ‖W_n ⋯ W_1 x(0)‖.
        shared, independent: their means and spreads.
        law: what theory says of them, a factor; see `Law`.
        sentences: what they say, the last of them of feed-forward nets.
    """

    experiment: Experiment
    number: float | None
    spec: DrawSpec
    drawn_from: str
    steps: IntArray
    log10_shared: FloatArray
    log10_independent: FloatArray
    shared: Growth
    independent: Growth
    law: Law
    sentences: tuple[str, ...]

    @property
    def seeds(self) -> range:
        """The S seeds."""
        return self.spec.seeds

    @property
    def last(self) -> int:
        """The largest n that there will be."""
        return self.spec.last

    @property
    def sentence(self) -> str:
        """All sentences as one."""
        return " ".join(self.sentences)


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
        number: take N(0, 1) numbers times this number w instead.
        seeds: how many draws, from the experiment's seed on; by default `SEEDS`, fewer where W is large.
        last: the largest n; by default as many as are drawn in about a second, no more than `most`.

    Raises:
        CancelledError: as `watch` asked.
        ExperimentError: W cannot be scaled as asked, or would not fit in memory so often.
    """
    spec = draw_spec(experiment, number=number, seeds=seeds, last=last, most=most)
    *_, draws = power_draws(spec, experiment, number=number, watch=watch)
    return growth_bands(draws, experiment, number=number)


def growth_bands(draws: Draws, experiment: Experiment, *, number: float | None = None) -> Bands:
    """Both products of draws, as far as they are drawn, scaled as the experiment's W is.

    Raises:
        ExperimentError: W cannot be scaled as asked.
    """
    source, drawn_from = source_of(experiment, number)
    steps = draws.steps
    found = with_gain(draws.log10, gain=source.gain, steps=steps)
    shared, independent = growth(found.shared, steps), growth(found.independent, steps)
    protect(*found)
    return Bands(
        experiment=experiment,
        number=number,
        spec=draws.spec,
        drawn_from=drawn_from,
        steps=steps,
        log10_shared=found.shared,
        log10_independent=found.independent,
        shared=shared,
        independent=independent,
        law=law(source),
        sentences=_sentences(found, shared, independent, last=int(steps[-1])),
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


def _sentences(found: RandomProducts, shared: Growth, independent: Growth, *, last: int) -> tuple[str, ...]:
    """Sentences on what the two products mean for nets whose layers share W and of nets whose layers do not."""
    seeds = len(found.shared)
    if shared.spread is None or independent.spread is None:
        return ("Some draws are zero, and one zero among the factors leaves nothing, shared or not.",)
    if seeds == 1:
        one, other = _times(shared.mean), _times(independent.mean)
        return (f"One draw has no spread: {one} a factor shared, {other} independent.",)
    if max(shared.spread, independent.spread) < NONE * last:
        said = (
            f"Nothing spreads: every one of {seeds:,} draws takes {_times(shared.mean)} a factor, one W shared "
            "by all steps or a W of its own for each, so a feed-forward net of such layers fares no better or worse."
        )
        return (said,)
    said = (
        f"From draw to draw, after {last:,} factors, the size differs by a factor of 10^±{_digits(shared.spread)} "
        f"where all share one W, and of 10^±{_digits(independent.spread)} where each has its own: "
    )
    if shared.spread > independent.spread:
        said += "one W repeats its luck at every step, the luck of independent ones averages out."
    else:
        said += "these draws differ in nothing that one W could repeat."
    means = _means(shared, independent, seeds=seeds, last=last)
    return said, means, _of_feed_forward(found, independent, last=last)


def _means(shared: Growth, independent: Growth, *, seeds: int, last: int) -> str:
    assert shared.spread is not None
    assert independent.spread is not None
    error = math.hypot(shared.spread, independent.spread) / (last * math.sqrt(seeds))
    one, other = (_times(each.mean) for each in (shared, independent))
    if abs(shared.mean - independent.mean) > SURE * error:
        return f"The means differ too: {one} a factor shared, {other} independent."
    return f"The means are alike within what {seeds:,} draws can tell: {one} a factor shared, {other} independent."


def _of_feed_forward(found: RandomProducts, independent: Growth, *, last: int) -> str:
    """Which way nearly all feed-forward nets go; how many draws of each do is counted, whatever the means are."""
    assert independent.spread is not None
    seeds = len(found.shared)
    if abs(independent.mean) > SURE * independent.spread / last:
        grows = independent.mean > 0
        own, one = (int(np.count_nonzero((each[:, -1] > 0) == grows)) for each in (found.independent, found.shared))
        said = f"So a feed-forward net {'explodes' if grows else 'vanishes'}, in {own:,} of {seeds:,} draws"
        if one == seeds:
            return f"{said}; a shared W does in all of them."
        return f"{said}; a shared W does in {one:,} and {'fades' if grows else 'grows'} in {seeds - one:,}."
    return "So a deep feed-forward net stays near its mean, which its scale can set; a shared W cannot be so sure."


def _times(nats: float) -> str:
    return f"×{log10_text(nats / math.log(10.0))}"


def _digits(nats: float) -> str:
    return number_text(nats / math.log(10.0))
