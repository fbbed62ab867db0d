"""Helpers for tests of the command line."""

import json
import os
import re
import select
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from rnn_tui.cli.main import main

CHECKOUT = Path(__file__).resolve().parent.parent
Output = pytest.CaptureFixture[str]
PATIENCE_SECONDS = 60.0
_REACHED = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from rnn_tui.cli.main import main
sys.exit(main())
"""


def started(
    arguments: Sequence[str | bytes], *, stdin: bytes = b"", preexec: Callable[[], None] | None = None, **changes: str
) -> subprocess.CompletedProcess[bytes]:
    """What a process of its own makes of a command line, without any terminal."""
    return subprocess.run(
        [sys.executable, "-m", "rnn_tui", *arguments],
        input=stdin,
        capture_output=True,
        env={**os.environ, **changes},
        start_new_session=True,
        preexec_fn=preexec,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


@contextmanager
def running(arguments: Sequence[str], *, stderr: int = subprocess.PIPE) -> Iterator["subprocess.Popen[bytes]"]:
    """A command line as a process of its own that Ctrl+C reaches, however the tests were started; it does not outlive.

    A shell without job control has what it starts in the background ignore SIGINT, and its children inherit that.
    """
    with subprocess.Popen(
        [sys.executable, "-c", _REACHED, *arguments],
        stdout=subprocess.PIPE,
        stderr=stderr,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def read_until(descriptor: int, text: bytes) -> bytes:
    """What is read from a pipe or terminal until it holds the text; it must come within `PATIENCE_SECONDS`."""
    found, end = b"", time.monotonic() + PATIENCE_SECONDS
    while text not in found:
        ready, _, _ = select.select([descriptor], [], [], max(0.0, end - time.monotonic()))
        assert ready, f"no {text!r} in {found!r} after {PATIENCE_SECONDS:.0f} s"
        content = os.read(descriptor, 65536)
        assert content, f"it ended with {found!r}, without {text!r}"
        found += content
    return found


def measured(capsys: Output, *arguments: str) -> dict[str, Any]:
    assert main(["measure", "--format", "json", *arguments]) == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def refused(capsys: Output, *arguments: str) -> str:
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("rnn-tui: ")
    assert err.count("\n") == 1
    return err.removeprefix("rnn-tui: ").rstrip("\n")


def blocks(language: str, text: str) -> list[str]:
    """The blocks of code in a page of Markdown."""
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def examples(text: str) -> list[list[str]]:
    """What follows `rnn-tui` in the examples of a page; a backslash at the end of a line joins the next."""
    lines = [line for block in blocks("sh", text) for line in block.replace("\\\n", " ").splitlines()]
    found = [shlex.split(line, comments=True) for line in lines]
    return [command[1:] for command in found if command[0] == "rnn-tui"]
