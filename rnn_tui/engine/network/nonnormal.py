"""A W whose powers first grow and then vanish, by as much as is asked for.

W = ρI + ηN with N = [[0, M], [0, 0]]: every unit keeps ρ of itself, and the second half of the units feeds the first
through η times an M of orthonormal rows or columns. N² = 0, so that Wⁿ = ρⁿI + n ρⁿ⁻¹ηN and

    ‖Wⁿ‖₂ = ρⁿ⁻¹ (nη + √(n²η² + 4ρ²)) / 2 ,        log ‖Wⁿ‖₂ = n log ρ + asinh(nη / 2ρ) ,

concave in n. All eigenvalues are ρ, and [[.9, 5], [0, .9]] is the smallest such matrix. Such feed-forward structure
hidden in a recurrent net is what non-normality is (Ganguli, Huh & Sompolinsky 2008; Goldman 2009).
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from rnn_tui.engine.numbers.arrays import FloatArray


class TransientError(ValueError):
    """A transient growth that no such W has; says why."""


class Nonnormal(NamedTuple):
    """The numbers ρ and η of W = ρI + ηN."""

    rho: float
    eta: float

    def weight(self, coupling: FloatArray) -> FloatArray:
        """W = ρI + ηN for every N: (…, H, H)."""
        result: FloatArray = self.rho * np.eye(coupling.shape[-1]) + self.eta * coupling
        return result


def couplings(entries: FloatArray) -> FloatArray:
    """N of H units, (n, H, H), with its M orthonormalised from gaussian entries (n, H − H//2, H//2)."""
    count, senders, receivers = entries.shape
    result = np.zeros((count, senders + receivers, senders + receivers))
    result[:, :receivers, receivers:] = orthonormalised(entries).transpose(0, 2, 1)
    return result


def orthonormalised(entries: FloatArray) -> FloatArray:
    """Orthonormal columns, evenly from all such, of gaussian entries (n, M, N), M ≥ N (Mezzadri 2007)."""
    q, r = np.linalg.qr(entries)
    result: FloatArray = q * np.where(np.einsum("nii->ni", r) < 0, -1.0, 1.0)[:, None, :]
    return result


def log_power_norm(form: Nonnormal, n: int) -> float:
    """The natural log of ‖Wⁿ‖₂, n ≥ 1; −inf for a zero."""
    rho, eta = form
    grown = (n * eta + math.hypot(n * eta, 2.0 * rho)) / 2.0
    kept = (n - 1) * _log(rho) if n > 1 else 0.0
    return kept + _log(grown)


def peak(form: Nonnormal) -> tuple[int, float]:
    """The power n ≥ 1 at which ‖Wⁿ‖₂ is largest, and that norm. ρ < 1, or η = 0 and ρ = 1."""
    rho, eta = form
    if rho == 0.0 or eta == 0.0:
        return 1, math.exp(log_power_norm(form, 1))
    # where the derivative log ρ + c / √(1 + n²c²) is zero, c = η / 2ρ
    square = 1.0 / math.log(rho) ** 2 - (2.0 * rho / eta) ** 2
    below = max(1, math.floor(math.sqrt(max(square, 1.0))))
    n = max((below, below + 1), key=lambda power: log_power_norm(form, power))
    return n, math.exp(log_power_norm(form, n))


def with_radius(rho: float, transient: float) -> Nonnormal:
    """The form whose spectral radius is ρ and whose powers' largest norm is `transient`.

    Raises:
        TransientError: ρ ≥ 1, or a transient below ρ.
    """
    if rho >= 1.0:
        raise TransientError(f"a transient ends only where ρ is below 1: at {rho:g} the powers of W grow for ever")
    if transient < rho:
        raise TransientError(f"W itself has a norm of at least ρ = {rho:g}, so that its powers cannot peak below it")
    return Nonnormal(rho, _solved(lambda eta: Nonnormal(rho, eta), transient, highest=transient))


def with_singular_value(sigma: float, transient: float) -> Nonnormal:
    """The form whose largest singular value is σ₁ and whose powers' largest norm is `transient`: η = σ₁ − ρ²/σ₁.

    Raises:
        TransientError: σ₁ < 1, or σ₁ = 1 and a transient above it, or a transient below σ₁.
    """
    if transient < sigma:
        raise TransientError(f"the first power alone has the norm σ₁ = {sigma:g}, so that the peak is no lower")
    if sigma <= 1.0 and transient > sigma:
        raise TransientError(f"‖Wⁿ‖ ≤ σ₁ⁿ: with σ₁ = {sigma:g} no power is larger than W itself, so set σ₁ above 1")
    if sigma <= 1.0:
        return Nonnormal(sigma, 0.0)

    def of(rho: float) -> Nonnormal:
        return Nonnormal(rho, sigma - rho * (rho / sigma))

    return of(_solved(of, transient, highest=math.nextafter(1.0, 0.0)))


def _solved(of: Callable[[float], Nonnormal], transient: float, *, highest: float) -> float:
    """The largest x in [0, highest], by bisection, up to which the peak of `of(x)` stays within `transient`."""
    low, high = 0.0, highest
    while low < (middle := (low + high) / 2.0) < high:
        if peak(of(middle))[1] <= transient:
            low = middle
        else:
            high = middle
    return high if peak(of(high))[1] <= transient else low


def _log(x: float) -> float:
    return math.log(x) if x > 0.0 else -math.inf
