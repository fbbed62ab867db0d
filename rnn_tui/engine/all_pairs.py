"""‖∂h_t/∂x_k‖_F, or ‖∂h_t/∂h_k‖_F, for all pairs k ≤ t at once, by divide and conquer over time.

Cut the steps at m. Then ∂h_t/∂x_k = A_t B_k with A_t = ∂h_t/∂s_{m−1} for t ≥ m and B_k = ∂s_{m−1}/∂x_k for k < m, and

    ‖A_t B_k‖²_F = ⟨A_tᵀ A_t, B_k B_kᵀ⟩,

so all pairs across the cut come from one product of the two lists of Gram matrices; the pairs on either side are cut
again. O(T log T) products of (H, H) matrices and O(T² H²) for the pairs, where pulling every Jacobian back takes
O(T² H³). Memory: O(T² + T H²).
"""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine.adjoint import gate_mantissa, plain_back, plain_forward
from rnn_tui.engine.arrays import AnyArray, FloatArray, IntArray
from rnn_tui.engine.exponents import LOG10_2, Scaled, rescaled
from rnn_tui.engine.influence import Of, Pairs, pulled_back_influence
from rnn_tui.engine.linear import Linear
from rnn_tui.engine.products import rows_times
from rnn_tui.engine.progress import Watch, report, unwatched

LEAF = 12  # steps below which pulling back is quicker than cutting
CANCELLED = 1e-4  # below this share of ‖A‖²‖B‖² a Gram product has lost digits, and A B is formed itself
BLOCKS_AT_ONCE = 2**20  # entries of the Jacobians of a long text that are held at once
PAIRS_AT_ONCE = 2**22  # entries of the products that are formed themselves


def can_be_cut(back: Linear) -> bool:
    """Whether every matrix may have one exponent, and the state of one step says all of what came before it."""
    return back.shares_exponents and back.skip is None


