"""Powers of an experiment's W, or of one number w: where x(n) = Wⁿ x(0) goes, with and without tanh."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rnn_tui.engine.dynamics.powers import PowerNorms, Settled, linear_powers, steps_on_log_scale, tanh_powers
from rnn_tui.engine.network.initialisers import normal
from rnn_tui.engine.network.spectrum import eigenvalues, largest_singular_value, spectral_radius
from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray, IntArray, protect
from rnn_tui.engine.progress import Watch, unwatched
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.experiment.initialise import recurrent_weight
from rnn_tui.lab.experiment.memory import check_memory
from rnn_tui.lab.measurement.measurement import Verdict
from rnn_tui.lab.measurement.verdict.verdict import FEWEST_STEPS, verdict
from rnn_tui.lab.text.numbers import compared_text, log10_text, short_text, side_of_bound

LAST = 4000
TRANSIENT = math.log10(1.1)  # from this growth on, a transient is named
SAME = 1e-6  # relative, of two states that are taken for one
FADING = -0.1  # log10 by which ‖x‖ shrinks over the last tenfold of steps when it goes to zero
SMALL = -1.0  # log10 ‖x‖, of ‖x(0)‖ = 1, below which a state that shrinks has nothing left to settle at
LEVEL = 0.05  # the power of n up to which a size is said to stay


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Powers:
    """The sizes of Wⁿ x(0), ‖x(0)‖ = 1, and of Wⁿ, for W or a number w. Compared by identity.

    m numbers of steps, H units. In arrays of log10, −inf is a true zero.

    Attributes:
        experiment, number: whose W it is; the number w in its place, or None.
        weight: (H, H).
        steps: (m,) the n, from 1 on a log scale.
        log10_state: (m,) log10 ‖Wⁿ x(0)‖.
        log10_power: (m,) log10 ‖Wⁿ‖₂ = log10 ‖∂x(n)/∂x(0)‖₂.
        spectral_radius, largest_singular_value: of W.
        peak: the n at which ‖Wⁿ‖₂ is largest among `steps`.
        rate: what a step makes of ‖Wⁿ‖₂ over the last half of n.
        verdict: of that: there vanishes what a step shrinks, and explodes what it grows; steady where ρ = 1; dead for
            a true zero.
        limit: where it goes, in words.
    """

    experiment: Experiment
    number: float | None
    weight: FloatArray
    steps: IntArray
    log10_state: FloatArray
    log10_power: FloatArray
    spectral_radius: float
    largest_singular_value: float
    peak: int
    rate: "Rate"
    verdict: Verdict
    limit: str


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class TanhPowers:
    """The sizes of x_n = tanh(W x_{n−1}) from the same x(0), and of ∂x_n/∂x_0. Compared by identity.

    Attributes:
        experiment, number, steps: as `Powers` has them.
        log10_state: (m,) log10 ‖x_n‖.
        log10_gradient: (m,) log10 ‖∂x_n/∂x_0‖₂.
        rate: what a step makes of that over the last half of n.
        verdict: by how much that half has changed it, as over a text: half and twice are the boundaries.
        limit: where both go, in words.
    """

    experiment: Experiment
    number: float | None
    steps: IntArray
    log10_state: FloatArray
    log10_gradient: FloatArray
    rate: "Rate"
    verdict: Verdict
    limit: str


class Rate(NamedTuple):
    """The mean factor of a step from n = `first` to n = `last`, as log10; −inf for a zero."""

    first: int
    last: int
    log10: float

    @property
    def words(self) -> str:
        """`×1.02 a step over n = 2,000 to 4,000`."""
        return f"×{short_text(self.log10)} a step over n = {self.first:,} to {self.last:,}"


def powers(
    experiment: Experiment,
    *,
    number: float | None = None,
    last: int = LAST,
    drawn: FloatArray | None = None,
    watch: Watch = unwatched,
) -> Powers:
    """The powers of the experiment's W up to n = `last`.

    Args:
        number: take this number w instead.
        last: the largest n, 1 or more.
        drawn: the experiment's W, where that is at hand, (H, H).

    Raises:
        CancelledError: as `watch` asked.
        ExperimentError: W cannot be scaled as asked, or would not fit in memory.
    """
    weight, start = _beginning(experiment, number, drawn)
    steps, values = steps_on_log_scale(last), eigenvalues(weight)
    linear = linear_powers(weight, start=start, steps=steps, watch=watch)
    rate = last_half(steps, linear.gradient)
    found = Powers(
        experiment=experiment,
        number=number,
        weight=weight,
        steps=steps,
        log10_state=linear.state,
        log10_power=linear.gradient,
        spectral_radius=float(np.abs(values[0])),
        largest_singular_value=largest_singular_value(weight),
        peak=int(steps[linear.gradient.argmax()]),
        rate=rate,
        verdict=_kind(rate, radius=float(np.abs(values[0]))),
        limit=_limit(values, steps, log10_state=linear.state, log10_power=linear.gradient),
    )
    protect(weight, steps, *linear)
    return found


def powers_with_tanh(
    experiment: Experiment, *, number: float | None = None, last: int = LAST, watch: Watch = unwatched
) -> TanhPowers:
    """The same with tanh at every step; args and raises as `powers` has them."""
    weight, start = _beginning(experiment, number, None)
    steps = steps_on_log_scale(last)
    bounded, settled = tanh_powers(weight, start=start, steps=steps, watch=watch)
    rate = last_half(steps, bounded.gradient)
    protect(steps, *bounded)
    return TanhPowers(
        experiment=experiment,
        number=number,
        steps=steps,
        log10_state=bounded.state,
        log10_gradient=bounded.gradient,
        rate=rate,
        verdict=verdict(rate.log10 * (rate.last - rate.first), FEWEST_STEPS),
        limit=_limit_tanh(steps, settled, bounded, radius=spectral_radius(weight)),
    )


def last_half(steps: IntArray, log10: FloatArray) -> Rate:
    """The mean factor of a step over the last half of the n's, from log10 of a size at each of them."""
    place = min(int(np.searchsorted(steps, steps[-1] / 2)), len(steps) - 2) if len(steps) > 1 else 0
    first, last = (int(steps[place]), int(steps[-1])) if len(steps) > 1 else (0, int(steps[-1]))
    before = float(log10[place]) if len(steps) > 1 else 0.0
    if log10[-1] == -math.inf:
        return Rate(first, last, -math.inf)
    return Rate(first, last, (float(log10[-1]) - before) / (last - first))


