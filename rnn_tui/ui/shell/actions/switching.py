"""Switching: from screen to screen, and to the numbers of a step."""

from rnn_tui.ui.screens import HOMES, HomeName, home
from rnn_tui.ui.shell.core import LabCore
from rnn_tui.ui.shell.kept import kept_screen
from rnn_tui.ui.shell.screen import LabScreen


class Switching(LabCore):
    """Actions that open another screen. All screens share the experiment; each keeps its own view."""

    def home_screen(self, name: HomeName) -> LabScreen:
        """The screen of that name; what it is made of is loaded when it is first wanted."""
        return self._lab_screen(_screen_class(name), name)

    def _lab_screen(self, kind: type[LabScreen], name: str) -> LabScreen:
        """The screen of that class, with what it shows bound to the app's."""

        def make() -> LabScreen:
            return kind(want=self.want_looks, word_colours=self.word_colours, id=name).data_bind(
                LabCore.measurement,
                LabCore.experiment,
                LabCore.refusal,
                LabCore.view,
                LabCore.triangle,
                LabCore.charts,
                LabCore.looks,
            )

        return kept_screen(self, kind, make)

    async def action_screen(self, name: HomeName) -> None:
        if self.context == "inspect":
            self.leave_screen()
            if name == "unroll":
                return
        if self.context == name:
            self.say(f"this is the {home(name).label} screen")
            return
        await self.switch_screen(self.home_screen(name))
        self.say_next()

    async def action_inspect(self) -> None:
        if self.context == "inspect":
            self.leave_screen()
            return
        if self.measurement is None:
            self.say("nothing is measured yet")
            return
        from rnn_tui.ui.unroll.inspect import InspectScreen

        await self.push_screen(self._lab_screen(InspectScreen, "inspect"))


def _screen_class(name: HomeName) -> type[LabScreen]:
    """The screen's class, imported when it is first wanted."""
    match name:
        case "unroll":
            from rnn_tui.ui.unroll.screen import UnrollScreen

            return UnrollScreen
        case "powers":
            from rnn_tui.ui.powers.screen import PowersScreen

            return PowersScreen
        case "compare":
            from rnn_tui.ui.compare.screen import CompareScreen

            return CompareScreen
        case "spectrum":
            from rnn_tui.ui.spectrum.screen import SpectrumScreen

            return SpectrumScreen
        case "train":
            from rnn_tui.ui.train.screen import TrainScreen

            return TrainScreen
        case "cliff":
            from rnn_tui.ui.cliff.screen import CliffScreen

            return CliffScreen
        case _:
            raise ValueError(f"there is no screen {name!r}; there are {', '.join(each.name for each in HOMES)}")
