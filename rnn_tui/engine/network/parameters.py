"""The parameters of one recurrent layer of any cell, named and laid out as PyTorch's."""

from typing import NamedTuple

from rnn_tui.engine.numbers.arrays import FloatArray


class Parameters(NamedTuple):
    """One layer's parameters, named and laid out as those of `torch.nn.RNN`, `nn.LSTM` and `nn.GRU`.

    G is the number of gate blocks: 1 for the simple RNN, 4 for the LSTM (i f g o), 3 for the GRU (r z n). Any of the
    leading axes `…` may be an ensemble's S. A feed-forward net has a set for every step: (T, …) first.

    Attributes:
        weight_ih_l0: (…, G·H, D).
        weight_hh_l0: (…, G·H, H).
        bias_ih_l0: (…, G·H).
        bias_hh_l0: (…, G·H).
    """

    weight_ih_l0: FloatArray
    weight_hh_l0: FloatArray
    bias_ih_l0: FloatArray
    bias_hh_l0: FloatArray

    @property
    def hidden(self) -> int:
        """H."""
        return int(self.weight_hh_l0.shape[-1])

    @property
    def gates(self) -> int:
        """G."""
        return int(self.weight_hh_l0.shape[-2] // self.weight_hh_l0.shape[-1])
