"""What a command prints and writes, and what goes wrong there though the command line was right."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, TextIO

from rnn_tui.engine.progress import Watch, unwatched
from rnn_tui.lab.files.files import FileProblem, refusal_reason
from rnn_tui.lab.text.printed import write_lines

if TYPE_CHECKING:
    from rnn_tui.lab.report.report import Format, Report


class Failure(Exception):
    """Something that went wrong though the command line was right; its message is a sentence."""


class ClosedPipe(Exception):
    """Whoever read our output has had enough."""


def print_text(text: str) -> int:
    """Prints the text; the exit status 0."""
    with stdout() as out:
        write_lines(text.removesuffix("\n").split("\n"), out)
    return 0


def print_report(report: "Report", form: "Format", path: Path | None) -> None:
    """Writes a report to a file, or where none is named prints it."""
    from rnn_tui.lab.report.report import save_report, write_report

    if path is not None:
        with failing_writes():
            save_report(path, report, form)
        return
    with stdout(None if form == "table" else "utf-8") as out:
        write_report(report, form, out)


@contextmanager
def failing_writes() -> Iterator[None]:
    """The command line was right, so a file that cannot be written is a failure, not a wrong usage."""
    try:
        yield
    except FileProblem as problem:
        raise Failure(str(problem)) from problem


@contextmanager
def stdout(encoding: str | None = None) -> Iterator[TextIO]:
    """Standard output; what its encoding (or the one given) lacks, and nobody spelled in ASCII, is written as `?`."""
    if sys.stdout is None:
        raise Failure("standard output is closed, so there is nowhere to print to")
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding=encoding, errors="replace")
    try:
        yield sys.stdout
        sys.stdout.flush()
    except OSError as problem:
        # Python flushes once more when it ends, and would print a traceback then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(problem, BrokenPipeError):
            raise ClosedPipe from problem
        raise Failure(f"standard output cannot be written: {refusal_reason(problem)}") from problem


@contextmanager
def progress(what: str, *, after: float = 1.0) -> Iterator[Watch]:
    """Tells on standard error how much of the work is done, in a line that goes when it ends; only on a terminal.

    Args:
        after: seconds that the work may take before anything is said.
    """
    if sys.stderr is None or not sys.stderr.isatty():
        yield unwatched
        return
    out, shown, begin = sys.stderr, "", monotonic() + after

    def write(line: str) -> None:
        # A terminal that has gone away is no reason to stop working.
        with suppress(OSError):
            out.write(line)
            out.flush()

    def watch(done: float) -> bool:
        nonlocal shown
        line = f"{what}: {100 * done:.0f} %"
        if line != shown and monotonic() >= begin:
            write(f"\r{line:<{len(shown)}}")
            shown = line
        return True

    try:
        yield watch
    finally:
        if shown:
            write(f"\r{' ' * len(shown)}\r")
