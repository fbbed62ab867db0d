"""x(n) = Wⁿ x(0) and ‖Wⁿ‖₂ for n up to thousands, and both with tanh between the steps."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rnn_tui.engine.cells.activations import slopes
from rnn_tui.engine.numbers.arrays import FloatArray, IntArray
from rnn_tui.engine.numbers.exponents import LOG10_2, ZERO_EXPONENT, Scaled, any_exponent, ldexp, log10_norm, rescale
from rnn_tui.engine.numbers.spectral_norm import log10_spectral
from rnn_tui.engine.progress import Watch, report, unwatched

NUMBERS = 2**22  # entries of the matrices that are held at once
CHUNK = 256  # steps whose slopes are found together, at most
LINEAR = -30  # powers of two from which on tanh(a) is a, and its slope 1, to rounding
NEAR, FAR = 2.0**-100, 2.0**100  # between them a mantissa's square stays until it is brought back near 1


class PowerNorms(NamedTuple):
    """How large the state and its derivative are after each of m numbers of steps.

    Attributes:
        state: (m,) log10 ‖x_n‖; −inf for a true zero.
        gradient: (m,) log10 ‖∂x_n/∂x_0‖₂, without an activation ‖Wⁿ‖₂.
    """

    state: FloatArray
    gradient: FloatArray


class Settled(NamedTuple):
    """Whether the state has come to rest: ‖x_N − x_{N−1}‖ and ‖x_N − x_{N−2}‖ over the larger norm, 0 for zeros."""

    from_last: float
    from_one_before: float


def steps_on_log_scale(last: int, *, points: int = 100) -> IntArray:
    """Numbers of steps from 1 to `last`, every one at first and then evenly on a log scale, about `points` of them."""
    found = np.unique(np.round(np.geomspace(1, last, points)).astype(np.int64))
    near = np.arange(1, min(last, points // 4) + 1, dtype=np.int64)
    return np.union1d(near, found)


def linear_powers(weight: FloatArray, *, start: FloatArray, steps: IntArray, watch: Watch = unwatched) -> PowerNorms:
    """Of x(n) = Wⁿ x(0): log10 ‖x(n)‖ and log10 ‖Wⁿ‖₂, by repeated squaring with exponents.

    Args:
        weight: W, (H, H).
        start: x(0), (H,).
        steps: the n, ascending, each at least 1: (m,).

    Raises:
        CancelledError: `watch` answered that the work should stop.
    """
    digits = _digits(weight, last=int(steps[-1]))
    at_once = max(1, NUMBERS // weight.size)
    found: list[FloatArray] = []
    for begin in range(0, len(steps), at_once):
        found.append(log10_spectral(_assembled(digits, steps[begin : begin + at_once])))
        report(watch, min(len(steps), begin + at_once) / len(steps))
    return PowerNorms(log10_norm(_states(digits, start, steps)), np.concatenate(found))


def _digits(weight: FloatArray, *, last: int) -> list[Scaled]:
    """W^(d·4ʲ) for d = 1, 2, 3 and every j that an n up to `last` needs: for each j (3, H, H)."""
    found = [_first_powers(_rescaled(weight, 0))]
    while 4 ** len(found) <= last:
        cubes = found[-1]
        found.append(_first_powers(_product(*(Scaled(cubes.mantissa[d], cubes.exponent[d]) for d in (0, 2)))))
    return found


def _first_powers(base: Scaled) -> Scaled:
    square = _product(base, base)
    return _stacked([base, square, _product(square, base)])


def _assembled(digits: list[Scaled], steps: IntArray) -> Scaled:
    """Wⁿ for many n, (m, H, H), all at once: digit by digit of n in base 4."""
    hidden = digits[0].mantissa.shape[1]
    mantissa, exponent = np.empty((len(steps), hidden, hidden)), np.zeros(len(steps), dtype=np.int64)
    for place, each in enumerate(digits):
        digit, lower = steps >> 2 * place & 3, steps & 4**place - 1
        first, further = np.flatnonzero((digit > 0) & (lower == 0)), np.flatnonzero((digit > 0) & (lower > 0))
        mantissa[first] = each.mantissa[digit[first] - 1]
        # the mantissas of a few products need no rescaling in between
        mantissa[further] = each.mantissa[digit[further] - 1] @ mantissa[further]
        exponent[digit > 0] += each.exponent[digit[digit > 0] - 1]
    return Scaled(mantissa, exponent)


def _states(digits: list[Scaled], start: FloatArray, steps: IntArray) -> Scaled:
    """Wⁿ x(0) for each n from the one before, so that none of them is lost beside a far larger direction of W."""
    binary = [(each.mantissa[d].dot, int(each.exponent[d])) for each in digits for d in range(2)]  # W^(2ⁱ)
    mantissas, exponents = np.empty((len(steps), len(start))), np.empty(len(steps), dtype=np.int64)
    (state, level), before = _rescaled(start, 0), 0
    for place, n in enumerate(steps.tolist()):
        for bit in range((n - before).bit_length()):
            if (n - before) >> bit & 1:
                times, exponent = binary[bit]
                state, level = times(state), level + exponent
                if not NEAR < state.dot(state) < FAR:
                    state, level = _rescaled(state, int(level))
        mantissas[place], exponents[place], before = state, level, n
    return Scaled(mantissas, exponents)


def tanh_powers(
    weight: FloatArray, *, start: FloatArray, steps: IntArray, watch: Watch = unwatched
) -> tuple[PowerNorms, Settled]:
    """Of x_n = tanh(W x_{n−1}): log10 ‖x_n‖ and log10 ‖∂x_n/∂x_0‖₂, the product of the diag(1 − x_n²) W.

    Args and raises as `linear_powers`. The state keeps an exponent where it is small: tanh is a straight line there.
    """
    last, wanted = int(steps[-1]), set(steps.tolist())
    state, product = _rescaled(start, 0), _rescaled(np.eye(len(weight)), 0)
    recent, states, held = [state], list[Scaled](), _Norms(len(weight))
    at_once = max(1, min(CHUNK, NUMBERS // len(weight) ** 2))
    for begin in range(0, last, at_once):
        before: list[Scaled] = []
        for n in range(begin + 1, min(last, begin + at_once) + 1):
            applied = Scaled(weight @ state.mantissa, state.exponent)
            state = _tanh(applied)
            before.append(applied)
            recent = [*recent[-2:], state]
            if n in wanted:
                states.append(state)
        stacked = Scaled(np.stack([a.mantissa for a in before]), np.array([int(a.exponent) for a in before]))
        slope = slopes("tanh", stacked)
        graded = slope.exponent if any_exponent(slope.exponent) else None
        steps_on = slope.mantissa[:, :, None] * weight if graded is None else None
        for i in range(len(before)):
            if steps_on is not None:
                product = _rescale_if_far(steps_on[i] @ product.mantissa, product.exponent)
            elif graded is not None:
                product = _times_jacobian(product, weight, slope.mantissa[i], graded[i])
            if begin + i + 1 in wanted:
                held.hold(product)
        report(watch, min(last, begin + at_once) / last)
    settled = Settled(_apart(state, recent[-2]), _apart(state, recent[0]))
    return PowerNorms(_norms(states), held.log10()), settled


class _Norms:
    """The spectral norms of matrices that come one by one, found many at a time."""

    def __init__(self, hidden: int) -> None:
        self._at_once = max(1, NUMBERS // hidden**2)
        self._held: list[Scaled] = []
        self._found: list[FloatArray] = []

    def hold(self, matrix: Scaled) -> None:
        self._held.append(matrix)
        if len(self._held) == self._at_once:
            self._flush()

    def log10(self) -> FloatArray:
        self._flush()
        return np.concatenate(self._found)

    def _flush(self) -> None:
        if self._held:
            self._found.append(log10_spectral(_stacked(self._held)))
            self._held = []


def _stacked(values: Sequence[Scaled]) -> Scaled:
    mantissas, exponents = zip(*values, strict=True)
    return Scaled(np.stack(mantissas), np.array([int(each) for each in exponents], dtype=np.int64))


def _norms(states: Sequence[Scaled]) -> FloatArray:
    return log10_norm(_stacked(states))


def _rescaled(mantissa: FloatArray, exponent: int) -> Scaled:
    return rescale(Scaled(mantissa, np.array(exponent, dtype=np.int64)))


def _product(left: Scaled, right: Scaled) -> Scaled:
    return _rescale_if_far(left.mantissa @ right.mantissa, left.exponent + right.exponent)


def _rescale_if_far(mantissa: FloatArray, exponent: IntArray) -> Scaled:
    """The value brought back near 1 where it has gone far: to find that out costs a tenth of bringing it back."""
    flat = mantissa.ravel()
    if NEAR < float(flat.dot(flat)) < FAR:
        return Scaled(mantissa, exponent)
    return rescale(Scaled(mantissa, exponent))


def _tanh(a: Scaled) -> Scaled:
    square = float(a.mantissa.dot(a.mantissa))
    if square == 0.0:
        return Scaled(a.mantissa, np.zeros((), dtype=np.int64))
    power, exponent = math.frexp(square)[1] // 2, int(a.exponent)
    if power + exponent > LINEAR:
        value = ldexp(a.mantissa, exponent) if exponent else a.mantissa
        return Scaled(np.tanh(value), np.zeros((), dtype=np.int64))
    return a if NEAR < square < FAR else rescale(a)


def _times_jacobian(product: Scaled, weight: FloatArray, slope: FloatArray, exponent: IntArray) -> Scaled:
    """The product of Jacobians taken on through diag(slope) W, every row's slope having an exponent of its own."""
    moved = slope[:, None] * (weight @ product.mantissa)
    size = np.abs(moved).max(axis=1)
    height = np.where(size > 0, np.frexp(size)[1] + exponent, ZERO_EXPONENT)
    top = int(height.max())
    if top == ZERO_EXPONENT:
        return Scaled(moved, np.zeros((), dtype=np.int64))
    moved = ldexp(moved, np.where(size > 0, exponent - top, 0)[:, None])
    return rescale(Scaled(moved, product.exponent + top))


