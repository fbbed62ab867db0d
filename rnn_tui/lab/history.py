"""History: the experiments that were, for undo and redo."""

from dataclasses import dataclass, replace

from rnn_tui.lab.experiment import Experiment

LONGEST = 1000
RUN_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Run:
    """A run of turns of one dial: its name, and when its newest turn was made, in seconds."""

    name: str
    at: float


@dataclass(frozen=True, slots=True)
class History:
    """What was, what is, and what was undone; the oldest first in `past`, the next redo first in `future`.

    Attributes:
        start: the experiment that "back to the start" returns to.
        run: the run of turns under way, which makes one step of undo.
    """

    present: Experiment
    start: Experiment
    past: tuple[Experiment, ...] = ()
    future: tuple[Experiment, ...] = ()
    run: Run | None = None

    @classmethod
    def of(cls, experiment: Experiment) -> "History":
        """The history that begins with one experiment."""
        return cls(present=experiment, start=experiment)

    def changed(self, experiment: Experiment, *, run: Run | None = None) -> "History":
        """The history after a change; what was undone before is gone.

        A turn that follows the last one of the same run within `RUN_SECONDS` adds no step of undo.
        """
        if experiment == self.present:
            return replace(self, run=None)
        goes_on = (
            run is not None
            and self.run is not None
            and run.name == self.run.name
            and run.at - self.run.at <= RUN_SECONDS
        )
        past = self.past if goes_on else (*self.past, self.present)[-LONGEST:]
        return replace(self, present=experiment, past=past, future=(), run=run)

    def opened(self, experiment: Experiment) -> "History":
        """The history after another lab was opened, which is the new start."""
        return replace(self.changed(experiment), start=experiment)

    def undone(self) -> "History":
        """One step back; itself where there is none."""
        if not self.past:
            return self
        return replace(self, present=self.past[-1], past=self.past[:-1], future=(self.present, *self.future), run=None)

    def redone(self) -> "History":
        """One step forward again; itself where there is none."""
        if not self.future:
            return self
        return replace(self, present=self.future[0], past=(*self.past, self.present), future=self.future[1:], run=None)

    def withdrawn(self, experiment: Experiment) -> "History":
        """The history without a newest change that could not be measured."""
        if self.present != experiment or not self.past:
            return self
        before = self.past[-1]
        start = before if self.start == experiment else self.start
        return replace(self, present=before, start=start, past=self.past[:-1], run=None)

    def hidden_before_number(self) -> int:
        """The hidden size of the newest experiment whose W was a matrix; the default where there was none."""
        for experiment in reversed((*self.past, self.present)):
            if experiment.init != "number":
                return experiment.hidden
        return Experiment().hidden
