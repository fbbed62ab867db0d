"""‖∂h_t/∂x_k‖_F for all pairs k ≤ t at once, by divide and conquer over time.

Cut the steps at m. Then ∂h_t/∂x_k = A_t B_k with A_t = ∂h_t/∂h_{m−1} for t ≥ m and B_k = ∂h_{m−1}/∂x_k for k < m, and

    ‖A_t B_k‖²_F = ⟨A_tᵀ A_t, B_k B_kᵀ⟩,

so all pairs across the cut come from one product of the two lists of Gram matrices; the pairs on either side are cut
again. O(T log T) products of (H, H) matrices and O(T² H²) for the pairs, where pulling every Jacobian back takes
O(T² H³). Memory: O(T² + T H²).
"""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine.adjoint import StepsBack
from rnn_tui.engine.arrays import FloatArray
from rnn_tui.engine.exponents import LOG10_2, Scaled, rescaled
from rnn_tui.engine.influence import pulled_back_influence
from rnn_tui.engine.unroll import Trajectory

LEAF = 12  # steps below which pulling back is quicker than cutting
CANCELLED = 1e-4  # below this share of ‖A‖²‖B‖² a Gram product has lost digits, and A B is formed itself
BLOCKS_AT_ONCE = 2**20  # entries of the Jacobians of a long text that are held at once
PAIRS_AT_ONCE = 2**22  # entries of the products that are formed themselves


