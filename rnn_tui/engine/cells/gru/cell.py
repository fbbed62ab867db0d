"""The GRU (Cho et al. 2014) as `torch.nn.GRU` has it: the reset gate acts after W_hn and b_hn.

r, z = σ(W_ih x_t + b_ih + W_hh h_{t−1} + b_hh); n = tanh(W_in x_t + b_in + r ⊙ u) with u = W_hn h_{t−1} + b_hn;
h_t = (1 − z) ⊙ n + z ⊙ h_{t−1}.
"""

from collections.abc import Callable

import numpy as np

from rnn_tui.engine.cells.activations import sigmoid
from rnn_tui.engine.cells.cell import CellMathematics
from rnn_tui.engine.cells.gru.batch_kernel import GRUKernel
from rnn_tui.engine.cells.gru.difference import (
    LIMIT,
    GRUSteps,
    gru_exact_difference,
    gru_float_difference,
    gru_steps,
    gru_unlimited,
)
from rnn_tui.engine.cells.gru.step_derivative import gru_float_maps, gru_maps, gru_old_less_new
from rnn_tui.engine.cells.step import CellRun, CellStep
from rnn_tui.engine.cells.step_maps import FloatMaps, StepMaps
from rnn_tui.engine.network.network import Network
from rnn_tui.engine.network.parameters import Parameters
from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray, IntArray
from rnn_tui.engine.numbers.exponents import Scaled, ldexp, to_float
from rnn_tui.engine.numbers.products import matvec


class GRU(CellMathematics):
    """Two gates around a state h that is carried on."""

    kernel = GRUKernel()
    skip_doubles = True
    float_difference = staticmethod(gru_float_difference)
    exact_difference = staticmethod(gru_exact_difference)

    def driving_bias(self, parameters: Parameters) -> FloatArray:
        """b_ih + b_hh, but for b_hn, on which the reset gate acts."""
        bias, new = parameters.bias_ih_l0 + parameters.bias_hh_l0, slice(2 * parameters.hidden, None)
        bias[..., new] = parameters.bias_ih_l0[..., new]
        return bias

    def step(
        self,
        network: Network,
        t: int,
        *,
        driven: FloatArray,
        h_prev: FloatArray,
        c_prev: FloatArray | None = None,
        exponent: IntArray | None = None,
    ) -> CellStep:
        """h_t = (1 − z) ⊙ n + z ⊙ h_{t−1}. A skip lets h grow beyond float64: then it has an exponent."""
        parameters, hidden = network.parameters, h_prev.shape[-1]
        bias_n = parameters.bias_hh_l0[..., 2 * hidden :]
        recurrent = matvec(parameters.weight_hh_l0, h_prev)
        u = recurrent[..., 2 * hidden :] + _at(bias_n, exponent, -1)
        whole = _at(recurrent, exponent, 1)
        a_rz = np.clip(driven[..., : 2 * hidden] + whole[..., : 2 * hidden], -LIMIT, LIMIT)
        opened = sigmoid(a_rz)
        r, z = opened[..., :hidden], opened[..., hidden:]
        whole_n = whole[..., 2 * hidden :] + bias_n  # not from u, in which b_hn may be lost beside a large exponent
        reset = np.multiply(r, whole_n, where=r != 0.0, out=np.zeros_like(u))  # a shut gate passes no infinity
        a_n = driven[..., 2 * hidden :] + np.clip(reset, -LIMIT, LIMIT)
        n = _at(np.tanh(a_n), exponent, -1)
        return CellStep(np.concatenate([a_rz, a_n], axis=-1), n + z * (h_prev - n), u=u)

    def linear_maps(self, network: Network, run: CellRun, *, joined: AnyArray) -> StepMaps:
        """See `gru_maps`."""
        assert run.u is not None
        return gru_maps(a=run.a, u=run.u, h_prev=run.h_prev, joined=joined)

    def float_maps(
        self, network: Network, *, a: FloatArray, h: FloatArray, c: FloatArray | None, u: FloatArray | None
    ) -> FloatMaps:
        """See `gru_float_maps`."""
        assert u is not None
        return gru_float_maps(a, u, h[:-1])

    def old_less_new(self, run: CellRun, *, joined: AnyArray) -> Scaled | None:
        """h_{t−1} − n_t."""
        return gru_old_less_new(a=run.a, h_prev=run.h_prev, joined=joined)

    def unlimited(self, network: Network, run: CellRun, brought: Callable[[], FloatArray]) -> Scaled:
        """See `gru_unlimited`."""
        return gru_unlimited(network.parameters, run, brought)

    def reach(self, run: CellRun, carried: FloatArray) -> FloatArray:
        """A change of r is multiplied with u."""
        assert run.u is not None
        u = to_float(run.u)
        reach: FloatArray = carried * (np.abs(u).reshape(len(u), -1).max(axis=1) + 2.0)
        return reach

    def float_steps(self, run: CellRun, *, gain: FloatArray, old_less_new: Scaled | None) -> GRUSteps:
        """See `gru_steps`."""
        assert old_less_new is not None
        return gru_steps(run, gain, old_less_new)


def _at(values: FloatArray, exponent: IntArray | None, sign: int) -> FloatArray:
    return values if exponent is None else ldexp(values, sign * exponent[..., None])
