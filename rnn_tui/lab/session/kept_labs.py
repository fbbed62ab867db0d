"""Kept labs: each run of the program keeps its lab in a file of its own, so that two at a time do not meet."""

import os
import threading
import time
from pathlib import Path

from rnn_tui.lab.files.files import FileProblem, path_text, refusal_reason
from rnn_tui.lab.session.saved import Lab, save_lab

MOST = 10  # files that stay
PATTERN = "lab-*.json"


def kept_labs(folder: Path) -> list[Path]:
    """The files of the labs that were kept there, the one written last first; none where there is no such folder.

    Raises:
        FileProblem: the folder cannot be read.
    """
    found = []
    try:
        for path in folder.glob(PATTERN):
            try:
                found.append((path.stat().st_mtime_ns, path.name, path))
            except FileNotFoundError:  # another run has just removed it
                continue
    except OSError as problem:
        raise FileProblem(f"{path_text(folder)} cannot be read: {refusal_reason(problem)}") from problem
    return [path for *_, path in sorted(found, reverse=True)]


class Keeper:
    """Writes the lab of one run of the program, ever anew, from more than one thread.

    Attributes:
        path: its file, which need not exist.
        newest: the number of the version that is in it; 0 before it was written.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / f"lab-{time.time_ns()}-{os.urandom(4).hex()}.json"
        self.newest = 0
        self._lock = threading.Lock()

    def keep(self, lab: Lab, version: int) -> None:
        """Writes it, unless a later version is there already; of the labs of other runs the `MOST` newest stay.

        Raises:
            FileProblem: it cannot be written.
        """
        with self._lock:
            if version < self.newest:
                return
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as problem:
                raise FileProblem(
                    f"{path_text(self.path.parent)} cannot be made: {refusal_reason(problem)}"
                ) from problem
            save_lab(self.path, lab)
            self.newest = version
            for old in kept_labs(self.path.parent)[MOST:]:
                old.unlink(missing_ok=True)