def _kind(rate: Rate, *, radius: float) -> Verdict:
    if rate.log10 == -math.inf:
        return "dead"
    if side_of_bound(radius, 1.0) == 0 or rate.log10 == 0:
        return "steady"
    return "vanishing" if rate.log10 < 0 else "exploding"


def _beginning(experiment: Experiment, number: float | None, drawn: FloatArray | None) -> tuple[FloatArray, FloatArray]:
    """W, or w as a matrix, and x(0)."""
    if number is not None:
        return np.array([[number]]), first_state(experiment.seed, 1)
    if drawn is not None:
        return drawn, first_state(experiment.seed, experiment.hidden)
    check_memory(experiment)
    return recurrent_weight(experiment), first_state(experiment.seed, experiment.hidden)


def first_state(seed: int, hidden: int) -> FloatArray:
    """x(0), of norm 1 and of any direction alike, (H,); 1 for one number."""
    if hidden == 1:
        return np.ones(1)
    drawn = normal(seed, "x_0", (hidden,))
    result: FloatArray = drawn / np.linalg.norm(drawn)
    return result


def _limit(values: AnyArray, steps: IntArray, *, log10_state: FloatArray, log10_power: FloatArray) -> str:
    """Where Wⁿ x(0) goes, how far it is after the last n, and whether it first grows, turns or changes its sign."""
    last, radius = f"{log10_text(float(log10_state[-1]))} after {_count(int(steps[-1]))}", float(np.abs(values[0]))
    name = "|w|" if len(values) == 1 else "ρ(W)"
    if np.isneginf(log10_power[-1]):
        first = int(steps[np.flatnonzero(np.isneginf(log10_power))[0]])
        return f"{name} = 0: nothing at all is left after {_count(first)}."
    if side_of_bound(radius, 1.0) > 0:
        said = f"{name} = {compared_text(radius, 1.0)}: to infinity, {last}"
    elif side_of_bound(radius, 1.0) < 0:
        still = " in the end, though now it still grows" if last_half(steps, log10_power).log10 > 0 else ""
        said = f"{name} = {compared_text(radius, 1.0)}: to zero{still}, {last}"
        if log10_power.max() > TRANSIENT:
            peak = int(log10_power.argmax())
            near = "around" if 0 < peak < len(steps) - 1 and steps[peak + 1] - steps[peak - 1] > 2 else "at"
            said += f"; yet ‖Wⁿ‖ first grows to ×{log10_text(float(log10_power[peak]))} {near} n = {steps[peak]:,}"
    else:
        power = _power_of_n(steps, log10_power)
        said = f"{name} = 1: the size neither dies out nor explodes, {last}"
        if power > LEVEL:
            said = f"{name} = 1: ‖Wⁿ‖ grows like n^{power:.2g}, no faster than a power; {last}"
    return f"{said}{_turning(values, radius)}."


