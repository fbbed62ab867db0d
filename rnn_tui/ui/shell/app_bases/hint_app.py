"""HintApp: what is open, where the keys are, and what is said of it in the hint line."""

from typing import TYPE_CHECKING

from textual.reactive import var

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.session.saved import Lab
from rnn_tui.ui.keys.key_table import KeyTable
from rnn_tui.ui.keys.overlays import PROMPT
from rnn_tui.ui.keys.rows import Context
from rnn_tui.ui.keys.screen_spec import LabUse
from rnn_tui.ui.shell.app_bases.jobs_app import JobsApp
from rnn_tui.ui.shell.app_bases.open_screen import OpenScreen
from rnn_tui.ui.shell.hints import ALL_KEYS, OVER
from rnn_tui.ui.shell.lines.hint_line import Hint
from rnn_tui.ui.shell.lines.prompt import Prompt

if TYPE_CHECKING:
    from rnn_tui.lab.measurement.measurement import Measurement


class HintApp(JobsApp):
    """Knows which screen has the keys, and says what happened there or what to press next.

    Attributes:
        keys: every key, and where it works.
        made: the screens of the lab that were opened so far, by name.
        experiment: what is set now; newer than `measurement.experiment` while a measurement is under way.
        measurement: the newest valid one; None until the first is there.
        context: where the keys are: which of the table's commands work now.
        hint: what the hint line says.
        objection: what is wrong with what is being typed; it is shown in place of the keys.
        offers: what can be typed, where there is no room for it beside what is typed; it is shown above the keys.
    """

    # `var`, not `reactive`: no change of these repaints the whole screen, those who show them refresh themselves.
    experiment: var[Experiment] = var(Experiment, init=False)
    measurement: "var[Measurement | None]" = var(None)
    context: var[Context] = var[Context]("unroll")
    hint: var[Hint] = var(Hint(""))
    objection: var[str] = var("")
    offers: var[str] = var("")

    def __init__(self, lab: Lab, keys: KeyTable) -> None:
        super().__init__()
        self.keys = keys
        self.made: dict[str, OpenScreen] = {}
        self.done: frozenset[str] = frozenset()
        self._answered = False
        self._held = ""  # what the hint line says until another key is pressed
        self.set_reactive(HintApp.experiment, lab.experiment)
        self.set_reactive(HintApp.context, lab.screen or keys.specs[0].name)
        self.set_reactive(HintApp.hint, Hint(self._next_hint()))

    # ---- what is open

    @property
    def open_screen(self) -> OpenScreen | None:
        """The screen of the lab that has the keys; None where another is over it."""
        return self.made.get(self.screen_stack[-1].id or "") if self.screen_stack else None

    @property
    def prompt(self) -> Prompt | None:
        """What is asked for in the prompt line."""
        return None if self.open_screen is None else self.open_screen.prompt

    def prompt_note(self, text: str, *, wrong: bool = False) -> None:
        """Shows a note on what is typed."""
        if self.open_screen is not None:
            self.open_screen.prompt_note(text, wrong=wrong)

    def settle_context(self) -> None:
        """Finds out anew where the keys are; a hint for elsewhere gives way to one for here."""
        before, top = self.context, self.screen
        self.context = PROMPT if self.prompt is not None else top.id or ""
        if self.context != before and self.hint.kind == "hint":
            self.hint = Hint(self._next_hint())

    def leave_screen(self) -> None:
        """Leaves what is shown over a screen; two leaves in a row, quicker than the screen, are one."""
        self.settle_context()
        if len(self.screen_stack) > 1:
            self.screen.dismiss()

    # ---- what is said

    def say(self, text: str) -> None:
        """Shows a notice; keys in it are between backquotes."""
        self._show_hint(Hint(text, "notice", after=self._next_hint()))

    def say_verbatim(self, text: str) -> None:
        """Shows a notice that holds a person's own words, in which a backquote is a backquote."""
        self._show_hint(Hint(text, "notice", after=self._next_hint(), verbatim=True))

    def say_until_key(self, text: str) -> None:
        """Shows a notice that stays, whatever comes about by itself, until another key is pressed."""
        self._held = text
        self._show_hint(Hint(text, "notice", after=self._next_hint()))

    def complain(self, text: str) -> None:
        """Shows what is wrong."""
        self._show_hint(Hint(text, "error", verbatim=True))

    def say_next(self) -> None:
        """Shows what to press next."""
        self.settle_context()
        self._show_hint(Hint(self._next_hint()))

    def _next_hint(self) -> str:
        name = self.screen_stack[-1].id if self.screen_stack else self.context
        if name in OVER:
            return OVER[name]
        spec = next((spec for spec in self.keys.specs if spec.name == name), None)
        return ALL_KEYS if spec is None else spec.next_hint(LabUse(self.experiment, self.measurement, self.done))

    def _show_hint(self, hint: Hint) -> None:
        self._answered = True
        if self._held and hint.kind != "error":
            follows = "" if hint.verbatim else hint.after if hint.text == self._held else hint.text
            hint = Hint(self._held, "notice", after=follows)
        self.hint = hint
