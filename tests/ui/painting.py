"""Helpers for tests that paint one panel and read its cells."""

from typing import TypeVar

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.measurement.measure import measure
from rnn_tui.lab.measurement.measurement import Triangle
from rnn_tui.lab.measurement.pair_measures import measure_triangle
from rnn_tui.ui.panels.drawing.canvas import Canvas
from rnn_tui.ui.panels.drawing.pen import Ink, Pen
from rnn_tui.ui.screens.unroll.scene import UnrollResults, UnrollScene, UnrollView
from rnn_tui.ui.state.scene import AnyScene, Scene, WordColours
from rnn_tui.ui.themes.themes import DEFAULT_THEME, Palette, load_themes

View = TypeVar("View")
Results = TypeVar("Results")
S = TypeVar("S", bound=AnyScene)


def palette(name: str = DEFAULT_THEME) -> Palette:
    """A shipped theme."""
    return load_themes()[0][name]


def scene(
    experiment: Experiment,
    *,
    step: int | None = None,
    dial: str = "rho",
    view: UnrollView | None = None,
    window: tuple[int, int] | None = None,
    theme: str = DEFAULT_THEME,
) -> UnrollScene:
    """The scene of Unroll for a measured experiment, with the triangle of a window if one is given."""
    return scene_of(experiment, view or UnrollView(), UnrollResults(), step=step, dial=dial, window=window, theme=theme)


def scene_of(
    experiment: Experiment,
    view: View,
    results: Results,
    *,
    step: int | None = None,
    dial: str = "rho",
    window: tuple[int, int] | None = None,
    theme: str = DEFAULT_THEME,
) -> Scene[View, Results]:
    """The scene of a screen with this view and these results."""
    measurement = measure(experiment)
    triangle: Triangle | None = measure_triangle(measurement, *window) if window is not None else None
    colours = palette(theme)
    return Scene(
        palette=colours,
        experiment=experiment,
        measurement=measurement,
        triangle=triangle,
        charts=True,
        step=measurement.steps - 1 if step is None else step,
        dial=dial,
        word_colours=WordColours().of(measurement.words, len(colours.words)),
        view=view,
        results=results,
    )


def painted(panel: Canvas[S], what: S, *, width: int, height: int) -> Pen:
    """The panel's inside, painted."""
    pen = Pen(width, height, Ink(what.palette.text, what.palette.panel))
    panel.paint(pen, what)
    return pen


def text(panel: Canvas[S], what: S, *, width: int, height: int) -> str:
    """The panel's inside as text."""
    return "\n".join(line.rstrip() for line in painted(panel, what, width=width, height=height).lines())
