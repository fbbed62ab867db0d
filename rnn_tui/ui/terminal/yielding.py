"""Yielding: threads compute while the interface waits for keys, and wait while it works.

Python runs one thread at a time. A thread that computes beside the interface would get its turn each of the some
fifty times that the interface lets go of it to handle one key, and a key would take half a second.
"""

import asyncio
import selectors
import threading
from typing import Any

LONGEST_SECONDS = 0.25
# Within so many seconds the interface has its turn when a key comes.
SWITCH_SECONDS = 0.001


class InterfaceFirst:
    """Whether the interface waits for something to happen."""

    def __init__(self) -> None:
        # until the loop below runs, no thread is in the interface's way
        self._idle = threading.Event()
        self._idle.set()

    def wait(self) -> None:
        """Called by a thread between two pieces of its work: returns once the interface has nothing to do.

        An interface that never rests does not stop the thread for good.
        """
        self._idle.wait(LONGEST_SECONDS)

    def event_loop(self) -> asyncio.AbstractEventLoop:
        """The interface's event loop, which notes when it waits."""
        return asyncio.SelectorEventLoop(_NotingSelector(self._idle))


class _NotingSelector(selectors.DefaultSelector):
    """The system's selector, which notes when it waits."""

    def __init__(self, idle: threading.Event) -> None:
        super().__init__()
        self._idle = idle

    def select(self, timeout: float | None = None) -> Any:
        if timeout is not None and timeout <= 0:
            return super().select(timeout)
        self._idle.set()
        try:
            return super().select(timeout)
        finally:
            self._idle.clear()
