"""Rows of numbers beyond float64's range, each with its own power of two, or every entry with its own.

A row that mixes units keeps one exponent. Where the entries of a row have drifted further apart than float64 holds (a
saturated unit beside an open one, under a W that does not mix them), every entry gets its own until they are close
again.
"""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray, IntArray
from rnn_tui.engine.numbers.exponents import LOG10_2, NOTHING, Scaled, ldexp, log10_norm, rescaled

SMALL = 2.0**-900  # squares within SMALL … 1/SMALL have lost nothing to underflow
WIDEST = 500.0  # powers of two between the entries of one row beyond which each gets its own exponent


class Rows(NamedTuple):
    """R rows of N entries: mantissa (…, R, N); exponent (…, R, 1), or (…, R, N) where entries need their own.

    `drift` bounds by how many powers of two the mantissas may have moved since they were last looked at.
    """

    mantissa: FloatArray
    exponent: IntArray
    drift: float

    @property
    def wide(self) -> bool:
        """Whether every entry has an exponent of its own."""
        return bool(self.exponent.shape[-1] != 1)


def start(rows: FloatArray) -> Rows:
    """Ordinary numbers (…, R, N) as rows."""
    size = np.abs(rows[rows != 0])
    drift = float(np.abs(np.log2(size)).max(initial=0.0))
    return Rows(rows, np.zeros((*rows.shape[:-1], 1), dtype=np.int64), drift)


def from_scaled(value: Scaled) -> Rows:
    """`Scaled` (…, R, N) with an exponent a row, as rows."""
    return Rows(value.mantissa, value.exponent[..., None], np.inf)


def to_scaled(rows: Rows) -> Scaled:
    """Rows as `Scaled` with an exponent a row; entries too small beside the row's largest become 0."""
    mantissa, exponent = rows.mantissa, rows.exponent
    if rows.wide:
        top = np.where(mantissa == 0, NOTHING, exponent).max(axis=-1, keepdims=True)
        top = np.where(top == NOTHING, 0, top)
        mantissa, exponent = ldexp(mantissa, exponent - top), top
    return rescaled(Scaled(mantissa, exponent[..., 0]))


def stack(first: Rows, second: Rows) -> Rows:
    """The rows of both, `first` above."""
    if first.exponent.shape[-1] != second.exponent.shape[-1]:
        first, second = widened(first), widened(second)
    return Rows(
        np.concatenate([first.mantissa, second.mantissa], axis=-2),
        np.concatenate([first.exponent, second.exponent], axis=-2),
        max(first.drift, second.drift),
    )


def add(rows: Rows, more: Rows) -> Rows:
    """The sum rows + more, entry by entry: what a step's own loss adds to the gradient that comes back to it."""
    if rows.exponent.shape[-1] != more.exponent.shape[-1]:
        rows, more = widened(rows), widened(more)
    top = np.maximum(_height(rows), _height(more))
    top = np.where(top == NOTHING, 0, top)
    mantissa = ldexp(rows.mantissa, rows.exponent - top) + ldexp(more.mantissa, more.exponent - top)
    return Rows(mantissa, top, np.inf)


def padded(rows: Rows, count: int) -> Rows:
    """The rows with rows of zeros above, so that there are `count`."""
    missing = count - rows.mantissa.shape[-2]
    if not missing:
        return rows
    shape = rows.mantissa.shape
    return stack(start(np.zeros((*shape[:-2], missing, shape[-1]))), rows)


def limited(rows: Rows, threshold: float) -> tuple[Rows, AnyArray]:
    """The rows scaled together so that their sum has at most the 2-norm `threshold`, and whether they had to be: (…).

    A gradient is one row; a truncated one is a row for every step that it comes from.
    """
    each = to_scaled(rows)
    top = np.where(each.mantissa.any(axis=-1), each.exponent, NOTHING).max(axis=-1)
    top = np.where(top == NOTHING, 0, top)
    whole = ldexp(each.mantissa, (each.exponent - top[..., None])[..., None]).sum(axis=-2)
    norm = np.linalg.norm(whole, axis=-1)
    size, power = np.frexp(threshold)
    beyond = norm > ldexp(np.full(norm.shape, float(size)), int(power) - top)
    if not beyond.any():
        return rows, beyond
    factor = np.where(beyond, size / np.where(beyond, norm, 1.0), 1.0)[..., None, None]
    shift = np.where(beyond, int(power) - top, 0)[..., None, None]
    return Rows(rows.mantissa * factor, rows.exponent + shift, np.inf), beyond