def _apart(one: Scaled, other: Scaled) -> float:
    """‖a − b‖ / max(‖a‖, ‖b‖); 0 where both are zero."""
    one, other = rescale(one), rescale(other)
    top = max((int(each.exponent) for each in (one, other) if each.mantissa.any()), default=0)
    a, b = (ldexp(each.mantissa, each.exponent - top) for each in (one, other))
    size = max(float(np.linalg.norm(a)), float(np.linalg.norm(b)))
    return float(np.linalg.norm(a - b)) / size if size else 0.0


def log10_power_growth(weight: FloatArray, power: int) -> float:
    """log10 of ‖Wⁿ‖₂^{1/n} for n = `power` ≥ 1, by repeated squaring with an exponent."""
    result, square = Scaled(np.eye(len(weight)), np.zeros((), dtype=np.int64)), Scaled(weight, np.zeros((), np.int64))
    bits = power
    while bits:
        square = rescale(square)
        if bits & 1:
            result = rescale(Scaled(result.mantissa @ square.mantissa, result.exponent + square.exponent))
        bits >>= 1
        square = Scaled(square.mantissa @ square.mantissa, 2 * square.exponent)
    largest = float(np.linalg.svd(result.mantissa, compute_uv=False)[0])
    return (np.log10(largest) + float(result.exponent) * LOG10_2) / power if largest else -np.inf
