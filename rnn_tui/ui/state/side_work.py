"""Side work: what one screen has measured beside the measurement that all share, and how far it is."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Generic, NamedTuple, TypeVar

from rnn_tui.engine.progress import unwatched
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.ui.state.jobs import Job, Work

LEAST_PROGRESS = 0.01


class SideTask(NamedTuple):
    """Something that a screen needs measured.

    Attributes:
        name: the field of the screen's results that holds what is found.
        key: all that it depends on; it is measured again when that changes.
        work: yields what is found, maybe ever more of it.
        quick: whether it takes less than a frame: then it is found before the next one, else in a thread.
    """

    name: str
    key: Hashable
    work: Work
    quick: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """How far a task is.

    Attributes:
        key: what it was asked for with.
        under_way: whether more of it is to come.
        progress: the share that is done, 0 to 1.
        problem: why it cannot be; empty where it can.
        stopped: whether the person stopped it.
    """

    key: Hashable
    under_way: bool = False
    progress: float = 0.0
    problem: str = ""
    stopped: bool = False


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class SideResults:
    """What was found last, by name; while a newer one is under way it is that of before. Screens add their fields.

    Attributes:
        stages: how far each task is.
    """

    stages: Mapping[str, Stage] = field(default_factory=dict)

    def stage(self, name: str) -> Stage | None:
        """How far a task is; None where it was not asked for."""
        return self.stages.get(name)

    def complete(self, name: str) -> bool:
        """Whether all of a task is there, and of what is set now."""
        stage = self.stages.get(name)
        return stage is not None and not (stage.under_way or stage.stopped or stage.problem)


Results = TypeVar("Results", bound=SideResults)


class SideWork(Generic[Results]):
    """Has the tasks of one screen done, what is quick at once, the rest each in a thread of its own.

    Args:
        results: before anything was found.
        job: the thread of a name.
        delayed: makes of a work one that lets the interface paint first what is known without it.
        changed: called when there is another `results`.
        began: called when a thread was asked: `renew_progress` is to be called now and then.
    """

    def __init__(
        self,
        results: Results,
        *,
        job: Callable[[str], Job],
        delayed: Callable[[Work], Work],
        changed: Callable[[], None],
        began: Callable[[], None],
    ) -> None:
        self.results = results
        self._job = job
        self._delayed = delayed
        self._changed = changed
        self._began = began

    def request(self, tasks: Sequence[SideTask]) -> Results:
        """Has these done, as far as they are not; what no one needs any more is given up."""
        self._give_up(name for name in list(self.results.stages) if name not in {task.name for task in tasks})
        for task in tasks:
            stage = self.results.stage(task.name)
            if stage is not None and stage.key == task.key:
                continue
            self._job(task.name).forget()
            self._stage(task.name, Stage(task.key, under_way=True))
            take = partial(self._take, task)
            if task.quick:
                for found in _found_at_once(task):
                    take(found)
                take(None)
            else:
                self._job(task.name).ask(task.key, self._delayed(task.work), take)
                self._began()
        return self.results

    def leave(self) -> None:
        """Gives up what is under way: the screen is not seen any more."""
        self._give_up(list(self.results.stages))

    def put(self, name: str, found: object) -> None:
        """Takes what was found elsewhere under a name."""
        changes: Any = {name: found}
        self.results = replace(self.results, **changes)
        self._changed()

    def stop(self) -> bool:
        """Stops what is being measured; False where nothing is."""
        under_way = {name: stage for name, stage in self.results.stages.items() if stage.under_way}
        for name, stage in under_way.items():
            self._job(name).forget()
            self._stage(name, replace(stage, under_way=False, stopped=True))
        return bool(under_way)

    def resume(self) -> bool:
        """Has what was stopped measured anew; False where nothing was."""
        stages = {name: stage for name, stage in self.results.stages.items() if not stage.stopped}
        if len(stages) == len(self.results.stages):
            return False
        self.results = replace(self.results, stages=stages)
        self._changed()
        return True

    def renew_progress(self) -> bool:
        """Renews how far the threads are; False once none is at work."""
        under_way = {name: stage for name, stage in self.results.stages.items() if stage.under_way}
        for name, stage in under_way.items():
            done = self._job(name).progress
            if done - stage.progress >= LEAST_PROGRESS:
                self._stage(name, replace(stage, progress=done))
        return bool(under_way)

    def _give_up(self, names: "Iterator[str] | Sequence[str]") -> None:
        for name in names:
            if self.results.stages[name].under_way:
                self._job(name).forget()
                self._stage(name, None)

    def _take(self, task: SideTask, found: object) -> None:
        stage = self.results.stage(task.name)
        if stage is None or stage.key != task.key:
            return
        if found is None:
            self._stage(task.name, replace(stage, under_way=False, progress=1.0))
        elif isinstance(found, ExperimentError):
            self._stage(task.name, replace(stage, problem=str(found)))
        elif isinstance(found, MemoryError):
            self._stage(task.name, replace(stage, problem="there is not enough memory for this"))
        elif isinstance(found, Exception):
            raise found
        else:
            self.put(task.name, found)

    def _stage(self, name: str, stage: Stage | None) -> None:
        stages = {other: each for other, each in self.results.stages.items() if other != name}
        self.results = replace(self.results, stages=stages if stage is None else {**stages, name: stage})
        self._changed()


def _found_at_once(task: SideTask) -> Iterator[object]:
    try:
        yield from task.work(unwatched)
    except ExperimentError as problem:
        yield problem
