"""Long products of matrices whose singular values part by any number of powers of ten, and those singular values.

A product is kept as M = U diag(e^d) V with orthonormal columns U, a V of moderate numbers, and the sizes d as
logarithms. A further factor A is taken in by a QR decomposition of A U diag(e^d) with its columns in descending order
(Bai, Lee, Li & Xu 2011, on the stratification of Loh et al. 1989); the sizes never meet in one sum. The singular values
of diag(e^d) V come from one-sided Jacobi rotations of its rows (Hestenes 1958), which keep the digits of the smallest
(Demmel & Veselić 1992), here with the rows' sizes as logarithms.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray, IntArray
from rnn_tui.engine.numbers.exponents import NOTHING

FURTHEST = 400  # powers of two between two rows in one round
LOST = 1e-6  # a column of which so little is new has too few digits left: fewer factors at a time, or pivoting
NOISE = 1e-13  # of the rows that it lies in: what rounding leaves of a column that brings nothing new
FEW_DIGITS = 1e-6  # of the row it stands in: a diagonal entry below has lost digits that pivoting might keep
OUT_OF_TURN = 1e3  # how much larger than its pivot an entry may be without pivoting
NARROWINGS = 4  # before rotations, which cost more and are needed only where singular values are close
MOST_SWEEPS = 40  # of Jacobi rotations; some five do
ORTHOGONAL = 1e-14  # the cosine below which two rows are


class Graded(NamedTuple):
    """M = U diag(e^d) V of rank r; `…` is an ensemble's S, or nothing.

    Attributes:
        left: U, (…, N, r), with orthonormal columns.
        logs: d, (…, r).
        right: V, (…, r, N).
    """

    left: FloatArray
    logs: FloatArray
    right: FloatArray


class Absorbed(NamedTuple):
    """A product with one more factor A.

    Attributes:
        product: A M; of no use where `lost`.
        spread: by how many nats A spreads the columns of U, (…).
        lost: whether it spreads them too far for float64, (…).
    """

    product: Graded
    spread: FloatArray
    lost: AnyArray


def identity(size: int, ahead: tuple[int, ...] = ()) -> Graded:
    """M = I."""
    unit = np.broadcast_to(np.eye(size), (*ahead, size, size))
    return Graded(unit, np.zeros((*ahead, size)), unit)


def absorbed(product: Graded, moved: FloatArray, log_scale: FloatArray | float) -> Absorbed:
    """A M for moved · e^log_scale = A U: (…, N, r) and (…)."""
    norms = np.sqrt(np.einsum("...ij,...ij->...j", moved, moved))
    lost = (norms == 0.0).any(axis=-1)
    sizes = np.log(np.where(norms > 0.0, norms, 1.0))
    order = np.argsort(-(product.logs + sizes), axis=-1)
    sizes = np.take_along_axis(sizes, order, axis=-1)
    heights = np.take_along_axis(product.logs, order, axis=-1) + sizes
    q, r = np.linalg.qr(np.take_along_axis(moved, order[..., None, :], axis=-1) * np.exp(-sizes)[..., None, :])
    new = np.abs(np.diagonal(r, axis1=-2, axis2=-1))
    lost |= (new < LOST).any(axis=-1)
    fresh = np.log(np.maximum(new, LOST))
    right = _ratios(r, heights) @ np.take_along_axis(product.right, order[..., None], axis=-2)
    spread = sizes.max(axis=-1, initial=-np.inf) - (sizes + fresh).min(axis=-1, initial=np.inf)
    return Absorbed(Graded(q, heights + fresh + np.asarray(log_scale)[..., None], right), spread, lost)


def absorbed_by_rows(product: Graded, moved: FloatArray, exponent: IntArray) -> Graded:
    """A M for A U whose rows, (N, r), have sizes of their own: moved · 2**exponent, (N,). Its rank may fall.

    The rows are taken in descending order with column pivoting, so that each keeps its own digits (Cox & Higham 1998);
    a column of which nothing but rounding is left is a true zero. Rows too far apart for float64 go in several rounds,
    until they share no column any more and their sizes are nothing but that of their columns.
    """
    while True:
        row_tops, column_tops = _tops(moved, exponent)
        here = np.maximum(exponent - row_tops, -FURTHEST)
        product = product._replace(logs=product.logs + column_tops * np.log(2.0))
        product = _pivoted(product, np.ldexp(moved, here[:, None]), 0.0)
        moved, exponent = product.left, exponent - row_tops - here
        if not exponent[moved.any(axis=1)].any():
            return product


def _tops(moved: FloatArray, exponent: IntArray) -> tuple[IntArray, IntArray]:
    """The largest exponent among the rows that columns connect, directly or by others: for each row and each column."""
    rows, used = exponent, moved != 0
    while True:
        columns = np.where(used, rows[:, None], NOTHING).max(axis=0, initial=NOTHING)
        columns = np.where(columns == NOTHING, 0, columns)
        higher = np.where(used, columns, NOTHING).max(axis=1, initial=NOTHING)
        higher = np.where(higher == NOTHING, exponent, higher)
        if np.array_equal(higher, rows):
            return rows, columns
        rows = higher


def log_singular_values(product: Graded) -> FloatArray:
    """The natural logs of the singular values of M, descending: (…, N), −inf where M has lost a direction."""
    lengths = _lengths(product.right)
    rows, logs = product.right / lengths[..., None], product.logs + np.log(lengths)
    for _ in range(NARROWINGS):
        rows, logs = _narrowed(rows, logs)
    found = np.sort(_rotated(rows, logs), axis=-1)[..., ::-1]
    missing = product.right.shape[-1] - found.shape[-1]
    return np.concatenate([found, np.full((*found.shape[:-1], missing), -np.inf)], axis=-1)


def log_largest(product: Graded) -> FloatArray:
    """The natural log of the largest singular value of M, (…); −inf where M has lost every direction."""
    top = product.logs.max(axis=-1, initial=-np.inf)
    heights = np.exp(product.logs - np.where(np.isneginf(top), 0.0, top)[..., None])
    with np.errstate(divide="ignore"):
        norm = np.linalg.norm(heights[..., None] * product.right, 2, axis=(-2, -1)) if heights.shape[-1] else 0.0
        return np.asarray(top + np.log(norm))


def moved_on(product: Graded, moved: FloatArray, log_scale: float = 0.0) -> Graded:
    """A M for moved · e^log_scale = A U, whatever A is: with pivoting where its columns are too much alike."""
    found = absorbed(product, moved, log_scale)
    if not found.lost:
        return found.product
    product = absorbed_by_rows(product, moved, np.zeros(len(moved), dtype=np.int64))
    return product._replace(logs=product.logs + log_scale)


def _lengths(rows: FloatArray) -> FloatArray:
    result: FloatArray = np.sqrt(np.einsum("...ij,...ij->...i", rows, rows))
    return result


def _ratios(r: FloatArray, heights: FloatArray) -> FloatArray:
    """The rows r_ij e^{h_j} / (|r_ii| e^{h_i}) of a triangular r, (…, k, n): r e^h without the sizes of its rows."""
    count = r.shape[-2]
    own = np.diagonal(r, axis1=-2, axis2=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(np.abs(r)) + heights[..., None, :] - (np.log(np.abs(own)) + heights[..., :count])[..., None]
        result: FloatArray = np.where(r == 0.0, 0.0, np.sign(r) * np.exp(np.minimum(logs, 300.0)))
    return result


def _pivoted(product: Graded, moved: FloatArray, log_scale: float) -> Graded:
    """A M by a QR decomposition with rows in descending order and column pivoting; its rank is what is left."""
    rows = np.argsort(-np.abs(moved).max(axis=1, initial=0.0), kind="stable")
    norms = np.sqrt(np.einsum("ij,ij->j", moved, moved))
    used = np.flatnonzero(norms)
    heights = product.logs[used] + np.log(norms[used])
    falling = np.argsort(-heights)
    used, heights = used[falling], heights[falling]
    work = moved[np.ix_(rows, used)] / norms[used]
    left, upper, order = _in_this_order(work, heights) or _with_pivots(work, heights)
    unsorted = np.empty_like(left)
    unsorted[rows] = left
    right = _ratios(upper, heights[order]) @ product.right[used[order]]
    logs = heights[order[: len(upper)]] + np.log(np.abs(np.diagonal(upper))) + log_scale
    return Graded(unsorted, logs, right)


def _in_this_order(work: FloatArray, heights: FloatArray) -> tuple[FloatArray, FloatArray, IntArray] | None:
    """Q, R and the order of the columns as it is; None where pivots would have been chosen quite otherwise."""
    if work.shape[0] < work.shape[1] or not work.size:
        return None
    left, upper = np.linalg.qr(work)
    scales = np.abs(work[: len(upper)]).max(axis=1)
    if (np.abs(np.diagonal(upper)) <= FEW_DIGITS * scales).any() or np.abs(_ratios(upper, heights)).max() > OUT_OF_TURN:
        return None
    return left, upper, np.arange(len(upper))


def _with_pivots(work: FloatArray, heights: FloatArray) -> tuple[FloatArray, FloatArray, IntArray]:
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
        reflectors.append(_reflected(work, k))
    rank = len(reflectors)
    left = np.eye(len(work), rank)
    for k in range(rank - 1, -1, -1):
        left[k:] -= 2.0 * np.outer(reflectors[k], reflectors[k] @ left[k:])
    return left, np.triu(work[:rank]), order


def _reflected(work: FloatArray, k: int) -> FloatArray:
    """Brings column k of `work` onto its entry k by a Householder reflection of rows k …; its unit vector."""
    vector: FloatArray = work[k:, k].copy()
    vector[0] += np.copysign(np.linalg.norm(vector), vector[0])
    vector /= np.linalg.norm(vector)
    work[k:, k:] -= 2.0 * np.outer(vector, vector @ work[k:, k:])
    return vector


def _narrowed(rows: FloatArray, logs: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Rows and sizes with the singular values of diag(e^logs) rows, nearer to orthogonal ones, by an LQ and a QR."""
    order = np.argsort(-logs, axis=-1)
    rows, logs = np.take_along_axis(rows, order[..., None], axis=-2), np.take_along_axis(logs, order, axis=-1)
    lower = np.swapaxes(np.asarray(np.linalg.qr(np.swapaxes(rows, -1, -2), mode="r")), -1, -2)
    apart = np.exp(np.minimum(logs[..., :, None] - logs[..., None, :], 0.0))  # e^{d_i − d_j}, i ≥ j
    upper = np.asarray(np.linalg.qr(np.tril(lower) * apart, mode="r"))
    rows = np.triu(upper) * np.swapaxes(apart, -1, -2)
    lengths = _lengths(rows)
    return rows / lengths[..., None], logs + np.log(lengths)


