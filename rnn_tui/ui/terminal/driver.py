"""LabDriver: Textual's for Unix, made to survive whatever its terminal sends, a closed terminal, and suspension."""

import os
import selectors
import signal
import sys
from io import TextIOWrapper
from threading import Event
from typing import Any, Protocol, TextIO, cast

from textual import events
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size
from textual.message import Message

from rnn_tui.ui.terminal.input.keyboard_layouts import by_place
from rnn_tui.ui.terminal.input.terminal_input import TerminalInput
from rnn_tui.ui.terminal.output.cell_difference import CellDifference
from rnn_tui.ui.terminal.size import USUAL_SIZE, terminal_size

LONGEST_WAIT_SECONDS = 0.1
_INTERRUPT_SECONDS = 1.0  # how long Ctrl+C waits for the keys before it
MOST_UNHANDLED = 16_384  # messages, some ten million bytes


class Driven(Protocol):
    """What the driver asks of the app that it drives."""

    def listen_to_signals(self) -> None:
        """Ends in good order, with the terminal restored, at the signals that end a program."""

    def leave_at_last(self) -> None:
        """Leaves where Ctrl+C was pressed a while ago, and still waits behind other keys."""

    def stop_for(self, error: Exception) -> None:
        """Ends the lab for a fault of its own, with the work kept."""


class HungUp(events.Event, bubble=False):
    """The terminal is gone."""


class _ClosableStream:
    """A stream whose writes are dropped once the terminal is gone: the writer's thread must not die on them."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        try:
            return self._stream.write(text)
        except (OSError, ValueError):
            return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except (OSError, ValueError):
            return

    def fileno(self) -> int:
        return self._stream.fileno()


class LabDriver(LinuxDriver):
    """Drives a Unix terminal."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._file = cast(TextIOWrapper, _ClosableStream(cast(TextIO, sys.__stderr__)))
        self._stopping = False
        self._listening = False
        self._sent = 0
        self._difference = CellDifference()
        # It is asked for before the terminal is taken.
        self._size = self._size or self._get_terminal_size()

    def write(self, data: str) -> None:
        """Writes to the terminal, of what paints it only the cells that it does not show yet."""
        if sent := self._difference.rewrite(data):
            super().write(sent)

    def forget_cells(self) -> None:
        """What the terminal shows is not known any more."""
        self._difference.forget()

    def start_application_mode(self) -> None:
        """Takes the terminal; what it shows and in what style it is are not known.

        From the moment that the terminal is not as it was, a signal must lead back to it.
        """
        if not self._listening:
            self._listening = True
            cast(Driven, self._app).listen_to_signals()
        self._difference = CellDifference()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        # Textual's own does nothing once the terminal has said that it reports its sizes, which it may cease to do.
        signal.signal(signal.SIGWINCH, self._size_changed)

    def _run_input_thread(self) -> None:
        """Reads keys; a fault there ends the lab as any other does, with the work kept."""
        try:
            self.run_input_thread()
        except Exception as problem:  # noqa: BLE001 - the interface's thread decides what it means
            self._app.call_later(cast(Driven, self._app).stop_for, problem)

    def run_input_thread(self) -> None:
        """Reads what the terminal sends until the lab ends."""
        terminal_input = TerminalInput()
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if not selector.select(terminal_input.wait(LONGEST_WAIT_SECONDS)):
                    messages = terminal_input.tick()
                elif content := self._read():
                    messages = terminal_input.feed(content)
                else:
                    self.send_message(HungUp())
                    return
                for message in messages:
                    self.process_message(message)
                    self._sent += 1
                    if self._sent % MOST_UNHANDLED == 0:
                        self._wait_for_lab()

    def _wait_for_lab(self) -> None:
        """Reads nothing more until the lab has handled what it was sent: a message takes far more room than its key."""
        handled = Event()
        self.send_message(events.Callback(callback=handled.set))
        while not self.exit_event.is_set() and not handled.wait(LONGEST_WAIT_SECONDS):
            pass

    def _read(self) -> bytes:
        """What has come; nothing where the terminal is gone."""
        try:
            return os.read(self.fileno, 4096)
        except OSError:
            return b""

    def _get_terminal_size(self) -> tuple[int, int]:
        """The terminal's own size, the last one known where it gives none that can be."""
        self._size = terminal_size() or self._size
        return self._size or USUAL_SIZE

    def process_message(self, message: Message) -> None:
        """Hands a message to the lab.

        A size that the terminal reports counts until it is asked again. Ctrl+C does not wait behind many other keys.
        """
        if isinstance(message, events.Resize):
            self._size = (message.size.width, message.size.height)
        elif isinstance(message, events.Key) and by_place(message.key) == "ctrl+c":
            leave = cast(Driven, self._app).leave_at_last
            self._loop.call_soon_threadsafe(self._loop.call_later, _INTERRUPT_SECONDS, leave)
        super().process_message(message)

    def _size_changed(self, *_: object) -> None:
        size = Size(*self._get_terminal_size())
        self.send_message(events.Resize(size, size))

    def _sigtstp_application(self, *_: object) -> None:
        """Gives the terminal back and stops, with all of this job, until the shell goes on with it.

        The signal's own effect is used, not SIGSTOP: where no shell could continue the job, the kernel then lets it
        run on, and the lab comes back at once.
        """
        if self._stopping:
            return
        self._stopping = True
        self.suspend_application_mode()
        self._must_signal_resume = True
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.killpg(os.getpgrp(), signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, self._sigtstp_application)
        self._stopping = False
        self.resume_application_mode()

    def _sigcont_application(self, *_: object) -> None:
        """Where this process stopped itself, it goes on after its own stop; else the terminal may need its modes."""
        if not self._stopping and self._writer_thread is not None and not self._writer_thread.is_alive():
            self.resume_application_mode()
