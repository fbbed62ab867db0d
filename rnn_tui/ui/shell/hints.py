"""Hints: what a first-time user should press next, as the use of the lab goes on.

Each screen has its own; every hint fits into the narrowest window, and keys in it are between backquotes.
"""

from collections.abc import Iterable

FIRST_HINT = "Measuring the network for the first time…"
ONE_WORD = "One word has no past to forget: `t` types a longer text."
ALL_KEYS = "`?` shows every key."
# of what is shown over a screen
OVER = {
    "help": "This screen explained, then all keys. `Esc` goes back.",
    "palette": "Type a part of a name; `↑` `↓` choose, `Enter` runs it.",
}


def first_not_done(hints: Iterable[tuple[str, str]], done: frozenset[str], *, at_last: str = ALL_KEYS) -> str:
    """The first of (action, hint) whose action was not used yet."""
    return next((hint for action, hint in hints if action not in done), at_last)
