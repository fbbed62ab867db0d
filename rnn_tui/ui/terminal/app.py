"""TerminalApp: the app that the lab builds on, with public names for what it needs of Textual's private ones."""

import os
from typing import Any

from textual.app import App
from textual.driver import Driver
from textual.events import Resize

# Where this is set, a crash prints Textual's traceback in place of what `crashed` says.
_DEBUG = "RNN_TUI_DEBUG"


class TerminalApp(App[int]):
    """Public names for whether it is being left, a crash, a key's bindings, and the terminal behind its driver."""

    @property
    def is_leaving(self) -> bool:
        """Whether `exit` was called."""
        return self._exit

    @property
    def can_suspend(self) -> bool:
        """Whether the terminal can be given back to the shell for a while."""
        return self._driver is not None and self._driver.can_suspend

    def crashed(self, error: Exception) -> None:
        """Says what is to be said of a fault of the program's own that ends it; by default nothing."""

    def stop_for(self, error: Exception) -> None:
        """Ends the program for a fault of its own."""
        self._handle_exception(error)

    async def run_bindings(self, key: str) -> bool:
        """Runs what the key is bound to where the keys are now; False where it is bound to nothing."""
        return await self._check_bindings(key, priority=True) or await self._check_bindings(key)

    def forget_cells(self) -> None:
        """What the terminal shows is not known any more: what is painted next is sent whole."""
        if os.name == "posix":
            from rnn_tui.ui.terminal.driver import LabDriver

            if isinstance(self._driver, LabDriver):
                self._driver.forget_cells()

    def get_driver_class(self) -> type[Driver]:
        if os.name != "posix":
            return super().get_driver_class()
        from rnn_tui.ui.terminal.driver import LabDriver

        return LabDriver

    def on_resize(self, _: Resize) -> None:
        """A terminal that changes its size may move or drop what it shows."""
        self.forget_cells()

    def _handle_exception(self, error: Exception) -> None:
        # An app that is left takes its screens apart, maybe half made: what a widget misses then is no fault to report.
        if not self._exit or os.environ.get(_DEBUG):
            super()._handle_exception(error)

    def panic(self, *renderables: Any) -> None:
        """Textual shows here what an error that can print itself says; it is reported as any other."""
        if os.environ.get(_DEBUG) or self._exception is None:
            super().panic(*renderables)
        else:
            self._fatal_error()

    def _fatal_error(self) -> None:
        """Textual prints its traceback here."""
        if os.environ.get(_DEBUG) or self._exception is None:
            super()._fatal_error()
        else:
            self.crashed(self._exception)
            self._close_messages_no_wait()
