"""W's eigenvalues and singular values, and the bounds that they set on the gradient."""

import numpy as np

from rnn_tui.engine.kinds import LARGEST_SLOPE, Activation, Bound
from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray
from rnn_tui.engine.numbers.exponents import Scaled, ldexp, rescale
from rnn_tui.engine.numbers.spectral_norm import largest_singular_values

ROUNDING = 1e-12  # two numbers that W was scaled to agree within this
TIED = 1e-6  # relative; of a defective eigenvalue's copies rounding makes several, some 1e-8 apart


def spectral_radius(weight: FloatArray) -> float:
    """ρ(W), the largest |eigenvalue|; of a triangular W, its largest diagonal entry."""
    if not (np.triu(weight, 1).any() and np.tril(weight, -1).any()):
        return float(np.abs(weight.diagonal()).max())
    return float(np.abs(np.linalg.eigvals(weight)).max())


def eigenvalues(weight: FloatArray) -> AnyArray:
    """The eigenvalues of a square matrix, (H,) complex, the largest in size first, of a pair the upper one first."""
    triangular = not (np.triu(weight, 1).any() and np.tril(weight, -1).any())
    found = weight.diagonal() if triangular else np.linalg.eigvals(weight)
    values: AnyArray = found.astype(np.complex128)
    # the two of a pair are of one size only to rounding
    return values[np.lexsort((-values.imag, -values.real, -np.round(np.abs(values), 12)))]


def singular_values(weight: FloatArray) -> FloatArray:
    """All singular values of a matrix, descending."""
    return np.asarray(np.linalg.svd(weight, compute_uv=False), dtype=np.float64)


def departure_from_normality(weight: FloatArray) -> float:
    """√(‖W‖_F² − Σ|λ|²) / ‖W‖_F (Henrici 1962): 0 for a normal W or a zero one, 1 for a nilpotent one.

    A difference within rounding is 0.
    """
    whole, kept = float(np.square(weight).sum()), float(np.square(np.abs(eigenvalues(weight))).sum())
    return float(np.sqrt((whole - kept) / whole)) if whole - kept > ROUNDING * whole else 0.0


def largest_singular_value(weight: FloatArray) -> float:
    """σ₁(W) = ‖W‖₂."""
    level = rescale(Scaled(weight[None], np.zeros(1, dtype=np.int64)))
    return float(ldexp(largest_singular_values(level.mantissa), level.exponent)[0])


def radius_slopes(weight: FloatArray) -> FloatArray | None:
    """∂ρ/∂W_ij, how much ρ(W) moves with each entry: Re(λ̄/|λ| · ȳ_i x_j / (yᴴx)) of λ, the largest in size.

    x and y are λ's right and left eigenvectors (Magnus 1985), found as the singular vectors of W − λI for its
    smallest singular value. The two of a conjugate pair move together.

    Returns:
        (H, H); None where ρ has no one slope: at ρ = 0, and where another eigenvalue, or a copy of λ, is of that size.
    """
    values = eigenvalues(weight)
    largest, radius = values[0], float(np.abs(values[0]))
    own = 2 if abs(largest.imag) > TIED * radius else 1
    if radius == 0.0 or (np.abs(values[own:]) > radius * (1.0 - TIED)).any():
        return None
    shifted = weight - (largest if own == 2 else largest.real) * np.eye(len(weight))
    left, _, right = np.linalg.svd(shifted)
    y, x = left[:, -1], right[-1].conj()
    slopes = np.outer(y.conj(), x) * (largest.conjugate() / radius / np.vdot(y, x))
    return np.asarray(slopes.real, dtype=np.float64)


def largest_slopes(weight: FloatArray) -> FloatArray | None:
    """∂σ₁/∂W_ij = u_i v_j, of σ₁'s left and right singular vectors: (H, H).

    None where σ₁ has no one slope: at σ₁ = 0, and where the second singular value is as large.
    """
    left, sizes, right = np.linalg.svd(weight)
    if sizes[0] == 0.0 or (sizes[1:2] > sizes[0] * (1.0 - TIED)).any():
        return None
    return np.asarray(np.outer(left[:, 0], right[0]), dtype=np.float64)


def bound(activation: Activation, *, radius: float, largest: float) -> Bound:
    """The bound on ‖∂h_T/∂h_t‖₂ that holds before any text is run (Pascanu et al. 2013, section 2.1).

    Every factor's norm is at most σ₁γ, γ the largest slope of φ: below 1 the product must vanish. A linear φ gives
    powers of W itself, so there ρ decides: below 1 it must vanish in the long run, above 1 it must explode, at 1 it
    may grow like a power of the distance. Otherwise σ₁γ > 1 is necessary for growth and not sufficient; at
    σ₁γ = 1 nothing can grow, and nothing has to vanish.
    """
    most = largest * LARGEST_SLOPE[activation]
    if most < 1.0 - ROUNDING:
        return "must-vanish"
    if most <= 1.0 + ROUNDING and (activation != "linear" or radius >= 1.0 - ROUNDING):
        return "cannot-explode"
    if activation != "linear":
        return "may-explode"
    if radius < 1.0 - ROUNDING:
        return "must-vanish"
    return "must-explode" if radius > 1.0 + ROUNDING else "may-grow"
