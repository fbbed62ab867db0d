"""Sends to the terminal only the cells that differ from what it shows.

The lab is used over slow lines, and Textual sends a row from its start up to what changed, a screen that comes to the
top two or three times over, and cells that stay as they are. This overrides parts of Textual that are not public; a
test holds that what is sent makes the same screen.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.control import Control
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.app import App
from textual.events import Resize
from textual.reactive import Reactive
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

# Moving the cursor costs about as many bytes as this many cells that stay as they are.
_GAP = 8

Look = tuple[object, ...]
Cell = tuple[object, Look | int]


class Piece(NamedTuple):
    """A part of a row, from column `x` on."""

    x: int
    y: int
    strip: Strip


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
    """The stretches of a strip that hold its changed cells."""
    start = last = changed[0]
    for place in [*changed[1:], None]:
        if place is None or place - last > _GAP:
            yield Piece(x + start, y, strip.crop(start, last + 1))
            start = place if place is not None else last
        last = place if place is not None else last


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


class Difference(CompositorUpdate):
    """Of an update, what the picture does not show; found when it is written, not before."""

    def __init__(self, update: LayoutUpdate | ChopsUpdate, picture: Picture) -> None:
        self.update = update
        self.picture = picture

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield self.update

    def render_segments(self, console: Console) -> str:
        """The difference as text for the terminal."""
        return "".join(
            Control.move_to(x, y).segment.text + strip.render(console)
            for x, y, strip in self.picture.take(pieces_of(self.update))
        )


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
