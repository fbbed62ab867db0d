"""Progress of long work, and its cancellation, through a callback that knows nothing of who watches."""

from collections.abc import Callable
from typing import TypeAlias

Watch: TypeAlias = Callable[[float], bool]
"""Called now and then with the share of the work that is done, from 0 to 1; returns whether to go on."""


class CancelledError(Exception):
    """The watch returned that the work should stop."""


def unwatched(_: float) -> bool:
    """Lets the work go on."""
    return True


def report(watch: Watch, done: float) -> None:
    """Calls `watch` with the share that is done.

    Raises:
        CancelledError: it returned that the work should stop.
    """
    if not watch(done):
        raise CancelledError


def part_of(watch: Watch, start: float, stop: float) -> Watch:
    """The watch of one part of the work, whose 0 … 1 are the whole's `start` … `stop`."""
    return lambda done: watch(start + (stop - start) * done)
