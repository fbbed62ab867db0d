"""Requests: what a panel asks of the app, as messages that a newer one may replace."""

from textual.message import Message


class TriangleWanted(Message):
    """A panel shows the steps `start … stop − 1` (0-based) and the measurement holds no triangle of them.

    The screen has the app measure that window and pass it down as `triangle`.
    """

    def __init__(self, start: int, stop: int) -> None:
        # Not `stop`: that is a message's own method.
        self.window = (start, stop)
        super().__init__()

    def can_replace(self, message: Message) -> bool:
        """A newer window makes an older one needless."""
        return isinstance(message, TriangleWanted)


class KeptLabWanted(Message):
    """A screen that found nothing of its own to take up wants the lab that was kept last.

    Args:
        none: what is said where none was kept either.
    """

    def __init__(self, none: str) -> None:
        self.none = none
        super().__init__()
