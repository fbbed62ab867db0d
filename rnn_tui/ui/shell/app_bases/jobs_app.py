"""JobsApp: the threads of the lab, of each kind of work one."""

import time
from collections.abc import Iterable

from rnn_tui.engine.progress import Watch, report
from rnn_tui.ui.state.jobs import Answered, Job, Work
from rnn_tui.ui.terminal.app import TerminalApp
from rnn_tui.ui.terminal.yielding import InterfaceFirst

FRAME_SECONDS = 1 / 60


def after_the_interface(work: Work) -> Work:
    """The work, once what is known without it is painted: a thread that computes would take half the time for that."""

    def delayed(watch: Watch) -> Iterable[object]:
        report(watch, 0.0)  # returns when the interface waits: for a key, or for the next of its frames to paint
        time.sleep(FRAME_SECONDS)
        report(watch, 0.0)
        yield from work(watch)

    return delayed


class JobsApp(TerminalApp):
    """Has the work done that may take longer than a frame.

    Attributes:
        interface_first: what makes the threads wait while the interface works.
    """

    def __init__(self) -> None:
        super().__init__()
        self.interface_first = InterfaceFirst()
        self._jobs: dict[str, Job] = {}

    def job(self, name: str) -> Job:
        """The one thread for this kind of work."""
        if name not in self._jobs:
            self._jobs[name] = Job(self.post_message, name, after_you=self.interface_first.wait)
        return self._jobs[name]

    def on_unmount(self) -> None:
        # a training would go on for ever
        for job in self._jobs.values():
            job.forget()

    def on_answered(self, message: Answered) -> None:
        message.job.settle(message)

    @property
    def measuring(self) -> bool:
        """Whether a thread measures, be it something that nobody waits for any more."""
        return any(job.at_work for job in self._jobs.values())
