"""ScaledRows of adjoints or tangents on their way through time, each row with its own power of two, or every entry.

A row that passes through a W that mixes all units needs one exponent: what is far below the row's largest entry is
lost in the next product anyway. Where W does not mix (a diagonal one), or a gate carries a unit past W, a saturated
unit's entry may be `10^-400` beside an open one's and still be all that is left later. Such a row has an exponent for
every entry until they are close again.

Why `drift`: to examine all entries after every step would cost a tenth of the step. The factors of each step are
known beforehand, and with them by how much it can move a row at most; only when these bounds have added up to what
float64 holds are the entries examined.
"""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray, IntArray
from rnn_tui.engine.numbers.exponents import (
    LOG10_2,
    POWER_IS_FLOAT64,
    ZERO_EXPONENT,
    Scaled,
    ldexp,
    log10_norm,
    rescale,
)

SAFE_SQUARE = 2.0**-900  # sums of squares within SAFE_SQUARE … 1/SAFE_SQUARE have lost nothing to underflow
WIDEST = 500.0  # powers of two between the entries of one row beyond which each gets its own exponent


class ScaledRows(NamedTuple):
    """R rows of N entries: mantissa (…, R, N); exponent (…, R, 1), or (…, R, N) where entries need their own.

    `drift` bounds by how many powers of two the mantissas may have moved since they were near 1; ∞ if that is unknown.
    """

    mantissa: FloatArray
    exponent: IntArray
    drift: float

    @property
    def wide(self) -> bool:
        """Whether every entry has an exponent of its own."""
        return bool(self.exponent.shape[-1] != 1)


def rows_from_floats(rows: FloatArray) -> ScaledRows:
    """Floats (…, R, N) as rows."""
    size = np.abs(rows[rows != 0])
    drift = float(np.abs(np.log2(size)).max(initial=0.0))
    return ScaledRows(rows, np.zeros((*rows.shape[:-1], 1), dtype=np.int64), drift)


def rows_from_scaled(value: Scaled) -> ScaledRows:
    """`Scaled` (…, R, N) with an exponent a row, as rows."""
    return ScaledRows(value.mantissa, value.exponent[..., None], np.inf)


def rows_to_scaled(rows: ScaledRows) -> Scaled:
    """ScaledRows as `Scaled` with an exponent a row; entries too small beside the row's largest become 0."""
    mantissa, exponent = rows.mantissa, rows.exponent
    if rows.wide:
        top = np.where(mantissa == 0, ZERO_EXPONENT, exponent).max(axis=-1, keepdims=True)
        top = np.where(top == ZERO_EXPONENT, 0, top)
        mantissa, exponent = ldexp(mantissa, exponent - top), top
    return rescale(Scaled(mantissa, exponent[..., 0]))


def stack_rows(first: ScaledRows, second: ScaledRows) -> ScaledRows:
    """The rows of both, `first` above."""
    if first.exponent.shape[-1] != second.exponent.shape[-1]:
        first, second = entry_exponents(first), entry_exponents(second)
    return ScaledRows(
        np.concatenate([first.mantissa, second.mantissa], axis=-2),
        np.concatenate([first.exponent, second.exponent], axis=-2),
        max(first.drift, second.drift),
    )


def zeros_above(rows: ScaledRows, count: int) -> ScaledRows:
    """The rows with rows of zeros above, so that there are `count`."""
    missing = _zeros(rows, count)
    return rows if missing is None else stack_rows(missing, rows)


def zeros_below(rows: ScaledRows, count: int) -> ScaledRows:
    """The rows with rows of zeros below, so that there are `count`."""
    missing = _zeros(rows, count)
    return rows if missing is None else stack_rows(rows, missing)


def _zeros(rows: ScaledRows, count: int) -> ScaledRows | None:
    *ahead, here, entries = rows.mantissa.shape
    return rows_from_floats(np.zeros((*ahead, count - here, entries))) if here < count else None


def add_rows(rows: ScaledRows, more: ScaledRows) -> ScaledRows:
    """The sum rows + more, entry by entry: what a step's own loss adds to the gradient that comes back to it."""
    if rows.exponent.shape[-1] != more.exponent.shape[-1]:
        rows, more = entry_exponents(rows), entry_exponents(more)
    top = np.maximum(_height(rows), _height(more))
    top = np.where(top == ZERO_EXPONENT, 0, top)
    mantissa = ldexp(rows.mantissa, rows.exponent - top) + ldexp(more.mantissa, more.exponent - top)
    return ScaledRows(mantissa, top, np.inf)


def _height(rows: ScaledRows) -> IntArray:
    """The power of two just above every row, or every entry of wide rows; `ZERO_EXPONENT` for zeros."""
    size = np.abs(rows.mantissa) if rows.wide else np.abs(rows.mantissa).max(axis=-1, keepdims=True)
    return np.where(size == 0, ZERO_EXPONENT, rows.exponent + np.frexp(size)[1])


