"""What to press next on the Cliff."""

from rnn_tui.ui.keys.screen_spec import LabUse
from rnn_tui.ui.shell.hints import first_not_done

_HINTS = (
    ("descend", "`space` takes a step of both descents; `f` takes ten."),
    ("named_start", "`w` starts on the wall: there one step is enough."),
    ("move_start", "`←` `→` `↑` `↓` move the start; both paths follow."),
    ("zoom", "`+` `-` zoom, `0` is the picture of the start again."),
    ("dial", "`Tab` chooses η, θ, T or the target; `[` `]` turn it."),
)


def next_hint(use: LabUse) -> str:
    """The next hint."""
    return first_not_done(_HINTS, use.done)
