"""Terminal input: the bytes that a terminal sends, as keys, pastes, sizes and replies. Whatever comes, it goes on."""

import codecs
import re
import time
from collections.abc import Callable, Iterator

from textual import constants, events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import IS_ITERM
from textual.geometry import Size
from textual.message import Message
from textual.messages import InBandWindowResize, TerminalSupportsSynchronizedOutput

from rnn_tui.ui.terminal.input.bracketed_paste import PASTE_END, PASTE_START, BracketedPaste
from rnn_tui.ui.terminal.input.key_sequences import alt_keys, character_keys, sequence_keys
from rnn_tui.ui.terminal.size import is_plausible_size

ESC, BEL = "\x1b", "\x07"
LONGEST_SEQUENCE = 1024  # characters
_STRINGS = frozenset("]P_^X")  # after ESC: text up to BEL or ESC \, with which a terminal answers what it is and has
_MOUSE = f"{ESC}[M"  # three characters follow that say where
_LINUX_FUNCTION_KEY = f"{ESC}[["  # one follows
_SIZE = re.compile(r"\x1b\[48;(\d{1,6})(?::[\d:]*)?;(\d{1,6})(?::[\d:]*)?;[\d:]*;[\d:]*t")
_MODE = re.compile(r"\x1b\[\?(\d+);(\d)\$y")
_CURSOR = re.compile(r"\x1b\[\d+;\d+R")
_FOCUS: dict[str, type[events.Event]] = {f"{ESC}[I": events.AppFocus, f"{ESC}[O": events.AppBlur}


class PasteTooLong(events.Event, bubble=False):
    """More was pasted than is taken."""


