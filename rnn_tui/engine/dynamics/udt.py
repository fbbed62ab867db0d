"""A long product of matrices whose singular values part by any number of powers of ten, as U D T.

The product is kept as M = U diag(e^d) T with orthonormal columns U, a T of moderate numbers, and the sizes d as
logarithms: multiplied out, float64 would round whatever is 16 digits below the largest singular value to noise, and
the smallest Lyapunov exponents with it. A further factor A is taken in by a QR decomposition of A U diag(e^d) with its
columns in descending order (Bai, Lee, Li & Xu 2011, on the stratification of Loh et al. 1989), so that the sizes never
meet in one sum: R is divided by its rows' sizes, and what is left multiplies T.
"""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray, IntArray
from rnn_tui.engine.numbers.exponents import ZERO_EXPONENT

FURTHEST = 400  # powers of two between two rows in one round
LOST = 1e-6  # a column of which so little is new has too few digits left: fewer factors at a time, or pivoting
NOISE = 1e-13  # of the rows that it lies in: what rounding leaves of a column that brings nothing new
FEW_DIGITS = 1e-6  # of the row it is in: a diagonal entry below has lost digits that pivoting might keep
OUT_OF_TURN = 1e3  # how much larger than its pivot an entry may be without pivoting


class UDT(NamedTuple):
    """M = U diag(e^d) T of rank r; `…` is an ensemble's S, or nothing.

    Attributes:
        u: U, (…, N, r), with orthonormal columns.
        log_d: d, (…, r).
        t: T, (…, r, N).
    """

    u: FloatArray
    log_d: FloatArray
    t: FloatArray


class UDTProduct(NamedTuple):
    """A product with one more factor A.

    Attributes:
        product: A M; of no use where `lost`.
        spread: by how many nats A spreads the columns of U, (…).
        lost: whether it spreads them too far for float64, (…).
    """

    product: UDT
    spread: FloatArray
    lost: AnyArray


def udt_identity(size: int, ahead: tuple[int, ...] = ()) -> UDT:
    """M = I."""
    unit = np.broadcast_to(np.eye(size), (*ahead, size, size))
    return UDT(unit, np.zeros((*ahead, size)), unit)


def left_multiply(product: UDT, moved: FloatArray, log_scale: FloatArray | float) -> UDTProduct:
    """A M for moved · e^log_scale = A U: (…, N, r) and (…)."""
    norms = np.sqrt(np.einsum("...ij,...ij->...j", moved, moved))
    lost = (norms == 0.0).any(axis=-1)
    sizes = np.log(np.where(norms > 0.0, norms, 1.0))
    order = np.argsort(-(product.log_d + sizes), axis=-1)
    sizes = np.take_along_axis(sizes, order, axis=-1)
    heights = np.take_along_axis(product.log_d, order, axis=-1) + sizes
    q, r = np.linalg.qr(np.take_along_axis(moved, order[..., None, :], axis=-1) * np.exp(-sizes)[..., None, :])
    new = np.abs(np.diagonal(r, axis1=-2, axis2=-1))
    lost |= (new < LOST).any(axis=-1)
    fresh = np.log(np.maximum(new, LOST))
    right = _ratios(r, heights) @ np.take_along_axis(product.t, order[..., None], axis=-2)
    spread = sizes.max(axis=-1, initial=-np.inf) - (sizes + fresh).min(axis=-1, initial=np.inf)
    return UDTProduct(UDT(q, heights + fresh + np.asarray(log_scale)[..., None], right), spread, lost)


def left_multiply_by_rows(product: UDT, moved: FloatArray, exponent: IntArray) -> UDT:
    """A M for A U whose rows, (N, r), have sizes of their own: moved · 2**exponent, (N,). Its rank may fall.

    The rows are taken in descending order with column pivoting, so that each keeps its own digits (Cox & Higham 1998);
    a column of which nothing but rounding is left is a true zero. Rows too far apart for float64 go in several rounds,
    until they share no column any more and their sizes are nothing but that of their columns.
    """
    while True:
        row_tops, column_tops = _tops(moved, exponent)
        here = np.maximum(exponent - row_tops, -FURTHEST)
        product = product._replace(log_d=product.log_d + column_tops * np.log(2.0))
        product = _multiply_pivoted(product, np.ldexp(moved, here[:, None]), 0.0)
        moved, exponent = product.u, exponent - row_tops - here
        if not exponent[moved.any(axis=1)].any():
            return product


def _tops(moved: FloatArray, exponent: IntArray) -> tuple[IntArray, IntArray]:
    """The largest exponent among the rows that columns connect, directly or by others: for each row and each column."""
    rows, used = exponent, moved != 0
    while True:
        columns = np.where(used, rows[:, None], ZERO_EXPONENT).max(axis=0, initial=ZERO_EXPONENT)
        columns = np.where(columns == ZERO_EXPONENT, 0, columns)
        higher = np.where(used, columns, ZERO_EXPONENT).max(axis=1, initial=ZERO_EXPONENT)
        higher = np.where(higher == ZERO_EXPONENT, exponent, higher)
        if np.array_equal(higher, rows):
            return rows, columns
        rows = higher


