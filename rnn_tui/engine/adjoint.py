"""Rows of adjoints ∂(·)/∂h_t on their way back through time, each with its own power of two.

Every measure of this program is some set of rows pulled back through the same steps: δ_t is one row, ∂h_T/∂h_t is
H of them, all itemised gradients are T of them. A row that mixes units keeps one exponent. Where the entries of a
row have drifted further apart than float64 holds (a saturated unit beside an open one, under a W that does not mix
them), every entry gets its own until they are close again.
"""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine.activations import Slopes
from rnn_tui.engine.arrays import FloatArray, IntArray
from rnn_tui.engine.cells import rnn_step_reverse
from rnn_tui.engine.exponents import NOTHING, Scaled, ldexp, rescaled

ALLOWANCE = 400.0  # powers of two that rows may drift before they are looked at again
WIDEST = 500.0  # powers of two between the entries of one row beyond which each gets its own exponent
DEEPEST = 900.0  # powers of two that one step may move a row whose entries share an exponent
EVEN = 2.0**60  # the ratio of W's largest to smallest entry up to which it mixes all units
CANCELLATION = 57.0  # powers of two that one product may lose to cancellation


class Rows(NamedTuple):
    """R rows over H units: mantissa (R, H); exponent (R, 1), or (R, H) where entries need their own.

    `drift` bounds by how many powers of two the mantissas may have moved since they were last looked at.
    """

    mantissa: FloatArray
    exponent: IntArray
    drift: float


class StepsBack(NamedTuple):
    """What the way back through each step needs.

    Attributes:
        weight_hh: W_hh, (H, H).
        slopes: φ'(a_t), (T, H).
        drift: (T,) by how many powers of two a step can move a row.
        mixes: whether W_hh mixes all units evenly enough that no entry of a row can be left far behind the others
            and still matter later.
    """

    weight_hh: FloatArray
    slopes: Slopes
    drift: FloatArray
    mixes: bool


def steps_back(weight_hh: FloatArray, slopes: Slopes) -> StepsBack:
    """Prepares the reverse steps of one trajectory."""
    entries = np.abs(weight_hh[weight_hh != 0])
    mixes = entries.size == weight_hh.size and float(entries.max() / entries.min()) < EVEN
    felt = entries.max(keepdims=True) if mixes else entries
    width = float(np.abs(np.log2(felt)).max(initial=0.0)) + float(np.log2(len(weight_hh))) + CANCELLATION
    with np.errstate(divide="ignore"):
        steepness = np.log2(slopes.mantissa)
    steepness = np.where(np.isneginf(steepness), 0.0, np.abs(steepness))
    return StepsBack(weight_hh, slopes, steepness.max(axis=1) + width, mixes)


def is_diagonal(weight_hh: FloatArray) -> bool:
    """Whether no unit hears of another."""
    return int(np.count_nonzero(weight_hh)) == int(np.count_nonzero(weight_hh.diagonal()))


def start(rows: FloatArray) -> Rows:
    """Ordinary numbers (R, H) as rows."""
    return Rows(rows, np.zeros((len(rows), 1), dtype=np.int64), np.inf)


def from_scaled(value: Scaled) -> Rows:
    """`Scaled` (R, H) with an exponent a row, as rows."""
    return Rows(value.mantissa, value.exponent[:, None], np.inf)


def to_scaled(rows: Rows) -> Scaled:
    """Rows as `Scaled` with an exponent a row; entries too small beside the row's largest become 0."""
    mantissa, exponent = rows.mantissa, rows.exponent
    if exponent.shape[1] != 1:
        top = np.where(mantissa == 0, NOTHING, exponent).max(axis=1, keepdims=True)
        top = np.where(top == NOTHING, 0, top)
        mantissa, exponent = ldexp(mantissa, exponent - top), top
    return rescaled(Scaled(mantissa, exponent[:, 0]))


def stack(first: Rows, second: Rows) -> Rows:
    """The rows of both, `first` above."""
    if first.exponent.shape[1] != second.exponent.shape[1]:
        first, second = _wide(first), _wide(second)
    return Rows(
        np.concatenate([first.mantissa, second.mantissa]),
        np.concatenate([first.exponent, second.exponent]),
        max(first.drift, second.drift),
    )


def add(rows: Rows, more: Rows) -> Rows:
    """The sum rows + more, entry by entry: what a step's own loss adds to the gradient that comes back to it."""
    if rows.exponent.shape[1] != more.exponent.shape[1]:
        rows, more = _wide(rows), _wide(more)
    wide = rows.exponent.shape[1] != 1

    def height(value: Rows) -> IntArray:
        largest = np.abs(value.mantissa) if wide else np.abs(value.mantissa).max(axis=1, keepdims=True)
        return np.where(largest == 0, NOTHING, value.exponent + np.frexp(largest)[1])

    top = np.maximum(height(rows), height(more))
    top = np.where(top == NOTHING, 0, top)
    mantissa = ldexp(rows.mantissa, rows.exponent - top) + ldexp(more.mantissa, more.exponent - top)
    return Rows(mantissa, top, np.inf)


