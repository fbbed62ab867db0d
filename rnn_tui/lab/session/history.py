"""History: the experiments that were, each with the course of its training, for undo and redo."""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.training.settings.course import Course

LONGEST = 1000
RUN_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class DialRun:
    """A run of turns of one dial: its name, and when its newest turn was made, in seconds."""

    name: str
    at: float

    def follows(self, last: "DialRun | None") -> bool:
        """Whether this turn belongs to the run that the last one was of."""
        return last is not None and self.name == last.name and self.at - last.at <= RUN_SECONDS


class State(NamedTuple):
    """All settings at one time."""

    experiment: Experiment
    course: Course


@dataclass(frozen=True, slots=True)
class History:
    """The states before, now, and undone; the oldest first in `before`, the next redo first in `after`.

    Attributes:
        present, course: what is set.
        start, start_course: what "back to the start" returns to.
        run: the run of turns under way, which makes one step of undo.
    """

    present: Experiment
    start: Experiment
    course: Course = field(default_factory=Course)
    start_course: Course = field(default_factory=Course)
    before: tuple[State, ...] = ()
    after: tuple[State, ...] = ()
    run: DialRun | None = None

    @classmethod
    def of(cls, experiment: Experiment, course: Course | None = None) -> "History":
        """The history that begins with one experiment, and with a course of training, which else is the usual one."""
        course = course or Course()
        return cls(present=experiment, start=experiment, course=course.fitted(experiment), start_course=course)

    @property
    def past(self) -> tuple[Experiment, ...]:
        """The experiments that were."""
        return tuple(state.experiment for state in self.before)

    @property
    def future(self) -> tuple[Experiment, ...]:
        """The experiments that were undone."""
        return tuple(state.experiment for state in self.after)

    def changed(self, experiment: Experiment, *, course: Course | None = None, run: DialRun | None = None) -> "History":
        """The history after a change; what was undone before is gone.

        A turn that follows the last one of the same run within `RUN_SECONDS` adds no step of undo. A course that the
        experiment does not allow is changed with it.
        """
        course = (course or self.course).fitted(experiment)
        if experiment == self.present and course == self.course:
            return replace(self, run=None)
        goes_on = run is not None and run.follows(self.run)
        before = self.before if goes_on else (*self.before, self._now)[-LONGEST:]
        return replace(self, present=experiment, course=course, before=before, after=(), run=run)

    @property
    def _now(self) -> State:
        return State(self.present, self.course)

    def opened(self, experiment: Experiment, *, course: Course | None = None) -> "History":
        """The history after another lab was opened, which is the new start; with no course given that stays."""
        changed = self.changed(experiment, course=course)
        return replace(changed, start=experiment, start_course=course or self.start_course)

    def undone(self) -> "History":
        """One step back; itself where there is none."""
        if not self.before:
            return self
        last = self.before[-1]
        after = (self._now, *self.after)
        return replace(
            self, present=last.experiment, course=last.course, before=self.before[:-1], after=after, run=None
        )

    def redone(self) -> "History":
        """One step forward again; itself where there is none."""
        if not self.after:
            return self
        next_ = self.after[0]
        before = (*self.before, self._now)
        return replace(
            self, present=next_.experiment, course=next_.course, before=before, after=self.after[1:], run=None
        )

    def withdrawn(self, experiment: Experiment) -> "History":
        """The history without a newest change that could not be measured."""
        if self.present != experiment or not self.before:
            return self
        last = self.before[-1]
        start = last.experiment if self.start == experiment else self.start
        return replace(
            self, present=last.experiment, course=last.course, start=start, before=self.before[:-1], run=None
        )

    def hidden_before_number(self) -> int:
        """The hidden size of the newest experiment whose W was a matrix; the default where there was none."""
        for experiment in reversed((*self.past, self.present)):
            if experiment.init != "number":
                return experiment.hidden
        return Experiment().hidden
