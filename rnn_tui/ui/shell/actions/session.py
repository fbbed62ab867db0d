"""SessionActions: starting, quitting, suspending, the themes, signals and crashes."""

import asyncio
import signal

from textual.driver import Driver

from rnn_tui.lab.files.files import FileProblem
from rnn_tui.ui.shell.app_bases.lab_base import LabBase
from rnn_tui.ui.shell.user_files.crash import report_crash
from rnn_tui.ui.shell.user_files.preferences import Preferences, load_preferences, save_preferences
from rnn_tui.ui.themes.palette_theme import PaletteTheme
from rnn_tui.ui.themes.themes import DEFAULT_THEME, load_themes

ENDING_SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)
FEW_COLOURS_THEME = "sixteen"


class SessionActions(LabBase):
    """What the lab does with its terminal, and with the person's settings."""

    def start_theme(self, wanted: str | None) -> None:
        """Registers the themes and takes the one wanted, else the one remembered, else the default."""
        themes, problems = load_themes()
        settings, settings_problem = load_preferences()
        self.theme_names = tuple(themes)
        self.start_problems += [str(problem) for problem in problems]
        if settings_problem is not None:
            self.start_problems.append(settings_problem)
        for palette in themes.values():
            self.register_theme(PaletteTheme.of(palette))
        few = self.console.color_system == "standard" and FEW_COLOURS_THEME in themes
        default = FEW_COLOURS_THEME if few else DEFAULT_THEME
        name = wanted or settings.theme or default
        if name not in themes:
            self.start_problems.append(f"there is no theme {name!r}; there are {', '.join(themes)}")
            name = default
        self.theme = name

    def action_next_theme(self) -> None:
        names = self.theme_names
        now = names.index(self.theme) if self.theme in names else -1
        self.theme = names[(now + 1) % len(names)]
        try:
            save_preferences(Preferences(theme=self.theme))
        except FileProblem as problem:
            self.complain(f"theme {self.theme}, for now: {problem}")
        else:
            self.say(f"theme: {self.theme}")

    def listen_to_signals(self) -> None:
        """Ends in good order, with the terminal restored, at the signals that end a program."""
        loop = asyncio.get_running_loop()
        for number in ENDING_SIGNALS:
            loop.add_signal_handler(number, self.end, 128 + number)

    def end(self, status: int) -> None:
        """Leaves the lab with an exit status."""
        self.keep_work()
        self.exit(status, return_code=status)

    def on_hung_up(self) -> None:
        self.end(128 + signal.SIGHUP)

    def action_leave_lab(self) -> None:
        if self.context == "help":
            self.leave_screen()
        else:
            self.end(0)

    def action_quit_at_once(self) -> None:
        self.end(0)

    def leave_at_last(self) -> None:
        """Leaves where Ctrl+C was pressed a while ago, and still waits behind other keys."""
        if not self.is_leaving:
            self.action_quit_at_once()

    async def action_quit(self) -> None:
        self.end(0)

    def action_suspend_process(self) -> None:
        if not self.can_suspend:
            self.say("this terminal cannot be left for a while")
            return
        # A lab that is stopped may never go on.
        self.keep_work()
        super().action_suspend_process()

    def action_repaint(self) -> None:
        self.paint_anew()

    def paint_anew(self) -> None:
        """Sends every cell of the screen again, for a terminal whose contents are not what they were."""
        self.forget_cells()
        self.screen.refresh(repaint=True, layout=True)

    def on_driver_signal_resume(self, _: Driver.SignalResume) -> None:
        self.paint_anew()

    def crashed(self, error: Exception) -> None:
        """Keeps the work; a person gets a sentence, and the files that hold the rest."""
        self.keep_work()
        self.farewell = report_crash(error, self.experiment)
