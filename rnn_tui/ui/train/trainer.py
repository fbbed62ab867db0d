"""Trainer: the training that goes on, follows what is set, and is kept when the lab is left."""

import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rnn_tui.engine.progress import Watch
from rnn_tui.lab.files.files import FileProblem, is_there
from rnn_tui.lab.session.history import State
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.lab.training.settings.train_settings import TrainSettings
from rnn_tui.ui.keys.screen_spec import ScreenSpec
from rnn_tui.ui.shell.crash import crash_folder
from rnn_tui.ui.shell.lab_base import LabBase
from rnn_tui.ui.shell.lines.prompting import Then
from rnn_tui.ui.shell.screen import LabScreen
from rnn_tui.ui.train.driving import Begin, driven
from rnn_tui.ui.train.following import from_now, from_start, told, with_live_of
from rnn_tui.ui.train.progress import PACES, Progress
from rnn_tui.ui.train.scene import TrainResults, TrainView
from rnn_tui.ui.train.shelf import FEW_STEPS, SetAside, Shelf, aside_text, first_to_return, with_newest, with_oldest

if TYPE_CHECKING:
    from rnn_tui.lab.measurement.measurement import Measurement
    from rnn_tui.lab.report.report import Format
    from rnn_tui.lab.training.kept.kept import KeptTraining
    from rnn_tui.lab.training.training import Training

KEPT_NAME = "training.safetensors"
OLDER_NAME = "training.json"  # of a version that kept no weights
PULSE_SECONDS = 2.0


def kept_path() -> Path:
    """Where the training is kept when the lab is left; the file need not exist."""
    return crash_folder() / KEPT_NAME


def older_path() -> Path:
    """Where an earlier version kept it."""
    return crash_folder() / OLDER_NAME


