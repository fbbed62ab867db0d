"""The random products panel: one W shared by all steps beside one of its own for each, over hundreds of draws."""

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from rnn_tui.ui.charts.filling import DottedBand, with_bands
from rnn_tui.ui.charts.limits import y_limits
from rnn_tui.ui.charts.plotting import Chart, ChartSeries, Point, Tick, chart, column_of, log_axis
from rnn_tui.ui.panels.drawing.canvas import Canvas
from rnn_tui.ui.panels.drawing.charts import draw_chart, draw_cursor
from rnn_tui.ui.panels.drawing.pen import Ink, Pen
from rnn_tui.ui.panels.drawing.phrases import wrapped
from rnn_tui.ui.screens.powers.measured import bands_shown, repeated_matrix
from rnn_tui.ui.screens.powers.panels.axes import LABELS, evenly, write_n_axis
from rnn_tui.ui.screens.powers.panels.panel import place_of
from rnn_tui.ui.screens.powers.panels.status import MEASURED_FIRST, status, write_status
from rnn_tui.ui.screens.powers.panels.table import write_table
from rnn_tui.ui.screens.powers.scene import PowersScene

if TYPE_CHECKING:
    from rnn_tui.lab.powers.bands import Bands

_LEAST_CHART = 4
_TABLE = 3
_DIM = 0.75


class ProductsPanel(Canvas[PowersScene]):
    """The bands between which nine draws of ten are, the means and spreads, and what that says of feed-forward nets."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._built: tuple[tuple[Hashable, ...], Chart] | None = None

    def title(self, scene: PowersScene) -> str:
        return "One W shared, or one for each step"

    def keys(self, scene: PowersScene) -> Sequence[tuple[str, str]]:
        return (("n", "seed"), ("p", "panels"))

    def foot(self, scene: PowersScene) -> Sequence[str]:
        bands = scene.results.bands
        if bands is None:
            return ()
        draws = f"{len(bands.seeds):,} draws"
        return f"{draws}: {bands.drawn_from}; bands hold 9 of 10", f"{draws}: {bands.drawn_from}", draws

    def paint(self, pen: Pen, scene: PowersScene) -> None:
        what = repeated_matrix(scene.experiment, scene.measurement, scene.view)
        bands = bands_shown(what, scene.results) if what is not None else None
        said_of = status(scene.results, "draws", "bands")
        if bands is None:
            write_status(pen, 0, scene, said_of or MEASURED_FIRST, rows=pen.height)
            return
        y = write_status(pen, 0, scene, said_of) if said_of else 0
        below = _words(bands, pen.width, rows=min(6, max(2, pen.height - y - _TABLE - 8)))
        height = pen.height - y - 1 - _TABLE - len(below)
        place = place_of(bands.steps, scene.view.n)
        if height >= _LEAST_CHART and scene.charts:
            self._draw(pen, scene, bands, place, top=y, height=height)
        first = pen.height - _TABLE - len(below)
        palette = scene.palette
        write_table(pen, first, bands, place, palette, shared=palette.flow, own=palette.good)
        for line, text in enumerate(below, start=first + _TABLE):
            pen.text(0, line, text, Ink(palette.text, palette.panel))

    def _draw(self, pen: Pen, scene: PowersScene, bands: "Bands", place: int, *, top: int, height: int) -> None:
        palette, limits = scene.palette, (0.0, float(bands.last))
        drawing = self._chart(pen, scene, bands, limits, height)
        draw_chart(pen, palette, drawing, top=top)
        n = int(bands.steps[place])
        column = drawing.left + column_of(n, limits=limits, columns=drawing.columns)
        draw_cursor(pen, palette, column, top=top, stop=top + height - 1)
        write_n_axis(
            pen,
            palette,
            drawing,
            y=top + height - 1,
            places=[Tick(float(each), f"{each:,}") for each in evenly(bands.last)],
            limits=limits,
            cursor=Tick(float(n), f"{n:,}"),
        )

    def _chart(self, pen: Pen, scene: PowersScene, bands: "Bands", x_limits: Point, height: int) -> Chart:
        """The chart; the last one, where the cursor alone has moved."""
        key = (pen.width, height, scene.palette, bands)
        if self._built is not None and self._built[0] == key:
            return self._built[1]
        import numpy as np

        from rnn_tui.lab.measurement.ensemble.ensemble import quantiles

        palette = scene.palette
        x = np.concatenate([np.zeros(1), bands.steps])  # x(0) has the size 1
        both = [
            np.concatenate([np.zeros((3, 1)), quantiles(log10, (0.05, 0.5, 0.95))], axis=1)
            for log10 in (bands.log10_shared, bands.log10_independent)
        ]
        limits, ticks = log_axis(*y_limits(np.concatenate(both).ravel().tolist()), rows=height - 1)
        label = max([LABELS, *(len(tick.label) for tick in ticks)])
        drawing = chart(
            [ChartSeries(x=x, y=both[0][1], colour=palette.flow)],
            width=pen.width,
            height=height,
            x_limits=x_limits,
            y_limits=limits,
            y_ticks=ticks,
            label_width=label,
            axis=palette.muted,
        )
        (low, _, high), (own_low, _, own_high) = both
        dim = palette.mix(palette.panel, palette.flow, _DIM)
        shared, own = DottedBand(x, low, high, dim, "sparse"), DottedBand(x, own_low, own_high, palette.good, "dense")
        drawing = with_bands(drawing, [shared, own], x_limits=x_limits, y_limits=limits)
        self._built = (key, drawing)
        return drawing


def _words(bands: "Bands", width: int, *, rows: int) -> list[str]:
    """What they say, the last sentence above all; the others as far as there is room."""
    if rows < 1:
        return []
    *others, last = bands.sentences
    for kept in range(len(others), -1, -1):
        lines = wrapped(" ".join([*others[:kept], last]), width, 99)
        if len(lines) <= rows:
            return lines
    return wrapped(last, width, rows)
