"""Training: steps made and taken back, the marked step, and the trained network carried to every other screen."""

from functools import partial
from typing import TYPE_CHECKING, Any

from rnn_tui.engine.progress import Watch
from rnn_tui.lab.text.number_input import parse_whole
from rnn_tui.lab.training.settings.course import course_of
from rnn_tui.ui.screens.train.course_actions import CourseActions
from rnn_tui.ui.screens.train.layout import all_shown
from rnn_tui.ui.screens.train.training.progress import PACES, pace_text
from rnn_tui.ui.screens.train.training.set_aside import FEW_STEPS, first_to_return
from rnn_tui.ui.shell.lines.prompt import Prompt, Then
from rnn_tui.ui.state.requests import KeptLabWanted

if TYPE_CHECKING:
    from rnn_tui.lab.training.training import Training

PANEL_TURNS = 12  # after so many turns both the charts and the numbers are where they were
_PARTS = {
    "weights": "what each step's copy of W gets of the gradient",
    "states": "‖∂L/∂h_t‖, the gradient that comes back to each step",
}


class TrainActions(CourseActions):
    """Actions of the Train screen on the training itself."""

    # ---- steps

    def _training(self) -> "Training | None":
        """The training, where one can go on with it; else it is said why not."""
        now = self.now
        if now.training is None:
            self.lab.complain(now.refusal) if now.refusal else self.lab.say("the network is being initialised…")
        return now.training

    def action_train(self) -> None:
        if self.now.going:
            self.action_pause_training()
            return
        training = self._training()
        if training is None or self._stands_still(training):
            return
        self._to_newest()
        self.set_progress(going=True, goal=None)
        self.drive()
        self.lab.say(f"training, {pace_text(self.now.pace)}; `space` pauses")

    def action_pause_training(self) -> None:
        if not self.now.going:
            self.lab.say("nothing is going on; `space` trains")
            return
        self.set_progress(going=False, goal=None, speed=None)
        self.drive()
        self.lab.say(f"paused at step {self.now.step:,}; `space` goes on")

    def _stands_still(self, training: "Training") -> bool:
        if not training.stopped:
            return False
        self.lab.say("it has diverged: `←` and `z` go back to a step before, `c` clips, `m` is another twin")
        return True

    def action_train_steps(self, steps: int) -> None:
        training = self._training()
        if training is None or self._stands_still(training):
            return
        self._to_newest()
        done = self.expected_step
        goal = (self.now.goal or done) + steps
        self.set_progress(going=True, goal=goal, origin=done if self.now.goal is None else self.now.origin)
        self.drive()
        self.lab.say(f"on to step {goal:,}")

    def action_pace(self, clicks: int) -> None:
        pace = min(max(self.now.pace + clicks, 0), len(PACES) - 1)
        if pace == self.now.pace:
            self.lab.say(f"{pace_text(pace)} is as {'fast' if clicks > 0 else 'slow'} as it goes")
            return
        self.set_progress(pace=pace, speed=None)
        if self.now.going and self.now.goal is None:
            self.drive()
        self.lab.say(f"at most {pace_text(pace)}" if PACES[pace] is not None else pace_text(pace))

    # ---- the marked step

    def _mark(self, step: int) -> None:
        newest = self.now.step
        step = min(max(step, 0), newest)
        before = self.now.marked(self.view.cursor)
        if step == before:
            self.lab.say("already at the newest step; `x` makes one more" if step == newest else "already at the start")
            return
        self.set_view(cursor=None if step == newest else step)

    def _to_newest(self) -> None:
        if self.view.cursor is not None:
            self.set_view(cursor=None)

    def action_mark(self, clicks: int) -> None:
        """By a column or so of the charts."""
        from rnn_tui.ui.screens.train.panels.axis import mark_stride

        self._mark(self.now.marked(self.view.cursor) + clicks * mark_stride(self.now.step))

    def action_mark_far(self, direction: int) -> None:
        leap = max(1, self.now.step // 10)
        self._mark(self.now.marked(self.view.cursor) + direction * leap)

    def action_mark_end(self, end: int) -> None:
        self._mark(self.now.step if end else 0)

    def action_rewind(self) -> None:
        step, newest, aside = self.now.marked(self.view.cursor), self.now.step, first_to_return(self.set_aside)
        if step == newest and aside is not None:
            self.restore(aside)
            return
        training = self._training()
        if training is None:
            return
        if step == newest:
            self.lab.say("`←` marks a step to go back to")
            return
        self._to_newest()
        remembered = training.remembered(step)
        again = "" if remembered == step else f", made again from step {remembered:,}"
        self.lab.say(f"back at step {step:,}{again}: `space` or `x` goes on from there")
        self.rewind(step)
        if newest - step >= FEW_STEPS:
            self.lab.say_until_key(f"back at step {step:,}{again}; what came after is set aside: `z` restores it")

    def action_type_step(self) -> None:
        training = self._training()
        if training is None:
            return
        newest = training.step
        allowed = f"a whole number from 0 to {newest}"

        def kept(text: str) -> str | Then:
            try:
                step = parse_whole(text)
            except ValueError:
                step = -1
            if not 0 <= step <= newest:
                return f"{text.strip()!r} cannot be marked: give {allowed}"
            return partial(self._mark, step)

        marked = self.now.marked(self.view.cursor)
        self.ask(Prompt(label="mark step", value=str(marked), note=allowed, replaced=True, kept=kept))

    # ---- the view

    def action_train_panels(self) -> None:
        view = self.view
        if all_shown(self.size.width, self.size.height, numbers=view.numbers):
            self.lab.say("all panels are shown")
            return
        self.set_view(panel=(view.panel + 1) % PANEL_TURNS)

    def action_train_numbers(self) -> None:
        self.set_view(numbers=not self.view.numbers)

    def action_parts(self) -> None:
        parts: Any = "states" if self.view.parts == "weights" else "weights"
        self.set_view(parts=parts)
        self.lab.say(f"the map shows {_PARTS[parts]}")

    def action_tensor(self, clicks: int) -> None:
        training = self._training()
        if training is None:
            return
        names = list(training.main.model.tensors)
        tensor = (self.view.tensor + clicks) % len(names)
        self.set_view(tensor=tensor, weight=None)

    def action_weight(self, clicks: int) -> None:
        training = self._training()
        if training is None:
            return
        tensors = list(training.main.model.tensors.values())
        chosen = tensors[self.view.tensor % len(tensors)]
        weight = self.view.weight
        place = 0 if weight is None else (weight + clicks) % chosen.size
        self.set_view(weight=place)

    def action_type_weight(self) -> None:
        training = self._training()
        if training is None:
            return
        from rnn_tui.ui.panels.tensors import place_text, typed_place

        tensors = training.main.model.tensors
        names = list(tensors)

        def kept(text: str) -> str | Then:
            found = typed_place({name: tensors[name].shape for name in names}, text)
            if isinstance(found, str):
                return found
            return lambda: self.set_view(tensor=found[0], weight=found[1])

        tensor = self.view.tensor % len(names)
        value = place_text(names[tensor], tensors[names[tensor]].shape, self.view.weight or 0)
        self.ask(Prompt(label="weight", value=value, note="as W_hh[3,4] or b_y[1]", replaced=True, kept=kept))

    # ---- carried on

    def action_adopt(self) -> None:
        training = self._training()
        if training is None:
            return
        if not training.main.step:
            self.lab.say("it has learned nothing yet: `space` trains it")
            return
        from rnn_tui.lab.training.adopt import adopted_experiment

        if self.lab.try_change(lambda: adopted_experiment(training)):
            said = f"every screen has the network of step {training.main.step:,}"
            self._training_note = f"{said}: `1` shows how it reads a sequence; `u` undoes"

    def action_take_up(self) -> None:
        """Takes up the kept training, in the thread, and sets what it was of."""
        found = self.kept_training()
        if found is None:
            self.post_message(KeptLabWanted("no training was kept, nor a lab: both are"))
            return
        if isinstance(found, str):
            self.lab.complain(found)
            return
        kept, settings = found, found.settings

        def begin(goes_on: Watch) -> Any:
            from rnn_tui.lab.training.kept.kept import taken_up

            return taken_up(kept, goes_on)

        self._say_aside(self._put_aside(self._of))
        self.set_progress(going=False, goal=None, speed=None, offered=0)
        self.drive(begin, settings=settings, step=kept.step)
        history = self.lab.history.changed(settings.experiment, course=course_of(settings))
        self._training_note = f"step {kept.step:,} {kept.promise}; `z` goes back"
        self.lab.enter(history, opening="taken up")
