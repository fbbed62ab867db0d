"""Threads compute while the interface waits, and wait while it works; not for good."""

import asyncio
import threading
import time

import pytest

from rnn_tui.ui.terminal import yielding
from rnn_tui.ui.terminal.yielding import InterfaceFirst


def test_before_the_loop_runs_nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yielding, "LONGEST_SECONDS", 60.0)
    InterfaceFirst().wait()


def test_a_thread_waits_while_the_interface_works_and_goes_on_when_it_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yielding, "LONGEST_SECONDS", 60.0)
    interface_first, went_on = InterfaceFirst(), threading.Event()

    def work() -> None:
        interface_first.wait()
        went_on.set()

    async def interface() -> None:
        await asyncio.sleep(0.001)
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        # at work, and now and then looking whether there is a key
        for _ in range(20):
            time.sleep(0.001)
            await asyncio.sleep(0)
        assert not went_on.is_set()
        await asyncio.sleep(0.05)
        assert await asyncio.to_thread(went_on.wait, 30.0)

    with asyncio.Runner(loop_factory=interface_first.event_loop) as runner:
        runner.run(interface())


def test_an_interface_that_never_rests_stops_no_thread_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yielding, "LONGEST_SECONDS", 0.01)
    interface_first = InterfaceFirst()

    async def interface() -> None:
        await asyncio.sleep(0.001)
        thread = threading.Thread(target=interface_first.wait)
        thread.start()
        thread.join(30.0)
        assert not thread.is_alive()

    with asyncio.Runner(loop_factory=interface_first.event_loop) as runner:
        runner.run(interface())
