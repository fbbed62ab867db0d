"""The table of networks: a row each, the numbers in columns, and the chosen one in words where there is room."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rnn_tui.lab.experiment.networks import NETWORK_KINDS
from rnn_tui.ui.panels.drawing.canvas import Canvas
from rnn_tui.ui.panels.drawing.pen import Ink, Pen
from rnn_tui.ui.screens.compare.measured import BAND_SEEDS, order_of
from rnn_tui.ui.screens.compare.panels.columns import NAME_WIDTH, NETWORK_COLUMN, ComparedColumn, columns_that_fit
from rnn_tui.ui.screens.compare.panels.marks import HIDDEN_MARKER, MARKERS, network_colour
from rnn_tui.ui.screens.compare.panels.words import write_words
from rnn_tui.ui.screens.compare.scene import CompareScene

if TYPE_CHECKING:
    from rnn_tui.lab.compare.compare import ComparedNetwork

_GAP = 1
TABLE_ROWS = 1 + len(NETWORK_KINDS)


class ComparedTable(Canvas[CompareScene]):
    """A heading, the rows, and below them what is to be said of the chosen one."""

    def title(self, scene: CompareScene) -> str:
        if not scene.view.hidden:
            return "Networks"
        return f"Networks · {len(scene.view.hidden)} hidden"

    def keys(self, scene: CompareScene) -> Sequence[tuple[str, str]]:
        other = [("p", "chart")] if self.has_class("-alone") else []
        comparison = scene.results.compare
        anew = [("m", "build anew")] if comparison is not None and any(row.refusal for row in comparison.rows) else []
        return [*anew, ("Enter", "to Unroll"), ("←→", "sort"), *other, ("f", "flip"), ("+ −", "a word")]

    def foot(self, scene: CompareScene) -> Sequence[str]:
        """How far the work is; else what the numbers are."""
        stage, comparison = scene.results.stage("compare"), scene.results.compare
        if stage is not None and comparison is not None and stage.stopped:
            return ("stopped: m goes on",)
        if stage is not None and stage.under_way and stage.progress:
            if comparison is not None and comparison.seeds and not comparison.waiting:
                return (f"bands over {BAND_SEEDS} seeds: {stage.progress:.0%}", f"bands {stage.progress:.0%}")
            return (f"measuring {stage.progress:.0%}; … are those of before", f"measuring {stage.progress:.0%}")
        return (
            "1st→h_T: ‖∂h_T/∂x₁‖ / ‖∂h_T/∂x_T‖; gradient: ‖∂L_T/∂h₁‖ / ‖∂L_T/∂h_T‖, LSTM: of c",
            "1st→h_T: ‖∂h_T/∂x₁‖ / ‖∂h_T/∂x_T‖; gradient: of L_T",
            "1st→h_T: ‖∂h_T/∂x₁‖ / ‖∂h_T/∂x_T‖",
        )

    def paint(self, pen: Pen, scene: CompareScene) -> None:
        comparison, view = scene.results.compare, scene.view
        if comparison is None:
            return
        columns = columns_that_fit(pen.width, view.sort)
        _heading(pen, scene, columns)
        stage = scene.results.stage("compare")
        late = stage is not None and (stage.stopped or (stage.under_way and stage.progress > 0))
        for y, name in enumerate(order_of(comparison, view), start=1):
            row = comparison.row(name)
            _row(pen, y, scene, row, columns, waiting=late and name in comparison.waiting)
        if self.has_class("-speaks"):
            write_words(pen, TABLE_ROWS + (pen.height > TABLE_ROWS + 2), scene, named=True)


def _heading(pen: Pen, scene: CompareScene, columns: Sequence[ComparedColumn]) -> None:
    palette, view = scene.palette, scene.view
    muted, sorting = Ink(palette.muted, palette.panel), Ink(palette.flow, palette.panel, bold=True)
    mark = "▴" if view.flipped else "▾"
    by_name = view.sort == NETWORK_COLUMN
    pen.text(3, 0, f"network{mark}" if by_name else "network", sorting if by_name else muted)
    x = NAME_WIDTH
    for column in columns:
        x += _GAP + column.width
        is_sorting = column.name == view.sort
        head = f"{column.head}{mark}" if is_sorting else column.head
        pen.text(x - len(column.head), 0, head, sorting if is_sorting else muted)


def _row(
    pen: Pen, y: int, scene: CompareScene, row: "ComparedNetwork", columns: Sequence[ComparedColumn], *, waiting: bool
) -> None:
    palette, view = scene.palette, scene.view
    chosen, hidden = row.name == view.chosen, row.name in view.hidden
    colour = palette.muted if hidden else network_colour(palette, row.name)
    if chosen:
        pen.text(0, y, "▸", Ink(palette.selected, palette.panel, bold=True))
    pen.text(1, y, HIDDEN_MARKER if hidden else MARKERS[row.name], Ink(colour, palette.panel, bold=chosen))
    faint = hidden or waiting
    ink = Ink(palette.muted if faint else palette.selected if chosen else palette.text, palette.panel, bold=chosen)
    x = pen.text(3, y, row.name, ink)
    if waiting and row.experiment is not None:
        pen.text(x, y, "…", ink)
    if row.figures is None:
        _instead(pen, y, scene, row)
        return
    x = NAME_WIDTH
    for column in columns:
        text = column.text(row.figures)
        x += _GAP + column.width
        pen.text(x - len(text), y, text, ink)


def _instead(pen: Pen, y: int, scene: CompareScene, row: "ComparedNetwork") -> None:
    """In the place of the numbers, why there are none."""
    x, palette, comparison = NAME_WIDTH + _GAP, scene.palette, scene.results.compare
    if row.refusal is not None and row.experiment is not None and comparison is not None:
        steps, built = len(comparison.experiment.words), len(row.experiment.words)
        ways: tuple[str, ...] = (
            f"refuses {steps:,} steps: it was built for {built:,}",
            f"refuses {steps:,} steps",
            "refuses",
        )
        colour = palette.warn
    elif row.problem is not None:
        ways, colour = ("cannot be built with these settings", "cannot be built"), palette.bad
    else:
        ways, colour = ("…",), palette.muted
    text = next((way for way in ways if x + len(way) <= pen.width), ways[-1])
    pen.text(x, y, text, Ink(colour, palette.panel))
