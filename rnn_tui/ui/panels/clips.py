"""The clipping panel: norm, value and step clipping side by side, for one and the same gradient."""

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from rnn_tui.lab.text.numbers import log10_text, setting_text
from rnn_tui.ui.panels.drawing.canvas import Canvas
from rnn_tui.ui.panels.drawing.pen import Ink, Pen
from rnn_tui.ui.panels.drawing.phrases import Phrase, phrase, said, wrapped, write
from rnn_tui.ui.panels.tensors import symbol
from rnn_tui.ui.state.scene import AnyScene

if TYPE_CHECKING:
    from rnn_tui.lab.measurement.gradient.clipping import ClipRow, ClipsCompared, Dominant

S = TypeVar("S", bound=AnyScene)

_ACTS_ON = {"norm": "the whole", "value": "each entry", "step": "each step back"}
_MARK = 2
_KIND = 7
_LEAST_BAR = 10
# Rows that a table with a blank line around it and a line of its own for each bar takes.
_ROOMY = 12


class ClipColumn(NamedTuple):
    """A column of the table: its head, its width, and how long it stays where room is short."""

    head: str
    width: int
    rank: int


_COLUMNS = {
    "after": ClipColumn("‖g‖ after", 9, 9),
    "cosine": ClipColumn("cosine", 7, 8),
    "turned": ClipColumn("turned", 6, 5),
    "touched": ClipColumn("touched", 24, 7),
    "short": ClipColumn("touched", 9, 7),
    "most": ClipColumn("most of it in", 13, 6),
    "acts": ClipColumn("limits", 14, 2),
}


