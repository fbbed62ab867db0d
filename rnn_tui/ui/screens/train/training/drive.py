"""TrainingDrive: the thread that makes the steps of the training, and what of it is shown."""

import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from rnn_tui.engine.progress import Watch
from rnn_tui.lab.session.history import State
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.lab.training.settings.train_settings import TrainSettings
from rnn_tui.ui.keys.screen_spec import ScreenSpec
from rnn_tui.ui.screens.train.scene import TrainResults, TrainView
from rnn_tui.ui.screens.train.training.progress import PACES, Progress
from rnn_tui.ui.screens.train.training.set_aside import (
    SetAside,
    SetAsideTrainings,
    with_newest,
)
from rnn_tui.ui.screens.train.training.work import Begin, training_work
from rnn_tui.ui.shell.app_bases.lab_base import LabBase
from rnn_tui.ui.shell.common_screens.lab_screen import LabScreen

if TYPE_CHECKING:
    from rnn_tui.lab.training.training import Training

PULSE_SECONDS = 2.0


class TrainingDrive(LabScreen[TrainView, TrainResults]):
    """Has the steps of a training made in a thread, at a pace, and shows it as far as it is.

    What is shown is the truth: a change holds from the step on that is on the screen, and what the thread has made
    beyond that is made again.

    Attributes:
        progress: the training and its drive; None before the Train screen was open.
        set_aside: other trainings, to be taken up where they were when what they were of is set again, or by `restore`.
    """

    def __init__(self, spec: ScreenSpec, lab: LabBase) -> None:
        super().__init__(spec, lab, view=TrainView(), results=TrainResults())
        self.progress: Progress | None = None
        self.set_aside: SetAsideTrainings = ()
        self._of = State(self.lab.history.present, self.lab.history.course)  # what the training follows
        # what the thread was asked to begin with and has not answered yet, and what that will be of
        self._pending: Begin | None = None
        self._wanted: TrainSettings | None = None
        self._step_wanted = 0
        self._pulse: tuple[tuple[float, int], ...] = ()
        self._training_note = ""

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

    # ---- the thread

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
        return from_training(self.progress.training)

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
        job.ask(object(), training_work(begin, goal=goal, pace=pace), partial(self._take_training, begin))

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

    # ---- set aside

    def _put_aside(self, state: State) -> int:
        """Sets the training aside, with what was set then. Returns its step."""
        assert self.progress is not None
        now = self.progress
        if now.training is not None and now.step:
            self.set_aside = with_newest(self.set_aside, self._as_it_is(now.training, state))
        self.set_progress(training=None, going=now.going and now.goal is None, goal=None, speed=None)
        self._mark_newest()
        return now.step

    def _as_it_is(self, training: "Training", state: State) -> SetAside:
        assert self.progress is not None
        now = self.progress
        return SetAside(training=training, state=state, going=now.going, goal=now.goal, origin=now.origin)

    def _mark_newest(self) -> None:
        if self.view.cursor is not None:
            self.set_view(cursor=None)

    def _refuse(self, why: str) -> None:
        self._put_aside(self._of)
        self.lab.job("train").forget()
        self._pending = self._wanted = None
        self.set_progress(refusal=why, going=False, goal=None, speed=None)


def from_training(training: "Training") -> Begin:
    """Begins with a training that is there."""

    def begin(_: Watch) -> Any:
        yield training

    return begin