def widened(rows: Rows) -> Rows:
    """The same rows with an exponent for each entry."""
    return rows if rows.wide else rows._replace(exponent=np.broadcast_to(rows.exponent, rows.mantissa.shape))


def own(rows: Rows) -> Rows:
    """The same rows with an exponent for each entry and every mantissa in [½, 1)."""
    mantissa, power = np.frexp(rows.mantissa)
    return rows._replace(mantissa=mantissa, exponent=np.where(mantissa == 0, 0, rows.exponent + power))


def levelled(rows: Rows) -> Rows:
    """The same rows with their largest mantissas near 1, where the spread within a row need not be watched."""
    largest = np.maximum(rows.mantissa.max(axis=-1, keepdims=True), -rows.mantissa.min(axis=-1, keepdims=True))
    shift = np.frexp(largest)[1].astype(np.int64)
    if not shift.any():
        return rows._replace(drift=0.0)
    exponent = np.where(largest == 0, 0, rows.exponent + shift)
    if int(np.abs(shift).max()) < 1000:
        return Rows(rows.mantissa * np.ldexp(1.0, -shift), exponent, 0.0)
    return Rows(ldexp(rows.mantissa, -shift), exponent, 0.0)


def looked_at(rows: Rows) -> Rows:
    """The same rows with mantissas near 1, and with the exponents that their spread asks for."""
    size = np.abs(rows.mantissa)
    height = np.where(size == 0, NOTHING, rows.exponent + np.frexp(size)[1])
    top = height.max(axis=-1, keepdims=True)
    top = np.where(top == NOTHING, 0, top)
    lowest = np.where(size == 0, top, height)
    width = float((top - lowest).max(initial=0))
    if width > WIDEST and rows.mantissa.shape[-1] > 1:
        each = np.where(size == 0, 0, height)
        return Rows(ldexp(rows.mantissa, rows.exponent - each), each, 0.0)
    return Rows(ldexp(rows.mantissa, rows.exponent - top), top, width)


def product(rows: Rows, weight: FloatArray) -> Rows:
    """The product rows · W for rows with an exponent an entry: every sum is taken on its largest term's exponent.

    Args:
        weight: (…, M, N), its leading axes those of the rows.
    """
    height = np.where(rows.mantissa == 0, NOTHING, rows.exponent)
    shape = (*rows.mantissa.shape[:-1], weight.shape[-1])
    mantissa, exponent = np.empty(shape), np.empty(shape, dtype=np.int64)
    for column in range(weight.shape[-1]):
        weights = weight[..., None, :, column]
        used = np.where(weights == 0, NOTHING, height)
        top = used.max(axis=-1, keepdims=True)
        top = np.where(top == NOTHING, 0, top)
        terms = np.where(used == NOTHING, 0.0, ldexp(rows.mantissa, np.where(used == NOTHING, 0, height - top)))
        mantissa[..., column] = (terms * weights).sum(axis=-1)
        exponent[..., column] = top[..., 0]
    return Rows(mantissa, exponent, np.inf)


def _height(rows: Rows) -> IntArray:
    size = np.abs(rows.mantissa) if rows.wide else np.abs(rows.mantissa).max(axis=-1, keepdims=True)
    return np.where(size == 0, NOTHING, rows.exponent + np.frexp(size)[1])


def log10_norms(rows: Rows) -> FloatArray:
    """log10 ‖row‖₂ of every row, (…, R); −inf for a row of true zeros."""
    if not rows.wide:
        squares = np.einsum("...rn,...rn->...r", rows.mantissa, rows.mantissa)
        if squares.size and SMALL < squares.min() <= squares.max() < 1.0 / SMALL:
            result: FloatArray = 0.5 * np.log10(squares) + rows.exponent[..., 0] * LOG10_2
            return result
    return log10_norm(to_scaled(rows))
