"""A network: one cell, its skip connections, and its parameters."""

from typing import NamedTuple

from rnn_tui.engine.kinds import CELLS, Activation, CellName
from rnn_tui.engine.network.parameters import Parameters
from rnn_tui.engine.network.skips import Skip
from rnn_tui.engine.numbers.arrays import FloatArray


class Network(NamedTuple):
    """One network, or an ensemble of S of them with a leading axis S in its parameters.

    Attributes:
        cell: a feed-forward net is the simple RNN's step with parameters of its own at every step, (T, …).
        activation: φ of the simple RNN and of the feed-forward net.
        parameters: in PyTorch's layout.
        skip: between states, added to h_t outside the cell.
    """

    cell: CellName
    activation: Activation
    parameters: Parameters
    skip: Skip = None

    @property
    def layered(self) -> bool:
        """Whether every step has parameters of its own."""
        return not CELLS[self.cell].shares_weights

    def weight_hh(self, t: int) -> FloatArray:
        """W_hh of step t (from 0), (…, G·H, H)."""
        return self.parameters.weight_hh_l0[t] if self.layered else self.parameters.weight_hh_l0

    def weight_ih(self, t: int) -> FloatArray:
        """W_ih of step t (from 0), (…, G·H, D)."""
        return self.parameters.weight_ih_l0[t] if self.layered else self.parameters.weight_ih_l0
