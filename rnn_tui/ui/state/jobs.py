"""Jobs: work behind the interface, of each kind one thread at a time, and of what waits only the newest."""

import threading
from collections.abc import Callable, Hashable, Iterable
from typing import NamedTuple

from textual.message import Message

from rnn_tui.engine.progress import CancelledError, Watch

Work = Callable[[Watch], Iterable[object]]
"""Yields what it finds, maybe ever more of it; a `CancelledError` of the watch ends it."""
Take = Callable[[object], None]
"""Called on the interface's thread with what was found, or the exception that ended the work; with None at its end."""


class Order(NamedTuple):
    """Work that was asked for; two orders of one key want the same."""

    key: Hashable
    work: Work
    take: Take


class Answered(Message):
    """A job found something, or, with None, has ended."""

    def __init__(self, job: "Job", order: Order, answer: object) -> None:
        self.job = job
        self.order = order
        self.answer = answer
        super().__init__()


class Job:
    """One kind of work, done in a thread and answered on the interface's.

    The threads are daemons of its own, not workers of a pool: leaving the lab must not wait for one. `post` is called
    from them with the answers, each of which the interface's thread gives to `settle`; `after_you` between the pieces
    of work that a watch is called with, to let the interface go first.
    """

    def __init__(
        self, post: Callable[[Answered], object], name: str, *, after_you: Callable[[], object] = lambda: None
    ) -> None:
        self.name = name
        self.progress = 0.0
        self._after_you = after_you
        self._post = post
        self._under_way: Order | None = None
        self._wanted: Order | None = None

    @property
    def at_work(self) -> bool:
        """Whether a thread is at work, be it on something that nobody waits for any more."""
        return self._under_way is not None

    def ask(self, key: Hashable, work: Work, take: Take) -> None:
        """Begins now, or once what is under way, which nobody waits for any more, has stopped.

        What is waited for already is not begun again.
        """
        if self._wanted is not None and self._wanted.key == key:
            return
        self._wanted = Order(key, work, take)
        if self._under_way is None:
            self._begin(self._wanted)

    def forget(self) -> None:
        """Nothing that waits or is under way is wanted any more."""
        self._wanted = None

    def settle(self, message: Answered) -> None:
        """Hands an answer on, if it is waited for; after the end of one work, the next may begin."""
        order, answer = message.order, message.answer
        wanted = order is self._wanted
        if answer is None:
            self._under_way = None
            if wanted:
                self._wanted = None
                order.take(None)
            elif self._wanted is not None:
                self._begin(self._wanted)
        elif wanted and not isinstance(answer, CancelledError):
            order.take(answer)

    def _begin(self, order: Order) -> None:
        self._under_way, self.progress = order, 0.0
        threading.Thread(target=self._run, args=(order,), name=self.name, daemon=True).start()

    def _run(self, order: Order) -> None:
        def goes_on(done: float) -> bool:
            self.progress = done
            self._after_you()
            return self._wanted is order

        try:
            for found in order.work(goes_on):
                self._post(Answered(self, order, found))
        except Exception as problem:  # noqa: BLE001 - who asked decides what it means, on the interface's thread
            self._post(Answered(self, order, problem))
        self._post(Answered(self, order, None))
