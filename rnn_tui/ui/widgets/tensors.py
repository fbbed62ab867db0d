"""The parameters' names as they are written in equations; in a file of weights they have PyTorch's."""

from collections.abc import Mapping

SYMBOLS: Mapping[str, str] = {
    "weight_ih_l0": "W_ih",
    "weight_hh_l0": "W_hh",
    "bias_ih_l0": "b_ih",
    "bias_hh_l0": "b_hh",
    "readout_weight": "W_hy",
    "readout_bias": "b_y",
}


def symbol(name: str) -> str:
    """The symbol of a parameter by its name in the saved weights."""
    return SYMBOLS.get(name, name)
