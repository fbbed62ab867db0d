"""Changing: the dials, the choices, undo and redo."""

from rnn_tui.engine.kinds import GATED
from rnn_tui.lab.experiment.declarations import EXPERIMENT
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.ui.shell.core import LabCore
from rnn_tui.ui.state.dials import DIALS, Dial, dial_after, dials_of

_ENDS = {-1: "as low as it goes", 1: "as high as it goes"}


class Changing(LabCore):
    """Actions that make another experiment."""

    def action_turn(self, clicks: int) -> None:
        self._turn(DIALS[self.view.dial], clicks)

    def action_turn_dial(self, clicks: int) -> None:
        # Not `turn`: on a screen with a cursor the keys of that must not work.
        self.action_turn(clicks)

    def action_turn_far(self, clicks: int) -> None:
        self._turn(DIALS[self.view.dial], clicks, coarse=True)

    def action_turn_rho(self, clicks: int) -> None:
        self._turn(DIALS["rho"], clicks)

    def _turn(self, dial: Dial[Experiment], clicks: int, *, coarse: bool = False) -> None:
        before = self.experiment
        measured = self.measurement if self.measurement and self.measurement.experiment == before else None

        if dial.name == "init":
            self._next_init(clicks)
            return
        try:
            after = dial.turned(before, clicks, coarse=coarse, measurement=measured)
        except ExperimentError as problem:
            self.complain(str(problem))
            return
        if after == before:
            self.say(f"{dial.title} is {dial.value_text(before)}, {_ENDS[1 if clicks > 0 else -1]}")
        else:
            self.change(after, run=dial.name)

    def action_dial(self, clicks: int) -> None:
        dial = dial_after(dials_of(self.experiment), self.view.dial, clicks)
        self.look(dial=dial.name)
        value = dial.value_text(self.experiment, self.measurement)
        self.say(f"{dial.title} {value}: {dial.help_of(self.experiment)}")

    def action_choose(self, setting: str) -> None:
        if setting == "init":
            self._next_init(1)
            return
        if setting == "activation" and self.experiment.cell in GATED:
            cell = self.experiment.cell.upper()
            self.say(f"the {cell} has activations of its own: sigmoid for its gates, tanh beside them")
            return
        choices = EXPERIMENT.choices[setting]
        now = choices.index(getattr(self.experiment, setting))
        self.try_change(lambda: self.experiment.changed(**{setting: choices[(now + 1) % len(choices)]}))

    def action_cell(self) -> None:
        self.action_choose("cell")

    def action_skip(self) -> None:
        self.try_change(lambda: DIALS["skip"].turned(self.experiment, 1))

    def _next_init(self, clicks: int) -> None:
        """The next kind of W; leaving the single number brings the hidden size of before back."""
        after = DIALS["init"].turned(self.experiment, clicks)
        if self.experiment.init == "number":
            after = after.changed(hidden=self.history.hidden_before_number())
        self.try_change(lambda: after)

    def action_new_seed(self) -> None:
        self.try_change(lambda: DIALS["seed"].turned(self.experiment, 1))

    def action_clip(self) -> None:
        kinds = [kind for kind in EXPERIMENT.choices["clip"] if kind != "off"]
        mode = "off" if self.experiment.clip != "off" else self._last_clip() or kinds[0]
        self.try_change(lambda: self.experiment.changed(clip=mode))

    def _last_clip(self) -> str | None:
        """The kind of clipping that was on last."""
        return next((each.clip for each in reversed(self.history.past) if each.clip != "off"), None)

    def action_clip_kind(self) -> None:
        kinds = [kind for kind in EXPERIMENT.choices["clip"] if kind != "off"]
        now = self.experiment.clip
        mode = kinds[0] if now == "off" else kinds[(kinds.index(now) + 1) % len(kinds)]
        self.try_change(lambda: self.experiment.changed(clip=mode))

    def action_undo(self) -> None:
        self._go(undo=True)

    def action_redo(self) -> None:
        self._go(undo=False)

    def _go(self, *, undo: bool) -> None:
        history = self.history.undone() if undo else self.history.redone()
        if history is self.history:
            self.say("nothing to undo" if undo else "nothing to redo")
            return
        self.enter(history, opening="undid" if undo else "did again")

    def action_back_to_start(self) -> None:
        start = self.history.start
        history = self.history.changed(start, course=self.history.start_course)
        if history.present == self.experiment and history.course == self.history.course:
            self.say("these are the settings of the start")
            return
        self.enter(history, opening="back to the start")
