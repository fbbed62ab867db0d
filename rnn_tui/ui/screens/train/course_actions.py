"""CourseActions: the keys that set the task of a training, its sizes, its optimiser, its twin and θ."""

from functools import partial
from typing import Any, get_args

from rnn_tui.engine.kinds import TaskName
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.lab.text.number_input import parse_whole
from rnn_tui.lab.text.numbers import setting_text
from rnn_tui.lab.training.settings.course import Course, twins_for
from rnn_tui.lab.training.settings.recommended import RECOMMENDED, TASK_TITLES
from rnn_tui.lab.training.settings.train_settings import TRAINING
from rnn_tui.lab.training.settings.twin import Twin
from rnn_tui.ui.screens.train.training.keeper import TrainingKeeper
from rnn_tui.ui.shell.lines.prompt import Prompt, Then

_TITLES = {"length": "length T", "batch": "batch size B"}


class CourseActions(TrainingKeeper):
    """Actions that set another course."""

    def set_course(self, course: Course) -> None:
        """Sets it, as one step of undo."""
        self.lab.history = self.lab.history.changed(self.lab.history.present, course=course)
        self.say_training()

    def _change_course(self, **settings: Any) -> bool:
        try:
            course = self.lab.history.course.changed(self.lab.history.present, **settings)
        except ExperimentError as problem:
            self.lab.complain(str(problem))
            return False
        self.set_course(course)
        return True

    def action_task(self) -> None:
        tasks = get_args(TaskName)
        task = tasks[(tasks.index(self.lab.history.course.task) + 1) % len(tasks)]
        length = RECOMMENDED[task].course.length
        if task == "next-word":
            length = min(length, len(self.lab.history.present.words))
        if self._change_course(task=task, length=length):
            self.lab.say(f"{task}: {TASK_TITLES[task]}; `Y` sets what learns it")

    def action_recommended(self) -> None:
        """The settings with which the task is learned: of the network and of the course, one step of undo."""
        found = RECOMMENDED[self.lab.history.course.task]
        try:
            history = self.lab.history.changed(found.applied(self.lab.history.present), course=found.course)
        except ExperimentError as problem:
            self.lab.complain(str(problem))
            return
        if history.present == self.lab.history.present and history.course == self.lab.history.course:
            self.lab.say(f"set already: {found.sentence}")
            return
        self.lab.enter(history)
        self._training_note = f"{found.sentence}; `u` undoes"
        self.lab.say(self._training_note)

    def action_optimiser(self) -> None:
        found = TRAINING.choices["optimiser"]
        now = found.index(self.lab.history.course.optimiser)
        self._change_course(optimiser=found[(now + 1) % len(found)])

    def action_type_size(self, name: str) -> None:
        now = getattr(self.lab.history.course, name)
        allowed = TRAINING[name].kind.allowed

        def kept(text: str) -> str | Then:
            try:
                course = self.lab.history.course.changed(self.lab.history.present, **{name: parse_whole(text)})
            except ValueError as problem:
                wanted = problem.allowed if isinstance(problem, ExperimentError) else f"give {allowed}"
                return f"{text.strip()!r} cannot be kept: {wanted}"
            return partial(self.set_course, course)

        self.ask(Prompt(label=_TITLES[name], value=str(now), note=allowed, replaced=True, kept=kept))

    # ---- the twin

    def action_twin(self) -> None:
        course = self.lab.history.course
        found = twins_for(course, self.lab.history.present)
        now = found.index(course.twin) if course.twin in found else -1
        self._change_course(twin=found[(now + 1) % len(found)])

    def action_type_twin(self) -> None:
        twin = self.lab.history.course.twin

        def kept(text: str) -> str | Then:
            try:
                new = None if text.strip() in ("", "none") else Twin.parse(text)
                course = self.lab.history.course.changed(self.lab.history.present, twin=new)
            except ExperimentError as problem:
                return problem.allowed
            return partial(self.set_course, course)

        value, note = "none" if twin is None else str(twin), "as clip=off, cell=gru, lr=0.01 or none"
        self.ask(Prompt(label="twin", value=value, note=note, replaced=True, kept=kept))

    # ---- θ

    def action_suggested(self) -> None:
        """θ at the average of the norms seen, in two digits: within Pascanu's half to ten times."""
        from rnn_tui.lab.training.threshold import suggested_threshold

        training = self.progress.training if self.progress is not None else None
        found = None if training is None else suggested_threshold(training.main)
        if found is None:
            self.lab.say("no gradient was seen yet: `x` makes a step")
            return
        theta = float(f"{found.average:.2g}")
        on = "" if self.lab.experiment.clip != "off" else "; `c` turns clipping on"
        if theta == self.lab.experiment.threshold:
            self.lab.say(f"θ is {setting_text(theta)} already: {found.sentence}")
            return
        if self.lab.try_change(lambda: self.lab.experiment.changed(threshold=theta)):
            self._training_note = f"θ {setting_text(theta)}{on}. {found.sentence}"
