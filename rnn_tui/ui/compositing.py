"""Sends to the terminal only the cells that differ from what it shows, those of one style together.

The lab is used over slow lines, and Textual sends a row from its start up to what changed, a screen that comes to the
top two or three times over, and cells that stay as they are. To set a style costs three times what moving the cursor
does, so the order is by style. This overrides parts of Textual that are not public; a
test holds that what is sent makes the same screen.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.control import Control
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.app import App
from textual.events import Resize
from textual.reactive import Reactive
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

# Moving the cursor costs about as many bytes as this many cells that stay as they are.
_GAP = 4

Look = tuple[object, ...]
Cell = tuple[object, Look | int]


class Piece(NamedTuple):
    """A part of a row, from column `x` on."""

    x: int
    y: int
    strip: Strip

    @property
    def style_order(self) -> tuple[bool, str, str, str]:
        """Where a piece of one style stands among the others: by its ground, then its colour; mixed ones last."""
        segments = list(self.strip)
        style = segments[0].style
        if len(segments) > 1 or style is None:
            return (True, "", "", "")
        return (False, str(style.bgcolor), str(style.color), str(style))


@lru_cache(maxsize=4096)
def _look(style: Style | None) -> Look:
    """All of a style that is seen."""
    if style is None:
        return ()
    marks = (style.bold, style.dim, style.italic, style.underline, style.blink, style.reverse, style.strike)
    return (style.color, style.bgcolor, *map(bool, marks))


@lru_cache(maxsize=4096)
def _blank(style: Style | None) -> Look:
    """All of a style that is seen in a blank."""
    if style is None:
        return ()
    if style.reverse or style.underline or style.strike:
        return _look(style)
    return (style.bgcolor,)


@lru_cache(maxsize=4096)
def _single(character: str) -> bool:
    return cell_len(character) == 1


def _is_plain(strip: Strip) -> bool:
    """Whether every character takes one cell, so that the row may be sent in parts."""
    return all(segment.text.isascii() or all(map(_single, segment.text)) for segment in strip)


def _cells(strip: Strip) -> list[Cell]:
    """The cells of a strip; where its characters are not one cell each, cells that are the same only all together."""
    if _is_plain(strip):
        return [
            (char, _blank(segment.style) if char == " " else _look(segment.style))
            for segment in strip
            for char in segment.text
        ]
    whole = tuple((segment.text, _look(segment.style)) for segment in strip)
    return [(whole, index) for index in range(strip.cell_length)]


class Picture:
    """What the terminal shows, as far as that is known."""

    def __init__(self) -> None:
        self._rows: dict[int, list[Cell | None]] = {}

    def forget(self) -> None:
        """What the terminal shows is not known any more."""
        self._rows.clear()

    def take(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        """Makes the pieces part of the picture, and gives back what of them it did not show yet."""
        for x, y, strip in pieces:
            cells = _cells(strip)
            row = self._rows.setdefault(y, [])
            row.extend([None] * (x + len(cells) - len(row)))
            before = row[x : x + len(cells)]
            if before == cells:
                continue
            changed = [place for place, (old, new) in enumerate(zip(before, cells, strict=True)) if old != new]
            if isinstance(cells[0][1], int):
                changed = [0, len(cells) - 1]
                yield Piece(x, y, strip)
            else:
                yield from _runs(x, y, strip, changed)
            _forget_rest(row, x + changed[0], x + changed[-1] + 1)
            row[x : x + len(cells)] = cells


def _runs(x: int, y: int, strip: Strip, changed: list[int]) -> Iterator[Piece]:
    """The stretches of a strip that hold its changed cells, each of one style; every character takes one cell."""
    places = iter(changed)
    place = next(places, None)
    end = 0
    for segment in strip:
        begin, end = end, end + len(segment.text)
        start = last = place
        while place is not None and place < end:
            if start is None or last is None or place - last > _GAP:
                start = place
            last, place = place, next(places, None)
            if place is None or place >= end or place - last > _GAP:
                yield Piece(
                    x + start, y, Strip([Segment(segment.text[start - begin : last + 1 - begin], segment.style)])
                )


def _forget_rest(row: list[Cell | None], start: int, stop: int) -> None:
    """Forgets what is left of a text, known only as a whole, that is written over from `start` to `stop` in part."""
    for edge, outwards in ((start, range(start - 1, -1, -1)), (stop - 1, range(stop, len(row)))):
        cell = row[edge]
        if cell is None or not isinstance(cell[1], int):
            continue
        for place in outwards:
            other = row[place]
            if other is None or other[0] != cell[0]:
                break
            row[place] = None


def pieces_of(update: LayoutUpdate | ChopsUpdate) -> Iterator[Piece]:
    """The pieces that an update of Textual's holds."""
    if isinstance(update, LayoutUpdate):
        for y, line in enumerate(update.strips, update.region.y):
            yield Piece(update.region.x, y, Strip.join(line))
    else:
        for y, first, last in update.spans:
            for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                if strip is not None and x < last and end > first:
                    start = max(x, first)
                    yield Piece(start, y, strip.crop(start - x, min(end, last) - x))


def _order(piece: Piece) -> tuple[tuple[bool, str, str, str], int, int]:
    return piece.style_order, piece.y, piece.x


class Difference(CompositorUpdate):
    """Of an update, what the picture does not show; found when it is written, not before."""

    def __init__(self, update: LayoutUpdate | ChopsUpdate, picture: Picture) -> None:
        self.update = update
        self.picture = picture

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield self.update

    def render_segments(self, console: Console) -> str:
        """The difference as text for the terminal."""
        sent: list[str] = []
        cursor: tuple[int, int] | None = None
        for x, y, strip in sorted(self.picture.take(pieces_of(self.update)), key=_order):
            if cursor is None or cursor[1] != y or cursor[0] >= x:
                sent.append(Control.move_to(x, y).segment.text)
            else:
                sent.append(f"\x1b[{x - cursor[0]}C")
            sent.append(strip.render(console))
            cursor = (x + strip.cell_length, y) if _is_plain(strip) else None
        return "".join(sent)


class FrugalApp(App[int]):
    """An app that sends differences alone."""

    def __init__(self) -> None:
        super().__init__()
        self.picture = Picture()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        if isinstance(renderable, LayoutUpdate | ChopsUpdate):
            renderable = Difference(renderable, self.picture)
        super()._display(screen, renderable)

    def on_resize(self, _: Resize) -> None:
        """A terminal that changes its size may move or drop what it shows."""
        self.picture.forget()


class NarrowScreen(Screen[None]):
    """A screen that sends little when the keys go elsewhere, and nothing while an opaque screen covers it."""

    # Textual repaints the whole screen where the keys go elsewhere; here the widgets show that themselves.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def _compositor_refresh(self) -> None:
        # Textual has the screen on top sent whole for every change in one below, even where nothing of it is seen.
        top = self.app.screen
        if top is self or top.styles.background.a < 1:
            super()._compositor_refresh()