def limited(rows: Rows, threshold: float) -> tuple[Rows, bool]:
    """One row limited to the 2-norm `threshold`, and whether it had to be."""
    mantissa, exponent = to_scaled(rows)
    norm = float(np.linalg.norm(mantissa))
    limit = float(ldexp(np.float64(threshold) * np.ones(()), -exponent[0]))
    if norm <= limit:
        return rows, False
    size, power = np.frexp(threshold)
    return Rows(mantissa * (size / norm), np.full((1, 1), int(power), dtype=np.int64), np.inf), True


def through_slope(rows: Rows, slopes: Slopes, t: int) -> Rows:
    """∂/∂a_t = φ'(a_t) ⊙ ∂/∂h_t."""
    if slopes.exponent is None or not slopes.exponent[t].any():
        return rows._replace(mantissa=rows.mantissa * slopes.mantissa[t])
    own = _own(rows)
    return own._replace(mantissa=own.mantissa * slopes.mantissa[t], exponent=own.exponent + slopes.exponent[t])


def apart(rows: Rows, back: StepsBack, t: int) -> bool:
    """Whether at step t the entries of a row, or the slopes they meet, need exponents of their own."""
    if rows.exponent.shape[1] != 1 or back.drift[t] > DEEPEST:
        return True
    return back.slopes.exponent is not None and bool(back.slopes.exponent[t].any())


def pull_back(rows: Rows, back: StepsBack, t: int) -> Rows:
    """∂/∂h_{t−1} = (φ'(a_t) ⊙ ∂/∂h_t) W_hh for every row."""
    drift = float(back.drift[t])
    if rows.drift + drift > ALLOWANCE:
        rows = _levelled(rows) if back.mixes and rows.exponent.shape[1] == 1 else _looked_at(rows)
    if not apart(rows, back, t):
        mantissa = rnn_step_reverse(back.weight_hh, slope=back.slopes.mantissa[t], delta=rows.mantissa)
        return Rows(mantissa, rows.exponent, rows.drift + drift)
    own = _own(through_slope(_own(rows), back.slopes, t))
    if back.mixes:
        # an entry far behind the largest of its row here never matters again: one exponent a row will do
        together = to_scaled(own)
        return _levelled(Rows(together.mantissa.dot(back.weight_hh), together.exponent[:, None], np.inf))
    return _looked_at(_product(own, back.weight_hh))


def _wide(rows: Rows) -> Rows:
    """The same rows with an exponent for each entry."""
    if rows.exponent.shape[1] == rows.mantissa.shape[1]:
        return rows
    return rows._replace(exponent=np.broadcast_to(rows.exponent, rows.mantissa.shape))


def _own(rows: Rows) -> Rows:
    """The same rows with an exponent for each entry and every mantissa in [½, 1)."""
    mantissa, power = np.frexp(rows.mantissa)
    return rows._replace(mantissa=mantissa, exponent=np.where(mantissa == 0, 0, rows.exponent + power))


def _levelled(rows: Rows) -> Rows:
    """The same rows with their largest mantissas near 1, where the spread within a row need not be watched."""
    largest = np.maximum(rows.mantissa.max(axis=1, keepdims=True), -rows.mantissa.min(axis=1, keepdims=True))
    shift = np.frexp(largest)[1].astype(np.int64)
    if not shift.any():
        return rows._replace(drift=0.0)
    exponent = np.where(largest == 0, 0, rows.exponent + shift)
    if int(np.abs(shift).max()) < 1000:
        return Rows(rows.mantissa * np.ldexp(1.0, -shift), exponent, 0.0)
    return Rows(ldexp(rows.mantissa, -shift), exponent, 0.0)


def _looked_at(rows: Rows) -> Rows:
    """The same rows with mantissas near 1, and with the exponents that their spread asks for."""
    size = np.abs(rows.mantissa)
    height = np.where(size == 0, NOTHING, rows.exponent + np.frexp(size)[1])
    top = height.max(axis=1, keepdims=True)
    top = np.where(top == NOTHING, 0, top)
    lowest = np.where(size == 0, top, height)
    width = float((top - lowest).max(initial=0))
    if width > WIDEST and rows.mantissa.shape[1] > 1:
        own = np.where(size == 0, 0, height)
        return Rows(ldexp(rows.mantissa, rows.exponent - own), own, 0.0)
    return Rows(ldexp(rows.mantissa, rows.exponent - top), top, width)


def _product(rows: Rows, weight_hh: FloatArray) -> Rows:
    """The product rows · W_hh, an exponent for each entry: every sum is taken on its own largest term's exponent."""
    if is_diagonal(weight_hh):
        return Rows(rows.mantissa * weight_hh.diagonal(), rows.exponent, np.inf)
    height = np.where(rows.mantissa == 0, NOTHING, rows.exponent)
    mantissa, exponent = np.empty_like(rows.mantissa), np.empty(rows.mantissa.shape, dtype=np.int64)
    for column, weights in enumerate(weight_hh.T):
        used = np.where(weights == 0, NOTHING, height)
        top = used.max(axis=1, keepdims=True)
        top = np.where(top == NOTHING, 0, top)
        terms = np.where(used == NOTHING, 0.0, ldexp(rows.mantissa, np.where(used == NOTHING, 0, height - top)))
        mantissa[:, column] = terms.dot(weights)
        exponent[:, column] = top[:, 0]
    return Rows(mantissa, exponent, np.inf)
