"""What to press next on the Compare screen."""

from rnn_tui.ui.keys.screen_spec import LabUse
from rnn_tui.ui.shell.hints import FIRST_HINT, ONE_WORD, first_not_done

_HINTS = (
    ("compare_row", "`↑` `↓` choose a network: its curve stands out."),
    ("turn_rho", "Turn W: `[` `]`; which networks keep the first word?"),
    ("word", "`+` adds a word: which networks refuse it?"),
    ("compare_bands", "`b` measures many seeds: was it luck?"),
    ("compare_sort", "`→` sorts by a column, `f` turns the order round."),
    ("take_network", "`Enter` takes the network to all screens."),
    ("compare_hide", "`h` hides a curve, `H` leaves it alone."),
)


def next_hint(use: LabUse) -> str:
    """The next hint."""
    if use.measurement is None:
        return FIRST_HINT
    return ONE_WORD if use.measurement.steps == 1 else first_not_done(_HINTS, use.done)
