"""The error surface of one unit with a weight w and a bias b (Pascanu, Mikolov and Bengio 2013, figure 6).

E(w, b) = (σ(x_T) − target)² with x_t = w σ(x_{t−1}) + b and x_0 = ½. Its gradient goes along in two recursions,

∂x_t/∂w = σ(x_{t−1}) + w σ'(x_{t−1}) ∂x_{t−1}/∂w and ∂x_t/∂b = 1 + w σ'(x_{t−1}) ∂x_{t−1}/∂b, both 0 at t = 0,

and ends in ∇E = 2 (σ(x_T) − target) σ'(x_T) ∇x_T. Where a factor of |w| σ' above 1 repeats, that is a wall.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import numpy as np

from rnn_tui.engine.cells.activations import open_share, slopes
from rnn_tui.engine.numbers.arithmetic import add, product, square_root, sum_first_axis
from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray
from rnn_tui.engine.numbers.exponential import below_all_exponents
from rnn_tui.engine.numbers.exponents import Scaled, stack, to_float, unscaled
from rnn_tui.engine.numbers.scaled_float import ScaledFloat
from rnn_tui.engine.progress import Watch, report, unwatched

START = 0.5  # x_0
FAR = 200.0  # from this |x| on σ and σ' may need an exponent of their own: the gradient has three of them as factors
STEEP = 2.0**300  # and from this |∂x| on the derivative may
AT_ONCE = 2**13  # points whose numbers stay in the cache from one step to the next

FloatOrArray = TypeVar("FloatOrArray", float, FloatArray)


class ErrorSurface(NamedTuple):
    """E and its gradient at many points, an exponent for each number.

    Attributes:
        error: E, of the points' shape.
        gradient: ∂E/∂w and ∂E/∂b, (2, …); NaN where a unit is so saturated that no exponent holds its slope.
        above: whether σ(x_T) > target.
    """

    error: Scaled
    gradient: Scaled
    above: AnyArray


class SurfacePoint(NamedTuple):
    """E, ∂E/∂w and ∂E/∂b at one point."""

    error: ScaledFloat
    along_w: ScaledFloat
    along_b: ScaledFloat


def error_surface(w: FloatArray, b: FloatArray, *, steps: int, target: float, watch: Watch = unwatched) -> ErrorSurface:
    """E(w, b) and ∇E at all points of a grid.

    Args:
        w, b: finite, of shapes that broadcast to (rows, columns).
        steps: T.
        target: from 0 to 1.
        watch: called with the share of the work that is done.

    Raises:
        CancelledError: `watch` answered that the work should stop.
    """
    w, b = np.broadcast_arrays(w, b)
    rows, columns = w.shape
    at_once = max(1, AT_ONCE // max(1, columns))
    parts = []
    for start in range(0, rows, at_once):
        here = slice(start, start + at_once)
        parts.append(_block(w[here].ravel(), b[here].ravel(), steps=steps, target=target))
        report(watch, min(rows, start + at_once) / rows)
    error, gradient, above = zip(*parts, strict=True)
    side = np.concatenate(above).reshape(w.shape)
    return ErrorSurface(_joined(error, (rows, columns)), _joined(gradient, (2, rows, columns)), side)


def surface_point(w: float, b: float, *, steps: int, target: float) -> SurfacePoint:
    """E(w, b) and ∇E at one point, w and b finite; see `error_surface`."""
    x, along_w, along_b, far = _in_float64(w, b, steps=steps, exp=math.exp)
    if far:
        error, gradient, _ = _block(np.array([w]), np.array([b]), steps=steps, target=target)
        mantissas = (error.mantissa, *gradient.mantissa)
        exponents = (error.exponent, *gradient.exponent)
        return SurfacePoint(*(ScaledFloat(float(m[0]), int(e[0])) for m, e in zip(mantissas, exponents, strict=True)))
    q = math.exp(-abs(x))
    small = q / (1.0 + q)
    miss = (1.0 - target) - small if x >= 0 else small - target
    factor = 2.0 * miss * small / (1.0 + q)
    return SurfacePoint(ScaledFloat(miss * miss), ScaledFloat(factor * along_w), ScaledFloat(factor * along_b))


def _in_float64(
    w: FloatOrArray, b: FloatOrArray, *, steps: int, exp: Callable[[FloatOrArray], FloatOrArray]
) -> tuple[FloatOrArray, FloatOrArray, FloatOrArray, Any]:
    """x_T, ∂x_T/∂w and ∂x_T/∂b in float64, and where that may not hold them."""
    nothing = 0.0 * b
    x, along_w, along_b = nothing + START, nothing, nothing
    far: Any = nothing != 0.0
    for _ in range(steps):
        q = exp(-abs(x))
        carried = w * (q / (1.0 + q) / (1.0 + q))
        sigma = ((x >= 0) * (1.0 - q) + q) / (1.0 + q)  # 1 − q + q is 1 to the last bit
        along_w = sigma + carried * along_w
        along_b = 1.0 + carried * along_b
        x = w * sigma + b
        far = far | (abs(x) > FAR) | (abs(along_b) > STEEP) | (abs(along_w) > STEEP)
    return x, along_w, along_b, far


def _block(w: FloatArray, b: FloatArray, *, steps: int, target: float) -> ErrorSurface:
    """The landscape of points (n,); those that float64 cannot hold once more, with exponents."""
    with np.errstate(over="ignore", invalid="ignore"):
        x, along_w, along_b, far = _in_float64(w, b, steps=steps, exp=np.exp)
    along = Scaled(np.stack([along_w, along_b]), np.zeros((2, len(x)), dtype=np.int64))
    if far.any():
        x[far], (along.mantissa[:, far], along.exponent[:, far]) = _with_exponents(w[far], b[far], steps=steps)
    small = open_share(unscaled(-np.abs(x)))
    rest = np.where(x >= 0, 1.0 - target, -target)
    miss = add(unscaled(rest), Scaled(np.where(x >= 0, -small.mantissa, small.mantissa), small.exponent))
    gradient = product(unscaled(np.full(len(x), 2.0)), miss, slopes("sigmoid", unscaled(x)), along)
    gradient.mantissa[:, below_all_exponents(-np.abs(x))] = np.nan
    return ErrorSurface(product(miss, miss), gradient, miss.mantissa > 0)


def _with_exponents(w: FloatArray, b: FloatArray, *, steps: int) -> tuple[FloatArray, Scaled]:
    """x_T and its derivatives (2, n), by the same recursions with an exponent for each number."""
    x = before = np.full(len(w), START)
    along, weight, ones = unscaled(np.zeros((2, len(w)))), unscaled(w), unscaled(np.ones(len(w)))
    for _ in range(steps):
        sigma = open_share(unscaled(x))
        carried = product(weight, slopes("sigmoid", unscaled(x)), along)
        along = add(stack([sigma, ones], axis=0), carried)
        with np.errstate(over="ignore"):
            before, x = x, to_float(product(weight, sigma)) + b
    along.mantissa[0, below_all_exponents(before)] = np.nan
    return x, along


def gradient_norm(gradient: Scaled) -> Scaled:
    """‖∇E‖ = √((∂E/∂w)² + (∂E/∂b)²) for a gradient (2, …) with an exponent for each number: (…)."""
    return square_root(sum_first_axis(product(gradient, gradient)))


def _joined(parts: tuple[Scaled, ...], shape: tuple[int, ...]) -> Scaled:
    mantissas, exponents = (np.concatenate(each, axis=-1).reshape(shape) for each in zip(*parts, strict=True))
    return Scaled(mantissas, exponents)
