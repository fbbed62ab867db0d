"""PromptScreen: what is typed on a screen, into its prompt line: a text, a value, a path."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

from textual import events
from textual.widgets import Input

from rnn_tui.engine.progress import Watch
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.ui.keys.screen_spec import ScreenSpec
from rnn_tui.ui.shell.app_bases.lab_base import LabBase
from rnn_tui.ui.shell.common_screens.scene_screen import Results, SceneScreen, View
from rnn_tui.ui.shell.lines.completion import CompletedPath, completed_path, listed_names
from rnn_tui.ui.shell.lines.hint_line import HintLine
from rnn_tui.ui.shell.lines.line_input import LineInput, too_long
from rnn_tui.ui.shell.lines.prompt import Prompt, Then
from rnn_tui.ui.shell.lines.prompt_line import PromptInput, PromptLine

Settings = TypeVar("Settings")


def allowed_values(problem: ExperimentError) -> str:
    """What would be right in the place of a value that cannot be; of a skip that is said in a sentence."""
    return problem.allowed if problem.setting == "skip" else f"give {problem.allowed}"


class PromptScreen(SceneScreen[View, Results]):
    """A screen with prompts.

    Attributes:
        prompt: what is asked for; None while nothing is.
    """

    def __init__(self, spec: ScreenSpec, lab: LabBase, *, view: View, results: Results) -> None:
        super().__init__(spec, lab, view=view, results=results)
        self.prompt: Prompt | None = None
        self._note: tuple[str, bool] = ("", False)  # what was said last of what is typed, and whether it objected
        self._below = False  # whether notes are shown below what is typed
        self._refused: str | None = None  # what was typed when it could not be kept

    def ask(self, prompt: Prompt) -> None:
        """Opens the prompt line in place of the hint line."""
        self.prompt, self._below = prompt, False
        self.query_one(HintLine).add_class("-away")
        self.query_one(PromptLine).open(prompt)
        self.prompt_note(prompt.note)
        self.lab.settle_context()

    def prompt_note(self, text: str, *, wrong: bool = False) -> None:
        self._note = text, wrong
        line, note = self.query_one(PromptLine), "" if wrong else text.replace("`", "")
        # Once below it stays there: what is typed must not move up and down with the length of its note.
        self._below = self._below or not line.has_room(note)
        beside = not self._below
        line.show_note(note if beside else "")
        self.lab.objection = text if wrong else ""
        self.lab.offers = "" if beside else note

    def on_resize(self, _: events.Resize) -> None:
        if self.prompt is not None:
            text, wrong = self._note
            self.prompt_note(text, wrong=wrong)

    def close_prompt(self) -> None:
        """Brings the hint line back."""
        self.prompt = None
        self.lab.objection = self.lab.offers = ""
        self.lab.job("complete").forget()
        self.query_one(PromptLine).close()
        self.query_one(HintLine).remove_class("-away")
        self.lab.settle_context()

    def focus_prompt(self) -> None:
        # A window that was too small for a while hid the line, and it lost the keys.
        if self.prompt is not None and self.focused is None:
            self.set_focus(self.query_one(PromptInput))

    def on_input_changed(self, event: Input.Changed) -> None:
        if self.prompt is None or not isinstance(event.input, PromptInput):
            return
        if self.prompt.changed is not None:
            # not the event's: it may come after another prompt has opened
            self.prompt.changed(event.input.value)
        elif self.lab.objection == too_long(self.prompt.longest) or (
            # What was found, or objected to, was of another path.
            self.prompt.paths and event.input.value != self._refused
        ):
            self.prompt_note(self.prompt.note)

    def action_complete(self) -> None:
        """Completes a path in a thread: a folder may be long, or far away."""
        prompt, line = self.prompt, self.query_one(PromptInput)
        if prompt is None or not prompt.paths:
            self.prompt_note("‘Tab’ completes paths, and this is none")
            return
        untouched = bool(line.value) and line.selected_text == line.value
        typed = "" if untouched else line.value[: line.cursor_position]

        def work(goes_on: Watch) -> Iterator[object]:
            yield completed_path(typed, goes_on)

        self.lab.job("complete").ask((line.value, typed), work, partial(self._take_completed, line.value, typed))

    def _take_completed(self, value: str, typed: str, found: object) -> None:
        line = self.query_one(PromptInput)
        if isinstance(found, Exception):
            raise found
        if not isinstance(found, CompletedPath) or line.value != value:
            return
        rest = value[len(typed) :] if typed else ""
        with line.prevent(Input.Changed):
            line.value = found.text + rest
        line.cursor_position = len(found.text)
        if found.problem:
            self.prompt_note(found.problem, wrong=True)
        elif found.names:
            self.prompt_note(listed_names(found.names, found.in_all, width=self.app.size.width - 2))
        elif self.prompt is not None:
            self.prompt_note(self.prompt.note)

    def on_line_input_too_long(self, message: LineInput.TooLong) -> None:
        self.prompt_note(too_long(message.most), wrong=True)

    def action_keep_typed(self) -> None:
        if self.prompt is None:
            return
        prompt = self.prompt
        typed = self.query_one(PromptInput).value
        outcome = prompt.kept(typed)
        self._refused = typed if isinstance(outcome, str) else None
        if isinstance(outcome, str):
            self.prompt_note(outcome, wrong=True)
        else:
            self.close_prompt()
            outcome()

    def action_leave(self) -> None:
        if self.prompt is None:
            return
        left = self.prompt.left
        self.close_prompt()
        self.lab.say_next()
        left()

    def ask_value(
        self, title: str, value: str, *, note: str, typed: Callable[[str], Settings], keep: Callable[[Settings], Then]
    ) -> None:
        """Asks for a dial's value: `typed` makes settings with it or refuses, `keep` says what is done with them."""

        def changed(text: str) -> None:
            try:
                typed(text)
            except ExperimentError as problem:
                self.prompt_note(allowed_values(problem), wrong=True)
            else:
                self.prompt_note(note)

        def kept(text: str) -> str | Then:
            try:
                return keep(typed(text))
            except ExperimentError as problem:
                return f"{problem.value!r} cannot be kept: {allowed_values(problem)}"

        self.ask(Prompt(label=title, value=value, note=note, replaced=True, changed=changed, kept=kept))
