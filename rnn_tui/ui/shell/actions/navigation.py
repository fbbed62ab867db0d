"""NavigationActions: from screen to screen, and to what is shown over one: the inspector, help, the commands."""

from collections.abc import Callable
from typing import Any

from rnn_tui.ui.keys.screen_spec import ScreenSpec
from rnn_tui.ui.shell.app_bases.lab_base import LabBase
from rnn_tui.ui.shell.common_screens.kept_screen import kept_screen
from rnn_tui.ui.shell.common_screens.lab_screen import LabScreen
from rnn_tui.ui.shell.common_screens.overlay import OverlayScreen


class NavigationActions(LabBase):
    """Actions that open another screen. All screens share the experiment; each keeps its own view."""

    def spec(self, name: str) -> ScreenSpec:
        """The screen of that name, as it is declared.

        Raises:
            ValueError: there is none.
        """
        for spec in self.keys.specs:
            if spec.name == name:
                return spec
        raise ValueError(f"there is no screen {name!r}; there are {', '.join(spec.name for spec in self.keys.specs)}")

    def lab_screen(self, name: str) -> LabScreen[Any, Any]:
        """The screen of that name; what it is made of is loaded when it is first wanted."""
        spec = self.spec(name)
        kind = spec.load()

        def make() -> LabScreen[Any, Any]:
            screen: LabScreen[Any, Any] = kind(spec, self).data_bind(
                LabBase.measurement,
                LabBase.experiment,
                LabBase.refusal,
                LabBase.triangle,
                LabBase.step,
                LabBase.dial,
                LabBase.charts,
            )
            self.made[name] = screen
            return screen

        return kept_screen(self, kind, make)

    async def action_screen(self, name: str) -> None:
        over = self.spec(self.context).over
        if over:
            self.leave_screen()
            if name == over:
                return
        if self.context == name:
            self.say(f"this is the {self.spec(name).label} screen")
            return
        await self.switch_screen(self.lab_screen(name))
        self.say_next()

    async def action_open_over(self, name: str) -> None:
        """Opens a screen of the lab over the one that is open."""
        await self.push_screen(self.lab_screen(name))

    async def action_help(self) -> None:
        from rnn_tui.ui.shell.common_screens.help import HelpScreen

        if isinstance(self.screen, HelpScreen):
            self.leave_screen()
        else:
            await self._open_overlay(HelpScreen, lambda: HelpScreen(self))

    async def action_find_command(self) -> None:
        from rnn_tui.ui.shell.common_screens.commands import CommandsScreen

        await self._open_overlay(CommandsScreen, lambda: CommandsScreen(self))

    async def _open_overlay(self, kind: type[OverlayScreen], make: Callable[[], OverlayScreen]) -> None:
        screen = kept_screen(self, kind, make)
        screen.begin(self.context)
        await self.push_screen(screen)
