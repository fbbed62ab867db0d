"""A program in a pseudo-terminal of its own, for tests of what only a real terminal shows."""

import fcntl
import os
import pty
import random
import re
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

LAB = (sys.executable, "-m", "rnn_tui")
PATIENCE_SECONDS = 30.0
_ESCAPE = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|[P^_\]].*?(?:\x1b\\|\x07)|[@-_])", re.DOTALL)


class Terminal:
    """Runs a program and keeps what it writes; ends it on leaving."""

    def __init__(self, command: Sequence[str], *, columns: int = 80, lines: int = 24, **environment: str) -> None:
        self.sent = bytearray()
        self.status: int | None = None
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            os.environ.update({"TERM": "xterm-256color", "LC_ALL": "C.UTF-8", **environment})
            os.execvp(command[0], list(command))
        self.resize(columns, lines)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        self.hang_up()

    def resize(self, columns: int, lines: int) -> None:
        """Gives the terminal another size, which a signal announces to the program."""
        fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def hang_up(self) -> None:
        """Closes the terminal under the program."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1

    def type(self, keys: bytes | str) -> None:
        os.write(self.descriptor, keys if isinstance(keys, bytes) else keys.encode())

    def text(self) -> str:
        """What was written since `forget`, without its escape sequences, in the order of writing."""
        return _ESCAPE.sub(b"", bytes(self.sent)).decode("utf-8", "replace")

    def forget(self) -> None:
        del self.sent[:]

    def settings(self) -> list[object]:
        """The terminal's modes: what a program in raw mode must put back."""
        return list(termios.tcgetattr(self.descriptor))[:4]

    def read(self, seconds: float) -> bool:
        """Takes in what the program writes within so many seconds; False where it wrote nothing."""
        ready, _, _ = select.select([self.descriptor], [], [], seconds)
        if not ready:
            return False
        try:
            content = os.read(self.descriptor, 65536)
        except OSError:
            return False
        self.sent += content
        return bool(content)

    def wait_for(self, text: str) -> None:
        """Reads until the text was written."""
        end = time.monotonic() + PATIENCE_SECONDS
        while text not in self.text():
            assert time.monotonic() < end, f"no {text!r} in:\n{self.text()}"
            self.read(0.1)

    def wait(self) -> int:
        """Reads until the program has ended, and gives its exit status (−n after signal n)."""
        end = time.monotonic() + PATIENCE_SECONDS
        while self.status is None:
            assert time.monotonic() < end, f"it goes on:\n{self.text()}"
            if self.descriptor >= 0:
                self.read(0.05)
            else:
                time.sleep(0.05)
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            if ended:
                self.status = os.waitstatus_to_exitcode(status)
        while self.descriptor >= 0 and self.read(0.1):
            pass
        return self.status


# What terminals send besides keys: sizes, modes, what they are and have, where the cursor or the mouse is.
_REPLIES = (
    *(b"\x1b[48;24;80;480;800t", b"\x1b[48;0;0;0;0t", b"\x1b[48;99999;99999;1;1t", b"\x1b[8;24;80t", b"\x1b[4;4;8t"),
    *(b"\x1b[?2026;2$y", b"\x1b[?2048;2$y", b"\x1b[?2048;9$y", b"\x1b[4;1$y", b"\x1b[?62;4;22c", b"\x1b[>41;354;0c"),
    *(b"\x1b[?31u", b"\x1b[?1u", b"\x1b[0n", b"\x1b[12;40R", b"\x1b[1;2R", b"\x1b[I", b"\x1b[O"),
    *(b"\x1b]11;rgb:0000/0000/0000\x07", b"\x1b]10;rgb:ffff/ffff/ffff\x1b\\", b"\x1b]52;c;cQ==\x07"),
    *(b"\x1bP>|xterm(380)\x1b\\", b"\x1bP1+r544e=78\x1b\\", b"\x1bP0$r0m\x1b\\", b"\x1bP!|00000000\x1b\\"),
    *(b"\x1b]lxterm\x1b\\", b"\x1b_Gi=31;OK\x1b\\"),
    *(b"\x1b[<0;12;7M", b"\x1b[<64;1;1M", b"\x1b[<35;-1;0m", b"\x1b[32;5;7M", b"\x1b[M !!", b"\x1b[M\xff\xfe\xfd"),
    *(b"\x1b[97:65;2u", b"\x1b[97;1:3u", b"\x1b[1;1:3A", b"\x1b[57441;2u", b"\x1b[1114112u", b"\x1b[0;;20320:22909u"),
    *(b"\x1b[200~q\x1bq\x1b[201~", b"\x1b[200~", b"\x1b[201~", "é€🙂پرسش".encode()),
)


def random_input(chance: random.Random) -> bytes:
    """A piece of what may come from a terminal: random bytes, a reply, a control sequence that is none."""
    kind = chance.random()
    if kind < 0.35:
        return chance.randbytes(chance.randint(1, 12))
    if kind < 0.75:
        return chance.choice(_REPLIES)
    letters = b"\x1b[]OP_^0123456789;:?<>=$~uABCMtRynhlmc\x9b\xc3 "
    return b"\x1b[" + bytes(chance.choices(letters, k=chance.randint(1, 20)))
