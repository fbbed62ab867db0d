"""How much of a batch's gradient each time step brings: the part of its own copy of W_hh, and ∂L/∂h_t."""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine.backprop.bptt import hidden_gradient
from rnn_tui.engine.backprop.linear_maps import linearise
from rnn_tui.engine.backprop.unroll import unroll
from rnn_tui.engine.learning.batch import Batch, loss_and_error
from rnn_tui.engine.network.model import Architecture, Model
from rnn_tui.engine.network.parameters import Parameters
from rnn_tui.engine.numbers.arrays import FloatArray, IntArray
from rnn_tui.engine.numbers.exponents import (
    LOG10_2,
    ZERO_EXPONENT,
    Scaled,
    from_floats,
    ldexp,
    log10_norm,
    rescale,
    to_float,
)

FAINT, HUGE = 1e-250, 1e250  # rows whose largest entry is between them have lost nothing to float64's range
CANCELLED = 1e-6  # of the sum of sizes: what a smaller sum has lost is to be had back


class Contributions(NamedTuple):
    """Each time step's part in the gradient, as powers of ten; −inf for a true zero, as h_0 = 0 makes the first.

    Attributes:
        weight_hh: log10 ‖∂L/∂W_hh⁽ᵏ⁾‖_F of the copy of W_hh used at step k, summed over the batch, (T,).
        hidden: log10 of the mean over the batch of ‖∂L_b/∂h_k‖, L_b being the loss of sequence b alone, (T,).
    """

    weight_hh: FloatArray
    hidden: FloatArray


class StepGradients(NamedTuple):
    """Every step's part of backpropagation: ∂L/∂h_t and h_{t−1} (T, B, H), ∂L/∂(gates) (T, B, G·H)."""

    hidden: FloatArray
    gates: FloatArray
    h_prev: FloatArray

    @property
    def within_range(self) -> bool:
        """Whether no row has left float64's range, or may have."""
        if float(np.abs(self.h_prev).max()) > HUGE:
            return False
        rows = np.stack([np.abs(part).max(axis=-1) for part in (self.hidden, self.gates)])
        return bool(rows.min() > FAINT and rows.max() < HUGE)


def contributions(
    each: StepGradients, *, architecture: Architecture, at: Model, batch: Batch, truncate: int | None = None
) -> Contributions:
    """Each step's part in the gradient of this batch.

    Where the rows of `each` have left float64's range, the way is gone once more with an exponent for every step of
    every sequence. NaN where the outputs themselves are beyond float64; −inf where a softmax is so certain and right
    that its error is below float64.

    Args:
        each: of the batch at these parameters.
        truncate: K, the steps that a loss goes back.
    """
    if each.within_range:
        hidden, gates, h_prev = (rescale(from_floats(part, blocks=2)) for part in each)
    else:
        hidden, gates, h_prev = _exactly(architecture, at, batch, truncate)
    norms = log10_norm(hidden)
    top = np.maximum(norms.max(axis=1), -1e300)
    with np.errstate(divide="ignore"):
        mean = top + np.log10(np.power(10.0, norms - top[:, None]).sum(axis=1))
    return Contributions(_outer_norms(gates, h_prev), mean)


def _outer_norms(left: Scaled, right: Scaled) -> FloatArray:
    """log10 ‖Σ_b l_b r_bᵀ‖_F of every step, L (T, B, M), R (T, B, N), an exponent a row.

    By ‖LᵀR‖² = ⟨LLᵀ, RRᵀ⟩ where that is smaller: of a large batch B × B numbers a step would fill the memory.
    """
    exponent = np.where(
        left.mantissa.any(axis=-1) & right.mantissa.any(axis=-1), left.exponent + right.exponent, ZERO_EXPONENT
    )
    top = exponent.max(axis=1)
    top = np.where(top == ZERO_EXPONENT, 0, top)
    rows = ldexp(left.mantissa, (exponent - top[:, None])[..., None])
    if rows.shape[1] ** 2 > rows.shape[2] * right.mantissa.shape[2]:
        squares = np.square(rows.swapaxes(1, 2) @ right.mantissa).sum(axis=(1, 2))
        return _with_exponent(squares, top)
    products = (rows @ rows.swapaxes(1, 2)) * (right.mantissa @ right.mantissa.swapaxes(1, 2))
    squares, sizes = products.sum(axis=(1, 2)), np.abs(products).sum(axis=(1, 2))
    for t in np.flatnonzero(squares < CANCELLED * sizes):
        squares[t] = np.square(rows[t].T @ right.mantissa[t]).sum()
    return _with_exponent(squares, top)


def _with_exponent(squares: FloatArray, top: IntArray) -> FloatArray:
    """log10 of the root of squares · 4**top."""
    with np.errstate(divide="ignore"):
        result: FloatArray = 0.5 * np.log10(squares) + top * LOG10_2
    return result


def _exactly(
    architecture: Architecture, at: Model, batch: Batch, truncate: int | None
) -> tuple[Scaled, Scaled, Scaled]:
    """∂L/∂h_t, ∂L/∂(gates) and h_{t−1}, (T, B, …), with an exponent for every step of every sequence."""
    network = architecture.network(at)
    if network.layered:  # a layer's weights serve all sequences of the batch
        network = network._replace(parameters=Parameters(*(part[:, None] for part in at.parameters)))
    start = np.zeros((batch.size, at.parameters.hidden))
    trajectory = unroll(network, inputs=batch.inputs, h_0=start)
    y = to_float(trajectory.h)[batch.scored] @ at.readout.weight.T + at.readout.bias
    direct, weights = np.zeros((batch.steps, *start.shape)), np.zeros(batch.steps)
    direct[batch.scored] = loss_and_error(y, batch.targets)[1] @ at.readout.weight
    weights[batch.scored] = 1.0
    maps = linearise(network, trajectory)
    found = hidden_gradient(maps, rescale(from_floats(direct, blocks=2)), weights, truncate=truncate)
    return found.delta, found.gates, trajectory.h_prev
