"""The spectral norms of many matrices at once: batched Lanczos with a proof of each answer, LAPACK for the rest.

k steps of Golub, Kahan and Lanczos (1965), on a whole batch together, give an orthonormal V of k columns and
T = Vᵀ AᵀA V with eigenvalues θ_i, the largest of them θ₁ ≤ σ₁². A small residual proves no more than that *some*
singular value is near. That it is the largest, what is left of the Frobenius norm proves: no eigenvalue outside V
exceeds r = ‖A‖_F² − tr T, and so every λ > max(θ₁, r) with

    β² Σ_i s_i² / (λ − θ_i) ≤ λ − r,

β coupling V to the rest and s_i being the last entries of T's eigenvectors, has λ ≥ σ₁² (the Schur complement of
λI − AᵀA on V is then positive). Where θ₁ (1 + 1e-13) is such a λ, θ₁ is the answer. A product of many factors has
few directions left and is proved in some steps. The nearest lags have many; there (AᵀA)², whose large singular
values differ more, is tried, and then LAPACK.
"""

import numpy as np

from rnn_tui.engine.numbers.arrays import FloatArray
from rnn_tui.engine.numbers.exponents import Scaled, log10, rescale

TOLERANCE = 1e-13  # relative, of σ₁²
ROUNDING = 1e-14  # relative, of ‖A‖_F² as computed
CHECKED_AFTER = (3, 5, 8, 12)  # the steps after which it is tried to prove the answers
HOPELESS = 6.0  # times θ₁ left outside V: more steps than LAPACK's own work would be needed
FEW = 3  # matrices for which LAPACK is as quick as more steps
SMALLEST = 6  # below this many rows or columns LAPACK is quicker for any number of matrices
WORTH = 24_000  # matrices times size² from which Lanczos, its calls of NumPy counted, is the quicker
ENTRIES_AT_ONCE = 2**17  # 1 MiB of matrices stays in the cache from step to step


def log10_spectral(blocks: Scaled) -> FloatArray:
    """log10 ‖A‖₂ of every matrix A, to 1e-12 relative in ‖A‖₂; −inf for a matrix of true zeros: (n,).

    Args:
        blocks: (n, M, N) with an exponent each.
    """
    level = rescale(blocks)
    return log10(Scaled(largest_singular_values(level.mantissa), level.exponent))


def largest_singular_values(matrices: FloatArray) -> FloatArray:
    """σ₁ of every matrix (n, M, N), to 1e-12 relative: (n,). The squares of the entries must be float64 numbers."""
    count, rows, columns = matrices.shape
    size = min(rows, columns)
    if count < FEW or size < SMALLEST or count * size**2 < WORTH:
        return _from_gram(_gram(matrices))
    found = np.empty(count)
    at_once = max(1, ENTRIES_AT_ONCE // (rows * columns))
    for begin in range(0, count, at_once):
        batch = matrices[begin : begin + at_once]
        part = _proved(batch)
        left = np.flatnonzero(np.isnan(part))
        if left.size:
            part[left] = _of_many_directions(batch[left])
        found[begin : begin + at_once] = part
    return found


def _gram(matrices: FloatArray) -> FloatArray:
    """AᵀA or A Aᵀ, whichever is the smaller."""
    turned = matrices.transpose(0, 2, 1)
    result: FloatArray = matrices @ turned if matrices.shape[1] < matrices.shape[2] else turned @ matrices
    return result


def _from_gram(gram: FloatArray) -> FloatArray:
    """σ₁ from AᵀA: its largest eigenvalue has as many digits as a singular value decomposition gives σ₁."""
    size = gram.shape[1]
    first, last = gram[:, 0, 0], gram[:, -1, -1]
    if size == 1:
        square = first
    elif size == 2:
        square = (first + last) / 2 + np.hypot((first - last) / 2, gram[:, 0, 1])
    else:
        square = np.maximum(np.linalg.eigvalsh(gram)[:, -1], 0.0)
    result: FloatArray = np.sqrt(square)
    return result


def _of_many_directions(matrices: FloatArray) -> FloatArray:
    """σ₁ where the Frobenius norm of A itself proves nothing."""
    gram = _gram(matrices)
    size = gram.shape[1]
    level = np.einsum("nii->n", gram) / size
    apart = gram - level[:, None, None] * np.eye(size)
    even = np.einsum("nij,nij->n", apart, apart) <= np.square(ROUNDING * size * level)
    found = np.where(even, np.sqrt(level), np.nan)  # all singular values are one
    left = np.flatnonzero(~even)
    if left.size * size**2 >= WORTH:
        found[left] = np.sqrt(np.sqrt(_proved(gram[left] @ gram[left])))
        left = np.flatnonzero(np.isnan(found))
    if left.size:
        found[left] = _from_gram(gram[left])
    return found


def _proved(matrices: FloatArray) -> FloatArray:
    """σ₁ of the matrices (n, M, N) for which some steps of Lanczos prove it; NaN for the others."""
    count, _, columns = matrices.shape
    squares = np.einsum("nij,nij->ni", matrices, matrices)
    whole = squares.sum(axis=1)
    found = np.where(whole > 0, np.nan, 0.0)
    turned = matrices.transpose(0, 2, 1)
    most = CHECKED_AFTER[-1]
    basis, projected = np.zeros((count, most, columns)), np.zeros((count, most + 1, most))
    ahead = matrices[np.arange(count), squares.argmax(axis=1)]
    beta = np.sqrt(squares.max(axis=1))
    for k in range(1, most + 1):
        basis[:, k - 1] = ahead / np.where(beta > 0, beta, np.inf)[:, None]
        known = basis[:, :k]
        product = (basis[:, k - 1 : k] @ turned) @ matrices
        parts = product @ known.transpose(0, 2, 1)
        product -= parts @ known
        product -= (product @ known.transpose(0, 2, 1)) @ known  # once more: orthogonal to the last digit
        ahead = product[:, 0]
        beta = np.sqrt(np.einsum("ni,ni->n", ahead, ahead))
        projected[:, k - 1, k - 1], projected[:, k, k - 1] = parts[:, 0, k - 1], beta
        if k in CHECKED_AFTER:
            open_ = np.flatnonzero(np.isnan(found))
            found[open_], hopeless = _proved_values(projected[open_, :k, :k], beta=beta[open_], whole=whole[open_])
            if np.count_nonzero(np.isnan(found)) - hopeless < FEW:
                break
    return found


def _proved_values(projected: FloatArray, *, beta: FloatArray, whole: FloatArray) -> tuple[FloatArray, int]:
    """√θ₁ of every T where the module's inequality holds at θ₁ (1 + TOLERANCE), else NaN; how many are hopeless.

    Args:
        projected: T, (n, k, k), of which the lower triangle is read.
        beta: (n,).
        whole: ‖A‖_F², (n,).
    """
    theta, vectors = np.linalg.eigh(projected)
    rest = np.maximum(whole - theta.sum(axis=1), 0.0) + ROUNDING * whole
    bound = theta[:, -1] * (1.0 + TOLERANCE)
    coupling = np.square(beta) * (np.square(vectors[:, -1]) / (bound[:, None] - theta)).sum(axis=1)
    proved = coupling <= bound - rest
    return np.where(proved, np.sqrt(theta[:, -1]), np.nan), int(np.count_nonzero(rest > HOPELESS * bound))
