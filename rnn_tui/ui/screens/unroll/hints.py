"""What to press next on the Unroll screen and at the numbers of a step."""

from rnn_tui.engine.kinds import CELLS
from rnn_tui.ui.keys.screen_spec import LabUse
from rnn_tui.ui.shell.hints import FIRST_HINT, ONE_WORD, first_not_done

_FEW = 3
_SELECTING = {"step", "leap", "first_step", "last_step"}
_LATER = (
    ("cell", "`g` tries another cell: does an LSTM keep the word?"),
    ("inspect", "`i` spells out the chosen step in numbers."),
    ("play", "`space` plays the way forward and the gradient's way back."),
    ("edit_text", "`t` types a sentence of your own."),
    ("dial", "`Tab` goes to the next dial, `↑` `↓` turn it."),
    ("influence_view", "`v` shows the influence in another view."),
    ("help", "`?` shows every key."),
)


def next_hint(use: LabUse) -> str:
    """The next hint."""
    if use.measurement is None:
        return FIRST_HINT
    if use.measurement.steps == 1:
        return ONE_WORD
    if use.experiment.clip == "off" and "clip" not in use.done and use.measurement.verdict == "exploding":
        return "The gradient explodes: `c` clips it."
    if use.measurement.verdict == "dead":
        return "No gradient comes back: `]` turns W up, `n` draws another."
    kind = CELLS[use.experiment.cell]
    if kind.carry is not None and not use.done & {"dial", "type_value"}:
        return f"`Tab` chooses the {kind.carry} bias b_{kind.carry_gate}: `↑` {kind.opened}."
    if "turn_rho" not in use.done and "turn" not in use.done:
        return "Turn W: `]` stronger, `[` weaker; watch the first word."
    rho = use.experiment.scale("rho")
    if kind.carry is None and rho is not None and rho < 1 and "clip" not in use.done and len(use.done) < _FEW:
        return "Keep on with `]` past ρ = 1: does the first word come back?"
    if not use.done & _SELECTING:
        return "`←` `→` choose a step; all three panels mark it."
    return first_not_done(_LATER, use.done)
