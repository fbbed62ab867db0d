"""TrainingFollower: the training of whatever is set: it goes on, is one that was set aside, or starts anew."""

from typing import TYPE_CHECKING, Any

from rnn_tui.engine.progress import Watch
from rnn_tui.lab.session.history import State
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.lab.training.settings.train_settings import TrainSettings
from rnn_tui.ui.screens.train.training.sentences import change_sentence
from rnn_tui.ui.screens.train.training.set_aside import (
    FEW_STEPS,
    SetAside,
    aside_text,
    first_to_return,
    with_newest,
    with_oldest,
)
from rnn_tui.ui.screens.train.training.start import from_now, from_start, with_live_of

if TYPE_CHECKING:
    pass

from rnn_tui.ui.screens.train.training.drive import TrainingDrive, from_training


class TrainingFollower(TrainingDrive):
    """Brings the training to whatever is set, and sets aside the one whose place another takes."""

    def on_mount(self) -> None:
        self.watch(self.lab, "history", self.follow, init=False)

    def follow(self) -> None:
        """Brings the training to what is set: goes on otherwise, is one that was set aside, or starts anew."""
        if self.progress is None:
            return
        course, now = self.lab.history.course, self.progress.training
        was, self._of = self._of, State(self.lab.history.present, course)
        self.set_progress(course=course)
        try:
            settings = course.settings(self.lab.history.present)
        except ExperimentError as problem:
            self._say_aside(self._put_aside(was))
            self._refuse(str(problem))
            return
        of = self._wanted or (now.settings if now is not None else None)
        if settings == of:
            return
        self._training_note = change_sentence(of, settings, step=self.expected_step)
        if of is not None and not settings.starts_anew(of):
            self.drive(from_now(self._base(), settings), settings=settings, step=self.expected_step)
            return
        found = next(
            (each for each in reversed(self.set_aside) if not settings.starts_anew(each.training.settings)), None
        )
        step = self._put_aside(was)
        if found is None:
            self._say_aside(step)
            self.drive(from_start(settings), settings=settings, step=0)
            return
        self._training_note = f"the training of these settings is taken up again at step {found.step:,}"
        if step >= FEW_STEPS:
            swaps = f"`z`{'' if self.shows_training else ' on Train'} swaps them"
            self.lab.say_until_key(f"step {found.step:,} is back; step {step:,} was set aside: {swaps}")
        self._take_up(found, settings)

    def _say_aside(self, step: int) -> None:
        """Says what was set aside until another key is pressed.

        On the Train screen also what was set aside before and waits still: a key pressed a few times in a row would
        else leave no word of what the first one did.
        """
        found = first_to_return(self.set_aside)
        if found is not None and found.step >= FEW_STEPS and (step >= FEW_STEPS or self.shows_training):
            self.lab.say_until_key(aside_text(found.step, on_train=self.shows_training))

    def _take_up(self, found: SetAside, settings: TrainSettings) -> None:
        """Goes on with it as it was, under settings that are no other start."""
        self.set_aside = tuple(each for each in self.set_aside if each is not found)
        self.set_progress(training=None, going=found.going, goal=found.goal, origin=found.origin, speed=None)
        self.drive(from_now(from_training(found.training), settings), settings=settings, step=found.step)

    def restore(self, found: SetAside) -> None:
        """Brings it back with what was set then, as one step of undo; the present one is set aside in its place."""
        assert self.progress is not None
        now = self.progress.training
        self.set_aside = tuple(each for each in self.set_aside if each is not found)
        if now is not None and now.step:
            self.set_aside = with_oldest(self.set_aside, self._as_it_is(now, self._of))
        self._mark_newest()
        self._take_up(found, found.training.settings)
        self._training_note = f"the training at step {found.step:,} is back" + (
            ", and goes on" if found.going else "; `space` goes on"
        )
        self.lab.enter(self.lab.history.changed(found.state.experiment, course=found.state.course), opening="back")

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
        self.set_aside = with_newest(self.set_aside, self._as_it_is(training, self._of))
        self.set_progress(going=False, goal=None, speed=None)
        self.drive(begin, settings=settings, step=step)
        experiment, course = with_live_of(self.lab.history.present, self.lab.history.course, live)
        if (experiment, course) != (self.lab.history.present, self.lab.history.course):
            self.lab.enter(self.lab.history.changed(experiment, course=course), opening=f"back at step {step:,}")
