"""A training kept in a file: not its numbers but how it came about, from which the very same are made again."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rnn_tui.engine.progress import Watch, unwatched
from rnn_tui.lab.documents import parse_json
from rnn_tui.lab.experiment import check_whole
from rnn_tui.lab.files import FileProblem, read_own, shown, writing
from rnn_tui.lab.safe_text import json_text
from rnn_tui.lab.training.settings import Live, TrainSettings

if TYPE_CHECKING:
    from rnn_tui.lab.training.training import Training

FORMAT = "rnn-tui kept training 1"
AT_ONCE = 200  # steps between two trainings that are shown on the way
MOST_STEPS = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How a training came about.

    Attributes:
        settings: as they were at its end.
        changes: after so many steps, from when what held; the first after none.
        step: how many steps it made.
    """

    settings: TrainSettings
    changes: tuple[tuple[int, Live], ...]
    step: int


def kept(training: "Training") -> Kept:
    """How this training came about; what was taken back on the way is left out."""
    changes = tuple((change.step, change.live) for change in training.changes)
    return Kept(settings=training.settings, changes=changes, step=training.step)


def save_kept(path: Path, what: Kept) -> None:
    """Writes it as JSON, in a folder that is made where there is none.

    Raises:
        FileProblem: the file cannot be written.
    """
    document = {
        "format": FORMAT,
        "step": what.step,
        "changes": [{"step": step, **asdict(live)} for step, live in what.changes],
        "settings": what.settings.to_document(),
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise FileProblem(f"{shown(path)} cannot be written: {problem.strerror}") from problem
    with writing(path) as target:
        target.write(json_text(document, indent=1).encode())


def open_kept(path: Path) -> Kept:
    """What `save_kept` wrote.

    Raises:
        FileProblem: the file cannot be read, or holds something else.
    """
    try:
        return _read(parse_json(read_own(path)))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as problem:
        why = problem if isinstance(problem, ValueError) else "a part of it is missing, or of another kind"
        raise FileProblem(f"{shown(path)} holds no training of rnn-tui that can be taken up: {why}") from problem


def _read(document: dict[str, Any]) -> Kept:
    if document["format"] != FORMAT:
        raise ValueError("another format")
    settings = TrainSettings.from_document(document["settings"])
    changes = tuple((_step(each.pop("step")), Live(**each)) for each in document["changes"])
    for _, live in changes:
        settings.with_live(live)  # is what it says of each
    step = _step(document["step"])
    steps = [0, *(after for after, _ in changes), step, MOST_STEPS]
    if changes[0][0] or steps != sorted(steps):
        raise ValueError("its steps are in no order")
    return Kept(settings=settings, changes=changes, step=step)


def _step(value: object) -> int:
    check_whole("step", value, 0, MOST_STEPS)
    assert isinstance(value, int)
    return value


def taken_up(what: Kept, watch: Watch = unwatched) -> "Iterator[Training]":
    """The training made again, ever more of it; the last one is as it was, number for number.

    Ends early where `watch`, told which share is done, answers no.

    Raises:
        ExperimentError: as `started`.
    """
    from rnn_tui.lab.training.training import advanced, changed, started

    training = started(what.settings.with_live(what.changes[0][1]))
    yield training
    for until, live in (*what.changes[1:], (what.step, what.settings.live)):
        while training.step < until and not training.stopped:
            if not watch(training.step / what.step):
                return
            training = advanced(training, min(AT_ONCE, until - training.step))
            yield training
        training = changed(training, training.settings.with_live(live))
    yield training