def left_multiply_pivoting(product: UDT, moved: FloatArray, log_scale: float = 0.0) -> UDT:
    """A M for moved · e^log_scale = A U, whatever A is: with pivoting where its columns are too much alike."""
    found = left_multiply(product, moved, log_scale)
    if not found.lost:
        return found.product
    product = left_multiply_by_rows(product, moved, np.zeros(len(moved), dtype=np.int64))
    return product._replace(log_d=product.log_d + log_scale)


def _ratios(r: FloatArray, heights: FloatArray) -> FloatArray:
    """The rows r_ij e^{h_j} / (|r_ii| e^{h_i}) of a triangular r, (…, k, n): r e^h without the sizes of its rows."""
    count = r.shape[-2]
    own = np.diagonal(r, axis1=-2, axis2=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(np.abs(r)) + heights[..., None, :] - (np.log(np.abs(own)) + heights[..., :count])[..., None]
        result: FloatArray = np.where(r == 0.0, 0.0, np.sign(r) * np.exp(np.minimum(logs, 300.0)))
    return result


def _multiply_pivoted(product: UDT, moved: FloatArray, log_scale: float) -> UDT:
    """A M by a QR decomposition with rows in descending order and column pivoting; its rank is what is left.

    Why pivoting: a column that is nearly a sum of others keeps its own digits only if it is taken after them, and a
    saturated unit's row only if no larger row is mixed into it: Householder's reflections do both where the rows come
    in descending order and the largest column that is left is next.
    """
    rows = np.argsort(-np.abs(moved).max(axis=1, initial=0.0), kind="stable")
    norms = np.sqrt(np.einsum("ij,ij->j", moved, moved))
    used = np.flatnonzero(norms)
    heights = product.log_d[used] + np.log(norms[used])
    falling = np.argsort(-heights)
    used, heights = used[falling], heights[falling]
    work = moved[np.ix_(rows, used)] / norms[used]
    left, upper, order = _qr_in_this_order(work, heights) or _qr_with_pivots(work, heights)
    unsorted = np.empty_like(left)
    unsorted[rows] = left
    right = _ratios(upper, heights[order]) @ product.t[used[order]]
    logs = heights[order[: len(upper)]] + np.log(np.abs(np.diagonal(upper))) + log_scale
    return UDT(unsorted, logs, right)


def _qr_in_this_order(work: FloatArray, heights: FloatArray) -> tuple[FloatArray, FloatArray, IntArray] | None:
    """Q, R and the order of the columns as it is; None where pivots would have been chosen quite otherwise.

    LAPACK's QR without pivots is tried first: it is many times quicker than `_qr_with_pivots` in Python.
    """
    if work.shape[0] < work.shape[1] or not work.size:
        return None
    left, upper = np.linalg.qr(work)
    scales = np.abs(work[: len(upper)]).max(axis=1)
    if (np.abs(np.diagonal(upper)) <= FEW_DIGITS * scales).any() or np.abs(_ratios(upper, heights)).max() > OUT_OF_TURN:
        return None
    return left, upper, np.arange(len(upper))


def _qr_with_pivots(work: FloatArray, heights: FloatArray) -> tuple[FloatArray, FloatArray, IntArray]:
    """Q, R and the order of the columns, each the largest of what is left at its turn, sizes e^heights counted."""
    scales, work = np.abs(work).max(axis=1, initial=0.0), work.copy()
    order, reflectors = np.arange(work.shape[1]), []
    for k in range(min(work.shape)):
        rest = np.sqrt(np.einsum("ij,ij->j", work[k:, k:], work[k:, k:]))
        work[k:, k:][:, rest <= NOISE * scales[k:].max()] = 0.0
        with np.errstate(divide="ignore"):
            sizes = np.where(work[k:, k:].any(axis=0), np.log(rest) + heights[order[k:]], -np.inf)
        pivot = int(sizes.argmax())
        if np.isneginf(sizes[pivot]):
            break
        work[:, [k, k + pivot]], order[[k, k + pivot]] = work[:, [k + pivot, k]], order[[k + pivot, k]]
        reflectors.append(_reflect(work, k))
    rank = len(reflectors)
    left = np.eye(len(work), rank)
    for k in range(rank - 1, -1, -1):
        left[k:] -= 2.0 * np.outer(reflectors[k], reflectors[k] @ left[k:])
    return left, np.triu(work[:rank]), order


def _reflect(work: FloatArray, k: int) -> FloatArray:
    """Brings column k of `work` onto its entry k by a Householder reflection of rows k …; its unit vector."""
    vector: FloatArray = work[k:, k].copy()
    vector[0] += np.copysign(np.linalg.norm(vector), vector[0])
    vector /= np.linalg.norm(vector)
    work[k:, k:] -= 2.0 * np.outer(vector, vector @ work[k:, k:])
    return vector
