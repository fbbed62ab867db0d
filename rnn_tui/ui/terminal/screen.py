"""TerminalScreen: the screen that the lab's screens build on, which is painted no more often than it changes."""

from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget


class TerminalScreen(Screen[None]):
    """A screen that repaints little when the keys go elsewhere, and nothing while an opaque screen covers it."""

    # Textual repaints the whole screen where the keys go elsewhere; here the widgets show that themselves.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def make_switchable(self) -> None:
        """Lets `switch_screen` leave this screen though nothing has opened it: the first one of an app.

        Textual takes back there what it gives to every screen but the very first.
        """
        self._push_result_callback(self, None)

    def _compositor_refresh(self) -> None:
        # Textual has the screen on top painted whole for every change in one below, even where nothing of it is seen.
        top = self.app.screen
        if top is self or top.styles.background.a < 1:
            super()._compositor_refresh()
