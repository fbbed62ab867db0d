"""‖∂h_t/∂x_k‖_F for all pairs k ≤ t at once, by divide and conquer over time.

Cut the steps at m. Then ∂h_t/∂x_k = A_t B_k with A_t = ∂h_t/∂h_{m−1} for t ≥ m and B_k = ∂h_{m−1}/∂x_k for k < m, and

    ‖A_t B_k‖²_F = ⟨A_tᵀ A_t, B_k B_kᵀ⟩,

so all pairs across the cut come from one product of the two lists of Gram matrices; the pairs on either side are cut
again. O(T log T) products of (H, H) matrices and O(T² H²) for the pairs, where pulling every Jacobian back takes
O(T² H³). Memory: O(T² + T H²).
"""

import numpy as np

from rnn_tui.engine.adjoint import StepsBack
from rnn_tui.engine.arrays import FloatArray
from rnn_tui.engine.exponents import LOG10_2, Scaled, rescaled
from rnn_tui.engine.influence import pulled_back_influence
from rnn_tui.engine.unroll import Trajectory

LEAF = 12  # steps below which pulling back is quicker than cutting
CANCELLED = 1e-6  # below this share of ‖A‖²‖B‖² a Gram product has lost digits, and A B is formed itself
PAIRS_AT_ONCE = 2**22  # entries of the products that are formed themselves


def all_pairs_influence(trajectory: Trajectory, back: StepsBack, weight_ih: FloatArray) -> FloatArray:
    """log10 ‖∂h_t/∂x_k‖_F: (T, T), NaN where k > t, −inf for a true zero.

    Every matrix here has one exponent, so W_hh must mix all units and no slope may need an exponent of its own:
    `back.mixes`, and `slopes.exponent` None.

    Args:
        weight_ih: W_ih, (H, D).
    """
    steps = len(trajectory.inputs)
    found = np.full((steps, steps), np.nan)
    _fill(found, trajectory, back, weight_ih, begin=0, end=steps)
    return found


def _fill(
    found: FloatArray, trajectory: Trajectory, back: StepsBack, weight_ih: FloatArray, *, begin: int, end: int
) -> None:
    if end - begin <= LEAF:
        found[begin:end, begin:end] = pulled_back_influence(
            trajectory, back, weight_ih, first=begin, start=begin, stop=end
        )[:, begin:]
        return
    cut = (begin + end) // 2
    later = _later(back, cut=cut, end=end)
    earlier = _earlier(back, weight_ih, begin=begin, cut=cut)
    found[cut:end, begin:cut] = _log10_norms_of_products(later, earlier)
    _fill(found, trajectory, back, weight_ih, begin=begin, end=cut)
    _fill(found, trajectory, back, weight_ih, begin=cut, end=end)


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


def _earlier(back: StepsBack, weight_ih: FloatArray, *, begin: int, cut: int) -> Scaled:
    """B_k = ∂h_{cut−1}/∂x_k for begin ≤ k < cut: (n, H, D), each with an exponent."""
    blocks, powers = np.empty((cut - begin, *weight_ih.shape)), np.empty(cut - begin, dtype=np.int64)
    matrix, power = np.eye(len(weight_ih)), 0
    for k in range(cut - 1, begin - 1, -1):
        matrix = matrix * back.slopes.mantissa[k]
        power += _level(matrix)
        blocks[k - begin], powers[k - begin] = matrix.dot(weight_ih), power
        matrix = matrix.dot(back.weight_hh)
    return rescaled(Scaled(blocks, powers))


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
