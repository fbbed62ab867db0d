"""LabBase: the state of the lab, and the way from a change to a measurement and a notice."""

import asyncio
import gc
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from textual import events
from textual.reactive import var
from textual.timer import Timer

from rnn_tui.lab.cliff.settings import CliffSettings
from rnn_tui.lab.experiment.declarations import EXPERIMENT
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.session.history import DialRun, History
from rnn_tui.lab.session.saved import Lab
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.ui.keys.key_table import KeyTable
from rnn_tui.ui.keys.overlays import PROMPT, TYPED
from rnn_tui.ui.keys.rows import Command, Context, key_text
from rnn_tui.ui.keys.screen_spec import Use
from rnn_tui.ui.shell.hints import ALL_KEYS, OVER
from rnn_tui.ui.shell.jobs_app import JobsApp
from rnn_tui.ui.shell.lines.hint import Hint
from rnn_tui.ui.shell.lines.prompting import Prompt
from rnn_tui.ui.shell.measuring import Request, answer, charts_loaded, is_quick, measured, window_measured
from rnn_tui.ui.shell.notices import change_notice, effect
from rnn_tui.ui.shell.typed_keys import act_by_place, catch_up, run_edit
from rnn_tui.ui.state.dials import DIALS, ENDS, Dial
from rnn_tui.ui.state.scene import WordColours
from rnn_tui.ui.terminal.bracketed_paste import LONGEST

if TYPE_CHECKING:
    from rnn_tui.lab.measurement.measurement import Measurement, Triangle
    from rnn_tui.lab.report.report import Format
    from rnn_tui.ui.shell.lines.prompting import Then

LEAVING_KEYS = frozenset({"ctrl+c", "ctrl+q"})  # they leave the lab also where any other key only stops the play
MANY_KEYS = 16  # more than a person has waiting
PATIENCE_SECONDS = 0.2
GARBAGE = 25_000  # objects that are new since the last search for rings of them


class OpenScreen(Protocol):
    """What the app asks of a screen that was made, whichever it is.

    Attributes:
        prompt: what is asked for in its prompt line; None while nothing is.
    """

    prompt: Prompt | None

    def ask(self, prompt: Prompt) -> None:
        """Opens the prompt line."""

    def prompt_note(self, text: str, *, wrong: bool = False) -> None:
        """Shows a note on what is typed."""

    def focus_prompt(self) -> None:
        """Gives the keys to an open prompt that lost them."""

    def interrupt(self) -> bool:
        """Ends what runs by itself until a key is pressed; whether something did, so that the key does nothing else."""

    def after_measurement(self) -> None:
        """Adds to what was said of a change."""

    def keep_work(self) -> str:
        """Keeps what would be lost when the lab is left; what is to be said of it."""

    def completed(self, lab: Lab) -> Lab:
        """The lab with what this screen alone has set."""

    def take_up(self, lab: Lab) -> None:
        """Sets what the lab holds of this screen alone."""

    def export(self, path: Path, form: "Format", measurement: "Measurement") -> "str | Then":
        """Writes the numbers that the screen shows; why it cannot be, or what to do then."""