def _turning(values: AnyArray, radius: float) -> str:
    leading = values[np.abs(values) >= radius * (1.0 - 1e-9)]
    angle = float(np.abs(np.angle(leading)).max(initial=0.0))
    if np.any(np.abs(leading.imag) > 1e-9 * radius):
        if len(leading) > 2:
            return "; several eigenvalues of that size turn it"
        return f"; its two largest eigenvalues are a complex pair, so x turns by {math.degrees(angle):.0f}° a step"
    if np.all(leading.real < 0):
        return "; its sign changes at every step"
    return ""


def _limit_tanh(steps: IntArray, settled: Settled, bounded: PowerNorms, *, radius: float) -> str:
    """Where the state and the gradient go with tanh at every step, in words.

    Beyond ρ = 1 the state 0 repels: there nothing fades, however long it shrinks before it settles.
    """
    state, gradient, last = float(bounded.state[-1]), float(bounded.gradient[-1]), int(steps[-1])
    shrinks = state == -math.inf or (last > 1 and _power_of_n(steps, bounded.state) < FADING)
    if shrinks and (state == -math.inf or (state < SMALL and side_of_bound(radius, 1.0) <= 0)):
        said = f"With tanh the state fades, to {log10_text(state)} after {_count(last)}"
    elif shrinks and settled.from_last >= SAME and settled.from_one_before >= SAME:
        said = f"With tanh the state has shrunk to {log10_text(state)} after {_count(last)}"
        said += (
            f"; at ρ = {compared_text(radius, 1.0)} it cannot fade to zero" if side_of_bound(radius, 1.0) > 0 else ""
        )
    elif settled.from_last < SAME:
        said = f"With tanh the state comes to rest at ‖x‖ = {log10_text(state)}"
    elif settled.from_one_before < SAME:
        said = f"With tanh the state ends in two states by turns, ‖x‖ = {log10_text(state)}"
    else:
        said = f"With tanh the state stays bounded and keeps moving, ‖x‖ = {log10_text(state)}"
    left = f"‖∂x(n)/∂x(0)‖ = {log10_text(gradient)}"
    if gradient > TRANSIENT:
        return f"{said}; that does not bound the gradient, {left}."
    if gradient < -1.0:
        return f"{said}; the gradient goes to zero, {left}."
    return f"{said}; {left}."


def _power_of_n(steps: IntArray, log10: FloatArray) -> float:
    """The k of a size that grows like nᵏ over the last tenfold of n."""
    before = int(np.searchsorted(steps, steps[-1] / 10.0))
    apart = math.log10(steps[-1] / steps[before])
    return float(log10[-1] - log10[before]) / apart if apart > 0 else 0.0


def _count(n: int) -> str:
    return f"{n:,} step{'s' if n > 1 else ''}"
