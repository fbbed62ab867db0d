"""Typing: the prompts for the text and for a dial's value."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

from textual import events
from textual.widgets import Input

from rnn_tui.engine.progress import Watch
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.lab.settings.grids import Choice, Listed
from rnn_tui.ui.shell.core import LabCore
from rnn_tui.ui.shell.lines.completing import Completed, completed, listed
from rnn_tui.ui.shell.lines.hint import HintLine
from rnn_tui.ui.shell.lines.line_input import LineInput
from rnn_tui.ui.shell.lines.prompt import PromptInput, PromptLine
from rnn_tui.ui.shell.lines.prompting import Prompt, Then, on_one_line, with_untouched
from rnn_tui.ui.state.dials import DIALS

LONGEST_EDITED = 100_000

Settings = TypeVar("Settings")


def wanted(problem: ExperimentError) -> str:
    """What would be right in the place of a value that cannot be; of a skip that is said in a sentence."""
    return problem.allowed if problem.setting == "skip" else f"give {problem.allowed}"


def too_long(most: int) -> str:
    """Why a line does not take what was typed or pasted."""
    file = "; a longer text opens from a file: rnn-tui --file F" if most == LONGEST_EDITED else ""
    return f"at most {most:,} characters fit into this line, so nothing was added{file}"


class Typing(LabCore):
    """Actions that ask for something to be typed, and the prompt line's own."""

    _note: tuple[str, bool] = ("", False)  # what was said last of what is typed, and whether it objected
    _below: bool = False  # whether notes stand below what is typed
    _refused: str | None = None  # what was typed when it could not be kept

    def ask(self, prompt: Prompt) -> None:
        """Opens the prompt line in place of the hint line."""
        self.prompt, self._below = prompt, False
        self.screen.query_one(HintLine).add_class("-away")
        self.screen.query_one(PromptLine).open(prompt)
        self.prompt_note(prompt.note)
        self.settle_context()

    def prompt_note(self, text: str, *, wrong: bool = False) -> None:
        self._note = text, wrong
        line, note = self.screen.query_one(PromptLine), "" if wrong else text.replace("`", "")
        # Once below it stays there: what is typed must not move up and down with the length of its note.
        self._below = self._below or not line.has_room(note)
        beside = not self._below
        line.show_note(note if beside else "")
        self.objection = text if wrong else ""
        self.offers = "" if beside else note

    def on_resize(self, _: events.Resize) -> None:
        if self.prompt is not None:
            text, wrong = self._note
            self.prompt_note(text, wrong=wrong)

    def close_prompt(self) -> None:
        """Brings the hint line back."""
        self.prompt = None
        self.objection = self.offers = ""
        self.job("complete").forget()
        self.screen.query_one(PromptLine).close()
        self.screen.query_one(HintLine).remove_class("-away")
        self.settle_context()

    def focus_prompt(self) -> None:
        # A window that was too small for a while hid the line, and it lost the keys.
        if self.prompt is not None and self.focused is None:
            self.screen.set_focus(self.screen.query_one(PromptInput))

    def on_input_changed(self, event: Input.Changed) -> None:
        if self.prompt is None or not isinstance(event.input, PromptInput):
            return
        if self.prompt.changed is not None:
            # not the event's: it may come after another prompt has opened
            self.prompt.changed(event.input.value)
        elif self.objection == too_long(self.prompt.longest) or (
            # What was found, or objected to, was of another path.
            self.prompt.paths and event.input.value != self._refused
        ):
            self.prompt_note(self.prompt.note)

    def action_complete(self) -> None:
        """Completes a path in a thread: a folder may be long, or far away."""
        prompt, line = self.prompt, self.screen.query_one(PromptInput)
        if prompt is None or not prompt.paths:
            self.prompt_note("‘Tab’ completes paths, and this is none")
            return
        untouched = bool(line.value) and line.selected_text == line.value
        typed = "" if untouched else line.value[: line.cursor_position]

        def work(goes_on: Watch) -> Iterator[object]:
            yield completed(typed, goes_on)

        self.job("complete").ask((line.value, typed), work, partial(self._take_completed, line.value, typed))

    def _take_completed(self, value: str, typed: str, found: object) -> None:
        line = self.screen.query_one(PromptInput)
        if isinstance(found, Exception):
            raise found
        if not isinstance(found, Completed) or line.value != value:
            return
        rest = value[len(typed) :] if typed else ""
        with line.prevent(Input.Changed):
            line.value = found.text + rest
        line.cursor_position = len(found.text)
        if found.problem:
            self.prompt_note(found.problem, wrong=True)
        elif found.names:
            self.prompt_note(listed(found.names, found.in_all, width=self.size.width - 2))
        elif self.prompt is not None:
            self.prompt_note(self.prompt.note)

    def on_line_input_too_long(self, message: LineInput.TooLong) -> None:
        if self.prompt is None:
            self.complain(too_long(message.most))
        else:
            self.prompt_note(too_long(message.most), wrong=True)

    def action_keep_typed(self) -> None:
        if self.prompt is None:
            return
        prompt = self.prompt
        typed = self.screen.query_one(PromptInput).value
        outcome = prompt.kept(typed)
        self._refused = typed if isinstance(outcome, str) else None
        if isinstance(outcome, str):
            self.prompt_note(outcome, wrong=True)
        else:
            self.close_prompt()
            outcome()

    def action_leave(self) -> None:
        if self.prompt is None:
            self.leave_screen()
            return
        left = self.prompt.left
        self.close_prompt()
        self.say_next()
        left()

    # ---- the text

    def action_edit_text(self) -> None:
        before = self.history.present
        shown = on_one_line(before.text)
        if len(shown) > LONGEST_EDITED:
            self.complain(f"the text has {len(shown):,} characters, too many for one line: edit its file, open it anew")
            return

        def edited(text: str) -> Experiment:
            return before if text == shown else before.changed(text=with_untouched(before.text, shown, text))

        def changed(text: str) -> None:
            try:
                experiment = edited(text)
            except ExperimentError as problem:
                self.prompt_note(f"{problem.allowed}; the last text stays measured", wrong=True)
                return
            if experiment != self.experiment:
                self.prompt_note(f"{len(experiment.words):,} steps")
                self.measure(experiment, preview=True)

        def kept(text: str) -> str | Then:
            try:
                experiment = edited(text)
            except ExperimentError as problem:
                return problem.allowed
            return partial(self._keep_text, before, experiment)

        def left() -> None:
            if self.experiment != before:
                self.measure(before, opening="the text is as it was")

        self.ask(Prompt(label="text", value=shown, longest=LONGEST_EDITED, changed=changed, kept=kept, left=left))

    def _keep_text(self, before: Experiment, experiment: Experiment) -> None:
        """One step of undo for the whole edit; what is on the screen is measured already, or being measured."""
        if experiment == before:
            self.say("the text is as it was")
            return
        self.history = self.history.changed(experiment)
        steps = f"{len(experiment.words):,} {'step' if len(experiment.words) == 1 else 'steps'}"
        self.say(f"text kept: {steps}; `u` brings the one before back")
        if experiment != self.experiment:
            self.measure(experiment)

    # ---- a dial's value

    def action_type_dial(self) -> None:
        # Not `type_value`: on a screen with a cursor Enter must not run it.
        self.action_type_value()

    def action_type_value(self) -> None:
        dial = DIALS[self.view.dial]
        before = self.experiment
        grid = dial.grid_of(before)

        def keep(experiment: Experiment) -> Then:
            if experiment == before:
                return partial(self.say, f"{dial.title} is {dial.value_text(before)} already")
            return partial(self.change, experiment)

        self.ask_value(
            dial.title,
            dial.value_text(before, self.measurement),
            note=" ".join(grid.names) if isinstance(grid, Choice | Listed) else dial.help_of(before),
            typed=lambda text: dial.typed(before, text),
            keep=keep,
        )

    def ask_value(
        self, title: str, value: str, *, note: str, typed: Callable[[str], Settings], keep: Callable[[Settings], Then]
    ) -> None:
        """Asks for a dial's value: `typed` makes settings with it or refuses, `keep` says what is done with them."""

        def changed(text: str) -> None:
            try:
                typed(text)
            except ExperimentError as problem:
                self.prompt_note(wanted(problem), wrong=True)
            else:
                self.prompt_note(note)

        def kept(text: str) -> str | Then:
            try:
                return keep(typed(text))
            except ExperimentError as problem:
                return f"{problem.value!r} cannot be kept: {wanted(problem)}"

        self.ask(Prompt(label=title, value=value, note=note, replaced=True, changed=changed, kept=kept))
