"""LabBase: runs what a key does, and keeps what every group of the app's actions needs."""

import asyncio

from textual import events

from rnn_tui.lab.cliff.settings import CliffSettings
from rnn_tui.lab.session.saved import Lab
from rnn_tui.ui.keys.key_table import KeyTable
from rnn_tui.ui.keys.overlays import TYPED
from rnn_tui.ui.keys.rows import Command, key_text
from rnn_tui.ui.shell.app_bases.measuring_app import MeasuringApp
from rnn_tui.ui.shell.typed_keys import act_by_place, catch_up, run_edit
from rnn_tui.ui.terminal.input.bracketed_paste import LONGEST_PASTE

LEAVING_KEYS = frozenset({"ctrl+c", "ctrl+q"})  # they leave the lab also where any other key only stops the play
MANY_KEYS = 16  # more than a person has waiting


class LabBase(MeasuringApp):
    """Runs what a key does, and knows all that a saved lab holds.

    Attributes:
        taken_up: the labs whose settings were set as a whole, the one that was opened first: a screen that is made
            later sets its part of them one after the other.
        farewell: what is to be said once the terminal is restored.
    """

    def __init__(self, lab: Lab, keys: KeyTable) -> None:
        super().__init__(lab, keys)
        self.animation_level = "none"
        self.farewell: str | None = None
        self.taken_up: tuple[Lab, ...] = (lab,)

    @property
    def lab(self) -> Lab:
        """All that is set now; while a text is being typed, that text."""
        names = [screen.id for screen in self.screen_stack if screen.id in self.made]
        cliff = next((each.cliff for each in reversed(self.taken_up) if each.cliff is not None), CliffSettings())
        lab = Lab(self.experiment, self.history.course, cliff, names[0] if names else None)
        for screen in self.made.values():
            lab = screen.completed(lab)
        return lab

    def take_up_lab(self, lab: Lab, *, opening: str) -> None:
        """Sets what another lab holds, as one step of undo; what a screen alone has is a step of that screen's own."""
        self.taken_up = (*self.taken_up, lab)
        for screen in self.made.values():
            screen.take_up(lab)
        self.enter(self.history.opened(lab.experiment, course=lab.course), opening=opening)

    # ---- the keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether a key does something where the keys are; all other actions may always run."""
        if action != "press":
            return True
        self.settle_context()
        return self.keys.command(self.context, str(parameters[0])) is not None

    async def action_press(self, key: str) -> None:
        """Does what the table says of a key where the keys are."""
        command = self.keys.command(self.context, key)
        if command is not None:
            await self.run_command(command)

    async def run_command(self, command: Command) -> None:
        """Runs what a key or the palette has chosen, on the open screen or the app."""
        self.done |= {command.name.partition("(")[0]}
        await self.run_action(command.target)

    async def on_event(self, event: events.Event) -> None:
        """A key that says nothing else leaves the line to what to press next; during play it does nothing but stop."""
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
            return
        # Many keys at once must not keep the screen from being painted, nor Ctrl+C from being heard.
        if self.message_queue_size > MANY_KEYS:
            await asyncio.sleep(0)
        if self.is_leaving:  # nobody is left to see what it does
            return
        self._held = ""
        if self.open_screen is not None and self.open_screen.interrupt():
            self.say_next()
            if not isinstance(event, events.Key) or event.key not in LEAVING_KEYS:
                return
        self.settle_context()
        typing = self.context in TYPED
        if isinstance(event, events.Key):
            act_by_place(self, event, typing=typing)
        self._answered = False
        if self.open_screen is not None:
            self.open_screen.focus_prompt()
        if typing:
            await catch_up(self)
        if not (typing and isinstance(event, events.Key) and await run_edit(self, event)):
            await super().on_event(event)
        if not self._answered and self.prompt is None:
            self.say_next()

    def keep_soon(self) -> None:
        """Has what was set kept in a moment."""

    def keep_work(self) -> None:
        """Keeps what would be lost when the lab is left, and says so in `farewell`."""
        self.farewell = "\n".join(filter(None, (screen.keep_work() for screen in self.made.values()))) or None

    def on_paste(self, event: events.Paste) -> None:
        """What is pasted with no prompt open is not taken for keys."""
        if self.prompt is None:
            self.say("to paste a text, press `t` first")

    def on_paste_too_long(self) -> None:
        """A paste of more than a line can hold is left out as a whole."""
        text = f"more than {LONGEST_PASTE:,} characters were pasted: none was taken; `rnn-tui --file` opens a long text"
        if self.prompt is None:
            self.complain(text)
        else:
            self.prompt_note(text, wrong=True)

    def on_key(self, event: events.Key) -> None:
        """A key that nothing used says so."""
        if event.key in self.screen.active_bindings:
            return
        character = event.character
        name = character if character and character.isprintable() and character != " " else key_text(event.key)
        where = "while typing" if self.context == "prompt" else "here"
        text = f"‘{name.replace('`', 'ˋ')}’ does nothing {where}"
        if self.context == "prompt":
            self.prompt_note(text)
        else:
            self.say(text if self.context == "help" else f"{text}; `?` shows every key")
