"""OverScreen: what help and the command palette share: a screen over another, begun anew each time it is opened."""

from textual.screen import Screen

from rnn_tui.ui.keys.keys import Context
from rnn_tui.ui.shell.lines.title import TitleLine


class OverScreen(Screen[None]):
    """A screen over another one, whose tab its title line marks as open.

    Attributes:
        below: where the keys were when it was opened.
    """

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.below: Context = "unroll"

    def begin(self, below: Context) -> None:
        """Is as if it were new, for a person who was at `below`."""
        self.below = below
        if self.is_mounted:
            self.query_one(TitleLine).current = below
            self.clear()

    def clear(self) -> None:
        """Forgets what was scrolled or typed when it was open last."""
        raise NotImplementedError
