"""Wⁿ x of one random W beside W_n ⋯ W_2 W_1 x of independent ones, over many draws at once, and what theory says.

A shared W repeats the luck of one draw n times, so that log ‖Wⁿx‖ spreads in proportion to n. The logarithms that
independent factors add are n separate draws, and their sum spreads like √n (Furstenberg & Kesten 1960). For gaussian
W's the direction of x is forgotten at every factor, and log ‖Wx‖ − log ‖x‖ = ½ log (χ²_H / H) whatever x is:

    mean ½ (ψ(H/2) + log (2/H)),    standard deviation ½ √ψ′(H/2)    a factor, in nats (Newman 1986);

for H = 1, N(0, 1) numbers: −.63518 and 1.1107.
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from rnn_tui.engine.network.initialisers import Distribution
from rnn_tui.engine.numbers.arrays import FloatArray, IntArray
from rnn_tui.engine.numbers.exponents import Scaled, log10_norm, rescale
from rnn_tui.engine.progress import Watch, report, unwatched

EULER = 0.5772156649015329
RESCALE_EVERY = 8  # factors, each near 1 in size


class RandomProducts(NamedTuple):
    """log10 ‖product · x‖ / ‖x‖ of S draws after each of m numbers of factors; −inf for a true zero.

    Attributes:
        shared: (S, m) of Wⁿ.
        independent: (S, m) of W_n ⋯ W_1, all of the same distribution, W_1 being the shared one.
    """

    shared: FloatArray
    independent: FloatArray


class Law(NamedTuple):
    """The mean and spread of log ‖product · x‖ in theory, in nats; None where there is no closed form.

    Attributes:
        shared_mean, independent_mean: a factor, in the long run.
        shared_spread: the standard deviation, divided by n.
        independent_spread: divided by √n.
    """

    shared_mean: float | None
    shared_spread: float | None
    independent_mean: float | None
    independent_spread: float | None


def with_gain(found: FloatArray, *, gain: float, steps: IntArray) -> RandomProducts:
    """Products that were found before the gain (2, S, m), with it: n factors have it n times."""
    gains = steps.astype(np.float64) * (math.log10(gain) if gain else -math.inf)
    return RandomProducts(found[0] + gains, found[1] + gains)


def ungained_products(
    source: Distribution, *, seeds: range, start: FloatArray, steps: IntArray, watch: Watch = unwatched
) -> Iterator[FloatArray]:
    """log10 ‖product · x‖ / ‖x‖ before the gain, after each number of factors in turn: (2, S), those of Wⁿ first.

    The factors are applied to x one by one, for all seeds at once.

    Args:
        seeds: S of them; a shared W is the one that the seed draws.
        start: x, (H,).
        steps: the numbers of factors, ascending from 1 or more: (m,).

    Raises:
        CancelledError: `watch` answered that the work should stop.
    """
    own = source.recurrent(seeds)
    begin = rescale(Scaled(np.tile(start, (2, len(seeds), 1)), np.zeros((2, len(seeds)), dtype=np.int64)))
    whole = log10_norm(begin)
    mantissa, exponent = begin
    every = RESCALE_EVERY if source.form is None else 1
    wanted = set(steps.tolist())
    for n in range(1, int(steps[-1]) + 1):
        other = own if n == 1 else source.independent(seeds[0], n, len(seeds))
        mantissa = np.stack([_applied(own, mantissa[0]), _applied(other, mantissa[1])])
        if n % every == 0:
            mantissa, exponent = rescale(Scaled(mantissa, exponent))
        report(watch, n / int(steps[-1]))
        if n in wanted:
            yield log10_norm(Scaled(mantissa, exponent)) - whole


def law(source: Distribution) -> Law:
    """The law of this distribution."""
    hidden = source.hidden
    if source.gain == 0.0:
        return Law(-math.inf, None, -math.inf, None)
    gain = math.log(source.gain)
    if source.init in ("orthogonal", "identity", "number"):
        return Law(gain, 0.0, gain, 0.0)  # every factor keeps the length, but for the gain
    if source.init in ("uniform", "diagonal") and hidden == 1:
        return Law(gain - 1.0, 1.0, gain - 1.0, 1.0)  # −log |u| is exponentially distributed
    if source.init != "gaussian":
        return Law(None, None, None, None)
    mean = gain + 0.5 * (digamma_of_half(hidden) + math.log(2.0 / hidden))
    spread = 0.5 * math.sqrt(trigamma_of_half(hidden))
    return Law(mean, spread, mean, spread) if hidden == 1 else Law(None, None, mean, spread)


def digamma_of_half(k: int) -> float:
    """ψ(k/2), k ≥ 1, from ψ(½) = −γ − 2 log 2, ψ(1) = −γ and ψ(x + 1) = ψ(x) + 1/x."""
    first = -EULER - 2.0 * math.log(2.0) if k % 2 else -EULER
    return first + math.fsum(2.0 / j for j in range(1 if k % 2 else 2, k, 2))


def trigamma_of_half(k: int) -> float:
    """ψ′(k/2), k ≥ 1, from ψ′(½) = π²/2, ψ′(1) = π²/6 and ψ′(x + 1) = ψ′(x) − 1/x²."""
    first = math.pi**2 / (2.0 if k % 2 else 6.0)
    return first - math.fsum(4.0 / j**2 for j in range(1 if k % 2 else 2, k, 2))


def _applied(weights: FloatArray, vectors: FloatArray) -> FloatArray:
    result: FloatArray = np.matmul(weights, vectors[..., None])[..., 0]
    return result