def clip_rows(rows: ScaledRows, threshold: float) -> tuple[ScaledRows, AnyArray]:
    """The rows scaled together so that their sum has at most the 2-norm `threshold`, and whether they had to be: (…).

    A gradient is one row; a truncated one is a row for every step that it comes from.
    """
    each = rows_to_scaled(rows)
    top = np.where(each.mantissa.any(axis=-1), each.exponent, ZERO_EXPONENT).max(axis=-1)
    top = np.where(top == ZERO_EXPONENT, 0, top)
    whole = ldexp(each.mantissa, (each.exponent - top[..., None])[..., None]).sum(axis=-2)
    norm = np.linalg.norm(whole, axis=-1)
    size, power = np.frexp(threshold)
    beyond = norm > ldexp(np.full(norm.shape, float(size)), int(power) - top)
    if not beyond.any():
        return rows, beyond
    factor = np.where(beyond, size / np.where(beyond, norm, 1.0), 1.0)[..., None, None]
    shift = np.where(beyond, int(power) - top, 0)[..., None, None]
    return ScaledRows(rows.mantissa * factor, rows.exponent + shift, np.inf), beyond


def entry_exponents(rows: ScaledRows) -> ScaledRows:
    """The same rows with an exponent for each entry."""
    return rows if rows.wide else rows._replace(exponent=np.broadcast_to(rows.exponent, rows.mantissa.shape))


def rescale_entries(rows: ScaledRows) -> ScaledRows:
    """The same rows with an exponent for each entry and every mantissa in [½, 1)."""
    mantissa, power = np.frexp(rows.mantissa)
    return rows._replace(mantissa=mantissa, exponent=np.where(mantissa == 0, 0, rows.exponent + power))


def rescale_rows(rows: ScaledRows) -> ScaledRows:
    """The same rows with their largest mantissas near 1, where the spread within a row need not be watched."""
    largest = np.maximum(rows.mantissa.max(axis=-1, keepdims=True), -rows.mantissa.min(axis=-1, keepdims=True))
    shift = np.frexp(largest)[1].astype(np.int64)
    if not shift.any():
        return rows._replace(drift=0.0)
    exponent = np.where(largest == 0, 0, rows.exponent + shift)
    if int(np.abs(shift).max()) < POWER_IS_FLOAT64:
        return ScaledRows(rows.mantissa * np.ldexp(1.0, -shift), exponent, 0.0)
    return ScaledRows(ldexp(rows.mantissa, -shift), exponent, 0.0)


def renormalise(rows: ScaledRows) -> ScaledRows:
    """The same rows with mantissas near 1, and with as many exponents as their spread asks for: one a row, or all."""
    size = np.abs(rows.mantissa)
    height = np.where(size == 0, ZERO_EXPONENT, rows.exponent + np.frexp(size)[1])
    top = height.max(axis=-1, keepdims=True)
    top = np.where(top == ZERO_EXPONENT, 0, top)
    lowest = np.where(size == 0, top, height)
    width = float((top - lowest).max(initial=0))
    if width > WIDEST and rows.mantissa.shape[-1] > 1:
        each = np.where(size == 0, 0, height)
        return ScaledRows(ldexp(rows.mantissa, rows.exponent - each), each, 0.0)
    return ScaledRows(ldexp(rows.mantissa, rows.exponent - top), top, width)


def matmul_entries(rows: ScaledRows, weight: FloatArray) -> ScaledRows:
    """The product rows · W for rows with an exponent an entry: every sum is taken on its largest term's exponent.

    That exponent is another for each column of W, a zero of which may leave out the row's largest entry: so it goes
    column by column.

    Args:
        weight: (…, M, N), its leading axes those of the rows.
    """
    height = np.where(rows.mantissa == 0, ZERO_EXPONENT, rows.exponent)
    shape = (*rows.mantissa.shape[:-1], weight.shape[-1])
    mantissa, exponent = np.empty(shape), np.empty(shape, dtype=np.int64)
    for column in range(weight.shape[-1]):
        weights = weight[..., None, :, column]
        used = np.where(weights == 0, ZERO_EXPONENT, height)
        top = used.max(axis=-1, keepdims=True)
        top = np.where(top == ZERO_EXPONENT, 0, top)
        shift = np.where(used == ZERO_EXPONENT, 0, height - top)
        terms = np.where(used == ZERO_EXPONENT, 0.0, ldexp(rows.mantissa, shift))
        mantissa[..., column] = (terms * weights).sum(axis=-1)
        exponent[..., column] = top[..., 0]
    return ScaledRows(mantissa, exponent, np.inf)


def log10_row_norms(rows: ScaledRows) -> FloatArray:
    """log10 ‖row‖₂ of every row, (…, R); −inf for a row of true zeros."""
    if not rows.wide:
        squares = np.einsum("...rn,...rn->...r", rows.mantissa, rows.mantissa)
        if squares.size and SAFE_SQUARE < squares.min() <= squares.max() < 1.0 / SAFE_SQUARE:
            result: FloatArray = 0.5 * np.log10(squares) + rows.exponent[..., 0] * LOG10_2
            return result
    return log10_norm(rows_to_scaled(rows))
