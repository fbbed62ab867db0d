"""LabApp: one experiment on the screen, measured anew at every change."""

from typing import ClassVar

from textual.binding import BindingType
from textual.screen import Screen

from rnn_tui.lab.session.saved import Lab
from rnn_tui.ui.screens.table import KEYS
from rnn_tui.ui.shell.actions.experiment import ExperimentActions
from rnn_tui.ui.shell.actions.files import FileActions
from rnn_tui.ui.shell.actions.kept_lab import KeptLabActions
from rnn_tui.ui.shell.actions.navigation import NavigationActions
from rnn_tui.ui.shell.actions.session import SessionActions
from rnn_tui.ui.terminal.environment import settle_environment


class LabApp(ExperimentActions, FileActions, KeptLabActions, NavigationActions, SessionActions):
    """The lab: the experiment, its history, the threads and the files. Each screen has its own actions and view."""

    TITLE = "rnn-tui"
    BINDINGS: ClassVar[list[BindingType]] = [*KEYS.bindings()]
    ALLOW_SELECT = False
    # `find_command` opens the lab's own: it offers what the table holds, and nothing else.
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, lab: Lab, *, theme: str | None = None) -> None:
        settle_environment()
        super().__init__(lab, KEYS)
        self._first = lab.screen or KEYS.specs[0].name
        self.start_theme(theme)

    def get_default_screen(self) -> Screen[None]:
        screen = self.lab_screen(self._first)
        screen.make_switchable()
        return screen

    def on_mount(self) -> None:
        self.screen_change_signal.subscribe(self, lambda _: self.settle_context())
        # The frame is painted before NumPy and the charts' library load.
        self.call_after_refresh(self.measure, self.experiment)
