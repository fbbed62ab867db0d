"""The gradient itemised: C[t,k], what the loss of step t asks of the copy of W_hh used at step k."""

from typing import NamedTuple

import numpy as np

from rnn_tui.engine import adjoint, exponents
from rnn_tui.engine.adjoint import StepsBack
from rnn_tui.engine.arrays import FloatArray
from rnn_tui.engine.exponents import Scaled
from rnn_tui.engine.unroll import Trajectory


class Itemised(NamedTuple):
    """log10 ‖∂L_t/∂W⁽ᵏ⁾‖_F for the copies of W_hh and of W_ih: rows t, columns k, NaN above the diagonal."""

    weight_hh: FloatArray
    weight_ih: FloatArray


def itemised(trajectory: Trajectory, back: StepsBack, direct: Scaled, *, start: int, stop: int) -> Itemised:
    """log10 ‖C[t,k]‖ for start ≤ k ≤ t < stop, n = stop − start: two (n, n) arrays.

    C[t,k] = (φ'(a_k) ⊙ ∂L_t/∂h_k) h_{k−1}ᵀ is an outer product, so its Frobenius norm is the product of the two
    norms; for W_ih, x_k stands in the place of h_{k−1}. All rows t are pulled back together: O(T²) numbers are kept.

    Args:
        direct: ∂L_t/∂h_t at h_t itself, unweighted, (T, H) with an exponent a step.
    """
    count = stop - start
    u = np.full((count, count), np.nan)
    rows = adjoint.from_scaled(Scaled(direct.mantissa[stop - 1 : stop], direct.exponent[stop - 1 : stop]))
    for k in range(stop - 1, start - 1, -1):
        pre = adjoint.to_scaled(adjoint.through_slope(rows, trajectory.slopes, k))
        u[k - start :, k - start] = exponents.log10_norm(pre)
        if k > start:
            own = adjoint.from_scaled(Scaled(direct.mantissa[k - 1 : k], direct.exponent[k - 1 : k]))
            rows = adjoint.stack(own, adjoint.pull_back(rows, back, k))
    h_prev = Scaled(trajectory.h_prev.mantissa[start:stop], trajectory.h_prev.exponent[start:stop])
    inputs = exponents.scaled(trajectory.inputs[start:stop], blocks=1)
    return Itemised(u + exponents.log10_norm(h_prev), u + exponents.log10_norm(inputs))
