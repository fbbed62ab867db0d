"""A training kept in a file: its weights and its history as they were, and how it came about."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rnn_tui.engine.progress import Watch, unwatched
from rnn_tui.lab.files.files import FileProblem, decode, path_text, read_own_bytes, replacing_file
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.lab.text.documents import parse_json
from rnn_tui.lab.training.kept.file import checked_whole, event_document, event_of, packed, unpacked
from rnn_tui.lab.training.kept.run import KeptRun, kept_run, restored_run
from rnn_tui.lab.training.record.events import Event, Who
from rnn_tui.lab.training.settings.train_settings import Live, TrainSettings

if TYPE_CHECKING:
    from rnn_tui.lab.training.training import Training

FORMAT = "rnn-tui kept training 2"
RECIPE_FORMAT = "rnn-tui kept training 1"  # without weights
MOST_BYTES = 256 * 2**20  # of the numbers in a file
MOST_READ = 2 * MOST_BYTES
EARLIER_BYTES = 16 * 2**20  # of a network's earlier moments
AT_ONCE = 200  # steps between two trainings that are shown on the way


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTraining:
    """A training as it is kept.

    Attributes:
        settings: as they were at its end.
        changes: after so many steps, from when what held; the first after none.
        step: how many steps it made.
        log: what was changed and taken back.
        runs: the networks by name, with their weights; empty where only the way to them is kept, for they were too
            large, or the file is of an earlier version.
    """

    settings: TrainSettings
    changes: tuple[tuple[int, Live], ...]
    step: int
    log: tuple[Event, ...] = ()
    runs: Mapping[Who, KeptRun] = field(default_factory=dict)

    @property
    def promise(self) -> str:
        """The parts that are there when it is taken up, in a few words."""
        if self.runs:
            return "with its weights, optimiser and history"
        return "without its weights: the steps are made again"


def keep_training(training: "Training") -> KeptTraining:
    """This training; what was taken back on the way is left out."""
    runs: dict[Who, KeptRun] = {who: kept_run(run, room=EARLIER_BYTES) for who, run in training.runs.items()}
    return KeptTraining(
        settings=training.settings,
        changes=tuple((change.step, change.live) for change in training.changes),
        step=training.step,
        log=training.log,
        runs=runs if sum(run.nbytes for run in runs.values()) <= MOST_BYTES else {},
    )


def save_kept(path: Path, what: KeptTraining) -> None:
    """Writes it as one file, whole or not at all, in a folder that is made where there is none.

    Raises:
        FileProblem: the file cannot be written.
    """
    document = {
        "format": FORMAT,
        "step": what.step,
        "changes": [{"step": step, **asdict(live)} for step, live in what.changes],
        "log": [event_document(event) for event in what.log],
        "settings": what.settings.to_document(),
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise FileProblem(f"{path_text(path)} cannot be written: {problem.strerror}") from problem
    with replacing_file(path) as target:
        target.write(packed(document, what.runs))


def open_kept(path: Path) -> KeptTraining:
    """The training that `save_kept` wrote, now or in an earlier version.

    Raises:
        FileProblem: the file cannot be read, or holds something else.
    """
    try:
        content = read_own_bytes(path, MOST_READ)
        # the length that a file of safetensors begins with has zeros, a text has none
        if b"\0" in content[:8]:
            return _kept(*unpacked(content))
        return _kept(parse_json(decode(content, path_text(path))), {})
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError) as problem:
        why = problem if isinstance(problem, ValueError) else "a part of it is missing, or of another kind"
        raise FileProblem(f"{path_text(path)} holds no training of rnn-tui that can be taken up: {why}") from problem


def _kept(document: dict[str, Any], runs: Mapping[Who, KeptRun]) -> KeptTraining:
    if document["format"] not in (FORMAT, RECIPE_FORMAT):
        raise ValueError("another format")
    settings = TrainSettings.from_document(document["settings"])
    changes = tuple((checked_whole(each.pop("step")), Live(**each)) for each in document["changes"])
    for _, live in changes:
        settings.with_live(live)  # is what it says of each
    step = checked_whole(document["step"])
    steps = [0, *(after for after, _ in changes), step]
    if changes[0][0] or steps != sorted(steps):
        raise ValueError("its steps are in no order")
    if runs and (
        runs.keys() != ({"main"} if settings.twin is None else {"main", "twin"})
        or max(run.moments[-1].step for run in runs.values()) != step
    ):
        raise ValueError("its networks are not those of its settings")
    log = tuple(event_of(each) for each in document.get("log", []))
    return KeptTraining(settings=settings, changes=changes, step=step, log=log, runs=runs)


def taken_up(what: KeptTraining, watch: Watch = unwatched) -> "Iterator[Training]":
    """The training as it was, number for number; without its weights, the same steps made again, ever more of them.

    Steps that are made again come to other numbers on another kind of CPU. Ends early where `watch`, called with the
    share that is done, answers no.

    Raises:
        ExperimentError: as `started`; or the weights do not fit the settings.
    """
    if what.runs:
        yield _with_weights(what)
    else:
        yield from _made_again(what, watch)


def _with_weights(what: KeptTraining) -> "Training":
    from rnn_tui.lab.training.plan import plan
    from rnn_tui.lab.training.training import LiveChange, Training

    start = what.settings.with_live(what.changes[0][1])
    plans: dict[Who, TrainSettings] = {"main": start.changed(twin=None)}
    if start.twin is not None:
        plans["twin"] = start.of_twin(start.twin)
    try:
        runs = {who: restored_run(what.runs[who], plan(settings)) for who, settings in plans.items()}
    except ExperimentError:
        raise
    except ValueError as problem:
        raise ExperimentError("training", "that was kept", str(problem)) from problem
    return Training(
        settings=what.settings,
        main=runs["main"],
        twin=runs.get("twin"),
        changes=tuple(LiveChange(step, live) for step, live in what.changes),
        log=what.log,
    )


def _made_again(what: KeptTraining, watch: Watch) -> "Iterator[Training]":
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