class ClipsPanel(Canvas[S]):
    """A line on the gradient before, a row for each kind of clipping, and a sentence on what tells them apart.

    It draws what `source` finds in the scene; where that is nothing, `absent` says why.
    """

    def __init__(
        self,
        source: "Callable[[S], ClipsCompared | None]",
        *,
        absent: str = "There is no gradient to clip yet.",
        keys: Sequence[tuple[str, str]] = (("c", "clip"), ("C", "kind")),
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._source = source
        self._absent = absent
        self._keys = keys

    def title(self, scene: S) -> str:
        return "Clipping, compared"

    def keys(self, scene: S) -> Sequence[tuple[str, str]]:
        return self._keys

    def foot(self, scene: S) -> Sequence[str]:
        return (
            "all three for the same gradient g and the same θ; cosine 1: the direction is kept",
            "the same gradient g and the same θ for all three",
            "the same g and θ for all",
        )

    def paint(self, pen: Pen, scene: S) -> None:
        compared = self._source(scene)
        if compared is None:
            for y, line in enumerate(wrapped(self._absent, pen.width, pen.height)):
                pen.text(0, y, line, Ink(scene.palette.muted, scene.palette.panel))
            return
        _Painting(pen, scene, compared).draw()


class _Painting:
    """One painting of the table."""

    def __init__(self, pen: Pen, scene: AnyScene, compared: "ClipsCompared") -> None:
        self.pen = pen
        self.compared = compared
        self.palette = palette = scene.palette
        self.chosen = scene.experiment.clip
        self.muted, self.normal = Ink(palette.muted, palette.panel), Ink(palette.text, palette.panel)
        self.strong = Ink(palette.text, palette.panel, bold=True)
        self.columns, self.bar = self._fitting()

    def draw(self) -> None:
        pen, roomy = self.pen, self.pen.height >= _ROOMY
        write(pen, 0, 0, self._before(), width=pen.width)
        y = 2 if roomy else 1
        self._heads(y)
        for row in self.compared.rows:
            y += 2 if roomy and self.bar else 1
            self._row(y, row)
        y += 2 if roomy else 1
        for line in wrapped(self.compared.sentence, pen.width, pen.height - y) if y < pen.height else ():
            pen.text(0, y, line, self.normal)
            y += 1

    def _fitting(self) -> tuple[list[str], int]:
        """The columns that there is room for, and the width that is left for the bars."""
        room = self.pen.width - _MARK - _KIND
        kept = ["acts", "after", "cosine", "turned", "touched", "most"]

        def used() -> int:
            return sum(_COLUMNS[name].width + 2 for name in kept)

        if used() > room:
            kept[kept.index("touched")] = "short"
        while used() > room and len(kept) > 1:
            kept.remove(min(kept, key=lambda name: _COLUMNS[name].rank))
        bar = room - used()
        if bar < _LEAST_BAR and "acts" in kept:
            kept.remove("acts")
            bar = room - used()
        return kept, min(bar, 60) if bar >= _LEAST_BAR else 0

    def _before(self) -> list[Phrase]:
        """‖g‖, θ, and where the most of g is."""
        palette, compared = self.palette, self.compared
        norm, theta = log10_text(compared.log10_norm), f"θ {setting_text(compared.threshold)}"
        gauge = ("‖g‖ ", self.muted), (norm, self.strong)
        found = [
            phrase((("before: ", self.muted), *gauge), gauge, ranks=9),
            said(Ink(palette.threshold, palette.panel), theta, ranks=9),
        ]
        if compared.dominant is not None:
            share = _share(compared.dominant)
            found.append(said(self.muted, f"{share} of ‖g‖² in {symbol(compared.dominant.tensor)}", "", ranks=3))
        return found

    def _heads(self, y: int) -> None:
        x = _MARK + _KIND
        if self.bar:
            self.pen.text(x, y, "length kept", self.muted)
            x += self.bar + 2
        for name in self.columns:
            column = _COLUMNS[name]
            self.pen.text(x, y, column.head.rjust(column.width), self.muted)
            x += column.width + 2

    def _row(self, y: int, row: "ClipRow") -> None:
        report, palette = row.report, self.palette
        chosen = report.mode == self.chosen
        name = Ink(palette.clipped, palette.panel, bold=True) if chosen else self.normal
        self.pen.text(0, y, "●" if chosen else "○", name)
        x = self.pen.text(_MARK, y, report.mode.ljust(_KIND), name)
        if self.bar:
            self._draw_bar(x, y, row)
            x += self.bar + 2
        texts = {
            "acts": _ACTS_ON[report.mode],
            "after": log10_text(report.log10_norm_after),
            "cosine": "–" if report.cosine is None else f"{report.cosine:.3f}",
            "turned": "–" if row.degrees is None else f"{row.degrees:.0f}°",
            "touched": _touched(row),
            "short": _touched_share(row),
            "most": "–" if row.dominant is None else f"{symbol(row.dominant.tensor)} {_share(row.dominant)}",
        }
        for column in self.columns:
            width = _COLUMNS[column].width
            self.pen.text(x, y, texts[column][:width].rjust(width), self.strong if column == "after" else self.normal)
            x += width + 2

    def _draw_bar(self, x: int, y: int, row: "ClipRow") -> None:
        """‖g‖ before as a thin line, what is left of it as a thick one."""
        report, palette = row.report, self.palette
        kept = 10.0 ** min(0.0, report.log10_norm_after - report.log10_norm_before)
        self.pen.text(x, y, "╌" * self.bar, Ink(palette.border_focused, palette.panel))
        if math.isfinite(kept):
            filled = round(kept * self.bar)
            colour = palette.clipped if report.touched else palette.back
            self.pen.text(x, y, "━" * filled or "╸", Ink(colour, palette.panel))


def _share(dominant: "Dominant") -> str:
    return f"{100 * dominant.share:.0f} %"


def _touched_share(row: "ClipRow") -> str:
    if row.report.mode == "norm":
        return "all" if row.report.touched else "nothing"
    share = row.touched_share
    return "nothing" if share == 0 else f"{100 * share:.2g} %" if share < 0.1 else f"{100 * share:.0f} %"


def _touched(row: "ClipRow") -> str:
    """What was limited, counted, and the share that it is."""
    report, share = row.report, _touched_share(row)
    if report.mode == "norm" or not report.touched:
        return share
    one, many = ("entry", "entries") if report.mode == "value" else ("step", "steps")
    return f"{share} ({report.touched:,} {one if report.touched == 1 else many})"
