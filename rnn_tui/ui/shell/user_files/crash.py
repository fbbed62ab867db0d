"""A crash: the traceback and the lab go to files, and the person gets a sentence that names them."""

import traceback
from pathlib import Path

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.files.files import FileProblem, path_text, replacing_file
from rnn_tui.lab.session.saved import Lab, save_lab
from rnn_tui.lab.text.safe_text import visible_text


def crash_folder() -> Path:
    """Where crashes are reported; it need not exist."""
    from platformdirs import user_state_path

    return user_state_path("rnn-tui")


def kept_folder() -> Path:
    """Where the lab is kept a moment after each change and when it is left; it need not exist."""
    return crash_folder() / "labs"


def report_crash(problem: BaseException, experiment: Experiment, folder: Path | None = None) -> str:
    """Writes what went wrong and the lab as it was, and says in a sentence where."""
    folder = folder or crash_folder()
    said = visible_text(f"rnn-tui had to stop: {type(problem).__name__}: {problem}".rstrip(": "))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        save_lab(folder / "crash-lab.json", Lab(experiment))
        with replacing_file(folder / "crash.txt") as target:
            target.write(visible_text("".join(traceback.format_exception(problem)), keep="\n").encode())
    except (OSError, FileProblem) as other:
        return f"{said}\nThe lab could not be saved: {other}"
    return (
        f"{said}\nThis is a fault of rnn-tui. Your lab is kept, and can be opened there, in\n"
        f"  {path_text(folder / 'crash-lab.json')}\nand what happened is in\n  {path_text(folder / 'crash.txt')}"
    )
