"""The map of the time steps: what each of them brings to the gradient, over the training."""

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from rnn_tui.ui.charts.plotting import column_of
from rnn_tui.ui.panels.drawing.canvas import Canvas
from rnn_tui.ui.panels.drawing.pen import Ink, Pen
from rnn_tui.ui.panels.drawing.phrases import phrase, said, write
from rnn_tui.ui.screens.train.panels.axis import axis_end, limits
from rnn_tui.ui.screens.train.scene import TrainScene
from rnn_tui.ui.screens.train.training.progress import Progress
from rnn_tui.ui.themes.themes import Palette

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import FloatArray
    from rnn_tui.lab.training.training import Training

DECADES = 4.0
_LABEL = 6
_UPPER = "▀"
_TITLES = {"weights": "What each step brings to g", "states": "What comes back to each step"}
_FEET = {
    "weights": (
        "‖∂L/∂W⁽ᵗ⁾‖ of the copy of W at step t, against the largest; h₀ = 0 leaves the first none",
        "‖∂L/∂W⁽ᵗ⁾‖",
    ),
    "states": ("mean ‖∂L/∂h_t‖ over the batch, against the largest", "‖∂L/∂h_t‖"),
}


class PartsPanel(Canvas[TrainScene]):
    """Rows are time steps, the first on top; columns are steps of the training; two rows of the map share a cell.

    A colour is a part's size against the largest at that moment, on one ramp over `DECADES` powers of ten.
    """

    def __init__(self, *, turn: int = 0, id: str | None = None) -> None:
        super().__init__(id=id)
        self._turn = turn
        self._built: tuple[Hashable, Training, FloatArray] | None = None

    def title(self, scene: TrainScene) -> str:
        return _TITLES[scene.view.parts]

    def keys(self, scene: TrainScene) -> Sequence[tuple[str, str]]:
        return (("v", "view"),)

    def foot(self, scene: TrainScene) -> Sequence[str]:
        return _FEET[scene.view.parts]

    def paint(self, pen: Pen, scene: TrainScene) -> None:
        progress = scene.results.progress
        training = progress.training if progress is not None else None
        if progress is None or training is None:
            return
        _legend(pen, scene)
        labelled = pen.height >= 6
        rows, columns = pen.height - 1 - labelled, pen.width - _LABEL - 1
        if rows < 1 or columns < 2:
            return
        training, found = self._map(scene, progress, training, rows=rows, columns=columns)
        _draw(pen, found, scene.palette)
        muted = Ink(scene.palette.muted, scene.palette.panel)
        length = training.main.plan.task.length
        steps = [(0, 1), *([(rows // 2, 1 + round((length - 1) / 2))] if rows > 4 else []), (rows - 1, length)]
        for row, step in steps if rows > 1 else steps[:1]:
            pen.text(0, 1 + row, f"t={step:,}".rjust(_LABEL), muted)
        if labelled:
            end = axis_end(training.step)
            for step in (0, end // 2, end):
                text, x = f"{step:,}", _LABEL + 1 + column_of(step, limits=limits(training.step), columns=columns)
                x = max(_LABEL + 1, min(x - len(text) // 2, pen.width - len(text)))
                pen.text(x, pen.height - 1, text, muted)
        _mark(pen, scene, training, rows=rows, columns=columns)

    def _map(
        self, scene: TrainScene, progress: Progress, training: "Training", *, rows: int, columns: int
    ) -> "tuple[Training, FloatArray]":
        """(2 rows, columns) of the ramp's places, 0 to 1; NaN where nothing is known, −1 for a true zero."""
        key = (rows, columns, scene.view.parts)
        if self._built is not None and self._built[0] == key:
            _, before, built = self._built
            if before is training or not progress.renews(self._turn):
                return before, built
        found = mapped(training, scene.view.parts, rows=2 * rows, columns=columns)
        self._built = (key, training, found)
        return training, found


def mapped(training: "Training", parts: str, *, rows: int, columns: int) -> "FloatArray":
    """(rows, columns) of places on the ramp, 0 to 1: 1 + log10(part/largest)/`DECADES`; −1 none, NaN unknown."""
    import numpy as np

    kept = training.main.samples.kept
    found = np.full((rows, columns), np.nan)
    if not kept:
        return found
    log10 = np.array([sample.log10_parts if parts == "weights" else sample.log10_hidden for sample in kept])
    with np.errstate(invalid="ignore"):
        top = np.where(np.isfinite(log10), log10, -np.inf).max(axis=1, keepdims=True)
        share = np.where(np.isneginf(log10), -1.0, np.clip(1.0 + (log10 - top) / DECADES, 0.0, 1.0))
    share[~np.isfinite(top[:, 0])] = np.where(np.isnan(log10[~np.isfinite(top[:, 0])]), np.nan, -1.0)
    length, end = log10.shape[1], axis_end(training.step)
    # of the time steps that share a row of the map the largest is shown
    edges = np.linspace(0, length, rows + 1) if length > rows else None
    steps = np.array([sample.step for sample in kept])
    last = column_of(min(training.main.step, end), limits=(0.0, float(end)), columns=columns)
    for column in range(last + 1):
        place = int(np.searchsorted(steps, column / max(1, columns - 1) * end, side="right")) - 1
        each = share[max(place, 0)]
        if edges is None:
            found[:, column] = each[np.arange(rows) * length // rows]
        else:
            found[:, column] = np.maximum.reduceat(each, edges[:-1].astype(int))
    return found


def _draw(pen: Pen, found: "FloatArray", palette: Palette) -> None:
    ground = palette.panel

    def colour(place: float) -> str:
        return ground if place != place or place < 0 else palette.magnitude(round(place * 24) / 24)

    for row in range(found.shape[0] // 2):
        for column in range(found.shape[1]):
            upper, lower = float(found[2 * row, column]), float(found[2 * row + 1, column])
            if upper != upper:
                continue
            if upper < 0 and lower < 0:
                pen.text(_LABEL + 1 + column, 1 + row, "·", Ink(palette.muted, ground))
            else:
                pen.text(_LABEL + 1 + column, 1 + row, _UPPER, Ink(colour(upper), colour(lower)))


def _mark(pen: Pen, scene: TrainScene, training: "Training", *, rows: int, columns: int) -> None:
    """The marked step, below the map and on both sides of it."""
    assert scene.results.progress is not None
    step = scene.results.progress.marked(scene.view.cursor)
    if step >= training.step:
        return
    x = _LABEL + 1 + column_of(step, limits=limits(training.step), columns=columns)
    ink = Ink(scene.palette.selected, scene.palette.panel, bold=True)
    for y in range(1, 1 + rows):
        pen.text(x, y, "┊", Ink(ink.colour, pen.rows[y][x][1].ground, bold=True))


def _legend(pen: Pen, scene: TrainScene) -> None:
    """The ramp with its ends, and what a dot is."""
    palette = scene.palette
    muted = Ink(palette.muted, palette.panel)
    ramp = tuple(("█", Ink(palette.magnitude(place / 7), palette.panel)) for place in range(8))
    ends = (("1e-4 ", muted), *ramp, (" the largest", muted))
    write(
        pen, 0, 0, [phrase(ends, ranks=9), said(muted, "· none at all", "· none", "", ranks=4)], width=pen.width, gap=2
    )
