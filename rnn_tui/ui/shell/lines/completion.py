"""Completion: a path that is typed, continued as far as the names in its folder agree, as shells do."""

import os
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

from rich.cells import cell_len

from rnn_tui.engine.progress import CancelledError, Watch, unwatched
from rnn_tui.lab.files.files import path_text, refusal_reason

MOST_NAMED = 200
LISTED_ROWS = 3
_GAP = "  "
_AT_ONCE = 512  # names between two checks of whether anyone still waits


class CompletedPath(NamedTuple):
    """A path as far as it could be completed.

    Attributes:
        text: what takes the place of what was typed.
        names: where that may go on in more ways than one, the first `MOST_NAMED` names: control characters escaped,
            folders with a slash.
        in_all: how many there are.
        problem: why nothing was found; empty where something was.
    """

    text: str
    names: tuple[str, ...] = ()
    in_all: int = 0
    problem: str = ""


def completed_path(typed: str, watch: Watch = unwatched) -> CompletedPath:
    """Completes a path; `~` stays as it is typed, and hidden names are found by their dot alone.

    Raises:
        CancelledError: nobody waits for it any more.
    """
    typed = typed.lstrip()
    if typed == "~" or typed.rpartition("/")[2] == "..":
        return CompletedPath(f"{typed}/")
    head, slash, start = typed.rpartition("/")
    try:
        folder = Path(f"{head}{slash}" or ".").expanduser()
        names = _names(folder, start, watch)
    except RuntimeError:
        return CompletedPath(typed, problem=f"there is no home folder for {head.partition('/')[0]}")
    except (OSError, ValueError) as problem:
        return CompletedPath(typed, problem=f"{path_text(Path(head or '.'))} cannot be read: {refusal_reason(problem)}")
    if not names:
        return CompletedPath(typed, problem=f"no name begins with {start!r} there" if start else "the folder is empty")
    common = _common(names[0], names[-1])
    if common.isprintable() and len(names) == 1:
        return CompletedPath(f"{head}{slash}{_marked(folder, common)}")
    # What cannot be shown cannot be typed: the line ends before it.
    stop = next((i for i, character in enumerate(common) if not character.isprintable()), len(common))
    named = tuple(_escaped(_marked(folder, name)) for name in names[:MOST_NAMED])
    return CompletedPath(f"{head}{slash}{common[:stop]}", named, len(names))


def _common(first: str, last: str) -> str:
    """What the first and the last of sorted names, and so all of them, begin with."""
    return "".join(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False)))


def _names(folder: Path, start: str, watch: Watch) -> list[str]:
    """The names in a folder that begin so, in order."""
    found = []
    with os.scandir(folder) as entries:
        for index, entry in enumerate(entries):
            if index % _AT_ONCE == 0 and not watch(0.0):
                raise CancelledError
            name = entry.name
            if name.startswith(start) and (start or not name.startswith(".")):
                found.append(name)
    return sorted(found)


def _marked(folder: Path, name: str) -> str:
    return f"{name}/" if (folder / name).is_dir() else name


def _escaped(name: str) -> str:
    return name if name.isprintable() else repr(name)[1:-1]


def listed_names(names: Sequence[str], count: int, *, width: int, rows: int = LISTED_ROWS) -> str:
    """The names as so many rows hold them, and how many more there are."""
    lines: list[str] = []
    for kept, name in enumerate(names):
        more = f"{_GAP}… {count - kept:,} more"
        last = len(lines) == rows
        joined = f"{lines[-1]}{_GAP}{name}" if lines else name
        if lines and cell_len(joined) <= width - (len(more) if last else 0):
            lines[-1] = joined
        elif not last:
            lines.append(name)
        else:
            return "\n".join((*lines[:-1], f"{lines[-1]}{more}"))
    more = f"{_GAP}… {count - len(names):,} more" if count > len(names) else ""
    return "\n".join(lines) + more
