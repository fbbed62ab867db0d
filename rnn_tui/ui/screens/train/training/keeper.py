"""TrainingKeeper: the training kept in a file when the lab is left, offered at the next start, and exported."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rnn_tui.lab.files.files import FileProblem, is_there
from rnn_tui.ui.screens.train.training.progress import Progress
from rnn_tui.ui.screens.train.training.set_aside import (
    FEW_STEPS,
    first_to_return,
)
from rnn_tui.ui.shell.lines.prompt import Then
from rnn_tui.ui.shell.user_files.crash import crash_folder

if TYPE_CHECKING:
    from rnn_tui.lab.measurement.measurement import Measurement
    from rnn_tui.lab.report.report import Format
    from rnn_tui.lab.training.kept.kept import KeptTraining
    from rnn_tui.lab.training.training import Training

from rnn_tui.ui.screens.train.training.follower import TrainingFollower

KEPT_NAME = "training.safetensors"
OLDER_NAME = "training.json"  # of a version that kept no weights


def kept_path() -> Path:
    """Where the training is kept when the lab is left; the file need not exist."""
    return crash_folder() / KEPT_NAME


def older_path() -> Path:
    """Where an earlier version kept it."""
    return crash_folder() / OLDER_NAME


class TrainingKeeper(TrainingFollower):
    """Begins the training, or offers the kept one, when the screen is opened, and keeps it when the lab is left."""

    def on_screen_resume(self) -> None:
        self.progress = self.now
        self._show_progress()

    @property
    def now(self) -> Progress:
        """The training and its drive, begun when its screen is open for the first time."""
        if self.progress is None:
            self.progress = Progress(course=self.lab.history.course, offered=self._offered())
            self.follow()
        return self.progress

    def _offered(self) -> int:
        found = self.kept_training()
        return 0 if found is None or isinstance(found, str) else found.step

    def kept_training(self) -> "KeptTraining | str | None":
        """The training that was kept when the lab was left; why there is none that can be taken up; None for none."""
        from rnn_tui.lab.training.kept.kept import open_kept

        try:
            found = next((path for path in (kept_path(), older_path()) if is_there(path)), None)
            return None if found is None else open_kept(found)
        except FileProblem as problem:
            return str(problem)

    def keep_work(self) -> str:
        training = self._worth_keeping()
        if training is None:
            return ""
        from rnn_tui.lab.training.kept.kept import keep_training, save_kept

        what = keep_training(training)
        try:
            save_kept(kept_path(), what)
        except FileProblem as problem:
            return f"The training could not be kept: {problem}"
        how = f"kept at step {what.step:,} {what.promise}"
        return f"The training is {how}. U on the Train screen takes it up again."

    def export(self, path: Path, form: "Format", measurement: "Measurement") -> str | Then:
        training = None if self.progress is None else self.progress.training
        if training is None or not training.step:
            return super().export(path, form, measurement)
        from rnn_tui.lab.report.report import save_report
        from rnn_tui.lab.training.report.report import training_report
        from rnn_tui.lab.training.result import training_result

        save_report(path, training_report(training_result(training)), form)
        steps = f"{training.step:,} step{'s' if training.step > 1 else ''}"
        return partial(self.lab.say_verbatim, f"exported {steps} of training to {path}")

    def _worth_keeping(self) -> "Training | None":
        """The training on the screen; one of a few steps takes the place of none of more, set aside or kept before."""
        if self.progress is None:
            return None
        if self.progress.step < FEW_STEPS:
            aside = first_to_return(self.set_aside)
            if aside is not None and aside.step >= FEW_STEPS:
                return aside.training
            if self.progress.offered >= FEW_STEPS:
                return None
        return self.progress.training if self.progress.step else None
