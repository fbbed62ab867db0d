"""Occlusion: the true effect of taking a word out, ‖h_t − h_t(x_k := 0)‖₂."""

import numpy as np

from rnn_tui.engine import exponents
from rnn_tui.engine.activations import difference
from rnn_tui.engine.arrays import FloatArray
from rnn_tui.engine.exponents import Scaled
from rnn_tui.engine.network import Network
from rnn_tui.engine.rows import Rows, to_scaled
from rnn_tui.engine.unroll import Trajectory


def occlusion_influence(trajectory: Trajectory, network: Network, *, first: int, start: int, stop: int) -> FloatArray:
    """log10 ‖h_t − h_t(x_k := 0)‖₂ for words first ≤ k and steps start ≤ t < stop (0-based).

    The difference d is carried itself: d_t = φ(a_t) − φ(a_t − W_hh d_{t−1}), starting with a change of W_ih x_k at
    step k, in a form that does not cancel. So the effect of a word long past is right to rounding even where it is
    far below the rounding of the two states. One row for every word, all carried forward together.

    Returns:
        (stop − start, stop): row i is step start + i, column k is word k; NaN where k > t or k < first, −inf for a
        true zero.
    """
    parameters, activation = network.parameters, network.activation
    found = np.full((stop - start, stop), np.nan)
    brought = trajectory.inputs @ parameters.weight_ih_l0.T
    differences: Scaled | None = None
    for t in range(first, stop):
        changes = exponents.scaled(brought[t][None], blocks=1)
        if differences is not None:
            carried = differences.mantissa @ parameters.weight_hh_l0.T
            changes = exponents.rescaled(
                Scaled(
                    np.concatenate([carried, changes.mantissa]),
                    np.concatenate([differences.exponent, changes.exponent]),
                )
            )
        count = t + 1 - first
        a = Scaled(
            np.broadcast_to(trajectory.a.mantissa[t], changes.mantissa.shape),
            np.broadcast_to(trajectory.a.exponent[t], (count,)),
        )
        wide = difference(activation, a=a, change=changes)
        differences = to_scaled(Rows(wide.mantissa, wide.exponent, 0.0))
        if t >= start:
            found[t - start, first : t + 1] = exponents.log10_norm(differences)
    return found
