"""LabCore: the state of the lab, and the way from a change to a measurement and a notice."""

import asyncio
import gc
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from textual import events
from textual.actions import parse
from textual.reactive import var
from textual.timer import Timer

from rnn_tui.lab.experiment.experiment import Experiment, ExperimentError
from rnn_tui.lab.history import History, Run
from rnn_tui.ui.keys.keymap import allowed
from rnn_tui.ui.keys.keys import CONTEXTS, OVERLAYS, TYPED, Context, key_text
from rnn_tui.ui.shell.hints import next_hint
from rnn_tui.ui.shell.lines.hint import Hint
from rnn_tui.ui.shell.lines.prompting import Prompt
from rnn_tui.ui.shell.lookout import PATIENCE_SECONDS, Lookout
from rnn_tui.ui.shell.measuring import Request, answer, charts_loaded, is_quick, measured
from rnn_tui.ui.shell.notices import change_notice, effect
from rnn_tui.ui.shell.typed_keys import act_by_place, catch_up, run_edit
from rnn_tui.ui.state.dials import DIALS
from rnn_tui.ui.state.scene import WordColours
from rnn_tui.ui.state.view import View, first_view
from rnn_tui.ui.terminal.bracketed_paste import LONGEST

if TYPE_CHECKING:
    from rnn_tui.lab.measurement.measurement import Measurement, Triangle

LEAVING_KEYS = frozenset({"ctrl+c", "ctrl+q"})  # they leave the lab also where any other key only stops the play
MANY_KEYS = 16  # more than a person has waiting
GARBAGE = 25_000  # objects that are new since the last search for rings of them


class LabCore(Lookout):
    """What every group of actions stands on.

    Screens bind their `measurement`, `experiment`, `view` and the like to the app's; panels bind to the screen's scene.

    Attributes:
        experiment: what is set now; newer than `measurement.experiment` while a measurement is under way.
        measurement: the newest valid one; None until the first is there.
        triangle: the measures over pairs of steps for the window that a panel asked for with `TriangleWanted`;
            None where `measurement.triangle` holds all of them.
        charts: whether the charts' library is loaded.
        view: what the person looks at.
        busy: whether a measurement is under way.
        late: whether what is shown has been other than what is set for longer than a moment.
        hint: what the hint line says.
        refusal: why no network could be measured yet; empty where one is, or is under way.
        objection: what is wrong with what is being typed; it stands in place of the keys.
        offers: what can be typed, where there is no room for it beside what is typed; it stands above the keys.
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
    view: var[View] = var(View(0))
    busy: var[bool] = var(False)
    late: var[bool] = var(False)
    hint: var[Hint] = var(Hint(""))
    refusal: var[str] = var("")
    objection: var[str] = var("")
    offers: var[str] = var("")
    history: var[History] = var(History.of(Experiment()), init=False)
    context: var[Context] = var[Context]("unroll")

    def __init__(self, experiment: Experiment, *, view: View | None = None) -> None:
        super().__init__()
        self.animation_level = "none"
        self.start_problems: list[str] = []
        self.farewell: str | None = None
        self.prompt: Prompt | None = None
        self.done: frozenset[str] = frozenset()
        self.clock: Callable[[], float] = time.monotonic
        self.word_colours = WordColours()
        self._answered = False
        self._held = ""  # what the hint line says until another key is pressed
        self._patience: Timer | None = None
        self._progress: Timer | None = None
        self.set_reactive(LabCore.experiment, experiment)
        self.set_reactive(LabCore.history, History.of(experiment))
        self.set_reactive(LabCore.view, view or first_view(experiment))
        self.set_reactive(LabCore.hint, Hint(next_hint(experiment, None, self.done)))

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
        return next_hint(self.experiment, self.measurement, self.done, self.context)

    def _show_hint(self, hint: Hint) -> None:
        self._answered = True
        if self._held and hint.kind != "error":
            follows = "" if hint.verbatim else hint.after if hint.text == self._held else hint.text
            hint = Hint(self._held, "notice", after=follows)
        self.hint = hint

    # ---- what changes, and how it is measured

    def change(self, experiment: Experiment, *, opening: str = "", run: str | None = None) -> None:
        """Makes a change: into the history, then measured; `run` names the dial whose turns may flow together."""
        turn = Run(run, self.clock()) if run is not None else None
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

    def measure(self, experiment: Experiment, *, opening: str = "", preview: bool = False) -> None:
        """Measures at once what takes less than a frame, else in a thread; until then the last one stays."""
        self.experiment = experiment
        if not DIALS[self.view.dial].applies(experiment):
            self.look(dial="rho")
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
        was_last = before is None or self.view.step >= before.steps - 1
        step = last if was_last and before is not None and before.steps != measurement.steps else self.view.step
        with self.batch_update():
            self.view = replace(self.view, step=min(step, last))
            self.triangle = None
            self.refusal = ""
            self.measurement = measurement

    # ---- where the keys are

    def prompt_note(self, text: str, *, wrong: bool = False) -> None:
        """Shows a note beside what is typed; the group of actions that owns the prompts does."""
        raise NotImplementedError

    def focus_prompt(self) -> None:
        """Gives the keys to an open prompt that lost them; the group of actions that owns the prompts does."""
        raise NotImplementedError

    def look(self, **what: Any) -> None:
        """Changes what is looked at."""
        self.view = replace(self.view, **what)

    def settle_context(self) -> None:
        """Finds out anew where the keys are; a hint for elsewhere gives way to one for here."""
        before = self.context
        if self.prompt is not None:
            self.context = "prompt"
        else:
            name = self.screen.id or ""
            self.context = CONTEXTS.get(name, "unroll")
        if self.context != before and self.hint.kind == "hint":
            self.hint = Hint(self._next_hint())

    def leave_screen(self) -> None:
        """Leaves what stands over a home screen; two leaves in a row, quicker than the screen, are one."""
        self.settle_context()
        if self.context in OVERLAYS:
            self.screen.dismiss()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        self.settle_context()
        permitted = allowed(action, parameters, self.context)
        return True if permitted is None else permitted

    async def run_action(self, action: Any, *rest: Any, **named: Any) -> bool:
        if isinstance(action, str):
            _, name, parameters = parse(action)
            if self.check_action(name, parameters):
                self.done |= {name}
        return await super().run_action(action, *rest, **named)

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
        if self.view.play is not None:
            self.stop_playing()
            if not isinstance(event, events.Key) or event.key not in LEAVING_KEYS:
                return
        self.settle_context()
        typing = self.context in TYPED
        if isinstance(event, events.Key):
            act_by_place(self, event, typing=typing)
        self._answered = False
        self.focus_prompt()
        if typing:
            await catch_up(self)
        if not (typing and isinstance(event, events.Key) and await run_edit(self, event)):
            await super().on_event(event)
        if not self._answered and self.prompt is None:
            self.say_next()

    def stop_playing(self) -> None:
        """Ends the walk; the group of actions that owns it does."""
        raise NotImplementedError

    def keep_work(self) -> None:
        """Keeps what would be lost when the lab is left, and says so in `farewell`; whoever owns such a thing does."""
        self.farewell = None

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
