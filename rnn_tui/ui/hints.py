"""Hints: what a first-time user should press next, as the use of the lab goes on."""

from rnn_tui.lab.experiment import Experiment
from rnn_tui.lab.measurement import Measurement

_FEW = 3
_SELECTING = {"step", "leap", "first_step", "last_step"}
_LATER = (
    ("inspect", "`i` spells out the chosen step in numbers."),
    ("play", "`space` plays the forward pass, then the gradient coming back."),
    ("edit_text", "`t` types a sentence of your own."),
    ("dial", "`Tab` goes to the next dial, `↑` `↓` turn it."),
    ("influence_view", "`v` shows the influence in another view."),
    ("help", "`?` shows every key."),
)


def next_hint(experiment: Experiment, measurement: Measurement | None, done: frozenset[str]) -> str:
    """What to press next, given the actions that were used already; keys stand between backquotes."""
    if measurement is None:
        return "Measuring the network for the first time…"
    if measurement.steps == 1:
        return "One word has no past to forget: `t` types a longer text."
    if "turn_rho" not in done and "turn" not in done:
        return "Turn W: `[` `]` and watch the first word fade."
    if experiment.clip == "off" and "clip" not in done and measurement.verdict == "exploding":
        return "The gradient explodes: `c` clips it."
    if experiment.rho is not None and experiment.rho < 1 and "clip" not in done and len(done) < _FEW:
        return "Keep on with `]` past ρ = 1, and see whether the first word comes back."
    if not done & _SELECTING:
        return "`←` `→` choose a step; all three panels mark it."
    for action, hint in _LATER:
        if action not in done:
            return hint
    return "`?` shows every key."
