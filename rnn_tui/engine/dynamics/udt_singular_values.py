"""The singular values of M = U diag(e^d) T, as logarithms, each with all its digits.

U does not matter. Of diag(e^d) T they come from one-sided Jacobi rotations of its rows (Hestenes 1958): a rotation
takes two rows at a time and divides each by its own size, and so keeps the digits of the smallest (Demmel & Veselić
1992), which an ordinary SVD loses beside the largest. Here the rows' sizes are logarithms all the way.
"""

from collections.abc import Iterator

import numpy as np

from rnn_tui.engine.dynamics.udt import UDT
from rnn_tui.engine.numbers.arrays import FloatArray, IntArray

ITERATIONS = 4  # of LQ and QR before rotations, which cost more and are needed only where singular values are close
MOST_SWEEPS = 40  # of Jacobi rotations; some five do
ORTHOGONAL = 1e-14  # the cosine below which two rows are


def log_singular_values(product: UDT) -> FloatArray:
    """The natural logs of the singular values of M, descending: (…, N), −inf where M has lost a direction."""
    lengths = _row_lengths(product.t)
    rows, logs = product.t / lengths[..., None], product.log_d + np.log(lengths)
    for _ in range(ITERATIONS):
        rows, logs = _nearer_to_orthogonal(rows, logs)
    found = np.sort(_jacobi(rows, logs), axis=-1)[..., ::-1]
    missing = product.t.shape[-1] - found.shape[-1]
    return np.concatenate([found, np.full((*found.shape[:-1], missing), -np.inf)], axis=-1)


def log_largest_singular_value(product: UDT) -> FloatArray:
    """The natural log of the largest singular value of M, (…); −inf where M has lost every direction."""
    top = product.log_d.max(axis=-1, initial=-np.inf)
    heights = np.exp(product.log_d - np.where(np.isneginf(top), 0.0, top)[..., None])
    with np.errstate(divide="ignore"):
        norm = np.linalg.norm(heights[..., None] * product.t, 2, axis=(-2, -1)) if heights.shape[-1] else 0.0
        return np.asarray(top + np.log(norm))


def _row_lengths(rows: FloatArray) -> FloatArray:
    result: FloatArray = np.sqrt(np.einsum("...ij,...ij->...i", rows, rows))
    return result


def _nearer_to_orthogonal(rows: FloatArray, logs: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Rows and sizes with the singular values of diag(e^logs) rows, nearer to orthogonal ones, by an LQ and a QR."""
    order = np.argsort(-logs, axis=-1)
    rows, logs = np.take_along_axis(rows, order[..., None], axis=-2), np.take_along_axis(logs, order, axis=-1)
    lower = np.swapaxes(np.asarray(np.linalg.qr(np.swapaxes(rows, -1, -2), mode="r")), -1, -2)
    apart = np.exp(np.minimum(logs[..., :, None] - logs[..., None, :], 0.0))  # e^{d_i − d_j}, i ≥ j
    upper = np.asarray(np.linalg.qr(np.tril(lower) * apart, mode="r"))
    rows = np.triu(upper) * np.swapaxes(apart, -1, -2)
    lengths = _row_lengths(rows)
    return rows / lengths[..., None], logs + np.log(lengths)


def _jacobi(rows: FloatArray, logs: FloatArray) -> FloatArray:
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
        lengths = _row_lengths(turned)
        rows[place] = turned / lengths[:, None]
        logs[place] += np.log(lengths)
