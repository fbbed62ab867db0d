"""LabScreen: what all screens of the lab share: the scene that their panels draw from, and the lines around them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.reactive import reactive
from textual.theme import Theme
from textual.widget import Widget
from textual.widgets import Static

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.ui.panels.canvas import Canvas
from rnn_tui.ui.shell.lines.hint import HintLine
from rnn_tui.ui.shell.lines.keys import KeyLine
from rnn_tui.ui.shell.lines.prompt import PromptLine
from rnn_tui.ui.shell.lines.title import TitleLine
from rnn_tui.ui.state.looks import Look, Looks, Want
from rnn_tui.ui.state.scene import Scene, WordColours
from rnn_tui.ui.state.view import View
from rnn_tui.ui.terminal.screen import TerminalScreen
from rnn_tui.ui.themes.palette_theme import palette_of

if TYPE_CHECKING:
    from rnn_tui.lab.measurement.measurement import Measurement, Triangle

LEAST_WIDTH, LEAST_HEIGHT = 60, 18
BESIDE_WIDTH = 80
FRAMED_HEIGHT = 23
LINES = 3


class LabScreen(TerminalScreen):
    """The title, panels, and the lines for hints, prompts and keys.

    Subclasses name their panels and arrange them, and may name looks to be measured for them.

    Attributes:
        experiment, measurement, refusal, triangle, view, charts, looks: the app's.
        scene: what the panels draw from.
    """

    DEFAULT_CSS = """
    LabScreen {
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
    view: reactive[View] = reactive(View(0), init=False, repaint=False)
    charts: reactive[bool] = reactive(False, init=False, repaint=False)
    looks: reactive[Looks] = reactive(Looks, init=False, repaint=False)
    scene: reactive[Scene | None] = reactive(None, init=False, repaint=False)

    def __init__(self, *, want: Want, word_colours: WordColours, id: str) -> None:
        super().__init__(id=id)
        self._want = want
        self._word_colours = word_colours
        self._scene_due = False
        self._wanting = False

    def compose_panels(self) -> Iterable[Widget]:
        """The panels, or what holds them, each bound to `scene`."""
        raise NotImplementedError

    def place(self, width: int, height: int) -> None:
        """Shows the panels that there is room for in such a window, and gives them their rows."""
        raise NotImplementedError

    def wanted_looks(self) -> Iterable[Look]:
        """What is to be measured for this screen as it is now, beside the measurement."""
        return ()

    def compose(self) -> ComposeResult:
        yield TitleLine(self.id or "unroll")
        with Container(id="panels"):
            yield from self.compose_panels()
        yield HintLine()
        yield PromptLine()
        yield KeyLine()
        yield Static(id="too-small", markup=False)

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, self._theme_changed)
        self._make_scene()

    def on_screen_resume(self) -> None:
        if self.scene is None:
            self._make_scene()
        else:
            self._want_scene()

    def on_screen_suspend(self) -> None:
        if self not in self.app.screen_stack:
            # What is kept is the screen: a measurement may be large, and there are newer ones when it comes back.
            self.scene = None

    def _theme_changed(self, _: Theme) -> None:
        self._want_scene()

    def watch_experiment(self) -> None:
        self._want_scene()

    def watch_measurement(self) -> None:
        self._want_scene()

    def watch_refusal(self) -> None:
        self._want_scene()

    def watch_triangle(self) -> None:
        self._want_scene()

    def watch_view(self) -> None:
        self._want_scene()

    def watch_charts(self) -> None:
        self._want_scene()

    def watch_looks(self) -> None:
        if not self._wanting:
            self._want_scene()

    def on_resize(self, event: events.Resize) -> None:
        self._share_out(event.size.width, event.size.height)

    @property
    def shown_experiment(self) -> Experiment:
        """The experiment that is on the screen."""
        return self.measurement.experiment if self.measurement is not None else self.experiment

    def _want_scene(self) -> None:
        # Several of these change with one key: the panels are drawn once.
        # What is covered by another screen is drawn when it comes back: else every change would send the whole screen.
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
        self._wanting = True
        looks = self._want(tuple(self.wanted_looks()))
        self._wanting = False
        self.scene = Scene(
            palette=palette,
            experiment=self.experiment,
            measurement=self.measurement,
            refusal=self.refusal,
            triangle=self.triangle,
            view=self.view,
            charts=self.charts,
            word_colours=self._word_colours.of(self.shown_experiment.words, len(palette.words)),
            looks=looks,
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