def all_pairs_influence(
    pairs: Pairs, *, of: Of = "word", start: int = 0, stop: int | None = None, watch: Watch = unwatched
) -> FloatArray:
    """log10 ‖∂h_t/∂x_k‖_F for all words k ≤ t and the steps start ≤ t < stop (0-based; all of them by default).

    Every matrix here has one exponent, and a cut sees one state: `can_be_cut`. For a few steps of a long text, one
    Jacobian is pulled back over all that came before them, not one for each step.

    Args:
        of: measure ‖(∂h_t/∂x_k) x_k‖₂ or ‖∂h_t/∂h_k‖_F instead.

    Returns:
        (…, stop − start, stop): row i is step start + i, column k is word k; NaN where k > t, −inf for a true zero.

    Raises:
        CancelledError: as `watch` asked.
    """
    back = pairs.back
    stop = back.steps if stop is None else stop
    found = np.full((*back.ahead, stop - start, stop), np.nan)
    cells = _Cells(pairs, of, np.broadcast_to(np.eye(back.size), (*back.ahead, back.size, back.size)), watch)
    _fill(found[..., start:], cells, origin=start, begin=start, end=stop)
    if start:
        later = _later(cells, cut=start, end=stop)
        end, carried = start, (cells.identity, np.zeros(back.ahead, dtype=np.int64))
        at_once = max(1, BLOCKS_AT_ONCE // (back.size * max(back.hidden, pairs.trajectory.inputs.shape[-1])))
        while end:
            begin = max(0, end - at_once)
            earlier, carried = _earlier(cells, begin=begin, end=end, carried=carried)
            found[..., begin:end] = _log10_norms_of_products(later, earlier)
            report(watch, 1.0 - begin / start)
            end = begin
    return found


class _Cells(NamedTuple):
    """The steps of one trajectory, what is asked of them, and who watches."""

    pairs: Pairs
    of: Of
    identity: FloatArray
    watch: Watch


def _fill(found: FloatArray, cells: _Cells, *, origin: int, begin: int, end: int) -> None:
    """Fills in all pairs of steps from `begin` to `end`; `found` begins at `origin` on both sides."""
    here = slice(begin - origin, end - origin)
    if end - begin <= LEAF:
        leaf = pulled_back_influence(cells.pairs, of=cells.of, first=begin, start=begin, stop=end)
        found[..., here, here] = leaf[..., begin:]
        return
    cut = (begin + end) // 2
    later = _later(cells, cut=cut, end=end)
    start = (cells.identity, np.zeros(cells.pairs.back.ahead, dtype=np.int64))
    earlier, _ = _earlier(cells, begin=begin, end=cut, carried=start)
    found[..., cut - origin : end - origin, begin - origin : cut - origin] = _log10_norms_of_products(later, earlier)
    _fill(found, cells, origin=origin, begin=begin, end=cut)
    report(cells.watch, (cut - origin) / found.shape[-2])
    _fill(found, cells, origin=origin, begin=cut, end=end)


def _later(cells: _Cells, *, cut: int, end: int) -> Scaled:
    """A_tᵀ = (∂h_t/∂s_{cut−1})ᵀ, of the probe if there is one, for cut ≤ t < end: (n, …, P·H, Q), an exponent each."""
    back, probe = cells.pairs.back, cells.pairs.probe
    right = None if probe is None else np.swapaxes(probe, -1, -2)
    columns = back.hidden if right is None else right.shape[-1]
    blocks = np.empty((end - cut, *back.ahead, back.size, columns))
    powers = np.empty((end - cut, *back.ahead), dtype=np.int64)
    matrix, power = cells.identity, np.zeros(back.ahead, dtype=np.int64)
    for t in range(cut, end):
        matrix, power = _levelled(plain_forward(matrix, back, t), power)
        seen = matrix[..., : back.hidden]
        blocks[t - cut], powers[t - cut] = seen if right is None else rows_times(seen, right), power
    return Scaled(blocks, powers)


def _earlier(
    cells: _Cells, *, begin: int, end: int, carried: tuple[FloatArray, IntArray]
) -> tuple[Scaled, tuple[FloatArray, IntArray]]:
    """B_k = (∂s_m/∂s_{end−1}) ∂s_{end−1}/∂x_k for begin ≤ k < end: (n, …, P·H, D), each with an exponent.

    Args:
        carried: ∂s_m/∂s_{end−1} and its power of two; what comes back beside the blocks is ∂s_m/∂s_{begin−1}.
    """
    back, of = cells.pairs.back, cells.of
    matrix, power = carried
    blocks: list[FloatArray] = []
    powers = np.empty((end - begin, *back.ahead), dtype=np.int64)
    for k in range(end - 1, begin - 1, -1):
        powers[k - begin] = power
        if of == "state":
            blocks.append(matrix[..., : back.hidden])
        else:
            gates = gate_mantissa(matrix, back.maps.to_inputs.mantissa[k])
            blocks.append(rows_times(gates, cells.pairs.right(of, k)))
        matrix, power = _levelled(plain_back(matrix, back, k), power)
    return rescaled(Scaled(np.stack(blocks[::-1]), powers)), (matrix, power)


def _levelled(matrix: FloatArray, power: IntArray) -> tuple[FloatArray, IntArray]:
    """The matrices divided by the powers of two of their largest entries, and their powers of two."""
    largest = np.maximum(matrix.max(axis=(-2, -1)), -matrix.min(axis=(-2, -1)))
    shift = np.frexp(largest)[1]
    if int(np.abs(shift).max()) > 1000:  # 2.0**-shift may not be a float64
        return np.ldexp(matrix, -shift[..., None, None]), power + shift
    return matrix * np.ldexp(1.0, -shift)[..., None, None], power + shift


def _log10_norms_of_products(later: Scaled, earlier: Scaled) -> FloatArray:
    """log10 ‖A_t B_k‖_F for all pairs, from A_tᵀ (n, …, N, Q) and B_k (m, …, N, D): (…, n, m)."""
    a, b = np.moveaxis(later.mantissa, 0, -3), np.moveaxis(earlier.mantissa, 0, -3)
    size = a.shape[-2]
    gram_a = np.matmul(a, np.swapaxes(a, -1, -2)).reshape(*a.shape[:-2], size * size)
    gram_b = np.matmul(b, np.swapaxes(b, -1, -2)).reshape(*b.shape[:-2], size * size)
    squares = np.matmul(gram_a, np.swapaxes(gram_b, -1, -2))
    whole = np.square(a).sum(axis=(-2, -1))[..., :, None] * np.square(b).sum(axis=(-2, -1))[..., None, :]
    _form_themselves(squares, (squares < CANCELLED * whole) & (whole > 0), a, b)
    power = np.moveaxis(later.exponent, 0, -1)[..., :, None] + np.moveaxis(earlier.exponent, 0, -1)[..., None, :]
    with np.errstate(divide="ignore"):
        log: FloatArray = 0.5 * np.log10(squares) + LOG10_2 * power
    return np.where(squares > 0, log, -np.inf)


def _form_themselves(squares: FloatArray, cancelled: AnyArray, a: FloatArray, b: FloatArray) -> None:
    """Puts ‖A_t B_k‖² of the product itself where the product of Gram matrices has lost digits."""
    *members, rows, columns = np.nonzero(cancelled)
    at_once = max(1, PAIRS_AT_ONCE // (a.shape[-1] * b.shape[-1]))
    for i in range(0, len(rows), at_once):
        here = tuple(member[i : i + at_once] for member in members)
        t, k = rows[i : i + at_once], columns[i : i + at_once]
        products = np.matmul(np.swapaxes(a[(*here, t)], -1, -2), b[(*here, k)])
        squares[(*here, t, k)] = np.square(products).sum(axis=(-2, -1))
