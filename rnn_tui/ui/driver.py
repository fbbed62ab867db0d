"""The driver: Textual's for Unix, made to survive stray bytes, a closed terminal, and suspension."""

import codecs
import os
import selectors
import signal
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, TextIO, cast

from textual import events
from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

from rnn_tui.ui.sgr import StyleDiff

if TYPE_CHECKING:
    from rnn_tui.ui.actions.living import Living


class HungUp(events.Event, bubble=False):
    """The terminal is gone."""


class _Tolerant:
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
        self._file = cast(TextIOWrapper, _Tolerant(cast(TextIO, sys.__stderr__)))
        self._stopping = False
        self._listening = False
        self._styles = StyleDiff()

    def write(self, data: str) -> None:
        """Writes to the terminal, each style as its difference from the last."""
        super().write(self._styles.rewrite(data))

    def start_application_mode(self) -> None:
        """Takes the terminal; what style it is in is not known.

        From the moment that the terminal is not as it was, a signal must lead back to it.
        """
        if not self._listening:
            self._listening = True
            cast("Living", self._app).listen_to_signals()
        self._styles = StyleDiff()
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def _run_input_thread(self) -> None:
        """Reads keys; a fault there ends the lab as any other does, with the work kept."""
        try:
            self.run_input_thread()
        except Exception as problem:  # noqa: BLE001 - the interface's thread decides what it means
            self._app.call_later(cast("Living", self._app).stop_for, problem)

    def run_input_thread(self) -> None:
        """Reads keys until the lab ends; a byte that is not UTF-8 is a key that nothing uses."""
        parser = XTermParser(self._debug)
        decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(0.1):
                    try:
                        content = os.read(self.fileno, 4096)
                    except OSError:
                        content = b""
                    if not content:
                        self.send_message(HungUp())
                        return
                    for message in parser.feed(decode(content)):
                        self.process_message(message)
                for message in parser.tick():
                    self.process_message(message)
        try:
            for _ in parser.feed(""):
                pass
        except (EOFError, ParseError):
            return

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
