"""The lab opened from the command line in a real pseudo-terminal."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Sequence

PATIENCE = 60


def lab(arguments: Sequence[str], *, shows: str, keys: str, piped: bytes | None = None) -> tuple[int, str]:
    """Opens the lab, waits until it shows some words, presses keys; its exit status and all that it wrote.

    `piped` is what standard input holds in place of the terminal's keys, which then remain at /dev/tty.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 36, 120, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "rnn_tui", *arguments],
        stdin=theirs if piped is None else subprocess.PIPE,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"},
        start_new_session=True,
        # The one way to give a child its own controlling terminal.
        preexec_fn=lambda: fcntl.ioctl(1, termios.TIOCSCTTY, 0),  # noqa: PLW1509
    )
    os.close(theirs)
    if piped is not None:
        assert process.stdin is not None
        process.stdin.write(piped)
        process.stdin.close()
    written = b""
    pressed = False
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if not pressed and shows.encode() in written:
            os.write(ours, keys.encode())
            pressed = True
        if select.select([ours], [], [], 0.1)[0]:
            try:
                part = os.read(ours, 65536)
            except OSError:
                break
            if not part:
                break
            written += part
    os.close(ours)
    status = process.wait(PATIENCE)
    return status, written.decode(errors="replace")


def test_the_lab_opens_on_the_words_and_quits() -> None:
    status, written = lab(["colourless", "ideas"], shows="colourless", keys="q")
    assert status == 0
    assert "ideas" in written


def test_text_from_standard_input_leaves_the_keys_to_the_terminal() -> None:
    status, written = lab(["-"], shows="furiously", keys="q", piped=b"sleep furiously\n")
    assert status == 0
    assert "furiously" in written


def test_a_theme_and_a_screen_are_opened() -> None:
    status, _ = lab(["--theme", "paper", "--screen", "unroll", "hello"], shows="hello", keys="q")
    assert status == 0
