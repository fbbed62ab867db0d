"""LineInput: one line to type into that refuses, in one go, what is longer than it may be."""

from textual import events
from textual.message import Message
from textual.widgets import Input

from rnn_tui.ui.shell.lines.prompt import LONGEST_TYPED, on_one_line

# Zero width (non-)joiner: not printable to Python, and a letter's part in Persian, other scripts and emoji.
JOINERS = ("\u200c", "\u200d")
LONGEST_EDITED = 100_000  # characters of a text


def too_long(most: int) -> str:
    """Why a line does not take what was typed or pasted."""
    file = "; a longer text opens from a file: rnn-tui --file F" if most == LONGEST_EDITED else ""
    return f"at most {most:,} characters fit into this line, so nothing was added{file}"


class LineInput(Input):
    """An input that takes joiners of letters, and pasted lines as one; it shows control characters, never sends one.

    It holds at most `max_length` characters: Textual draws all of them anew at every key.
    """

    class TooLong(Message):
        """More was typed or pasted than there is room for, and none of it was taken."""

        def __init__(self, most: int) -> None:
            super().__init__()
            self.most = most

    def __init__(self, *, placeholder: str = "") -> None:
        super().__init__(compact=True, select_on_focus=False, placeholder=placeholder, max_length=LONGEST_TYPED)
        self.cursor_blink = False

    def restricted(self) -> None:
        assert self.max_length is not None
        self.post_message(self.TooLong(self.max_length))

    def on_key(self, event: events.Key) -> None:
        """Types a joiner, which Textual's own handler leaves out; that one has every other key."""
        if event.character in JOINERS:
            event.stop()
            event.prevent_default()
            self.replace(event.character, *self.selection)

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        # before all of a pasted megabyte is searched
        if self.max_length is not None and len(event.text) > self.max_length:
            self.restricted()
        elif event.text:
            self.replace(on_one_line(event.text.rstrip("\r\n")), *self.selection)
