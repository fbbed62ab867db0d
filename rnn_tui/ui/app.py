"""LabApp: one experiment on the screen, measured anew at every change."""

from typing import ClassVar

from textual.binding import BindingType
from textual.screen import Screen

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.history import History
from rnn_tui.lab.training.course import Course
from rnn_tui.ui.cliff.actions import Descending
from rnn_tui.ui.compare.actions import Comparing
from rnn_tui.ui.keys.keymap import bindings
from rnn_tui.ui.powers.actions import Raising
from rnn_tui.ui.screens import HomeName
from rnn_tui.ui.shell.actions.keeping import Keeping
from rnn_tui.ui.shell.actions.living import Living
from rnn_tui.ui.shell.core import LabCore
from rnn_tui.ui.shell.windows import Windows
from rnn_tui.ui.spectrum.actions import Matrix
from rnn_tui.ui.state.view import View
from rnn_tui.ui.terminal.environment import settle_environment


class LabApp(Keeping, Descending, Comparing, Raising, Living, Matrix, Windows):
    """The lab: its state is LabCore's, its keys the keymap's; its actions stand in the shell and with the screens."""

    TITLE = "rnn-tui"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings()]
    ALLOW_SELECT = False
    # The keymap's `find_command` opens the lab's own: it offers what the table holds, and nothing else.
    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self,
        experiment: Experiment,
        *,
        theme: str | None = None,
        view: View | None = None,
        screen: HomeName = "unroll",
        course: Course | None = None,
    ) -> None:
        settle_environment()
        super().__init__(experiment, view=view)
        self.set_reactive(LabCore.history, History.of(experiment, course))
        self.first_home: HomeName = screen
        self.start_theme(theme)

    def get_default_screen(self) -> Screen[None]:
        screen = self.home_screen(self.first_home)
        screen.make_switchable()
        return screen

    def on_mount(self) -> None:
        self.screen_change_signal.subscribe(self, lambda _: self.settle_context())
        # The frame is painted before NumPy and the charts' library load.
        self.call_after_refresh(self.measure, self.experiment)
