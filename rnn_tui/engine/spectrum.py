"""What W's eigenvalues and singular values allow the gradient to do."""

import numpy as np

from rnn_tui.engine.arrays import AnyArray, FloatArray
from rnn_tui.engine.exponents import Scaled, ldexp, rescaled
from rnn_tui.engine.kinds import LARGEST_SLOPE, Activation, Bound
from rnn_tui.engine.spectral_norm import largest_singular_values

ROUNDING = 1e-12  # two numbers that W was scaled to agree within this


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
    level = rescaled(Scaled(weight[None], np.zeros(1, dtype=np.int64)))
    return float(ldexp(largest_singular_values(level.mantissa), level.exponent)[0])


def bound(activation: Activation, *, radius: float, largest: float) -> Bound:
    """What can be said of ‖∂h_T/∂h_t‖₂ before any text is run (Pascanu et al. 2013, section 2.1).

    Every factor's norm is at most σ₁γ, γ the largest slope of φ: below 1 the product must vanish. A linear φ gives
    powers of W itself, so there ρ decides: below 1 it must vanish in the long run, above 1 it must explode, at 1 it
    may grow like a power of the distance. Otherwise σ₁γ ≥ 1 is necessary for growth and not sufficient.
    """
    if largest * LARGEST_SLOPE[activation] < 1.0 - ROUNDING:
        return "must-vanish"
    if activation != "linear":
        return "may-explode"
    if radius < 1.0 - ROUNDING:
        return "must-vanish"
    return "must-explode" if radius > 1.0 + ROUNDING else "may-grow"
