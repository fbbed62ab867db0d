"""Sends to the terminal only the cells that differ from what it shows, those of one style together.

The lab is used over slow lines, and Textual sends a row from its start up to what changed, a screen that comes to the
top two or three times over, and cells that stay as they are. To set a style costs three times what moving the cursor
does, so the order is by style. This overrides parts of Textual that are not public; a
test holds that what is sent makes the same screen.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS, Console, ConsoleOptions, RenderableType, RenderResult
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
StyleOrder = tuple[bool, str, str, str]
Cell = tuple[object, Look | int]


class Piece(NamedTuple):
    """A part of a row, from column `x` on."""

    x: int
    y: int
    segments: Sequence[Segment]

    @property
    def style_order(self) -> StyleOrder:
        """Where a piece of one style stands among the others: by its ground, then its colour; mixed ones last."""
        first, *others = self.segments
        return _style_order(None if others else first.style)


@lru_cache(maxsize=4096)
def _style_order(style: Style | None) -> StyleOrder:
    if style is None:
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


@lru_cache(maxsize=4096)
def _all_single(text: str) -> bool:
    return all(map(_single, text))


def _is_plain(segments: Iterable[Segment]) -> bool:
    """Whether every character takes one cell, so that the row may be sent in parts."""
    return all(segment.text.isascii() or _all_single(segment.text) for segment in segments)


def _cells(segments: Sequence[Segment]) -> list[Cell]:
    """The cells of a piece; where its characters are not one cell each, cells that are the same only all together."""
    if not _is_plain(segments):
        whole = tuple((segment.text, _look(segment.style)) for segment in segments)
        return [(whole, index) for index in range(sum(cell_len(segment.text) for segment in segments))]
    cells: list[Cell] = []
    for segment in segments:
        look, blank = _look(segment.style), _blank(segment.style)
        cells += [(char, blank if char == " " else look) for char in segment.text]
    return cells


class Picture:
    """What the terminal shows, as far as that is known."""

    def __init__(self) -> None:
        self._rows: dict[int, list[Cell | None]] = {}

    def forget(self) -> None:
        """What the terminal shows is not known any more."""
        self._rows.clear()

    def take(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        """Makes the pieces part of the picture, and gives back what of them it did not show yet."""
        for piece in pieces:
            x = piece.x
            cells = _cells(piece.segments)
            row = self._rows.setdefault(piece.y, [])
            row.extend([None] * (x + len(cells) - len(row)))
            before = row[x : x + len(cells)]
            if before == cells:
                continue
            changed = [place for place, (old, new) in enumerate(zip(before, cells, strict=True)) if old != new]
            if isinstance(cells[0][1], int):
                changed = [0, len(cells) - 1]
                yield piece
            else:
                yield from _runs(piece, changed)
            _forget_rest(row, x + changed[0], x + changed[-1] + 1)
            row[x : x + len(cells)] = cells


def _runs(piece: Piece, changed: list[int]) -> Iterator[Piece]:
    """The stretches of a piece that hold its changed cells, each of one style; every character takes one cell."""
    places = iter(changed)
    place = next(places, None)
    end = 0
    for segment in piece.segments:
        begin, end = end, end + len(segment.text)
        start = last = place
        while place is not None and place < end:
            if start is None or last is None or place - last > _GAP:
                start = place
            last, place = place, next(places, None)
            if place is None or place >= end or place - last > _GAP:
                text = segment.text[start - begin : last + 1 - begin]
                yield Piece(piece.x + start, piece.y, (Segment(text, segment.style),))


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
            yield Piece(update.region.x, y, [segment for strip in line for segment in strip])
    else:
        for y, first, last in update.spans:
            for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                if strip is not None and x < last and end > first:
                    start = max(x, first)
                    yield Piece(start, y, _part(strip, start - x, min(end, last) - x))


def _part(strip: Strip, start: int, stop: int) -> list[Segment]:
    """The cells of a strip from `start` up to `stop`."""
    if not _is_plain(strip):
        return list(strip.crop(start, stop))
    found: list[Segment] = []
    end = 0
    for segment in strip:
        begin, end = end, end + len(segment.text)
        if end > start and begin < stop:
            found.append(Segment(segment.text[max(0, start - begin) : stop - begin], segment.style))
    return found


def _rendered(segment: Segment, colours: ColorSystem) -> str:
    return segment.text if segment.style is None else Strip.render_style(segment.style, segment.text, colours)


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
        colours = COLOR_SYSTEMS.get(console.color_system or "", ColorSystem.TRUECOLOR)
        for x, y, segments in sorted(self.picture.take(pieces_of(self.update)), key=_order):
            if cursor is None or cursor[1] != y or cursor[0] >= x:
                sent.append(f"\x1b[{y + 1};{x + 1}H")
            else:
                sent.append(f"\x1b[{x - cursor[0]}C")
            sent += [_rendered(segment, colours) for segment in segments]
            cursor = (x + sum(len(segment.text) for segment in segments), y) if _is_plain(segments) else None
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
