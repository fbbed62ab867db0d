"""Refusal: why the lab cannot be opened here. Loads neither Textual nor anything else large, as no screen may come."""

import os
import sys
from collections.abc import Mapping
from typing import TextIO

INSTEAD = "`rnn-tui measure` prints the same numbers without a screen."
_NO_SCREEN = ("", "dumb", "unknown")


def terminal_refusal(
    environment: Mapping[str, str] | None = None,
    *,
    streams: Mapping[str, TextIO | None] | None = None,
) -> str | None:
    """Why the lab cannot be opened here, as a sentence that says what can be done; None where it can.

    Standard input must be a terminal for its keys, standard error because it is drawn there, and standard output
    because a person who redirects it expects numbers in it. Where `environment` and `streams` are not given, they are
    the process's own.
    """
    environment = os.environ if environment is None else environment
    if streams is None:
        streams = {"input": sys.__stdin__, "output": sys.__stdout__, "error": sys.__stderr__}
    for name, stream in streams.items():
        if not _is_terminal(stream):
            return f"the lab needs a terminal, and standard {name} is none. {INSTEAD}"
    term = environment.get("TERM", "")
    if term in _NO_SCREEN:
        what = f"TERM is {term}" if term else "TERM is not set"
        return f"the lab needs a terminal that can place the cursor, and {what}. {INSTEAD}"
    encoding = _foreign_encoding(environment, streams["output"])
    if encoding is not None:
        python = "PYTHONIOENCODING"
        better = f"env -u {python} rnn-tui" if encoding.startswith(python) else "LC_ALL=C.UTF-8 rnn-tui"
        return f"the lab draws in UTF-8, and {encoding}; try `{better}`. {INSTEAD}"
    return None


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # it is closed
        return False


def _foreign_encoding(environment: Mapping[str, str], output: TextIO | None) -> str | None:
    """What names another encoding than UTF-8; None where nothing does.

    Python turns a C locale into C.UTF-8 by setting LC_CTYPE, which is not the person's own word: so where LC_CTYPE
    says just that, LANG is asked too.
    """
    names = [name for name in ("LC_ALL", "LC_CTYPE", "LANG") if environment.get(name)]
    if names and names[0] == "LC_CTYPE" and environment["LC_CTYPE"] in ("C.UTF-8", "C.utf8", "UTF-8"):
        names = names[1:]
    if names:
        value = environment[names[0]]
        charset = value.partition(".")[2].partition("@")[0]
        if value in ("C", "POSIX"):
            return f"{names[0]}={value} promises ASCII only"
        if charset and not _is_utf8(charset):
            return f"{names[0]}={value} names another encoding"
    encoding = getattr(output, "encoding", None)
    if encoding is not None and not _is_utf8(encoding):
        if own := environment.get("PYTHONIOENCODING"):
            return f"PYTHONIOENCODING={own} names another encoding"
        return f"standard output is {encoding}"
    return None


def _is_utf8(name: str) -> bool:
    return name.lower().replace("-", "").replace("_", "") == "utf8"
