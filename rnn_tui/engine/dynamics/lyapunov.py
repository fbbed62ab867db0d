"""Finite-time Lyapunov exponents of the whole state: at which rates nearby states part along this very text."""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine.backprop.linear_maps import LinearMaps
from rnn_tui.engine.dynamics.state_maps import has_state, state_maps, state_size
from rnn_tui.engine.dynamics.udt import UDT, left_multiply, left_multiply_by_rows, left_multiply_pivoting, udt_identity
from rnn_tui.engine.dynamics.udt_singular_values import log_largest_singular_value, log_singular_values
from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray, IntArray
from rnn_tui.engine.numbers.exponents import ldexp
from rnn_tui.engine.progress import Watch, report, unwatched

SPREAD = 9.0  # nats by which one stretch of steps may spread the directions that it starts from
MOST_AT_ONCE = 32  # steps in one stretch
EVEN = 20  # powers of two between the rows of a step's matrix up to which it needs no special care
NUMBERS = 2**20  # entries of the matrices that are held at once
AGREED = 1e-7  # relative, for two ways to the same logarithm
FEWEST = 4  # factors from which there are two halves to compare


class Lyapunov(NamedTuple):
    """The exponents of one network along one text, in nats a step.

    Attributes:
        exponents: (N,) λ_i = log σ_i(∂s_T/∂s_1) / (T − 1), descending; −inf for a direction that is wholly lost;
            NaN, from the first on that is beyond float64: saturated gates may need more digits.
        convergence: |λ₁ − what the last half of the text adds to log σ₁ a step|; None with fewer than four factors, or
            where all is lost.
    """

    exponents: FloatArray
    convergence: float | None


def lyapunov_exponents(maps: LinearMaps, *, watch: Watch = unwatched) -> Lyapunov | None:
    """λ_i = log σ_i(∂s_T/∂s_1) / (T − 1), with s the whole state (see `state_maps`), through T − 1 factors.

    The directions are orthonormalised anew whenever the steps since may have spread them by `SPREAD` nats, so that
    the smallest exponent keeps its digits beside the largest (Benettin et al. 1980, Dieci & Van Vleck 1995).

    Args:
        maps: the linear maps of one network's T steps.

    Returns:
        None where the text is too short, or the network has no state of one kind (see `has_state`).

    Raises:
        CancelledError: `watch` answered that the work should stop.
    """
    if not has_state(maps):
        return None
    factors = maps.steps - 1
    half = factors // 2
    first = _through(udt_identity(state_size(maps)), maps, start=1, stop=1 + half, watch=watch)
    whole = _through(first, maps, start=1 + half, stop=1 + factors, watch=watch)
    logs = _agreed(log_singular_values(whole), maps)
    logs[int(open_ways(maps)) :] = -np.inf
    convergence = None
    if factors >= FEWEST and np.isfinite(logs[0]):
        added = (logs[0] - log_largest_singular_value(first)) / (factors - half)
        convergence = float(abs(logs[0] / factors - added))
    return Lyapunov(logs / factors, convergence)


def largest_exponent(maps: LinearMaps, *, watch: Watch = unwatched) -> float | None:
    """λ₁ alone, as `lyapunov_exponents` has it, for much less: the other directions are not separated.

    Returns:
        None where the network has no exponents; −inf where all is lost.

    Raises:
        CancelledError: `watch` answered that the work should stop.
    """
    if not has_state(maps):
        return None
    factors = maps.steps - 1
    if int(open_ways(maps)) == 0:
        return -np.inf
    product = _through(udt_identity(state_size(maps)), maps, start=1, stop=1 + factors, watch=watch)
    return float(log_largest_singular_value(product)) / factors


