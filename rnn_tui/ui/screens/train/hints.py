"""What to press next on the Train screen."""

from rnn_tui.ui.keys.screen_spec import LabUse
from rnn_tui.ui.shell.hints import first_not_done

_HINTS = (
    ("train", "`space` trains: does the network learn it? Does its twin?"),
    ("mark", "`←` marks an earlier step, and `z` goes back to it."),
    ("twin", "`m` trains another twin on the same batches."),
    ("train_numbers", "`i` spells out the charts and the next step in numbers."),
    ("clip", "`c` clips the gradient from the next step on."),
    ("recommended", "`Y` sets what learns this task, `y` is the next task."),
    ("adopt", "`A` puts the trained network on every other screen."),
    ("pace", "`+` and `-` train faster and slower."),
)


def next_hint(use: LabUse) -> str:
    """The next hint."""
    return first_not_done(_HINTS, use.done)
