"""PanelsScreen: what the screens of panels share: the scene that their panels draw from, and the rows they get."""

from typing import TYPE_CHECKING, Literal, NamedTuple

from textual import events
from textual.reactive import reactive
from textual.theme import Theme
from textual.widgets import Static

from rnn_tui.lab.experiment import Experiment
from rnn_tui.ui.compositing import NarrowScreen
from rnn_tui.ui.palette_theme import palette_of
from rnn_tui.ui.scene import Scene, WordColours
from rnn_tui.ui.view import View
from rnn_tui.ui.widgets.canvas import Canvas
from rnn_tui.ui.widgets.unrolled.layout import rows_wanted
from rnn_tui.ui.widgets.unrolled.rows import SIMPLE, Shape, shape_of, used_rows

if TYPE_CHECKING:
    from rnn_tui.lab.measurement import Measurement, Triangle

LEAST_WIDTH, LEAST_HEIGHT = 60, 18
BESIDE_WIDTH = 80
BELOW_ROWS = 18
_LINES = 3


class Heights(NamedTuple):
    """The rows of the panels, frames not counted.

    Attributes:
        framed: whether the panels have frames all round.
        network, unrolled: the rows of these two.
        both: how the two lower panels share what is left: side by side, one below the other, or by turns.
    """

    framed: bool
    network: int
    unrolled: int
    both: Literal["beside", "below", "in turn"]


def heights(width: int, height: int, steps: int, shape: Shape = SIMPLE) -> Heights:
    """How the rows of a window are shared out: the lower panels get what the others leave.

    A network with more to show gets more rows for its cells, but not where the lower panels would lose their words.
    """
    rows = height - _LINES
    framed = height >= 23 and width >= BESIDE_WIDTH
    network = 2 if rows < 27 else 4 if rows < 40 else 6
    extra = max(0, rows - 21 - (network - 2))
    simple = 6 + extra // 2 if framed else 5 + extra // 3
    more = (shape.states - 1 + extra // 10 if framed else extra // 8) if shape.gates else 0
    least = used_rows(simple + more, shape)
    unrolled = rows_wanted(width - (4 if framed else 2), steps, least, shape)
    both: Literal["beside", "below", "in turn"] = "beside"
    if width < BESIDE_WIDTH:
        both = "below" if rows - network - unrolled - 2 >= BELOW_ROWS else "in turn"
    return Heights(framed, network, unrolled, both)


class PanelsScreen(NarrowScreen):
    """A screen of panels with the network and the unrolled cells on top.

    Attributes:
        experiment, measurement, refusal, triangle, view, charts: the app's.
        scene: what the panels draw from.
        colours: the colours of the words.
    """

    DEFAULT_CSS = """
    PanelsScreen {
        background: $background;
        color: $text;

        #panels { height: 1fr; }
        #lower { height: 1fr; }
        #inspector { height: 1fr; }

        Canvas {
            background: $panel;
            color: $text;
            width: 1fr;
        }

        #lower Canvas { height: 1fr; }
        #influence { margin-right: 1; }
        #lower.-below { layout: vertical; }
        #lower.-below #influence, #influence.-alone { margin-right: 0; }
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
    scene: reactive[Scene | None] = reactive(None, init=False, repaint=False)

    def __init__(self) -> None:
        super().__init__()
        self.colours = WordColours()
        self._scene_due = False

    def place_panels(self, rows: Heights, width: int, height: int) -> None:
        """Shows the panels that this screen has room for."""
        raise NotImplementedError

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, self._theme_changed)
        self._make_scene()

    def on_screen_resume(self) -> None:
        self._want_scene()

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

    def on_resize(self, event: events.Resize) -> None:
        self._share_out(event.size.width, event.size.height)

    @property
    def _shown(self) -> Experiment:
        """The experiment that is on the screen."""
        return self.measurement.experiment if self.measurement is not None else self.experiment

    def _want_scene(self) -> None:
        # Several of these change with one key: the panels are drawn once.
        # What is covered by another screen is drawn when it comes back: else every change would send the whole screen.
        if not self._scene_due and self.is_mounted and self.app.screen is self:
            self._scene_due = True
            self.call_next(self._make_scene)

    def _make_scene(self) -> None:
        self._scene_due = False
        palette = palette_of(self.app.current_theme)
        words = self._shown.words
        # before the screen's first layout its size is the window's
        size = self.size or self.app.size
        self._share_out(size.width, size.height)
        self.scene = Scene(
            palette=palette,
            experiment=self.experiment,
            measurement=self.measurement,
            refusal=self.refusal,
            triangle=self.triangle,
            view=self.view,
            charts=self.charts,
            word_colours=self.colours.of(words, len(palette.words)),
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
        steps = len(self._shown.words)
        rows = heights(width, height, steps, shape_of(self._shown))
        for panel in self.query(Canvas):
            panel.compact = not rows.framed
        frame = 2 if rows.framed else 1
        self._set_height("#network", rows.network + frame)
        self._set_height("#unrolled", rows.unrolled + frame)
        self.place_panels(rows, width, height)

    def _set_height(self, panel: str, rows: int) -> None:
        styles = self.query_one(panel).styles
        if styles.height is None or styles.height.value != rows:
            styles.height = rows
