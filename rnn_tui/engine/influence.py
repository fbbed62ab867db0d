"""The influence of word k on the state of step t, by the gradient: ‖∂h_t/∂x_k‖_F and ‖(∂h_t/∂x_k) x_k‖₂."""

import numpy as np

from rnn_tui.engine import adjoint, exponents
from rnn_tui.engine.adjoint import Rows, StepsBack, to_scaled
from rnn_tui.engine.arrays import FloatArray
from rnn_tui.engine.exponents import NOTHING, Scaled
from rnn_tui.engine.unroll import Trajectory

SMALL = 2.0**-900  # squares within SMALL … 1/SMALL have lost nothing to underflow
TIE = 1e-12  # shares that differ by less are equal


def pulled_back_influence(
    trajectory: Trajectory,
    back: StepsBack,
    weight_ih: FloatArray,
    *,
    times_input: bool = False,
    first: int = 0,
    start: int,
    stop: int,
) -> FloatArray:
    """log10 ‖∂h_t/∂x_k‖_F for the words first ≤ k ≤ t and the steps start ≤ t < stop (0-based).

    ∂h_t/∂x_k = ∂h_t/∂h_k diag(φ'(a_k)) W_ih. The H rows of ∂h_t/∂h_k for all t are pulled back together, so
    (stop − start)·H rows are kept: right for any W, and quick for a few steps of a long text.

    Args:
        weight_ih: W_ih, (H, D).
        times_input: measure ‖(∂h_t/∂x_k) x_k‖₂ instead.

    Returns:
        (stop − start, stop): row i is step start + i, column k is word k; NaN where k > t or k < first, −inf for a
        true zero.
    """
    hidden = len(weight_ih)
    found = np.full((stop - start, stop), np.nan)
    rows: Rows | None = None
    for k in range(stop - 1, first - 1, -1):
        if rows is not None:
            rows = adjoint.pull_back(rows, back, k + 1)
        if k >= start:
            own = adjoint.start(np.eye(hidden))
            rows = own if rows is None else adjoint.stack(own, rows)
        if rows is None:
            continue
        pre = adjoint.through_slope(rows, trajectory.slopes, k)
        right = (weight_ih @ trajectory.inputs[k])[:, None] if times_input else weight_ih
        found[max(k, start) - start :, k] = _log10_block_norms(pre, right, hidden)
    return found


def gradient_input_influence(trajectory: Trajectory, back: StepsBack, weight_ih: FloatArray) -> FloatArray:
    """log10 ‖(∂h_t/∂x_k) x_k‖₂ for all pairs k ≤ t: (T, T), NaN where k > t, −inf for a true zero.

    One direction for each word is carried forward, da_{t+1} = W_hh (φ'(a_t) ⊙ da_t) from da_k = W_ih x_k: O(T² H²).
    """
    steps = len(trajectory.inputs)
    found = np.full((steps, steps), np.nan)
    # a row carried forward meets the same factors as a row pulled back through the transposed W_hh
    forward = back._replace(weight_hh=back.weight_hh.T)
    brought = trajectory.inputs @ weight_ih.T
    rows = adjoint.start(brought[:1])
    for t in range(steps):
        if t:
            rows = adjoint.stack(adjoint.pull_back(rows, forward, t - 1), adjoint.start(brought[t : t + 1]))
        found[t, : t + 1] = exponents.log10_norm(adjoint.to_scaled(adjoint.through_slope(rows, trajectory.slopes, t)))
    return found


def _log10_block_norms(rows: Rows, right: FloatArray, hidden: int) -> FloatArray:
    """log10 ‖B right‖_F of every block B of `hidden` rows."""
    mantissa, exponent = (rows.mantissa, rows.exponent[:, 0]) if rows.exponent.shape[1] == 1 else to_scaled(rows)
    product = mantissa @ right
    squares = np.einsum("rd,rd->r", product, product)
    if squares.size and not SMALL < squares.min() <= squares.max() < 1.0 / SMALL:
        norms = exponents.norm(Scaled(product, exponent))
        exponent, of_row = norms.exponent, norms.mantissa
    else:
        of_row = np.sqrt(squares)
    of_row, power = of_row.reshape(-1, hidden), exponent.reshape(-1, hidden)
    top = np.where(of_row > 0, power, NOTHING).max(axis=1)
    top = np.where(of_row.any(axis=1), top, 0)
    together = np.sqrt(np.square(exponents.ldexp(of_row, power - top[:, None])).sum(axis=1))
    return exponents.log10(Scaled(together, top))


def shares(influence_log10: FloatArray) -> FloatArray:
    """Each row's influence over the row's sum over k ≤ t: 0 where k > t, NaN in a row where all are zero.

    Args:
        influence_log10: (n, m) log10 of the influence, NaN where k > t.
    """
    log = np.where(np.isnan(influence_log10), -np.inf, influence_log10)
    top = log.max(axis=1, keepdims=True)
    with np.errstate(invalid="ignore"):
        relative = np.where(np.isneginf(top), np.nan, 10.0 ** (log - np.where(np.isneginf(top), 0.0, top)))
        result: FloatArray = relative / relative.sum(axis=1, keepdims=True)
    return result


def memory_lag(influence_log10: FloatArray, *, share: float = 0.9) -> int | None:
    """The fewest last words that hold `share` of one row's influence; None where all are zero.

    Args:
        influence_log10: (T,) log10 of each word's influence on the last state.
    """
    held = shares(influence_log10[None])[0][::-1].cumsum()
    if np.isnan(held).any():
        return None
    # equal words make exact ties, which the rounding of a sum must not break
    return min(int(np.searchsorted(held, share - TIE)) + 1, len(held))
