"""Bracketed paste: the text that a terminal sends between two markers, the second of which may never come."""

import re

from rnn_tui.ui.terminal.input.key_sequences import character_keys, sequence_keys
from rnn_tui.ui.terminal.input.keyboard_layouts import by_place

PASTE_START, PASTE_END = "\x1b[200~", "\x1b[201~"
LONGEST_PASTE = 4 * 1024 * 1024  # characters
# A paste that goes on is silent for less than this, over however slow a line.
_PATIENCE_SECONDS = 2.0
# What follows a Ctrl+C that belongs to the pasted text comes sooner than this.
_INTERRUPT_SECONDS = 0.25
# What comes closer to what was before it was neither pressed nor repeated by a keyboard.
KEY_SECONDS = 0.025

_ONE_KEY = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|O?.)?|[^\x1b]", re.DOTALL)
_LAST_KEY = re.compile(r"(?:\x1b\[[\d:;]*u|\x03)\Z")
_TAIL = 32  # characters, more than a marker or the report of a key takes


class BracketedPaste:
    """A paste that has begun.

    Attributes:
        deadline: when it counts as over, where its end marker does not come before.
        interrupted: whether Ctrl+C was the last that came.
        too_long: whether more came than `LONGEST_PASTE`; then nothing of it is kept.
    """

    def __init__(self, now: float) -> None:
        self.deadline = now + _PATIENCE_SECONDS
        self.interrupted = False
        self.too_long = False
        self._chunks: list[str] = []
        self._size = 0
        self._surplus = 0  # characters of the last chunk that come after the text
        self._tail = ""
        self._pressed = 0  # chunks at the end that may be a key each
        self._last = now

    @property
    def text(self) -> str:
        """What was pasted, without the keys that may have been pressed since."""
        joined = "".join(self._chunks[: len(self._chunks) - self._pressed])
        return joined[: len(joined) - self._surplus]

    @property
    def pressed(self) -> tuple[str, ...]:
        """What was sent since and may be keys, one after the other."""
        return tuple(self._chunks[len(self._chunks) - self._pressed :])

    def take(self, text: str, now: float) -> str | None:
        """Takes in more of it; once the end marker has come, what follows the marker."""
        joined = self._tail + text
        end = joined.find(PASTE_END)
        self._tail = joined[-_TAIL:]
        self._keep(text)
        if end < 0:
            self._judge(text, now)
            return None
        self._pressed = 0
        self._surplus = 0 if self.too_long else len(joined) - end
        return joined[end + len(PASTE_END) :]

    def _keep(self, text: str) -> None:
        self._chunks.append(text)
        self._size += len(text)
        if self._size > LONGEST_PASTE:
            self.too_long = True
            self._chunks.clear()
            self._pressed = 0

    def _judge(self, text: str, now: float) -> None:
        """Moves the deadline on, but not for what may be a key: a person may press keys that have no effect."""
        alone = now - self._last >= KEY_SECONDS and _ONE_KEY.fullmatch(text) is not None
        self._last = now
        if alone:
            self._pressed = min(self._pressed + 1, len(self._chunks))
        else:
            self._pressed = 0
            self.interrupted = False
            self.deadline = now + _PATIENCE_SECONDS
        if (last := _LAST_KEY.search(self._tail)) and _is_interrupt(last[0]):
            self.interrupted = True
            self.deadline = min(self.deadline, now + _INTERRUPT_SECONDS)


def _is_interrupt(sequence: str) -> bool:
    keys = character_keys(sequence) if len(sequence) == 1 else sequence_keys(sequence)
    return any(by_place(each.key) == "ctrl+c" for each in keys)
