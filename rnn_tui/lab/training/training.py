"""Training: a network and its twin on the same batches, from a pure function of what was set and of how many steps."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace

from rnn_tui.engine.progress import Watch, unwatched
from rnn_tui.lab.training.plan import plan
from rnn_tui.lab.training.record.events import Event, Who, changes_in_words
from rnn_tui.lab.training.record.run import TrainingRun, at_start
from rnn_tui.lab.training.settings.train_settings import Live, TrainSettings
from rnn_tui.lab.training.stepping import Stepper, sampled


@dataclass(frozen=True, slots=True)
class LiveChange:
    """The live settings from the step after `step` steps on."""

    step: int
    live: Live


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Training:
    """A training after some steps: everything that a screen may show. Frozen, and compared by identity.

    The functions of this module make one training of another, so that any thread may read one while another makes
    the next. On one kind of CPU all they compute hangs on the settings and the numbers of steps alone.

    Attributes:
        settings: as they are now.
        main, twin: the network, and the one that differs in one setting, where there is one. Both take the same
            batches; one that has diverged makes no step while the other goes on, one that was added later catches up.
        changes: what was set while it trained, from the start on, in the order of the steps.
        log: the events of both: changes and rewindings. `events` has all.
    """

    settings: TrainSettings
    main: TrainingRun
    twin: TrainingRun | None
    changes: tuple[LiveChange, ...]
    log: tuple[Event, ...] = ()

    @property
    def runs(self) -> dict[Who, TrainingRun]:
        """The network and its twin, where there is one, by name."""
        return {"main": self.main} if self.twin is None else {"main": self.main, "twin": self.twin}

    @property
    def step(self) -> int:
        """How many steps were made, by whichever network made more."""
        return max(run.step for run in self.runs.values())

    @property
    def stopped(self) -> bool:
        """Whether every network has diverged, so that no step can be made."""
        return all(run.diverged is not None for run in self.runs.values())

    @property
    def events(self) -> tuple[Event, ...]:
        """The events of both networks, in the order of the steps."""
        own = (replace(event, who=who) for who, run in self.runs.items() for event in run.events)
        return tuple(sorted((*self.log, *own), key=lambda event: event.step))

    def remembered(self, step: int) -> int:
        """The last step up to this one that is remembered, from which it is made again where it is another."""
        return self.main.step if self.main.step <= step else self.main.before(step).step

    def live(self, step: int, who: Who = "main") -> Live:
        """The live settings of the step that is made after `step` steps."""
        found = next(change.live for change in reversed(self.changes) if change.step <= step)
        twin = self.settings.twin
        if who == "main" or twin is None or twin.setting not in Live.__slots__:
            return found
        return self.settings.with_live(found).of_twin(twin).live


def started(settings: TrainSettings) -> Training:
    """The training before its first step, its networks tried on fresh sequences once.

    Raises:
        ExperimentError: the network cannot be, cannot run the task, or would not fit in memory.
    """
    alone = replace(settings, twin=None)
    twin = None if settings.twin is None else _begun(settings.of_twin(settings.twin))
    return Training(settings=settings, main=_begun(alone), twin=twin, changes=(LiveChange(0, settings.live),))


def advanced(training: Training, steps: int, *, watch: Watch = unwatched) -> Training:
    """The training after so many more steps, or up to where all have diverged or `watch` asked to stop.

    A twin that was added later first makes, alone, the steps that it is behind.

    Args:
        watch: called after every step with the share that is done; where it answers no, the steps made so far are kept.
    """
    behind = [run.step for run in training.runs.values() if run.diverged is None]
    until = min(behind, default=0) + steps
    return _made(training, dict.fromkeys(training.runs, until), watch)


def changed(training: Training, settings: TrainSettings) -> Training:
    """The training under other settings from its next step on.

    η, clipping, θ and the optimiser are changed on the way, and that is kept with its step; another twin, or none,
    leaves the network as it is; anything else that matters to the network or its task starts anew.

    Raises:
        ExperimentError: as `started`.
    """
    if settings.starts_anew(training.settings):
        return started(settings)
    found = replace(training, settings=settings)
    if settings.twin != training.settings.twin:
        found = replace(found, twin=None if settings.twin is None else _begun(settings.of_twin(settings.twin)))
    return found if settings.live == training.settings.live else _changed_live(found, settings.live)


def rewound(training: Training, step: int, *, keep: bool = False, watch: Watch = unwatched) -> Training:
    """The training as it was after so many steps, from which it goes on as if the later ones had not been made.

    What was set later is taken back too. The steps from the last moment that is remembered are made again, with the
    very same numbers, but for those of a kept training that were made on another kind of CPU.

    Args:
        step: from 0 to the present one.
        keep: set for the steps to come what is set now.
        watch: as in `advanced`; where it answers no, the training stays where it was.

    Raises:
        ValueError: there was no such step.
    """
    if not 0 <= step <= training.step:
        raise ValueError(f"steps 0 to {training.step} can be gone back to, not {step}")
    if step == training.step:
        return training
    before, now = training.step, training.settings.live
    kept = tuple(change for change in training.changes if change.step <= step)
    back = replace(
        training,
        settings=training.settings.with_live(kept[-1].live),
        changes=kept,
        log=tuple(event for event in training.log if event.step <= step),
        main=_back(training.main, step),
        twin=None if training.twin is None else _back(training.twin, step),
    )
    targets = {who: min(step, run.step) for who, run in training.runs.items()}
    back = _made(back, targets, watch)
    if any(run.step < targets[who] and run.diverged is None for who, run in back.runs.items()):
        return training
    step = back.step  # where the steps made again have diverged, on another kind of CPU, an earlier one
    event = Event(step=step, kind="rewound", sentence=f"back from step {before:,} to {step:,}", number=before)
    back = replace(back, log=(*back.log, event))
    return changed(back, back.settings.with_live(now)) if keep else back


def _begun(settings: TrainSettings) -> TrainingRun:
    return sampled(at_start(plan(settings))).keeping()


def _back(run: TrainingRun, step: int) -> TrainingRun:
    return run if run.step <= step else run.before(step)


def _changed_live(training: Training, live: Live) -> Training:
    """The training with what is set for its next step; of several changes at one step the last one counts."""
    step = training.step
    earlier = tuple(change for change in training.changes if change.step < step)
    log = tuple(event for event in training.log if event.step < step or event.kind != "changed")
    if earlier and earlier[-1].live != live:
        said = f"after step {step:,}: {changes_in_words(earlier[-1].live, live)}"
        log = (*log, Event(step=step, kind="changed", sentence=said))
    kept = earlier if earlier and earlier[-1].live == live else (*earlier, LiveChange(step, live))
    new = replace(training, changes=kept, log=log)
    free: dict[Who, TrainingRun] = {
        who: replace(run, diverged=None)
        for who, run in new.runs.items()
        if run.diverged is not None and run.step == step and new.live(step, who) != training.live(step, who)
    }
    return _with_runs(new, free)


def _made(training: Training, targets: Mapping[Who, int], watch: Watch) -> Training:
    """Every network brought to its target, all on the same batches."""
    steppers = {
        who: Stepper(run) for who, run in training.runs.items() if run.diverged is None and run.step < targets[who]
    }
    if not steppers:
        return training
    task, size = training.main.plan.task, training.main.plan.settings.batch
    lives = {who: [training.live(change.step, who) for change in training.changes] for who in steppers}
    since = [change.step for change in training.changes]
    begin, end = min(stepper.step for stepper in steppers.values()), max(targets[who] for who in steppers)
    for step in range(begin, end):
        going = {who: each for who, each in steppers.items() if each.step < targets[who] and not each.stopped}
        if not going:
            break
        batch, setting = task.batch(step + 1, size), bisect_right(since, step) - 1
        for who, stepper in going.items():
            if stepper.step == step:
                stepper.make(batch, lives[who][setting])
        if not watch((step + 1 - begin) / (end - begin)):
            break
    return _with_runs(training, {who: stepper.run() for who, stepper in steppers.items()})


def _with_runs(training: Training, runs: Mapping[Who, TrainingRun]) -> Training:
    return replace(training, main=runs.get("main", training.main), twin=runs.get("twin", training.twin))
