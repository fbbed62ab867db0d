"""LabScreen: what the keys that all screens share do: the dials, the text, undo and redo."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.session.saved import Lab
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.lab.settings.grids import Choice
from rnn_tui.ui.shell.common_screens.prompt_screen import PromptScreen
from rnn_tui.ui.shell.common_screens.scene_screen import Results, View
from rnn_tui.ui.shell.lines.line_input import LONGEST_EDITED
from rnn_tui.ui.shell.lines.prompt import Prompt, Then, on_one_line, with_untouched
from rnn_tui.ui.state.dials import DIALS, dial_after, dials_of

if TYPE_CHECKING:
    from rnn_tui.lab.measurement.measurement import Measurement
    from rnn_tui.lab.report.report import Format
    from rnn_tui.lab.views.views import Views


class LabScreen(PromptScreen[View, Results]):
    """A screen of the lab. One that has settings of its own says what these keys do there."""

    # ---- what the app asks of it

    def interrupt(self) -> bool:
        """Ends what runs by itself until a key is pressed; whether something did, so that the key does nothing else."""
        return False

    def after_measurement(self) -> None:
        """Adds to what was said of a change."""

    def keep_work(self) -> str:
        """Keeps what would be lost when the lab is left; what is to be said of it."""
        return ""

    def completed(self, lab: Lab) -> Lab:
        """The lab with what this screen alone has set."""
        return lab

    def take_up(self, lab: Lab) -> None:
        """Sets what the lab holds of this screen alone."""

    def views(self) -> "tuple[Views | None, str]":
        """What the screen shows beside the measurement, and its name; without the first, why it is not all there."""
        from rnn_tui.lab.views.views import Views

        return Views(), ""

    def views_of(self, views: "Views", name: str, *tasks: str) -> "tuple[Views | None, str]":
        """These views, unless one of the tasks that they are made of is not all there."""
        if all(self.results.complete(task) for task in tasks):
            return views, name
        stages = [stage for stage in map(self.results.stage, tasks) if stage is not None]
        problem = next((stage.problem for stage in stages if stage.problem), "")
        if any(stage.stopped for stage in stages):
            problem = f"{name} are not all measured: you stopped that"
        return None, problem or f"{name} are still being measured: Enter again in a moment"

    def export(self, path: Path, form: "Format", measurement: "Measurement") -> str | Then:
        """Writes the measurement, with what this screen shows beside it."""
        from rnn_tui.lab.report.report import save_report
        from rnn_tui.lab.views.report import measurement_report

        views, name = self.views()
        if views is None:
            return name
        save_report(path, measurement_report(measurement, views=views), form)
        return partial(self.lab.say_verbatim, f"exported to {path}{f', with {name}' if name else ''}")

    # ---- the dials

    def action_turn(self, clicks: int) -> None:
        self.lab.turn(DIALS[self.lab.dial], clicks)

    def action_turn_far(self, clicks: int) -> None:
        self.lab.turn(DIALS[self.lab.dial], clicks, coarse=True)

    def action_dial(self, clicks: int) -> None:
        lab = self.lab
        dial = dial_after(dials_of(lab.experiment), lab.dial, clicks)
        lab.dial = dial.name
        value = dial.value_text(lab.experiment, lab.measurement)
        lab.say(f"{dial.title} {value}: {dial.help_of(lab.experiment)}")

    def action_type_value(self) -> None:
        lab = self.lab
        dial, before = DIALS[lab.dial], lab.experiment
        grid = dial.grid_of(before)

        def keep(experiment: Experiment) -> Then:
            if experiment == before:
                return partial(lab.say, f"{dial.title} is {dial.value_text(before)} already")
            return partial(lab.change, experiment)

        self.ask_value(
            dial.title,
            dial.value_text(before, lab.measurement),
            note=" ".join(grid.names) if isinstance(grid, Choice) else dial.help_of(before),
            typed=lambda text: dial.typed(before, text),
            keep=keep,
        )

    # ---- the text

    def action_edit_text(self) -> None:
        lab = self.lab
        before = lab.history.present
        shown = on_one_line(before.text)
        if len(shown) > LONGEST_EDITED:
            lab.complain(f"the text has {len(shown):,} characters, too many for one line: edit its file, open it anew")
            return

        def edited(text: str) -> Experiment:
            return before if text == shown else before.changed(text=with_untouched(before.text, shown, text))

        def changed(text: str) -> None:
            try:
                experiment = edited(text)
            except ExperimentError as problem:
                self.prompt_note(f"{problem.allowed}; the last text stays measured", wrong=True)
                return
            if experiment != lab.experiment:
                self.prompt_note(f"{len(experiment.words):,} steps")
                lab.measure(experiment, preview=True)

        def kept(text: str) -> str | Then:
            try:
                experiment = edited(text)
            except ExperimentError as problem:
                return problem.allowed
            return partial(self._keep_text, before, experiment)

        def left() -> None:
            if lab.experiment != before:
                lab.measure(before, opening="the text is as it was")

        self.ask(Prompt(label="text", value=shown, longest=LONGEST_EDITED, changed=changed, kept=kept, left=left))

    def _keep_text(self, before: Experiment, experiment: Experiment) -> None:
        """One step of undo for the whole edit; what is on the screen is measured already, or being measured."""
        lab = self.lab
        if experiment == before:
            lab.say("the text is as it was")
            return
        lab.history = lab.history.changed(experiment)
        steps = f"{len(experiment.words):,} {'step' if len(experiment.words) == 1 else 'steps'}"
        lab.say(f"text kept: {steps}; `u` brings the one before back")
        if experiment != lab.experiment:
            lab.measure(experiment)

    # ---- what was set before

    def action_undo(self) -> None:
        self.lab.go_back()

    def action_redo(self) -> None:
        self.lab.go_forward()

    def action_back_to_start(self) -> None:
        self.lab.go_to_start()