class TerminalInput:
    """Turns what a terminal sends into Textual's messages.

    A sequence that is known as no key, size or reply is nothing; one that is cut short is dropped at the first
    character that cannot belong to it, or after a moment in which nothing follows. No character after it is lost.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode
        self._pending = ""  # the sequence that has begun
        self._ends_string = False  # whether its ESC came within a string, which ESC \ ends
        self._due = 0.0  # when the sequence counts as cut short
        self._paste: BracketedPaste | None = None
        self._was_unclosed = False  # whether the last paste was given up: its end may still come

    def wait(self, longest: float) -> float:
        """For how many seconds nothing is due, at most `longest`."""
        if self._paste is not None:
            due = self._paste.deadline
        elif self._pending:
            due = self._due
        else:
            return longest
        return min(max(due - self._clock(), 0.0), longest)

    def feed(self, data: bytes) -> Iterator[Message]:
        """What the bytes mean; a character or sequence that is not complete waits for the next bytes."""
        now = self._clock()
        text = self._decode(data)
        if self._was_unclosed and PASTE_END in text and PASTE_START not in text.partition(PASTE_END)[0]:
            self._was_unclosed = False
            late, _, text = text.partition(PASTE_END)
            yield events.Paste(late)
        if self._paste is not None and now >= self._paste.deadline:
            yield from self._give_up()
        yield from self._read(text, now)

    def tick(self) -> Iterator[Message]:
        """What it means that nothing more came; to be called when nothing has come for a while."""
        now = self._clock()
        if self._paste is not None:
            if now >= self._paste.deadline:
                yield from self._give_up()
        elif self._pending and now >= self._due:
            pending, self._pending = self._pending, ""
            if pending == ESC:
                yield events.Key("escape", ESC)
            elif len(pending) == 2:
                yield from alt_keys(pending[1])

    def _read(self, text: str, now: float) -> Iterator[Message]:
        at = 0
        while at < len(text):
            if self._paste is None:
                yield from self._step(text[at], now)
                at += 1
                continue
            rest = self._paste.take(text[at:], now)
            if rest is None:
                return
            paste, self._paste = self._paste, None
            yield from _pasted(paste)
            at = len(text) - len(rest)

    def _give_up(self) -> Iterator[Message]:
        """Ends a paste whose end has not come."""
        assert self._paste is not None
        paste, self._paste = self._paste, None
        if paste.interrupted:
            yield events.Key("ctrl+c", "\x03")
            return
        self._was_unclosed = True
        yield from _pasted(paste)
        for text in paste.pressed:
            yield from self._read(text, self._clock())

    def _step(self, character: str, now: float) -> Iterator[Message]:
        """One more character outside a paste."""
        pending = self._pending
        if character == ESC:
            self._ends_string = pending[1:2] in _STRINGS and len(pending) > 1
            self._pending, self._due = ESC, now + constants.ESCAPE_DELAY
            if pending == ESC:
                yield events.Key("escape", ESC)
        elif not pending:
            yield from character_keys(character)
        elif pending == ESC:
            yield from self._after_escape(character, now)
        elif pending[1] in _STRINGS:
            yield from self._in_string(character, now)
        elif not " " <= character <= "~" and not pending.startswith(_MOUSE):
            self._pending = ""
            yield from character_keys(character)
        else:
            yield from self._in_sequence(character, now)

    def _after_escape(self, character: str, now: float) -> Iterator[Message]:
        if character in _STRINGS or character in "[O":
            self._extend(character, now)
            return
        self._pending = ""
        if not (self._ends_string and character == "\\"):
            yield from alt_keys(character)

    def _in_string(self, character: str, now: float) -> Iterator[Message]:
        if character == BEL:
            self._pending = ""
        elif character < " ":
            self._pending = ""
            yield from character_keys(character)
        else:
            self._extend(character, now)

    def _in_sequence(self, character: str, now: float) -> Iterator[Message]:
        """One more character of a sequence that ESC [ or ESC O begins."""
        if self._pending.startswith(_MOUSE) and character < " ":
            self._pending = ""
            yield from character_keys(character)
            return
        self._extend(character, now)
        sequence = self._pending
        if sequence.startswith(_MOUSE):
            complete = len(sequence) == len(_MOUSE) + 3
        elif sequence.startswith(_LINUX_FUNCTION_KEY):
            complete = len(sequence) > len(_LINUX_FUNCTION_KEY)
        else:
            # `$` ends the keys of rxvt alone
            complete = character >= "@" or (character == "$" and sequence in ANSI_SEQUENCES_KEYS)
        if complete:
            self._pending = ""
            if sequence == PASTE_START:
                self._paste = BracketedPaste(now)
                self._was_unclosed = False
            else:
                yield from _meaning(sequence)

    def _extend(self, character: str, now: float) -> None:
        """Goes on with the sequence; of one that is longer than any that is known only its kind is kept."""
        self._due = now + constants.ESCAPE_DELAY
        if len(self._pending) < LONGEST_SEQUENCE:
            self._pending += character


def _pasted(paste: BracketedPaste) -> Iterator[Message]:
    if paste.too_long:
        yield PasteTooLong()
    elif paste.text:
        yield events.Paste(paste.text)


def _meaning(sequence: str) -> Iterator[Message]:
    """What a complete control sequence says."""
    if (focus := _FOCUS.get(sequence)) is not None:
        yield focus()
    elif size := _SIZE.fullmatch(sequence):
        columns, lines = int(size[2]), int(size[1])
        if is_plausible_size(columns, lines):
            yield events.Resize(Size(columns, lines), Size(columns, lines))
    elif mode := _MODE.fullmatch(sequence):
        yield from _mode(mode[1], int(mode[2]))
    elif not _CURSOR.fullmatch(sequence):
        yield from sequence_keys(sequence)


def _mode(mode: str, setting: int) -> Iterator[Message]:
    if mode == "2026" and setting > 0:
        yield TerminalSupportsSynchronizedOutput()
    elif mode == "2048" and constants.SMOOTH_SCROLL and not IS_ITERM:
        yield InBandWindowResize.from_setting_parameter(setting)
