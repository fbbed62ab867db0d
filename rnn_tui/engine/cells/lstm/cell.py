"""The LSTM (Hochreiter & Schmidhuber 1997, Gers et al. 2000), as `torch.nn.LSTM` has it.

i, f, o = σ(a_i), σ(a_f), σ(a_o) and g = tanh(a_g), a = W_ih x_t + b_ih + W_hh h_{t−1} + b_hh in the order i f g o;
c_t = f ⊙ c_{t−1} + i ⊙ g and h_t = o ⊙ tanh(c_t).
"""

import numpy as np

from rnn_tui.engine.cells.activations import sigmoid
from rnn_tui.engine.cells.cell import CellMathematics
from rnn_tui.engine.cells.lstm.batch_kernel import LSTMKernel
from rnn_tui.engine.cells.lstm.difference import LSTMSteps, lstm_exact_difference, lstm_float_difference, lstm_steps
from rnn_tui.engine.cells.lstm.step_derivative import lstm_float_maps, lstm_maps
from rnn_tui.engine.cells.step import CellRun, CellStep
from rnn_tui.engine.cells.step_maps import FloatMaps, StepMaps
from rnn_tui.engine.network.network import Network
from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray, IntArray
from rnn_tui.engine.numbers.exponents import Scaled
from rnn_tui.engine.numbers.products import matvec


class LSTM(CellMathematics):
    """Four gates around a cell state c that is carried on."""

    kernel = LSTMKernel()
    float_difference = staticmethod(lstm_float_difference)
    exact_difference = staticmethod(lstm_exact_difference)

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
        """c_t = f ⊙ c_{t−1} + i ⊙ g and h_t = o ⊙ tanh(c_t)."""
        assert c_prev is not None
        a = matvec(network.parameters.weight_hh_l0, h_prev) + driven
        hidden = h_prev.shape[-1]
        opened = sigmoid(a)
        i, f, o = opened[..., :hidden], opened[..., hidden : 2 * hidden], opened[..., 3 * hidden :]
        c = f * c_prev + i * np.tanh(a[..., 2 * hidden : 3 * hidden])
        return CellStep(a, o * np.tanh(c), c=c)

    def linear_maps(self, network: Network, run: CellRun, *, joined: AnyArray) -> StepMaps:
        """See `lstm_maps`."""
        assert run.c is not None
        assert run.c_prev is not None
        return lstm_maps(a=run.a, c=run.c, c_prev=run.c_prev)

    def float_maps(
        self, network: Network, *, a: FloatArray, h: FloatArray, c: FloatArray | None, u: FloatArray | None
    ) -> FloatMaps:
        """See `lstm_float_maps`."""
        assert c is not None
        return lstm_float_maps(a, c)

    def reach(self, run: CellRun, carried: FloatArray) -> FloatArray:
        """A change of f or i is multiplied with c or g."""
        assert run.c_prev is not None
        largest = np.abs(run.c_prev).reshape(len(run.c_prev), -1).max(axis=1)
        reach: FloatArray = np.maximum(carried, 1.0) * (largest + 3.0)
        return reach

    def float_steps(self, run: CellRun, *, gain: FloatArray, old_less_new: Scaled | None) -> LSTMSteps:
        """See `lstm_steps`."""
        return lstm_steps(run, gain)
