"""MeasuringApp: the way from a change of the experiment to its measurement, and back by undo."""

import gc
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.reactive import var
from textual.timer import Timer

from rnn_tui.lab.experiment.all_settings import EXPERIMENT
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.session.history import DialRun, History
from rnn_tui.lab.session.saved import Lab
from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.ui.keys.key_table import KeyTable
from rnn_tui.ui.shell.app_bases.hint_app import HintApp
from rnn_tui.ui.shell.lines.hint_line import Hint
from rnn_tui.ui.shell.measuring import Request, answer, charts_loaded, is_quick, measurement_work, window_measured
from rnn_tui.ui.shell.notices import change_notice, effect
from rnn_tui.ui.state.dials import DIALS, ENDS, Dial
from rnn_tui.ui.state.scene import WordColours

if TYPE_CHECKING:
    from rnn_tui.lab.measurement.measurement import Measurement, Triangle

PATIENCE_SECONDS = 0.2
GARBAGE = 25_000  # objects that are new since the last search for rings of them


class MeasuringApp(HintApp):
    """Keeps the experiment, its history and its measurement.

    Screens bind their `measurement`, `experiment` and the like to these; panels bind to the screen's scene.

    Attributes:
        triangle: the measures over pairs of steps for the window that a panel asked for with `TriangleWanted`;
            None where `measurement.triangle` holds all of them.
        charts: whether the charts' library is loaded.
        step: the selected step of the text, 0-based.
        dial: the name of the dial that the keys turn.
        busy: whether a measurement is under way.
        late: whether what is shown has been other than what is set for longer than a moment.
        refusal: why no network could be measured yet; empty where one is, or is under way.
        history: what was and can be undone.
        start_problems: what was wrong when the lab was opened.
        clock: the seconds that distinguish a run of turns from single ones.
        word_colours: the colours of the words, the same on every screen.
    """

    # `var`, not `reactive`: no change of these repaints the whole screen, those who show them refresh themselves.
    triangle: "var[Triangle | None]" = var(None)
    charts: var[bool] = var(False)
    step: var[int] = var(0)
    dial: var[str] = var("rho")
    busy: var[bool] = var(False)
    late: var[bool] = var(False)
    refusal: var[str] = var("")
    history: var[History] = var(History.of(Experiment()), init=False)

    def __init__(self, lab: Lab, keys: KeyTable) -> None:
        super().__init__(lab, keys)
        self.start_problems: list[str] = []
        self.clock: Callable[[], float] = time.monotonic
        self.word_colours = WordColours()
        self._patience: Timer | None = None
        self._progress: Timer | None = None
        self.set_reactive(MeasuringApp.history, History.of(lab.experiment, lab.course))
        self.set_reactive(MeasuringApp.step, len(lab.experiment.words) - 1)

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

        self.job("measure").ask(request, measurement_work(experiment, at_once=self.measurement is None), take)
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
