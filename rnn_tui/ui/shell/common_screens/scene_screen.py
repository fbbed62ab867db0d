"""SceneScreen: the scene that the panels of a screen draw from, and what is measured for it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.reactive import reactive
from textual.theme import Theme
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Static

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.ui.keys.screen_spec import ScreenSpec
from rnn_tui.ui.panels.drawing.canvas import Canvas
from rnn_tui.ui.shell.app_bases.jobs_app import after_the_interface
from rnn_tui.ui.shell.app_bases.lab_base import LabBase
from rnn_tui.ui.shell.lines.hint_line import HintLine
from rnn_tui.ui.shell.lines.key_line import KeyLine
from rnn_tui.ui.shell.lines.prompt_line import PromptLine
from rnn_tui.ui.shell.lines.title_line import TitleLine
from rnn_tui.ui.shell.sizes import BESIDE_WIDTH, FRAMED_HEIGHT, LEAST_HEIGHT, LEAST_WIDTH
from rnn_tui.ui.state.jobs import Job
from rnn_tui.ui.state.scene import Scene
from rnn_tui.ui.state.side_work import SideResults, SideTask, SideWork
from rnn_tui.ui.terminal.screen import TerminalScreen
from rnn_tui.ui.themes.palette_theme import palette_of

if TYPE_CHECKING:
    from rnn_tui.lab.measurement.measurement import Measurement, Triangle

View = TypeVar("View")
Results = TypeVar("Results", bound=SideResults)
Panel = TypeVar("Panel", bound=Widget)

PROGRESS_SECONDS = 0.2


class SceneScreen(TerminalScreen, Generic[View, Results]):
    """The title, panels, and the lines for hints, prompts and keys.

    Subclasses name their panels and arrange them, and may name tasks to be measured for them. A change of what the
    panels draw from makes one new scene.

    Attributes:
        spec: what the rest of the lab knows of it.
        lab: the app.
        experiment, measurement, refusal, triangle, step, dial, charts: the app's.
        scene: what the panels draw from.
    """

    DEFAULT_CSS = """
    SceneScreen {
        background: $background;
        color: $text;
        /* nothing scrolls: in a window two columns wide a bar would come and go for ever */
        overflow: hidden hidden;

        #panels { height: 1fr; }

        Canvas {
            background: $panel;
            color: $text;
            width: 1fr;
        }

        #too-small { display: none; color: $text; }

        &.-too-small {
            TitleLine, #panels, HintLine, PromptLine, KeyLine { display: none; }
            #too-small { display: block; }
        }
    }
    """
    AUTO_FOCUS = ""

    experiment: reactive[Experiment] = reactive(Experiment, init=False, repaint=False)
    measurement: "reactive[Measurement | None]" = reactive(None, init=False, repaint=False)
    refusal: reactive[str] = reactive("", init=False, repaint=False)
    triangle: "reactive[Triangle | None]" = reactive(None, init=False, repaint=False)
    step: reactive[int] = reactive(0, init=False, repaint=False)
    dial: reactive[str] = reactive("rho", init=False, repaint=False)
    charts: reactive[bool] = reactive(False, init=False, repaint=False)
    scene: reactive[Scene[View, Results] | None] = reactive(None, init=False, repaint=False)

    def __init__(self, spec: ScreenSpec, lab: LabBase, *, view: View, results: Results) -> None:
        super().__init__(id=spec.name)
        self.spec = spec
        self.lab = lab
        self._view = view
        self._side_work = SideWork(
            results,
            job=self._job,
            delayed=after_the_interface,
            changed=self._results_changed,
            began=self._side_work_began,
        )
        self._scene_due = False
        self._requesting = False
        self._progress: Timer | None = None

    def compose_panels(self) -> Iterable[Widget]:
        """The panels, or what holds them, each bound to `scene`."""
        raise NotImplementedError

    def place(self, width: int, height: int) -> None:
        """Shows the panels that there is room for in such a window, and gives them their rows."""
        raise NotImplementedError

    def with_scene(self, panel: Panel) -> Panel:
        """The panel, bound to the scene."""
        return panel.data_bind(SceneScreen.scene)  # type: ignore[misc]  # the class's, whatever it shows

    def side_tasks(self) -> Iterable[SideTask]:
        """What is to be measured for this screen as it is now, beside the measurement."""
        return ()

    def compose(self) -> ComposeResult:
        yield TitleLine(self.lab.keys.specs, current=self.spec.over or self.spec.name)
        with Container(id="panels"):
            yield from self.compose_panels()
        yield HintLine()
        yield PromptLine()
        yield KeyLine(self.lab.keys)
        yield Static(id="too-small", markup=False)

    # ---- what is shown

    @property
    def view(self) -> View:
        """What is shown on this screen alone, and where its cursor is."""
        return self._view

    def set_view(self, **changes: Any) -> None:
        """Shows something else."""
        view: Any = self._view
        self._view = replace(view, **changes)
        self.request_scene()

    @property
    def results(self) -> Results:
        """What was measured for this screen alone."""
        return self._side_work.results

    def put_result(self, name: str, found: object) -> None:
        """Shows what was found elsewhere than by a side task."""
        self._side_work.put(name, found)

    # ---- what is measured

    def _job(self, name: str) -> Job:
        return self.lab.job(f"{self.spec.name}: {name}")

    def _results_changed(self) -> None:
        if not self._requesting:
            self.request_scene()

    def _side_work_began(self) -> None:
        if self._progress is None:
            self._progress = self.set_interval(PROGRESS_SECONDS, self._renew_progress)

    def _renew_progress(self) -> None:
        if not self._side_work.renew_progress() and self._progress is not None:
            self._progress.stop()
            self._progress = None

    def action_stop_measuring(self) -> None:
        if self._side_work.stop():
            self.lab.say("stopped; `Esc` begins anew")
        elif self._side_work.resume():
            self.lab.say("measuring again what was stopped")
        else:
            self.lab.say("nothing is being measured")

    # ---- the scene

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, self._theme_changed)
        self._make_scene()

    def on_screen_resume(self) -> None:
        if self.scene is None:
            self._make_scene()
        else:
            self.request_scene()

    def on_screen_suspend(self) -> None:
        if self not in self.app.screen_stack:
            # What is kept is the screen: a measurement may be large, and there are newer ones when it comes back.
            self.scene = None
            self._side_work.leave()

    def _theme_changed(self, _: Theme) -> None:
        self.request_scene()

    def watch_experiment(self) -> None:
        self.request_scene()

    def watch_measurement(self) -> None:
        self.request_scene()

    def watch_refusal(self) -> None:
        self.request_scene()

    def watch_triangle(self) -> None:
        self.request_scene()

    def watch_step(self) -> None:
        self.request_scene()

    def watch_dial(self) -> None:
        self.request_scene()

    def watch_charts(self) -> None:
        self.request_scene()

    def on_resize(self, event: events.Resize) -> None:
        self._share_out(event.size.width, event.size.height)

    @property
    def shown_experiment(self) -> Experiment:
        """The experiment that is on the screen."""
        return self.measurement.experiment if self.measurement is not None else self.experiment

    def request_scene(self) -> None:
        """Has the panels drawn anew: once for all that a key changes; what is covered, when it comes back."""
        if not self._scene_due and self.is_mounted and self.is_active:
            self._scene_due = True
            self.call_next(self._make_scene)

    def _make_scene(self) -> None:
        self._scene_due = False
        palette = palette_of(self.app.current_theme)
        # before the screen's first layout its size is the window's
        size = self.size or self.app.size
        self._share_out(size.width, size.height)
        # what is found at once is in this very scene
        self._requesting = True
        results = self._side_work.request(tuple(self.side_tasks()))
        self._requesting = False
        self.scene = Scene(
            palette=palette,
            experiment=self.experiment,
            measurement=self.measurement,
            refusal=self.refusal,
            triangle=self.triangle,
            step=self.step,
            dial=self.dial,
            charts=self.charts,
            word_colours=self.lab.word_colours.of(self.shown_experiment.words, len(palette.words)),
            view=self.view,
            results=results,
        )

    def _share_out(self, width: int, height: int) -> None:
        """Shares out the window, or says what size it would have to be."""
        if not self.is_mounted or not width:
            return
        too_small = width < LEAST_WIDTH or height < LEAST_HEIGHT
        self.set_class(too_small, "-too-small")
        if too_small:
            needed = f"rnn-tui needs {LEAST_WIDTH}×{LEAST_HEIGHT}; this window is {width}×{height}"
            self.query_one("#too-small", Static).update(needed)
        framed = height >= FRAMED_HEIGHT and width >= BESIDE_WIDTH
        for panel in self.query(Canvas):
            panel.compact = not framed
        self.place(width, height)

    def set_rows(self, panel: str, rows: int) -> None:
        """Gives a panel so many rows in all."""
        styles = self.query_one(panel).styles
        if styles.height is None or styles.height.value != rows:
            styles.height = rows
