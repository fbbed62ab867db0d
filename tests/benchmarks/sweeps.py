"""How the gradient grows in many simple RNNs at once: S draws of a network, each at R radii, over one text.

A radius only scales the recurrent weights, W = ρ W₀, so all radii of a draw share W₀: a step of all S·R networks is
one stacked product (S, R, H) @ (S, H, H), and its reverse another. On the way back ρ is left out and comes back as
(T − t) log₁₀ ρ; what remains is rescaled by powers of two where it has drifted, so ρ = 10 and ρ = .01 are as exact as
ρ = 1 at any T.

The program has no sweep yet: this is how quick one of the program's arithmetic is, beside those of others.
"""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine.cells.batch_parts import ACTIVATE_INTO, IN_CACHE, SLOPE_INTO
from rnn_tui.engine.kinds import UNBOUNDED, Activation
from rnn_tui.engine.numbers.arrays import FloatArray, IntArray
from rnn_tui.engine.numbers.exponents import LOG10_2
from rnn_tui.engine.numbers.quick_tanh import STATES, tanh_for, tanh_in_range
from rnn_tui.engine.progress import Watch, part_of, report, unwatched

DRIFT = 2.0**400  # what a state, or the square of a gradient's norm, may grow or shrink to before it is rescaled


class Sweep(NamedTuple):
    """How the gradient of each of S·R networks went back through the text.

    Attributes:
        log10_norms: log10 ‖∂L/∂h_t‖ for t = 1 … T, (T, S, R); −inf where it is zero, or below float64's range within
            one step.
        log10_growth: log10 of (‖∂L/∂h_1‖ / ‖∂L/∂h_T‖)^{1/(T−1)}, the growth per step, (S, R); None at T = 1.
    """

    log10_norms: FloatArray
    log10_growth: FloatArray | None


def sweep(
    activation: Activation,
    *,
    weight_hh: FloatArray,
    radii: FloatArray,
    driven: FloatArray,
    h_0: FloatArray,
    direct: FloatArray,
    watch: Watch = unwatched,
) -> Sweep:
    """h_t = φ(u_t + ρ W₀ h_{t−1}) forward, and ∂L/∂h_t = ρ W₀ᵀ (φ'(a_{t+1}) ⊙ ∂L/∂h_{t+1}) back from the last step.

    Args:
        weight_hh: W₀ of every draw, (S, H, H).
        radii: what each is multiplied with, (R,), positive.
        driven: u_t = W_ih x_t + b_ih + b_hh of every draw, (T, S, H).
        h_0: (S, H).
        direct: ∂L/∂h_T, (S, R, H) or what broadcasts to it.
        watch: told the share of the work that is done.

    Raises:
        CancelledError: `watch` answered that the work should stop.
    """
    steps, draws, hidden = driven.shape
    count = len(radii)
    seeds = np.broadcast_to(direct, (draws, count, hidden))
    at_once = min(draws, max(1, IN_CACHE // (count * hidden)))
    slopes = np.empty((steps, at_once, count, hidden))
    log10_norms = np.empty((steps, draws, count))
    for start in range(0, draws, at_once):
        here = slice(start, min(start + at_once, draws))
        part = slopes[:, : here.stop - here.start]
        of_part = part_of(watch, here.start / draws, here.stop / draws)
        _forward(
            activation,
            weight_hh=weight_hh[here],
            radii=radii,
            driven=driven[:, here],
            h_0=h_0[here],
            slopes=part,
            watch=part_of(of_part, 0.0, 0.5),
        )
        log10_norms[:, here] = _backward(part, weight_hh[here], direct=seeds[here], watch=part_of(of_part, 0.5, 1.0))
    log10_norms += np.arange(steps - 1, -1, -1)[:, None, None] * np.log10(radii)
    growth = (log10_norms[0] - log10_norms[-1]) / (steps - 1) if steps > 1 else None
    return Sweep(log10_norms, growth)


def _forward(
    activation: Activation,
    *,
    weight_hh: FloatArray,
    radii: FloatArray,
    driven: FloatArray,
    h_0: FloatArray,
    slopes: FloatArray,
    watch: Watch,
) -> None:
    """φ'(a_t) of every network into `slopes`, (T, S, R, H), with a_t = [ρ h_{t−1}, 1] [W₀ᵀ; u_t]."""
    _, draws, count, hidden = slopes.shape
    weights = np.empty((draws, hidden + 1, hidden))
    weights[:, :-1] = weight_hh.swapaxes(1, 2)
    start = np.ones((draws, count, hidden + 1))
    scaled, driving = start[:, :, :-1], weights[:, -1]
    a, state, scale = (np.empty((draws, count, hidden)) for _ in range(3))
    state[:], scale[:] = h_0[:, None], radii[:, None]
    np.multiply(state, scale, scaled)
    activate, slope = ACTIVATE_INTO[activation], SLOPE_INTO[activation]
    if activation == "tanh":
        reach = radii * max(1.0, float(np.abs(h_0).max(initial=0.0)))
        activate = tanh_in_range(tanh_for(a.shape), weights=(weight_hh, driven[..., None]), factors=(reach, STATES))
    for t, (drive, into) in enumerate(zip(driven, slopes, strict=True), 1):
        driving[:] = drive
        np.matmul(start, weights, out=a)
        activate(a, state)
        np.multiply(state, scale, scaled)
        slope(state, a, into)
        if activation in UNBOUNDED and np.abs(state).max(initial=0.0) > DRIFT:
            # an unbounded φ is positively homogeneous: the state and what drives it move by the same power of two
            _rescale(start, np.abs(state).max(axis=2))
        report(watch, t / len(slopes))


def _backward(slopes: FloatArray, weight_hh: FloatArray, *, direct: FloatArray, watch: Watch) -> FloatArray:
    """log10 of the norms of δ_t = W₀ᵀ (φ'(a_{t+1}) ⊙ δ_{t+1}), ρ left out, (T, S, R)."""
    steps = len(slopes)
    delta, pre = np.array(direct), np.empty(direct.shape)
    squares, exponent = np.empty(slopes.shape[:3]), np.zeros(slopes.shape[:3], dtype=np.int64)
    for t in range(steps - 1, -1, -1):
        if t < steps - 1:
            np.matmul(pre, weight_hh, out=delta)
            exponent[t] = exponent[t + 1]
        square = squares[t]
        np.vecdot(delta, delta, out=square)
        if np.maximum.reduce(square, axis=None) > DRIFT or np.minimum.reduce(square, axis=None) < 1.0 / DRIFT:
            exponent[t] += _rescale(delta, np.abs(delta).max(axis=2))
            np.vecdot(delta, delta, out=square)
        np.multiply(delta, slopes[t], pre)
        report(watch, 1.0 - t / steps)
    with np.errstate(divide="ignore"):
        result: FloatArray = 0.5 * np.log10(squares) + exponent * LOG10_2
    return result


def _rescale(rows: FloatArray, largest: FloatArray) -> IntArray:
    """Divides every row (S, R, …) in place by the power of two of its `largest`; returns those powers, (S, R)."""
    powers = np.frexp(largest)[1].astype(np.int64)
    np.ldexp(rows, -powers[:, :, None], out=rows)
    return powers
