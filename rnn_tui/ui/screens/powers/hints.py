"""What to press next on the Powers screen."""

from rnn_tui.ui.keys.screen_spec import LabUse
from rnn_tui.ui.shell.hints import FIRST_HINT, first_not_done

_FEW = 3
_HINTS = (
    ("power_tanh", "`h` puts tanh between the steps: does it hold x and ∂x?"),
    ("nonnormal", "`N` is a W that fades in the end, but grows first."),
    ("power_number", "`x` is one number w in the place of W."),
    ("power", "`←` `→` read the sizes at another n."),
    ("power_last", "`-` `+` end at another n: 100 to 10,000."),
    ("new_seed", "`n` draws another W."),
    ("help", "`?` shows every key."),
)


def next_hint(use: LabUse) -> str:
    """The next hint: first of all beyond ρ = 1, where x no longer fades."""
    if use.measurement is None:
        return FIRST_HINT
    rho = use.experiment.scale("rho")
    turned = use.done & {"turn_rho", "turn", "turn_far", "type_value"}
    if rho is not None and rho < 1 and (not turned or len(use.done) < _FEW):
        return "Turn W with `]` past ρ = 1: does x(n) still fade?"
    return first_not_done(_HINTS, use.done, at_last="`1` goes back to the text.")
