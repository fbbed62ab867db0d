"""The linear map that a cell is near a trajectory, given by element-wise factors and the one matrix W_hh."""

from typing import NamedTuple

from rnn_tui.engine.numbers.arrays import FloatArray, IntArray
from rnn_tui.engine.numbers.exponents import Scaled, take


class StepMaps(NamedTuple):
    """The factors of the linear maps s_{t−1} → s_t of all T steps.

    The state s has P parts of H units: (h) for the simple RNN and the GRU, (h, c) for the LSTM. With ∂/∂s_t the adjoint
    of step t, a row over P·H entries:

        ∂/∂(gate g) = Σ_p to_gates[p, g] ⊙ ∂/∂s_t[p],    the adjoint of W_hh h_{t−1} + b_hh, a row over G·H entries;
        ∂/∂h_{t−1} += ∂/∂(gates) W_hh;
        ∂/∂s_{t−1}[P−1] += Σ_p carry[p] ⊙ ∂/∂s_t[p],     the skip inside the cell.

    Attributes:
        to_gates: (T, …, P, G, H).
        to_inputs: (T, …, P, G, H) the same for W_ih x_t + b_ih; another than `to_gates` in the GRU alone.
        carry: (T, …, P, H): f for the LSTM's c, z for the GRU's h; None where the cell has no skip inside.
        through: (T, …, H) of an LSTM o ⊙ sech²(c_t), the way c_t → h_t; else None.
        slopes: (T, …, G, H) |φ'| of every gate, in float64: a gate is saturated where it is small.
    """

    to_gates: Scaled
    to_inputs: Scaled
    carry: Scaled | None
    through: Scaled | None
    slopes: FloatArray

    def gathered(self, steps: IntArray) -> "StepMaps":
        """The factors of the steps (n, m): (n, m, …)."""
        to_gates = take(self.to_gates, steps)
        return StepMaps(
            to_gates=to_gates,
            to_inputs=to_gates if self.to_inputs is self.to_gates else take(self.to_inputs, steps),
            carry=None if self.carry is None else take(self.carry, steps),
            through=None if self.through is None else take(self.through, steps),
            slopes=self.slopes[steps],
        )


class FloatMaps(NamedTuple):
    """The same of a batch in ordinary float64: `to_gates`, `to_inputs` (T, B, P, G, H) and `carry` (T, B, P, H)."""

    to_gates: FloatArray
    to_inputs: FloatArray
    carry: FloatArray | None


def one_part(factors: Scaled) -> Scaled:
    """Factors (T, …, G, H) of a state of one part: (T, …, 1, G, H)."""
    exponent = factors.exponent[..., None, :, :]
    return Scaled(factors.mantissa[..., None, :, :], exponent)
