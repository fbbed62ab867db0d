"""A saved lab: the experiment, and what is set beside it on Train and on the Cliff, as one JSON document."""

from dataclasses import asdict, dataclass
from pathlib import Path

from rnn_tui.lab.cliff.settings import CLIFF, CliffSettings
from rnn_tui.lab.experiment.documents import BESIDE, saved_document, saved_values
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.files.files import FileProblem, path_text, read_own, read_text, write_document
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.lab.training.settings.course import Course


@dataclass(frozen=True, slots=True)
class Lab:
    """The content of a saved lab.

    Attributes:
        experiment: what all screens share.
        course: what is set of the training; None in a file that says nothing of it.
        cliff: what is set on the Cliff; None in a file that says nothing of it.
        screen: the name of the screen that was open; None in a file that says nothing of it.
    """

    experiment: Experiment
    course: Course | None = None
    cliff: CliffSettings | None = None
    screen: str | None = None

    def sets(self, other: "Lab") -> bool:
        """Whether it sets just what the other has set; the screen that was open is no setting."""
        return (
            self.experiment == other.experiment
            and self.course in (None, other.course)
            and self.cliff in (None, other.cliff)
        )

    def to_json(self) -> str:
        """The lab as a JSON document that `from_json` reads back to an equal value."""
        beside = {
            "training": None if self.course is None else self.course.to_values(),
            "cliff": None if self.cliff is None else asdict(self.cliff),
            "screen": self.screen,
        }
        known = {name: value for name, value in beside.items() if value is not None}
        return saved_document({**self.experiment.to_values(), **known})

    @classmethod
    def from_json(cls, document: str) -> "Lab":
        """The lab that `to_json` wrote, or that an experiment alone was saved as.

        Raises:
            ExperimentError: not such a document, an unknown setting, or a value that cannot be.
        """
        values = saved_values(document)
        beside = {name: values.pop(name, None) for name in BESIDE}
        experiment, screen = Experiment.from_values(values), beside["screen"]
        if screen is not None and not isinstance(screen, str):
            raise ExperimentError("screen", screen, "the name of a screen")
        training, cliff = beside["training"], beside["cliff"]
        return cls(
            experiment,
            None if training is None else Course.from_values(training, experiment),
            None if cliff is None else CliffSettings(**CLIFF.named("cliff", cliff)),
            screen,
        )


def save_lab(path: Path, lab: Lab) -> None:
    """Writes the lab as JSON.

    Raises:
        FileProblem: the file cannot be written.
    """
    write_document(path, lab.to_json())


def open_lab(path: Path) -> Lab:
    """The lab that `save_lab` wrote.

    Raises:
        FileProblem: the file cannot be read, or holds something else.
    """
    return _lab(read_text(path, "a saved lab"), path)


def open_kept_lab(path: Path) -> Lab:
    """The lab that `save_lab` wrote where nobody named the file, so that nothing is waited for.

    Raises:
        FileProblem: as `open_lab`; or it is no regular file.
    """
    return _lab(read_own(path), path)


def _lab(document: str, path: Path) -> Lab:
    try:
        return Lab.from_json(document)
    except ExperimentError as problem:
        raise FileProblem(f"{path_text(path)} is not a lab that can be opened: {problem}") from problem