def _rotated(rows: FloatArray, logs: FloatArray) -> FloatArray:
    """The logs of the singular values of diag(e^logs) rows, rows of unit length: Jacobi, n/2 pairs at a time."""
    count, width = rows.shape[-2:]
    above = np.triu_indices(count, 1)
    every, sizes = rows.reshape(logs.size, width), logs.reshape(logs.size)  # an ensemble's members below each other
    members = np.arange(0, logs.size, max(1, count))[:, None]
    rounds = [(members + first, members + second) for first, second in _rounds(count)]
    for _ in range(MOST_SWEEPS):
        turned = every.reshape(rows.shape)
        cosines = turned @ np.swapaxes(turned, -1, -2)
        if np.abs(cosines[..., above[0], above[1]]).max(initial=0.0) < ORTHOGONAL * np.sqrt(count):
            break
        for first, second in rounds:
            swap = sizes[first] < sizes[second]
            _rotate(every, sizes, np.where(swap, second, first).ravel(), np.where(swap, first, second).ravel())
    return sizes.reshape(logs.shape)


def _rounds(count: int) -> Iterator[tuple[IntArray, IntArray]]:
    """All pairs of `count` rows, each once, in rounds in which no row has two; of an odd number one rests a round."""
    players = count + count % 2
    places = np.arange(1, players)
    for turn in range(players - 1):
        row = np.concatenate([np.zeros(1, dtype=np.int64), 1 + (places - 1 - turn) % (players - 1)])
        one, other = row[: players // 2], row[: players // 2 - 1 : -1]
        both = (one < count) & (other < count)
        yield np.minimum(one, other)[both], np.maximum(one, other)[both]


def _rotate(rows: FloatArray, logs: FloatArray, large: IntArray, small: IntArray) -> None:
    """Turns pairs of rows in place until each pair is orthogonal; their sizes e^logs, the larger first, stay logs."""
    above, below = rows[large], rows[small]
    ratio = np.exp(logs[small] - logs[large])
    cosine = np.einsum("ij,ij->i", above, below)
    # tan 2θ = 2 cosine ratio / (1 − ratio²); the shares are finite where the ratio is 0
    gap = 1.0 - ratio**2
    root = np.hypot(gap, 2.0 * cosine * ratio)
    tangent = np.where(root > 0, 2.0 * cosine / np.where(root > 0, gap + root, 1.0), 0.0)  # tan θ / ratio
    cos = 1.0 / np.sqrt(1.0 + np.square(tangent * ratio))
    share = tangent * cos
    turned_above = cos[:, None] * above + (share * ratio**2)[:, None] * below
    turned_below = cos[:, None] * below - share[:, None] * above
    for place, turned in ((large, turned_above), (small, turned_below)):
        lengths = _lengths(turned)
        rows[place] = turned / lengths[:, None]
        logs[place] += np.log(lengths)
