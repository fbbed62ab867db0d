"""What to press next on the Unroll screen and at the numbers of a step."""

from collections.abc import Mapping

from rnn_tui.engine.kinds import Cell
from rnn_tui.ui.keys.screen_spec import Use
from rnn_tui.ui.shell.hints import FIRST, ONE_WORD, first_not_done

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
_GATE_HINTS: Mapping[Cell, str] = {
    "lstm": "`Tab` chooses the forget bias b_f: `↑` opens the gate f.",
    "gru": "`Tab` chooses the update bias b_z: `↑` keeps more of h.",
}


def next_hint(use: Use) -> str:
    """The next hint."""
    if use.measurement is None:
        return FIRST
    if use.measurement.steps == 1:
        return ONE_WORD
    if use.experiment.clip == "off" and "clip" not in use.done and use.measurement.verdict == "exploding":
        return "The gradient explodes: `c` clips it."
    if use.measurement.verdict == "dead":
        return "No gradient comes back: `]` turns W up, `n` draws another."
    if use.experiment.cell in _GATE_HINTS and not use.done & {"dial", "type_value"}:
        return _GATE_HINTS[use.experiment.cell]
    if "turn_rho" not in use.done and "turn" not in use.done:
        return "Turn W: `]` stronger, `[` weaker; watch the first word."
    rho = use.experiment.scale("rho")
    if (
        use.experiment.cell not in _GATE_HINTS
        and rho is not None
        and rho < 1
        and "clip" not in use.done
        and len(use.done) < _FEW
    ):
        return "Keep on with `]` past ρ = 1: does the first word come back?"
    if not use.done & _SELECTING:
        return "`←` `→` choose a step; all three panels mark it."
    return first_not_done(_LATER, use.done)