def all_pairs_influence(
    trajectory: Trajectory,
    back: StepsBack,
    weight_ih: FloatArray,
    *,
    times_input: bool = False,
    start: int = 0,
    stop: int | None = None,
) -> FloatArray:
    """log10 ‖∂h_t/∂x_k‖_F for all words k ≤ t and the steps start ≤ t < stop (0-based; all of them by default).

    Every matrix here has one exponent, so W_hh must mix all units and no slope may need an exponent of its own:
    `back.mixes`, and `slopes.exponent` None. For a few steps of a long text, one Jacobian is pulled back over all that
    came before them, not one for each step.

    Args:
        weight_ih: W_ih, (H, D).
        times_input: measure ‖(∂h_t/∂x_k) x_k‖₂ instead.

    Returns:
        (stop − start, stop): row i is step start + i, column k is word k; NaN where k > t, −inf for a true zero.
    """
    stop = len(trajectory.inputs) if stop is None else stop
    found = np.full((stop - start, stop), np.nan)
    brought = (trajectory.inputs @ weight_ih.T)[:, :, None] if times_input else None
    cells = _Cells(trajectory, back, weight_ih, brought)
    _fill(found[:, start:], cells, origin=start, begin=start, end=stop)
    if start:
        later = _later(back, cut=start, end=stop)
        end, carried = start, (np.eye(len(weight_ih)), 0)
        at_once = max(1, BLOCKS_AT_ONCE // weight_ih.size)
        while end:
            begin = max(0, end - at_once)
            earlier, carried = _earlier(cells, begin=begin, end=end, carried=carried)
            found[:, begin:end] = _log10_norms_of_products(later, earlier)
            end = begin
    return found


class _Cells(NamedTuple):
    """The steps of one trajectory, and what a word brings to its own: W_ih, or W_ih x_k for each word, (T, H, 1)."""

    trajectory: Trajectory
    back: StepsBack
    weight_ih: FloatArray
    brought: FloatArray | None


def _fill(found: FloatArray, cells: _Cells, *, origin: int, begin: int, end: int) -> None:
    """Fills in all pairs of steps from `begin` to `end`; `found` begins at `origin` on both sides."""
    here = slice(begin - origin, end - origin)
    if end - begin <= LEAF:
        found[here, here] = pulled_back_influence(
            cells.trajectory,
            cells.back,
            cells.weight_ih,
            times_input=cells.brought is not None,
            first=begin,
            start=begin,
            stop=end,
        )[:, begin:]
        return
    cut = (begin + end) // 2
    later = _later(cells.back, cut=cut, end=end)
    earlier, _ = _earlier(cells, begin=begin, end=cut, carried=(np.eye(len(cells.weight_ih)), 0))
    found[cut - origin : end - origin, begin - origin : cut - origin] = _log10_norms_of_products(later, earlier)
    _fill(found, cells, origin=origin, begin=begin, end=cut)
    _fill(found, cells, origin=origin, begin=cut, end=end)


def _later(back: StepsBack, *, cut: int, end: int) -> Scaled:
    """A_t = ∂h_t/∂h_{cut−1} for cut ≤ t < end: (n, H, H), each with an exponent."""
    hidden = len(back.weight_hh)
    blocks, powers = np.empty((end - cut, hidden, hidden)), np.empty(end - cut, dtype=np.int64)
    matrix, power = np.eye(hidden), 0
    for t in range(cut, end):
        matrix = back.slopes.mantissa[t][:, None] * back.weight_hh.dot(matrix)
        power += _level(matrix)
        blocks[t - cut], powers[t - cut] = matrix, power
    return Scaled(blocks, powers)


def _earlier(
    cells: _Cells, *, begin: int, end: int, carried: tuple[FloatArray, int]
) -> tuple[Scaled, tuple[FloatArray, int]]:
    """B_k = (∂h_m/∂h_{end−1}) ∂h_{end−1}/∂x_k for begin ≤ k < end: (n, H, D), each with an exponent.

    Args:
        carried: ∂h_m/∂h_{end−1} and its power of two; what comes back beside the blocks is ∂h_m/∂h_{begin−1}.
    """
    columns = cells.weight_ih.shape[1] if cells.brought is None else 1
    matrix, power = carried
    blocks = np.empty((end - begin, len(matrix), columns))
    powers = np.empty(end - begin, dtype=np.int64)
    for k in range(end - 1, begin - 1, -1):
        matrix = matrix * cells.back.slopes.mantissa[k]
        power += _level(matrix)
        right = cells.weight_ih if cells.brought is None else cells.brought[k]
        blocks[k - begin], powers[k - begin] = matrix.dot(right), power
        matrix = matrix.dot(cells.back.weight_hh)
    return rescaled(Scaled(blocks, powers)), (matrix, power)


def _level(matrix: FloatArray) -> int:
    """Divides the matrix in place by the power of two that its largest entry has; returns that power."""
    power = int(np.frexp(max(matrix.max(), -matrix.min()))[1])
    if power < -1000:  # 2.0**-power may not be a float64
        np.ldexp(matrix, -power, out=matrix)
    else:
        matrix *= 2.0**-power
    return power


def _log10_norms_of_products(later: Scaled, earlier: Scaled) -> FloatArray:
    """log10 ‖A_t B_k‖_F for all pairs: (n, m)."""
    a, b = later.mantissa, earlier.mantissa
    gram_a = (a.transpose(0, 2, 1) @ a).reshape(len(a), -1)
    gram_b = (b @ b.transpose(0, 2, 1)).reshape(len(b), -1)
    squares = gram_a @ gram_b.T
    whole = np.square(a).sum(axis=(1, 2))[:, None] * np.square(b).sum(axis=(1, 2))
    rows, columns = np.nonzero((squares < CANCELLED * whole) & (whole > 0))
    at_once = max(1, PAIRS_AT_ONCE // (a.shape[1] * b.shape[2]))
    for i in range(0, len(rows), at_once):
        t, k = rows[i : i + at_once], columns[i : i + at_once]
        squares[t, k] = np.square(a[t] @ b[k]).sum(axis=(1, 2))
    with np.errstate(divide="ignore"):
        log: FloatArray = 0.5 * np.log10(squares) + LOG10_2 * (later.exponent[:, None] + earlier.exponent)
    return np.where(squares > 0, log, -np.inf)
