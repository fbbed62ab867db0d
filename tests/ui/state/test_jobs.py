"""Jobs: one thread of a kind, the newest of what waits, and nothing of what nobody waits for."""

import queue
import threading
from collections.abc import Iterator

from rnn_tui.engine.progress import Watch, report
from rnn_tui.ui.state.jobs import Answered, Job, Work

PATIENCE_SECONDS = 30.0


class Desk:
    """Where a job's answers arrive, and are settled one after the other."""

    def __init__(self) -> None:
        self.answers: queue.Queue[Answered] = queue.Queue()
        self.job = Job(self.answers.put, "test")
        self.taken: list[object] = []

    def ask(self, key: str, work: Work) -> None:
        self.job.ask(key, work, lambda found: self.taken.append((key, found)))

    def settle(self) -> None:
        """Settles answers until no thread is at work."""
        while self.job.at_work:
            self.job.settle(self.answers.get(timeout=PATIENCE_SECONDS))


def finds(*found: object) -> Work:
    """Work that finds these, one after the other."""

    def work(_: Watch) -> Iterator[object]:
        yield from found

    return work


class Held:
    """Work that goes on until it is let go, or is informed that nobody waits for it."""

    def __init__(self, *, deaf: bool = False) -> None:
        self.begun = threading.Event()
        self.go = threading.Event()
        self.deaf = deaf

    def __call__(self, goes_on: Watch) -> Iterator[object]:
        self.begun.set()
        while not self.go.wait(0.001):
            if not self.deaf:
                report(goes_on, 0.5)
        yield "held"


def test_all_that_is_found_is_handed_on_in_order_and_the_end_is_reported() -> None:
    desk = Desk()
    desk.ask("a", finds(1, 2, 3))
    desk.settle()
    assert desk.taken == [("a", 1), ("a", 2), ("a", 3), ("a", None)]
    assert not desk.job.at_work


def test_of_what_waits_only_the_newest_is_done_and_what_is_under_way_is_stopped() -> None:
    desk, held = Desk(), Held()
    desk.ask("a", held)
    assert held.begun.wait(PATIENCE_SECONDS)
    desk.ask("b", finds("never"))
    desk.ask("c", finds("newest"))
    desk.settle()
    assert desk.taken == [("c", "newest"), ("c", None)]


def test_work_that_does_not_listen_is_waited_for_and_what_it_finds_is_dropped() -> None:
    desk, held = Desk(), Held(deaf=True)
    desk.ask("a", held)
    assert held.begun.wait(PATIENCE_SECONDS)
    desk.ask("b", finds("newer"))
    held.go.set()
    desk.settle()
    assert desk.taken == [("b", "newer"), ("b", None)]


def test_what_is_waited_for_already_is_not_begun_again() -> None:
    desk, held = Desk(), Held()
    desk.ask("a", held)
    desk.ask("a", finds("another"))
    held.go.set()
    desk.settle()
    assert desk.taken == [("a", "held"), ("a", None)]


def test_what_was_given_up_and_is_wanted_again_is_done_again() -> None:
    desk, held = Desk(), Held()
    desk.ask("a", held)
    assert held.begun.wait(PATIENCE_SECONDS)
    desk.ask("b", finds("between"))
    desk.ask("a", finds("again"))
    desk.settle()
    assert desk.taken == [("a", "again"), ("a", None)]


def test_what_is_forgotten_is_neither_done_nor_told() -> None:
    desk, held = Desk(), Held()
    desk.ask("a", held)
    assert held.begun.wait(PATIENCE_SECONDS)
    desk.ask("b", finds("waits"))
    desk.job.forget()
    desk.settle()
    assert desk.taken == []
    desk.ask("b", finds("asked anew"))
    desk.settle()
    assert desk.taken == [("b", "asked anew"), ("b", None)]


def test_an_exception_is_an_answer() -> None:
    desk, problem = Desk(), ValueError("no")

    def work(_: Watch) -> Iterator[object]:
        yield 1
        raise problem

    desk.ask("a", work)
    desk.settle()
    assert desk.taken == [("a", 1), ("a", problem), ("a", None)]


def test_how_far_it_is_can_be_read_meanwhile() -> None:
    desk, held = Desk(), Held()
    desk.ask("a", held)
    while desk.job.progress != 0.5:
        assert desk.job.at_work
    held.go.set()
    desk.settle()
    assert ("a", "held") in desk.taken