def open_ways(maps: LinearMaps) -> IntArray:
    """The most directions that ∂s_T/∂s_1 can keep, (…), by which entries of the steps' maps are exactly zero.

    That is the fewest entries of a state on the way that are reached from s_1 and lead to s_T. Where it is 0 the
    product is zero, though its orthonormalised factors leave a rest of rounding.
    """
    size, members = state_size(maps), int(np.prod(maps.ensemble_shape))
    if not (maps.factors.slopes == 0).any() and bool((maps.weight_hh != 0).all()):
        return np.full(maps.ensemble_shape, size)
    at_once = max(1, NUMBERS // (size**2 * members))
    blocks = [(begin, min(maps.steps, begin + at_once)) for begin in range(1, maps.steps, at_once)]
    reached = np.ones((maps.steps, *maps.ensemble_shape, size), dtype=bool)
    for begin, end in blocks:
        for t, links in enumerate(_links(maps, begin, end), start=begin):
            reached[t] = (links & reached[t - 1][..., None, :]).any(axis=-1)
    leads, fewest = np.ones((*maps.ensemble_shape, size), dtype=bool), reached[-1].sum(axis=-1)
    for begin, end in reversed(blocks):
        for t, links in reversed(list(enumerate(_links(maps, begin, end), start=begin))):
            leads = (links & leads[..., :, None]).any(axis=-2)
            fewest = np.minimum(fewest, (reached[t - 1] & leads).sum(axis=-1))
    result: IntArray = fewest
    return result


def _links(maps: LinearMaps, start: int, stop: int) -> AnyArray:
    """(n, …, N, N) which entries of the steps' maps are not exactly zero."""
    (rows, _), through = state_maps(maps, start=start, stop=stop)
    links: AnyArray = rows != 0
    if through is not None:
        hidden = through.shape[-1]
        links[..., :hidden, :] |= (through != 0)[..., None] & links[..., hidden : 2 * hidden, :]
    return links


def _agreed(logs: FloatArray, maps: LinearMaps) -> FloatArray:
    """The logs of the singular values, NaN from the first that the product taken the other way round denies.

    It is taken so only where they do not add up to the log of the volume, which no order of factors changes.
    """
    at_once = max(1, NUMBERS // len(logs) ** 2)
    blocks = [(begin, min(maps.steps, begin + at_once)) for begin in range(1, maps.steps, at_once)]
    volume = float(sum(log_volume(maps, start=begin, stop=end) for begin, end in blocks))
    whole = float(logs.sum())
    if np.isneginf(volume) and np.isneginf(whole) and maps.factors.carry is None:
        return logs
    if abs(whole - volume) <= AGREED * max(1.0, abs(volume)) < np.inf:
        return logs
    turned = udt_identity(len(logs))
    for begin, end in reversed(blocks):
        steps = EvenSteps.of(maps, start=begin, stop=end)
        for t in range(end - begin - 1, -1, -1):
            turned = steps.turned(turned, t)
    others = log_singular_values(turned)
    lost = np.isneginf(logs) & np.isneginf(others) & np.isneginf(volume)
    finite = np.isfinite(logs) & np.isfinite(others)
    apart = np.abs(np.where(finite, logs, 0.0) - np.where(finite, others, 0.0))
    same = lost | (finite & (apart <= AGREED * np.maximum(1.0, np.abs(others))))
    return np.where(np.logical_and.accumulate(same), logs, np.nan)


def log_volume(maps: LinearMaps, *, start: int, stop: int) -> FloatArray:
    """Σ_t log |det ∂s_t/∂s_{t−1}| over start ≤ t < stop, (…); −inf where one of them loses a direction."""
    rows, exponent = state_maps(maps, start=start, stop=stop).rows  # det S_t = 1
    with np.errstate(divide="ignore"):  # a matrix may be singular to the last digit: then the volume is nothing
        volumes = np.linalg.slogdet(rows)[1]
    result: FloatArray = volumes.sum(axis=0) + exponent.sum(axis=(0, -1)) * np.log(2.0)
    return result


def _through(product: UDT, maps: LinearMaps, *, start: int, stop: int, watch: Watch) -> UDT:
    """The product taken on through the steps start ≤ t < stop."""
    at_once, length = max(1, NUMBERS // state_size(maps) ** 2), 1
    for begin in range(start, stop, at_once):
        end = min(stop, begin + at_once)
        product, length = _taken(product, EvenSteps.of(maps, start=begin, stop=end), length)
        report(watch, end / maps.steps)
    return product


class EvenSteps(NamedTuple):
    """Some steps' matrices, n of N × N, most of which have rows of about one size; `…` is an ensemble's S, or nothing.

    Attributes:
        even: (n, …) whether a step's rows are.
        matrices: (n, …, N, N) whole maps times e^log_scale where even; else B_t, every row times its own 2**exponent.
        log_scale: (n, …).
        exponent: (n, …, N).
        through: S_t, see `StateMaps`.
    """

    even: AnyArray
    matrices: FloatArray
    log_scale: FloatArray
    exponent: IntArray
    through: FloatArray | None

    @classmethod
    def of(cls, maps: LinearMaps, *, start: int, stop: int) -> "EvenSteps":
        """The steps start ≤ t < stop (from 0)."""
        (rows, exponent), through = state_maps(maps, start=start, stop=stop)
        occupied = rows.any(axis=-1)
        top = np.where(occupied, exponent, exponent.min()).max(axis=-1)
        lowest = np.where(occupied, exponent, top[..., None]).min(axis=-1)
        even = np.asarray(top - lowest <= EVEN)
        matrices = ldexp(rows, np.where(even[..., None] & occupied, exponent - top[..., None], 0)[..., None])
        if through is not None:
            hidden = through.shape[-1]
            matrices[even, :hidden] += through[even, :, None] * matrices[even, hidden : 2 * hidden]
        return cls(even, matrices, top * np.log(2.0), exponent, through)

    def by_rows(self, product: UDT, t: int) -> UDT:
        """The product taken on through a step whose rows differ in size."""
        product = left_multiply_by_rows(product, self.matrices[t] @ product.u, self.exponent[t])
        if self.through is None:
            return product
        hidden, moved = self.through.shape[1], product.u.copy()
        moved[:hidden] += self.through[t][:, None] * moved[hidden : 2 * hidden]
        return left_multiply_pivoting(product, moved)

    def turned(self, product: UDT, t: int) -> UDT:
        """The product taken on through the transpose of a step."""
        if self.even[t]:
            return left_multiply_pivoting(product, self.matrices[t].T @ product.u, float(self.log_scale[t]))
        if self.through is not None:
            hidden, moved = self.through.shape[1], product.u.copy()
            moved[hidden : 2 * hidden] += self.through[t][:, None] * moved[:hidden]
            product = left_multiply_pivoting(product, moved)
        product = left_multiply_by_rows(product, product.u, self.exponent[t])
        return left_multiply_pivoting(product, self.matrices[t].T @ product.u)


def _taken(product: UDT, steps: EvenSteps, length: int) -> tuple[UDT, int]:
    """The product taken on through all steps, up to `length` and then as many at a time as the spread allows."""
    done, count = 0, len(steps.matrices)
    while done < count:
        if not steps.even[done]:
            product = steps.by_rows(product, done)
            done += 1
            continue
        taken, moved = 0, product.u
        while taken < length and done + taken < count and steps.even[done + taken]:
            moved = steps.matrices[done + taken] @ moved
            taken += 1
        log_scale = float(steps.log_scale[done : done + taken].sum())
        found = left_multiply(product, moved, log_scale)
        if found.lost and taken > 1:
            length = taken // 2
            continue
        product = left_multiply_pivoting(product, moved, log_scale) if found.lost else found.product
        done += taken
        length = 1 if found.lost else next_stretch(taken, float(found.spread))
    return product, length


def next_stretch(taken: int, spread: float) -> int:
    """How many steps to take at once, when the last so many have spread the directions by so many nats."""
    return max(1, min(2 * taken, MOST_AT_ONCE, int(SPREAD * taken / max(spread, 0.1))))
