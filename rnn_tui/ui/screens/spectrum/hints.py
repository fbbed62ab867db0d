"""What to press next on the Spectrum screen."""

from rnn_tui.ui.keys.screen_spec import LabUse
from rnn_tui.ui.shell.hints import ALL_KEYS, FIRST_HINT, ONE_WORD

# with the actions that make each needless
_HINTS: tuple[tuple[frozenset[str], str], ...] = (
    (
        frozenset({"nudge", "nudge_far", "type_entry", "clear_entry"}),
        "`+` `-` nudge the entry of W that is marked; arrows move it.",
    ),
    (frozenset({"type_entry", "clear_entry"}), "`Enter` types its number, `0` clears it, `u` takes that back."),
    (frozenset({"hand"}), "`x` takes its whole row or column in hand."),
    (frozenset({"type_value"}), "`=` sets ρ exactly; `Tab` goes to other dials, as σ₁."),
    (frozenset({"jacobian_step"}), "`b` `f` choose the step whose Jacobian is shown."),
    (frozenset({"shown_of_w"}), "`v` shows each entry's gradient, then its part in ρ."),
    (frozenset({"spectrum_panel"}), "`p` shows one panel at a time beside W."),
)


def next_hint(use: LabUse) -> str:
    """The next hint."""
    if use.measurement is None:
        return FIRST_HINT
    if use.measurement.steps == 1:
        return ONE_WORD
    return next((hint for actions, hint in _HINTS if not use.done & actions), ALL_KEYS)