class Trainer(LabScreen[TrainView, TrainResults]):
    """Has the training made in a thread, and brings it to whatever is set.

    What is shown is the truth: a change holds from the step on that is on the screen, and what the thread has made
    beyond that is made again.

    Attributes:
        progress: the training and its drive; None before the Train screen was open.
        shelf: other trainings, to be taken up where they were when what they were of is set again, or by `restore`.
    """

    def __init__(self, spec: ScreenSpec, lab: LabBase) -> None:
        super().__init__(spec, lab, view=TrainView(), results=TrainResults())
        self.progress: Progress | None = None
        self.shelf: Shelf = ()
        self._of = State(self.lab.history.present, self.lab.history.course)  # what the training follows
        # what the thread was asked to begin with and has not answered yet, and what that will be of
        self._pending: Begin | None = None
        self._wanted: TrainSettings | None = None
        self._step_wanted = 0
        self._pulse: tuple[tuple[float, int], ...] = ()
        self._training_note = ""

    # ---- the screen

    def on_mount(self) -> None:
        self.watch(self.lab, "history", self.follow, init=False)

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

    @property
    def shows_training(self) -> bool:
        """Whether the Train screen is open, be it under another."""
        return self in self.lab.screen_stack

    def _show_progress(self) -> None:
        # What no open screen shows would have the others painted anew.
        if self.shows_training:
            self.put_result("progress", self.progress)

    def set_progress(self, **what: Any) -> None:
        """Changes what is going on."""
        assert self.progress is not None
        self.progress = replace(self.progress, **what)
        self._show_progress()

    # ---- what is set

    def follow(self) -> None:
        """Brings the training to what is set: goes on otherwise, is taken from the shelf, or starts anew."""
        if self.progress is None:
            return
        course, now = self.lab.history.course, self.progress.training
        was, self._of = self._of, State(self.lab.history.present, course)
        self.set_progress(course=course)
        try:
            settings = course.settings(self.lab.history.present)
        except ExperimentError as problem:
            self._say_aside(self._set_aside(was))
            self._refuse(str(problem))
            return
        of = self._wanted or (now.settings if now is not None else None)
        if settings == of:
            return
        self._training_note = told(of, settings, step=self.expected_step)
        if of is not None and not settings.starts_anew(of):
            self.drive(from_now(self._base(), settings), settings=settings, step=self.expected_step)
            return
        found = next((each for each in reversed(self.shelf) if not settings.starts_anew(each.training.settings)), None)
        step = self._set_aside(was)
        if found is None:
            self._say_aside(step)
            self.drive(from_start(settings), settings=settings, step=0)
            return
        self._training_note = f"the training of these settings is taken up again at step {found.step:,}"
        if step >= FEW_STEPS:
            swaps = f"`z`{'' if self.shows_training else ' on Train'} swaps them"
            self.lab.say_until_key(f"step {found.step:,} is back; step {step:,} was set aside: {swaps}")
        self._take_from_shelf(found, settings)

    def _set_aside(self, state: State) -> int:
        """Sets the training aside, with what was set then. Returns its step."""
        assert self.progress is not None
        now = self.progress
        if now.training is not None and now.step:
            self.shelf = with_newest(self.shelf, self._as_it_is(now.training, state))
        self.set_progress(training=None, going=now.going and now.goal is None, goal=None, speed=None)
        self._mark_newest()
        return now.step

    def _as_it_is(self, training: "Training", state: State) -> SetAside:
        assert self.progress is not None
        now = self.progress
        return SetAside(training=training, state=state, going=now.going, goal=now.goal, origin=now.origin)

    def _say_aside(self, step: int) -> None:
        """Says what was set aside until another key is pressed.

        On the Train screen also what was set aside before and waits still: a key pressed a few times in a row would
        else leave no word of what the first one did.
        """
        found = first_to_return(self.shelf)
        if found is not None and found.step >= FEW_STEPS and (step >= FEW_STEPS or self.shows_training):
            self.lab.say_until_key(aside_text(found.step, on_train=self.shows_training))

    def _take_from_shelf(self, found: SetAside, settings: TrainSettings) -> None:
        """Goes on with it as it was, under settings that are no other start."""
        self.shelf = tuple(each for each in self.shelf if each is not found)
        self.set_progress(training=None, going=found.going, goal=found.goal, origin=found.origin, speed=None)
        self.drive(from_now(_just(found.training), settings), settings=settings, step=found.step)

    def restore(self, found: SetAside) -> None:
        """Brings it back with what was set then, as one step of undo; the present one is set aside in its place."""
        assert self.progress is not None
        now = self.progress.training
        self.shelf = tuple(each for each in self.shelf if each is not found)
        if now is not None and now.step:
            self.shelf = with_oldest(self.shelf, self._as_it_is(now, self._of))
        self._mark_newest()
        self._take_from_shelf(found, found.training.settings)
        self._training_note = f"the training at step {found.step:,} is back" + (
            ", and goes on" if found.going else "; `space` goes on"
        )
        self.lab.enter(self.lab.history.changed(found.state.experiment, course=found.state.course), opening="back")

    def _mark_newest(self) -> None:
        if self.view.cursor is not None:
            self.set_view(cursor=None)

    def _refuse(self, why: str) -> None:
        self._set_aside(self._of)
        self.lab.job("train").forget()
        self._pending = self._wanted = None
        self.set_progress(refusal=why, going=False, goal=None, speed=None)

    # ---- the drive

    @property
    def expected_step(self) -> int:
        """The step of the training once the thread has begun with what it was asked for."""
        assert self.progress is not None
        return self._step_wanted if self._pending is not None else self.progress.step

    def _base(self) -> Begin:
        """What to begin with: what is shown, or what was asked for and is not there yet."""
        if self._pending is not None:
            return self._pending
        assert self.progress is not None
        assert self.progress.training is not None
        return _just(self.progress.training)

    def drive(
        self, begin: Begin | None = None, *, settings: TrainSettings | None = None, step: int | None = None
    ) -> None:
        """Has the thread begin anew, and go on as `progress` says.

        Args:
            begin: what to begin with; as things are where not given.
            settings, step: what that will be of, and at.
        """
        assert self.progress is not None
        if begin is None:
            if self._pending is None and self.progress.training is None:
                return
            begin, settings, step = self._base(), self._wanted, self.expected_step
        self._pending, self._wanted, self._step_wanted = begin, settings, step or 0
        now = self.progress
        goal = now.goal if now.going else self._step_wanted
        pace = PACES[now.pace] if now.going and goal is None else None
        self._pulse = ()
        job = self.lab.job("train")
        job.forget()
        job.ask(object(), driven(begin, goal=goal, pace=pace), partial(self._take_training, begin))

    def _take_training(self, begin: Begin, found: object) -> None:
        if self.progress is None:
            return
        if found is None:
            if self._pending is begin:
                self._pending = self._wanted = None
            self.set_progress(going=False, goal=None, speed=None)
        elif isinstance(found, ExperimentError):
            self._refuse(str(found))
            self.lab.complain(str(found))
        elif isinstance(found, MemoryError):
            self._refuse("there is not enough memory for this training")
        elif isinstance(found, Exception):
            raise found
        else:
            from rnn_tui.lab.training.training import Training

            assert isinstance(found, Training)
            self._take_newer(begin, found)

    def _take_newer(self, begin: Begin, found: "Training") -> None:
        assert self.progress is not None
        before, now = self.progress.training, time.monotonic()
        arrived = self._wanted is None or found.settings == self._wanted
        if self._pending is begin and arrived and found.step >= self._step_wanted:
            self._pending = self._wanted = None
        speed = None
        if self.progress.going and self.progress.goal is None:
            self._pulse = (*(beat for beat in self._pulse if now - beat[0] < PULSE_SECONDS), (now, found.step))
            (then, earlier), seconds = self._pulse[0], now - self._pulse[0][0]
            speed = (found.step - earlier) / seconds if seconds > PULSE_SECONDS / 4 and then < now else None
        if found is not before:
            self.set_progress(training=found, refusal="", speed=speed, beat=self.progress.beat + 1)
        self._tell_events(before, found)

    def _tell_events(self, before: "Training | None", found: "Training") -> None:
        """Says the newest of what came about while it trained."""
        if before is None or not self.shows_training or self.prompt is not None:
            return
        known = {(event.step, event.kind, event.who) for event in before.events}
        new = [event for event in found.events if (event.step, event.kind, event.who) not in known]
        new = [event for event in new if event.kind not in ("changed", "rewound")]
        if new:
            newest, who = new[-1], "twin" if new[-1].who == "twin" else "network"
            when = "" if newest.kind == "diverged" else f"step {newest.step:,}, "
            self.lab.say(f"{when}{who}: {newest.sentence}")

    def after_measurement(self) -> None:
        note, self._training_note = self._training_note, ""
        if note and self.shows_training and self.prompt is None:
            self.lab.say(note)

    def say_training(self) -> None:
        """Says what a change of the course alone, which measures nothing, does to the training."""
        note, self._training_note = self._training_note, ""
        if note:
            self.lab.say(note)

    # ---- back, and kept

    def rewind(self, step: int) -> None:
        """Goes back to a step; what was set there is set again."""
        assert self.progress is not None
        training = self.progress.training
        assert training is not None

        def begin(goes_on: Watch) -> Any:
            from rnn_tui.lab.training.training import rewound

            yield rewound(training, step, watch=goes_on)

        live = training.live(step)
        settings = training.settings.with_live(live)
        self.shelf = with_newest(self.shelf, self._as_it_is(training, self._of))
        self.set_progress(going=False, goal=None, speed=None)
        self.drive(begin, settings=settings, step=step)
        experiment, course = with_live_of(self.lab.history.present, self.lab.history.course, live)
        if (experiment, course) != (self.lab.history.present, self.lab.history.course):
            self.lab.enter(self.lab.history.changed(experiment, course=course), opening=f"back at step {step:,}")

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
            aside = first_to_return(self.shelf)
            if aside is not None and aside.step >= FEW_STEPS:
                return aside.training
            if self.progress.offered >= FEW_STEPS:
                return None
        return self.progress.training if self.progress.step else None


def _just(training: "Training") -> Begin:
    def begin(_: Watch) -> Any:
        yield training

    return begin
