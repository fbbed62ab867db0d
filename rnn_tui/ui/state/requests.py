"""Requests: what a panel asks of the app, as messages that a newer one may replace."""

from textual.message import Message


class TriangleWanted(Message):
    """A panel shows the steps `start … stop − 1` (0-based) and the measurement holds no triangle of them.

    The app measures that window and passes it down as `triangle`.
    """

    def __init__(self, start: int, stop: int) -> None:
        # Not `stop`: that is a message's own method.
        self.window = (start, stop)
        super().__init__()

    def can_replace(self, message: Message) -> bool:
        """A newer window makes an older one needless."""
        return isinstance(message, TriangleWanted)


class TrainingWanted(Message):
    """A screen shows the training, which the app begins if there is none yet."""
