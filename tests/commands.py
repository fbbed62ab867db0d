"""Helpers for tests of the command line."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from rnn_tui.cli import main

Output = pytest.CaptureFixture[str]


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
        timeout=60,
        check=False,
    )


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
