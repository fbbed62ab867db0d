"""Hints: what a first-time user should press next, as the use of the lab goes on."""

from collections.abc import Mapping

from rnn_tui.engine.kinds import CELLS
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.measurement.measurement import Measurement
from rnn_tui.ui.keys.keys import Context

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


_COMPARING = (
    ("compare_row", "`↑` `↓` choose a network: its curve stands out."),
    ("turn_rho", "Turn W: `[` `]`; which networks keep the first word?"),
    ("word", "`+` adds a word: which networks refuse it?"),
    ("compare_bands", "`b` measures many seeds: was it luck?"),
    ("compare_sort", "`→` sorts by a column, `f` turns the order round."),
    ("take_network", "`Enter` takes the network to all screens."),
    ("compare_hide", "`h` hides a curve, `H` leaves it alone."),
)


# what to press next on the Spectrum screen, with the actions that make it needless
_ON_SPECTRUM: tuple[tuple[frozenset[str], str], ...] = (
    (
        frozenset({"nudge", "nudge_far", "type_entry", "clear_entry"}),
        "`+` `-` nudge the entry of W that is marked; arrows move it.",
    ),
    (frozenset({"type_entry", "clear_entry"}), "`Enter` types its number, `0` clears it, `u` takes that back."),
    (frozenset({"hand"}), "`x` takes its whole row or column in hand."),
    (frozenset({"type_dial"}), "`=` sets ρ exactly; `Tab` goes to other dials, as σ₁."),
    (frozenset({"jacobian_step"}), "`b` `f` choose the step whose Jacobian is shown."),
    (frozenset({"shown_of_w"}), "`v` shows each entry's gradient, then its part in ρ."),
    (frozenset({"spectrum_panel"}), "`p` shows one panel at a time beside W."),
)
_ON_THE_CLIFF = (
    ("descend", "`space` takes a step of both descents; `f` takes ten."),
    ("named_start", "`w` starts on the wall: there one step is enough."),
    ("move_start", "`←` `→` `↑` `↓` move the start; both paths follow."),
    ("zoom", "`+` `-` zoom, `0` is the picture of the start again."),
    ("dial", "`Tab` chooses η, θ, T or the target; `[` `]` turn it."),
)
_ELSEWHERE: Mapping[Context, str] = {
    "help": "All the keys. `Esc` goes back; there `:` finds one by name.",
    "palette": "Type a part of a name; `↑` `↓` choose, `Enter` runs it.",
}

_OF_POWERS = (
    ("power_tanh", "`h` puts tanh between the steps: does it hold x and ∂x?"),
    ("nonnormal", "`N` is a W that fades in the end, but grows first."),
    ("power_number", "`x` is one number w in the place of W."),
    ("power", "`←` `→` read the sizes at another n."),
    ("power_last", "`-` `+` end at another n: 100 to 10,000."),
    ("new_seed", "`n` draws another W."),
    ("help", "`?` shows every key."),
)


def _of_powers(experiment: Experiment, done: frozenset[str]) -> str:
    """What to press next on the Powers screen: first of all beyond ρ = 1, where x no longer fades."""
    rho = experiment.scale("rho")
    turned = done & {"turn_rho", "turn", "turn_far", "type_value"}
    if rho is not None and rho < 1 and (not turned or len(done) < _FEW):
        return "Turn W with `]` past ρ = 1: does x(n) still fade?"
    return next((hint for action, hint in _OF_POWERS if action not in done), "`1` goes back to the text.")


# on the Train screen, by what was not used yet
_TRAINING = (
    ("train", "`space` trains: does the network learn it? Does its twin?"),
    ("mark", "`←` marks an earlier step, and `z` goes back to it."),
    ("twin", "`m` trains another twin on the same batches."),
    ("train_numbers", "`i` spells out the charts and the next step in numbers."),
    ("clip", "`c` clips the gradient from the next step on."),
    ("recommended", "`Y` sets what learns this task, `y` is the next task."),
    ("adopt", "`A` puts the trained network on every other screen."),
    ("pace", "`+` and `-` train faster and slower."),
)


def _training_hint(done: frozenset[str]) -> str:
    return next((hint for action, hint in _TRAINING if action not in done), "`?` shows every key.")


def next_hint(
    experiment: Experiment, measurement: Measurement | None, done: frozenset[str], context: Context = "unroll"
) -> str:
    """What to press next where the keys are, given the actions that were used; keys stand between backquotes.

    Every hint fits into the narrowest window.
    """
    if context in _ELSEWHERE:
        return _ELSEWHERE[context]
    if context == "train":
        return _training_hint(done)
    if context == "cliff":
        return next((hint for action, hint in _ON_THE_CLIFF if action not in done), "`?` shows every key.")
    if measurement is None:
        return "Measuring the network for the first time…"
    if context == "powers":
        return _of_powers(experiment, done)
    if measurement.steps == 1:
        return "One word has no past to forget: `t` types a longer text."
    if context == "compare":
        return next((hint for action, hint in _COMPARING if action not in done), "`?` shows every key.")
    if context == "spectrum":
        return next((hint for actions, hint in _ON_SPECTRUM if not done & actions), "`?` shows every key.")
    if experiment.clip == "off" and "clip" not in done and measurement.verdict == "exploding":
        return "The gradient explodes: `c` clips it."
    if measurement.verdict == "dead":
        return "No gradient comes back: `]` turns W up, `n` draws another."
    kind = CELLS[experiment.cell]
    if kind.carry is not None and not done & {"dial", "type_value"}:
        return f"`Tab` chooses the {kind.carry} bias b_{kind.carry_gate}: `↑` {kind.opened}."
    if "turn_rho" not in done and "turn" not in done:
        return "Turn W: `]` stronger, `[` weaker; watch the first word."
    rho = experiment.scale("rho")
    if kind.carry is None and rho is not None and rho < 1 and "clip" not in done and len(done) < _FEW:
        return "Keep on with `]` past ρ = 1: does the first word come back?"
    if not done & _SELECTING:
        return "`←` `→` choose a step; all three panels mark it."
    for action, hint in _LATER:
        if action not in done:
            return hint
    return "`?` shows every key."
