"""Lookout: the threads of the lab, and what they find for the screens beside Unroll."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from textual.reactive import var
from textual.timer import Timer

from rnn_tui.engine.progress import Watch, report, unwatched
from rnn_tui.lab.experiment.experiment import ExperimentError
from rnn_tui.ui.state.jobs import Answered, Job, Work
from rnn_tui.ui.state.looks import Look, Looks, Stage
from rnn_tui.ui.terminal.app import TerminalApp
from rnn_tui.ui.terminal.yielding import InterfaceFirst

PATIENCE_SECONDS = 0.2
LEAST_PROGRESS = 0.01
FRAME_SECONDS = 1 / 60


def _after_the_interface(work: Work, watch: Watch) -> Iterable[object]:
    """The work, once what is known without it is painted: a thread that computes would take half the time for that."""
    report(watch, 0.0)  # returns when the interface waits: for a key, or for the next of its frames to paint
    time.sleep(FRAME_SECONDS)
    report(watch, 0.0)
    yield from work(watch)


class Lookout(TerminalApp):
    """Has the work done that may take longer than a frame.

    Attributes:
        looks: what was measured for the screen that is open, and for those that were.
        interface_first: what makes the threads wait while the interface works.
    """

    looks: var[Looks] = var(Looks)

    def __init__(self) -> None:
        super().__init__()
        self.interface_first = InterfaceFirst()
        self._jobs: dict[str, Job] = {}
        self._looks_progress: Timer | None = None

    def job(self, name: str) -> Job:
        """The one thread for this kind of work."""
        if name not in self._jobs:
            self._jobs[name] = Job(self.post_message, name, after_you=self.interface_first.wait)
        return self._jobs[name]

    def on_unmount(self) -> None:
        # a training would go on for ever
        for job in self._jobs.values():
            job.forget()

    def on_answered(self, message: Answered) -> None:
        message.job.settle(message)

    @property
    def measuring(self) -> bool:
        """Whether a thread measures, be it something that nobody waits for any more."""
        return any(job.at_work for job in self._jobs.values())

    def want_looks(self, wanted: Sequence[Look]) -> Looks:
        """Has what a screen wants measured: what is quick at once, the rest in threads; what no one wants is left."""
        for name, left in self.looks.stages.items():
            if left.under_way and name not in {look.name for look in wanted}:
                self.job(name).forget()
                self._stage(name, None)
        for look in wanted:
            stage = self.looks.stage(look.name)
            if stage is not None and stage.key == look.key:
                continue
            self.job(look.name).forget()
            self._stage(look.name, Stage(look.key, under_way=True))
            take = partial(self._take_look, look)
            if look.quick:
                for found in self._found_at_once(look):
                    take(found)
                take(None)
            else:
                self.job(look.name).ask(look.key, partial(_after_the_interface, look.work), take)
                if self._looks_progress is None:
                    self._looks_progress = self.set_interval(PATIENCE_SECONDS, self._tell_progress)
        return self.looks

    @staticmethod
    def _found_at_once(look: Look) -> Iterator[object]:
        try:
            yield from look.work(unwatched)
        except ExperimentError as problem:
            yield problem

    def _take_look(self, look: Look, found: object) -> None:
        stage = self.looks.stage(look.name)
        if stage is None or stage.key != look.key:
            return
        if found is None:
            self._stage(look.name, replace(stage, under_way=False, progress=1.0))
        elif isinstance(found, ExperimentError):
            self._stage(look.name, replace(stage, problem=str(found)))
        elif isinstance(found, MemoryError):
            self._stage(look.name, replace(stage, problem="there is not enough memory for this"))
        elif isinstance(found, Exception):
            raise found
        else:
            self.looks = self.looks.with_found(look.name, found)

    def _stage(self, name: str, stage: Stage | None) -> None:
        stages = {other: each for other, each in self.looks.stages.items() if other != name}
        self.looks = replace(self.looks, stages=stages if stage is None else {**stages, name: stage})

    def _tell_progress(self) -> None:
        """Renews how far the looks are, and ends with the last of them."""
        under_way = {name: stage for name, stage in self.looks.stages.items() if stage.under_way}
        for name, stage in under_way.items():
            done = self.job(name).progress
            if done - stage.progress >= LEAST_PROGRESS:
                self._stage(name, replace(stage, progress=done))
        if not under_way and self._looks_progress is not None:
            self._looks_progress.stop()
            self._looks_progress = None

    def stop_looking(self) -> bool:
        """Stops what is being measured for the open screen; False where nothing is."""
        under_way = {name: stage for name, stage in self.looks.stages.items() if stage.under_way}
        for name, stage in under_way.items():
            self.job(name).forget()
            self._stage(name, replace(stage, under_way=False, stopped=True))
        return bool(under_way)

    def look_again(self) -> bool:
        """Has what was stopped measured anew; False where nothing was."""
        stages = {name: stage for name, stage in self.looks.stages.items() if not stage.stopped}
        if len(stages) == len(self.looks.stages):
            return False
        self.looks = replace(self.looks, stages=stages)
        return True
