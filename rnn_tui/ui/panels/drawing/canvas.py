"""Canvas: a widget that draws itself cell by cell and sends to the terminal only what changed."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Generic, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from rnn_tui.lab.text.glyphs import LEFT_TO_RIGHT
from rnn_tui.ui.panels.drawing.frame import draw_frame
from rnn_tui.ui.panels.drawing.pen import Ink, Pen, PenRow
from rnn_tui.ui.state.scene import AnyScene

S = TypeVar("S", bound=AnyScene)

# Beginning anew costs about as many bytes as this many unchanged cells.
_GAP = 12


# No state: equal inks are equal styles, and making one costs more than the segment that it is for.
@lru_cache(maxsize=4096)
def _style(ink: Ink) -> Style:
    return Style(color=ink.colour, bgcolor=ink.ground, bold=ink.bold, underline=ink.underline)


class Canvas(Widget, Generic[S]):
    """Draws `scene`, which is of one kind S, in a titled frame.

    Subclasses write `paint(pen, scene)` and what is written in the frame; they are asked when the scene or the size
    changes, and the cells that came out different from the last time are refreshed.

    Attributes:
        compact: whether the frame is a line above alone.
    """

    ALLOW_SELECT = False

    scene: reactive[S | None] = reactive(None, init=False, repaint=False)
    compact: reactive[bool] = reactive(False, init=False, repaint=False)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: list[PenRow] = []
        self._strips: list[Strip] = []

    def paint(self, pen: Pen, scene: S) -> None:
        """Draws the scene; the grid is what the frame leaves."""
        raise NotImplementedError

    def title(self, scene: S) -> str:
        """What is written in the frame above, on the left."""
        raise NotImplementedError

    def keys(self, scene: S) -> Sequence[tuple[str, str]]:
        """The keys that matter in this panel and what they do: in the frame above, on the right."""
        return ()

    def foot(self, scene: S) -> Sequence[str]:
        """What is written in the frame below, said ever more briefly."""
        return ()

    def watch_scene(self) -> None:
        self.repaint()

    def watch_compact(self) -> None:
        self.repaint()

    def on_resize(self) -> None:
        self.repaint()

    def repaint(self) -> None:
        """Paints anew and refreshes the regions that changed."""
        if regions := self._paint():
            self.refresh(*regions)

    def _paint(self) -> list[Region]:
        """Paints anew; returns the regions that changed."""
        width, height = self.size
        if self.scene is None or width < 1 or height < 1:
            return []
        pen = self._painted(self.scene, width, height)
        regions = list(changed_regions(self._rows, pen.rows))
        if self._fits():
            changed = {region.y for region in regions}
            self._strips = [
                strip_of(row) if y in changed else strip
                for y, (row, strip) in enumerate(zip(pen.rows, self._strips, strict=True))
            ]
        else:
            self._strips = [strip_of(row) for row in pen.rows]
        self._rows = pen.rows
        return regions

    def _fits(self) -> bool:
        """Whether what was painted last has the widget's size."""
        return bool(self._rows) and (len(self._rows[0]), len(self._rows)) == self.size

    def _painted(self, scene: S, width: int, height: int) -> Pen:
        ink = Ink(scene.palette.text, scene.palette.panel)
        pen = Pen(width, height, ink)
        side, foot = (1, 0) if self.compact else (2, 1)
        inner = Pen(max(1, width - 2 * side), max(1, height - 1 - foot), ink)
        self.paint(inner, scene)
        draw_frame(
            pen, scene.palette, self.title(scene), keys=self.keys(scene), foot=self.foot(scene), compact=self.compact
        )
        for y, row in enumerate(inner.rows[: height - 1 - foot], start=1):
            pen.rows[y][side : side + inner.width] = row
        return pen

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows of the crop; without what Textual does for borders, padding and opacity, of which there is none."""
        strips = [self.render_line(y) for y in crop.line_range]
        background = self.background_colors[1]
        for line_filter in self.get_line_filters():
            strips = [strip.apply_filter(line_filter, background) for strip in strips]
        if crop.column_span == (0, self.size.width):
            return strips
        return [strip.crop(*crop.column_span) for strip in strips]

    def render_line(self, y: int) -> Strip:
        if not self._fits():
            # Textual renders a new size before it tells of it; to wait for that would send the panel blank first.
            self._paint()
        if y < len(self._strips):
            return self._strips[y]
        return Strip.blank(self.size.width, self.visual_style.rich_style)


def strip_of(row: PenRow) -> Strip:
    """The row as one segment for each run of equal ink; a blank belongs to any run on its ground."""
    segments = []
    text: list[str] = []
    ink = row[0][1]
    marked = False
    for char, other in row:
        # Some terminals drop what follows a directional mark in the same piece of text: there a piece ends.
        if marked or (other is not ink and other != ink and (char != " " or other.ground != ink.ground)):
            segments.append(Segment("".join(text), _style(ink)))
            text, ink = [], other
        text.append(char)
        marked = char.endswith(LEFT_TO_RIGHT)
    segments.append(Segment("".join(text), _style(ink)))
    return Strip(segments, len(row))


def changed_regions(before: list[PenRow], after: list[PenRow]) -> Iterator[Region]:
    """The runs of cells that differ, as regions one row high; those that are close together as one."""
    if len(before) != len(after) or (after and len(before[0]) != len(after[0])):
        yield from (Region(0, y, len(row), 1) for y, row in enumerate(after))
        return
    for y, (old, new) in enumerate(zip(before, after, strict=True)):
        if old == new:
            continue
        changed = [x for x, (was, now) in enumerate(zip(old, new, strict=True)) if was != now]
        start = last = changed[0]
        for x in [*changed[1:], len(new) + 2 * _GAP]:
            if x - last > _GAP:
                yield _whole(start, last + 1, y, old, new)
                start = x
            last = x


def _whole(start: int, stop: int, y: int, old: PenRow, new: PenRow) -> Region:
    """The region, widened where it would cut a wide character in two."""
    start -= start > 0 and (new[start][0] == "" or old[start][0] == "")
    stop += stop < len(new) and (new[stop][0] == "" or old[stop][0] == "")
    return Region(start, y, stop - start, 1)
