"""Helpers for tests that paint one panel and read its cells."""

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.measurement.measure import measure
from rnn_tui.lab.measurement.measurement import Triangle
from rnn_tui.lab.measurement.triangle import measure_triangle
from rnn_tui.ui.panels.canvas import Canvas
from rnn_tui.ui.panels.pen import Ink, Pen
from rnn_tui.ui.state.scene import Scene, WordColours
from rnn_tui.ui.state.view import View
from rnn_tui.ui.themes.themes import DEFAULT_THEME, Palette, load_themes


def palette(name: str = DEFAULT_THEME) -> Palette:
    """A shipped theme."""
    return load_themes()[0][name]


def scene(
    experiment: Experiment,
    *,
    view: View | None = None,
    window: tuple[int, int] | None = None,
    theme: str = DEFAULT_THEME,
) -> Scene:
    """The scene of a measured experiment, with the triangle of a window if one is given."""
    measurement = measure(experiment)
    triangle: Triangle | None = measure_triangle(measurement, *window) if window is not None else None
    colours = palette(theme)
    return Scene(
        palette=colours,
        experiment=experiment,
        measurement=measurement,
        triangle=triangle,
        charts=True,
        view=view or View(measurement.steps - 1),
        word_colours=WordColours().of(measurement.words, len(colours.words)),
    )


def painted(panel: Canvas, what: Scene, *, width: int, height: int) -> Pen:
    """The panel's inside, painted."""
    pen = Pen(width, height, Ink(what.palette.text, what.palette.panel))
    panel.paint(pen, what)
    return pen


def text(panel: Canvas, what: Scene, *, width: int, height: int) -> str:
    """The panel's inside as text."""
    return "\n".join(line.rstrip() for line in painted(panel, what, width=width, height=height).lines())
