"""OverlayScreen: what help and the command palette share: a screen over another, begun anew each time it is opened."""

from textual.screen import Screen

from rnn_tui.ui.keys.rows import Context
from rnn_tui.ui.shell.app_bases.lab_base import LabBase
from rnn_tui.ui.shell.lines.line_input import LineInput, too_long
from rnn_tui.ui.shell.lines.title_line import TitleLine


class OverlayScreen(Screen[None]):
    """A screen over another one, whose tab its title line marks as open.

    Attributes:
        lab: the app.
        below: where the keys were when it was opened.
    """

    def __init__(self, lab: LabBase, *, id: str) -> None:
        super().__init__(id=id)
        self.lab = lab
        self.below: Context = ""

    def begin(self, below: Context) -> None:
        """Is as if it were new, for a person who was at `below`."""
        self.below = below
        if self.is_mounted:
            self.query_one(TitleLine).current = self.tab
            self.clear()

    @property
    def tab(self) -> str:
        """The tab that is marked."""
        return next((spec.over or spec.name for spec in self.lab.keys.specs if spec.name == self.below), "")

    def clear(self) -> None:
        """Forgets what was scrolled or typed when it was open last."""
        raise NotImplementedError

    def action_leave(self) -> None:
        self.lab.leave_screen()

    def on_line_input_too_long(self, message: LineInput.TooLong) -> None:
        self.lab.complain(too_long(message.most))
