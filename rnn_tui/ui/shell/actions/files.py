"""FileActions: labs saved and opened, measurements exported; the path is typed in the prompt line."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from rnn_tui.lab.files.files import (
    REPORT_SUFFIXES,
    WEIGHT_SUFFIXES,
    FileProblem,
    check_writable,
    is_there,
    replacing_file,
    save_weights,
)
from rnn_tui.lab.session.saved import open_lab, save_lab
from rnn_tui.ui.shell.app_bases.lab_base import LabBase
from rnn_tui.ui.shell.lines.prompt import Prompt, Then

LAB_NAME = "lab.json"
EXPORT_NAME = "measurement.json"
PICTURE_SUFFIX = ".svg"
COMPLETES = "Tab completes"
EXPORT_SUFFIXES = (*REPORT_SUFFIXES, *WEIGHT_SUFFIXES, PICTURE_SUFFIX)


def typed_path(text: str) -> Path | str:
    """The path that was typed, `~` expanded; a sentence where it is none."""
    if not text.strip():
        return "no path is typed"
    try:
        return Path(text.strip()).expanduser()
    except (RuntimeError, ValueError):
        return f"there is no home folder for {text.split('/', maxsplit=1)[0]}"


class FileActions(LabBase):
    """Actions that read or write a file."""

    def _ask(self, prompt: Prompt) -> None:
        if self.open_screen is not None:
            self.open_screen.ask(prompt)

    def action_save(self) -> None:
        self._ask_target("save to", LAB_NAME, (".json",), self._save)

    def _save(self, path: Path) -> Then:
        save_lab(path, self.lab)
        return partial(self.say_verbatim, f"saved the lab to {path}")

    def action_open(self) -> None:
        def kept(text: str) -> str | Then:
            path = typed_path(text)
            if isinstance(path, str):
                return path
            try:
                is_there(path)
                lab = open_lab(path)
            except FileProblem as problem:
                return str(problem)
            if lab.sets(self.lab):
                return partial(self.say_verbatim, f"{path} holds just these settings")
            return partial(self.take_up_lab, lab, opening=f"opened {path}")

        self._ask(Prompt(label="open", value=LAB_NAME, note=COMPLETES, replaced=True, paths=True, kept=kept))

    def action_export(self) -> None:
        if self.measurement is None:
            self.say("nothing is measured yet")
        else:
            self._ask_target("export to", EXPORT_NAME, EXPORT_SUFFIXES, self._export)

    def _ask_target(
        self, label: str, name: str, suffixes: tuple[str, ...], write: Callable[[Path], str | Then]
    ) -> None:
        """Asks for a path to write to; one that exists is written over only when it is kept a second time."""
        confirmed: set[Path] = set()

        def kept(text: str) -> str | Then:
            path = typed_path(text)
            if isinstance(path, str):
                return path
            if path.suffix.lower() not in suffixes:
                return f"{path} must end in {' or '.join(suffixes)}"
            try:
                check_writable(path)
                if is_there(path) and path not in confirmed:
                    confirmed.add(path)
                    return f"{path} exists: Enter again writes over it"
                return write(path)
            except FileProblem as problem:
                return str(problem)

        note = f"{' '.join(suffixes)}; {COMPLETES}"
        self._ask(Prompt(label=label, value=name, note=note, replaced=True, paths=True, kept=kept))

    def _export(self, path: Path) -> str | Then:
        assert self.measurement is not None
        suffix = path.suffix.lower()
        if suffix == PICTURE_SUFFIX:
            # The picture is taken of the screen without the prompt line, so once that has gone.
            return partial(self.call_after_refresh, self._save_picture, path)
        if suffix in WEIGHT_SUFFIXES:
            save_weights(path, self.measurement.trace)
            return partial(self.say_verbatim, f"exported to {path}")
        if self.open_screen is None:
            return "no screen is open"
        return self.open_screen.export(path, REPORT_SUFFIXES[suffix], self.measurement)

    def _save_picture(self, path: Path) -> None:
        try:
            with replacing_file(path) as target:
                target.write(self.export_screenshot(title="rnn-tui").encode())
        except FileProblem as problem:
            self.complain(str(problem))
        else:
            self.say_verbatim(f"exported to {path}")