class LabBase(JobsApp):
    """What every group of actions needs.

    Screens bind their `measurement`, `experiment` and the like to the app's; panels bind to the screen's scene.

    Attributes:
        keys: every key, and where it works.
        made: the screens of the lab that were opened so far, by name.
        experiment: what is set now; newer than `measurement.experiment` while a measurement is under way.
        measurement: the newest valid one; None until the first is there.
        triangle: the measures over pairs of steps for the window that a panel asked for with `TriangleWanted`;
            None where `measurement.triangle` holds all of them.
        charts: whether the charts' library is loaded.
        step: the selected step of the text, 0-based.
        dial: the name of the dial that the keys turn.
        busy: whether a measurement is under way.
        late: whether what is shown has been other than what is set for longer than a moment.
        hint: what the hint line says.
        refusal: why no network could be measured yet; empty where one is, or is under way.
        objection: what is wrong with what is being typed; it is shown in place of the keys.
        offers: what can be typed, where there is no room for it beside what is typed; it is shown above the keys.
        context: where the keys are: which of the table's commands work now.
        history: what was and can be undone.
        start_problems: what was wrong when the lab was opened.
        farewell: what is to be said once the terminal is restored.
        clock: the seconds by which a run of turns is told from single ones.
        word_colours: the colours of the words, the same on every screen.
    """

    # `var`, not `reactive`: no change of these repaints the whole screen, those who show them refresh themselves.
    experiment: var[Experiment] = var(Experiment, init=False)
    measurement: "var[Measurement | None]" = var(None)
    triangle: "var[Triangle | None]" = var(None)
    charts: var[bool] = var(False)
    step: var[int] = var(0)
    dial: var[str] = var("rho")
    busy: var[bool] = var(False)
    late: var[bool] = var(False)
    hint: var[Hint] = var(Hint(""))
    refusal: var[str] = var("")
    objection: var[str] = var("")
    offers: var[str] = var("")
    history: var[History] = var(History.of(Experiment()), init=False)
    context: var[Context] = var[Context]("unroll")

    def __init__(self, lab: Lab, keys: KeyTable) -> None:
        super().__init__()
        experiment = lab.experiment
        self.keys = keys
        self.made: dict[str, OpenScreen] = {}
        self._taken_up = lab
        self.animation_level = "none"
        self.start_problems: list[str] = []
        self.farewell: str | None = None
        self.done: frozenset[str] = frozenset()
        self.clock: Callable[[], float] = time.monotonic
        self.word_colours = WordColours()
        self._answered = False
        self._held = ""  # what the hint line says until another key is pressed
        self._patience: Timer | None = None
        self._progress: Timer | None = None
        self.set_reactive(LabBase.experiment, experiment)
        self.set_reactive(LabBase.history, History.of(experiment, lab.course))
        self.set_reactive(LabBase.step, len(experiment.words) - 1)
        self.set_reactive(LabBase.context, lab.screen or keys.specs[0].name)
        self.set_reactive(LabBase.hint, Hint(self._next_hint()))

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

    @property
    def lab(self) -> Lab:
        """All that is set now; while a text is being typed, that text."""
        names = [screen.id for screen in self.screen_stack if screen.id in self.made]
        cliff = self._taken_up.cliff or CliffSettings()
        lab = Lab(self.experiment, self.history.course, cliff, names[0] if names else None)
        for screen in self.made.values():
            lab = screen.completed(lab)
        return lab

    def take_up_lab(self, lab: Lab, *, opening: str) -> None:
        """Sets what another lab holds, as one step of undo; what a screen alone has is a step of that screen's own."""
        self._taken_up = replace(lab, cliff=lab.cliff or self.lab.cliff)
        for screen in self.made.values():
            screen.take_up(lab)
        self.enter(self.history.opened(lab.experiment, course=lab.course), opening=opening)

    # ---- what is said

    def say(self, text: str) -> None:
        """Shows a notice; keys in it stand between backquotes."""
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
        return ALL_KEYS if spec is None else spec.next_hint(Use(self.experiment, self.measurement, self.done))

    def _show_hint(self, hint: Hint) -> None:
        self._answered = True
        if self._held and hint.kind != "error":
            follows = "" if hint.verbatim else hint.after if hint.text == self._held else hint.text
            hint = Hint(self._held, "notice", after=follows)
        self.hint = hint

    # ---- what changes, and how it is measured

    def change(self, experiment: Experiment, *, opening: str = "", run: str | None = None) -> None:
        """Makes a change: into the history, then measured; `run` names the dial whose turns may flow together."""
        turn = DialRun(run, self.clock()) if run is not None else None
        self.enter(self.history.changed(experiment, run=turn), opening=opening)

    def enter(self, history: History, *, opening: str = "") -> None:
        """Takes another history, and measures its present."""
        self.history = history
        self.measure(history.present, opening=opening)

    def try_change(self, make: Callable[[], Experiment], *, run: str | None = None) -> bool:
        """Makes a change that may be impossible: then the reason is shown, and False returned."""
        try:
            experiment = make()
        except ExperimentError as problem:
            self.complain(str(problem))
            return False
        self.change(experiment, run=run)
        return True

    def turn(self, dial: Dial[Experiment], clicks: int, *, coarse: bool = False) -> None:
        """Turns a dial by so many clicks."""
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
            self.say(f"{dial.title} is {dial.value_text(before)}, {ENDS[1 if clicks > 0 else -1]}")
        else:
            self.change(after, run=dial.name)

    def _next_init(self, clicks: int) -> None:
        """The next kind of W; leaving the single number brings the hidden size of before back."""
        after = DIALS["init"].turned(self.experiment, clicks)
        if self.experiment.init == "number":
            after = after.changed(hidden=self.history.hidden_before_number())
        self.try_change(lambda: after)

    def go_back(self) -> None:
        """Undoes the last change."""
        self._go(self.history.undone(), "undid", nothing="nothing to undo")

    def go_forward(self) -> None:
        """Redoes what was undone last."""
        self._go(self.history.redone(), "did again", nothing="nothing to redo")

    def _go(self, history: History, opening: str, *, nothing: str) -> None:
        if history is self.history:
            self.say(nothing)
        else:
            self.enter(history, opening=opening)

    def go_to_start(self) -> None:
        """Sets what was set at the start."""
        start = self.history.start
        history = self.history.changed(start, course=self.history.start_course)
        if history.present == self.experiment and history.course == self.history.course:
            self.say("these are the settings of the start")
            return
        self.enter(history, opening="back to the start")

    def measure(self, experiment: Experiment, *, opening: str = "", preview: bool = False) -> None:
        """Measures at once what takes less than a frame, else in a thread; until then the last one stays."""
        self.experiment = experiment
        if not EXPERIMENT.has(experiment, self.dial):
            self.dial = "rho"
        request = Request(experiment, opening, preview)
        if self.measurement is not None and is_quick(experiment):
            self.job("measure").forget()
            self.busy = False
            self._take(request, answer(experiment))
            return
        self._answered = True
        self.busy = True

        def take(found: object) -> None:
            if found is None:
                self.busy = False
            else:
                self._take(request, found)

        self.job("measure").ask(request, measured(experiment, at_once=self.measurement is None), take)
        # One timer whatever the number of keys: a later one would say it over what a key has answered since.
        if self._patience is None:
            self._patience = self.set_timer(PATIENCE_SECONDS, self._say_busy)

    @property
    def stale(self) -> bool:
        """Whether what is shown is not what is set."""
        return self.measurement is None or self.measurement.experiment != self.experiment

    def _say_busy(self) -> None:
        self._patience = None
        if not self.busy or not self.stale:
            return
        self.late = self.measurement is not None
        if self.prompt is None:
            self._say_progress()
        if self._progress is None:
            self._progress = self.set_interval(PATIENCE_SECONDS, self._go_on_saying)

    def _say_progress(self) -> None:
        if self._held:
            return
        steps, done = len(self.experiment.words), self.job("measure").progress
        self.hint = Hint(f"measuring {steps:,} steps…{f' {done:.0%}' if done else ''}", "busy")

    def _go_on_saying(self) -> None:
        """Renews how far the measurement is, where the line still says that, and ends with it."""
        if not self.busy and self._progress is not None:
            self._progress.stop()
            self._progress = None
        elif self.hint.kind == "busy":
            self._say_progress()

    def _take(self, request: Request, found: object) -> None:
        """Shows an answer: a measurement with its notice, or why there is none."""
        from rnn_tui.lab.measurement.measurement import Measurement

        if not gc.isenabled():
            # All that was loaded to get here stays; what comes from now on may become garbage.
            gc.freeze()
            # A key makes some thousand objects, most of which go by themselves: it is not to wait for searches.
            gc.set_threshold(GARBAGE)
            gc.enable()
        if isinstance(found, ExperimentError):
            self._withdraw(request, found)
        elif isinstance(found, Exception):
            raise found
        elif isinstance(found, Measurement):
            first = self.measurement is None
            self._present(request, found)
            if first:
                self.call_after_refresh(self.job("load-charts").ask, "charts", charts_loaded, self._take_charts)
        self.late = self.late and self.busy and self.stale

    def _present(self, request: Request, found: "Measurement") -> None:
        before = self.measurement
        self._show(found)
        if before is None and self.start_problems:
            self.complain("; ".join(self.start_problems))
        elif before is None and not request.opening:
            self.say_next()
        elif self.prompt is None:
            self.say(change_notice(before, found, opening=request.opening))
            for screen in self.made.values():
                screen.after_measurement()
        else:
            self.prompt_note(effect(before, found) if before is not None else "")

    def _take_charts(self, loaded: object) -> None:
        if isinstance(loaded, Exception):
            raise loaded
        self.charts = True

    def _withdraw(self, request: Request, problem: ExperimentError) -> None:
        if not request.preview:
            self.history = self.history.withdrawn(request.experiment)
            self.experiment = self.history.present
            # It may have waited, and been passed over for the one that failed.
            measured = self.measurement.experiment if self.measurement is not None else None
            if self.experiment not in (measured, request.experiment):
                self.measure(self.experiment, opening=str(problem))
        elif self.measurement is not None:
            self.experiment = self.measurement.experiment
        if self.measurement is None:
            self.refusal = str(problem)
        if self.prompt is None:
            self.complain(str(problem))
        else:
            self.prompt_note(str(problem), wrong=True)

    def _show(self, measurement: "Measurement") -> None:
        before = self.measurement
        last = measurement.steps - 1
        was_last = before is None or self.step >= before.steps - 1
        step = last if was_last and before is not None and before.steps != measurement.steps else self.step
        with self.batch_update():
            self.step = min(step, last)
            self.triangle = None
            self.refusal = ""
            self.measurement = measurement

    def select_step(self, step: int) -> None:
        """Selects a step of the text, or its first or last one where there is none so far."""
        last = len(self.measurement.words if self.measurement is not None else self.experiment.words) - 1
        step = min(max(step, 0), last)
        if step != self.step:
            self.step = step
        elif last == 0:
            self.say("the text has this one step; `t` types a longer one")
        else:
            self.say("already at the first step" if step == 0 else "already at the last step")

    def leap(self, direction: int) -> None:
        """Selects a step a tenth of the text further back or on."""
        steps = len(self.measurement.words if self.measurement is not None else self.experiment.words)
        self.select_step(self.step + direction * max(1, steps // 10))

    def measure_window(self, start: int, stop: int) -> None:
        """Measures the pairs of the steps `start … stop − 1`, and as many again on both sides for the next steps."""
        if self.measurement is None or self.measurement.triangle is not None:
            return
        measurement = self.measurement
        margin = stop - start
        start, stop = max(0, start - margin), min(measurement.steps, stop + margin)

        def take(found: object) -> None:
            from rnn_tui.lab.measurement.measurement import Triangle

            if isinstance(found, ExperimentError):
                self.complain(str(found))
            elif isinstance(found, Exception):
                raise found
            elif isinstance(found, Triangle) and measurement is self.measurement:
                self.triangle = found

        self.job("window").ask((measurement, start, stop), window_measured(measurement, start, stop), take)

    # ---- where the keys are

    def settle_context(self) -> None:
        """Finds out anew where the keys are; a hint for elsewhere gives way to one for here."""
        before, top = self.context, self.screen
        self.context = PROMPT if self.prompt is not None else top.id or ""
        if self.context != before and self.hint.kind == "hint":
            self.hint = Hint(self._next_hint())

    def leave_screen(self) -> None:
        """Leaves what stands over a screen; two leaves in a row, quicker than the screen, are one."""
        self.settle_context()
        if len(self.screen_stack) > 1:
            self.screen.dismiss()

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
        text = f"more than {LONGEST:,} characters were pasted: none was taken; `rnn-tui --file` opens a long text"
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
