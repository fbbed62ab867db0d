"""What distinguishes the networks: a marker each, which needs no colour, and a colour."""

from collections.abc import Mapping

from rnn_tui.lab.experiment.networks import NETWORK_KINDS
from rnn_tui.ui.themes.themes import Palette

MARKERS: Mapping[str, str] = dict(zip(NETWORK_KINDS, "●■□▲△◆◇○★", strict=True))
ABOUT: Mapping[str, str] = {
    "simple RNN": "one W for all steps",
    "feed-forward": "every step has a W of its own",
    "residual net": "feed-forward, and every step adds the state before it",
    "pinned skip": "a simple RNN whose last step also gets the first state",
    "shared skip": "a simple RNN whose steps also get the state two before",
    "LSTM": "gates decide what its cell state c keeps",
    "GRU": "a gate decides how much of the state is kept",
    "orthogonal RNN": "W turns the state and favours no direction",
    "identity-ReLU RNN": "W is the identity, scaled, and φ is relu",
}
CELL_MARKER = "▼"  # of an LSTM's c
HIDDEN_MARKER = "·"


def network_colour(palette: Palette, name: str) -> str:
    """A network's colour."""
    return palette.word(tuple(NETWORK_KINDS).index(name))
