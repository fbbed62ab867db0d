"""The ground of the cliff's picture: E as colours, two heights in a cell, or as shades where colours do not tell."""

from functools import cache
from typing import TYPE_CHECKING

from rnn_tui.ui.panels.drawing.pen import Ink, InkedCell, PenRow
from rnn_tui.ui.screens.cliff.panels.plot import CliffPlot
from rnn_tui.ui.themes.themes import Palette

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import IntArray
    from rnn_tui.lab.cliff.surface import CliffSurface

# So many colours: runs of one colour are what makes a picture cheap to send.
COLOURS = 48
_SHADES = " ░▒▓█"
_LINE = "·"
_CONTOUR = 0.25
_FIRST_LEVEL = 3  # the lower ones lie too close together for cells
_LINED = COLOURS  # added to a colour's place where a contour passes


def ground(surface: "CliffSurface", plot: CliffPlot, palette: Palette, *, shaded: bool) -> list[PenRow]:
    """The cells of the picture. Where the surface was measured for another picture, as much of it as is known."""
    import numpy as np

    known = surface.settings
    rows, columns = surface.heights.shape
    w = plot.settings.w_low + (np.arange(plot.columns) + 0.5) / plot.columns * _wide(plot)
    b = plot.settings.b_high - (np.arange(2 * plot.rows) + 0.5) / (2 * plot.rows) * _high(plot)
    across = np.floor((w - known.w_low) / (known.w_high - known.w_low) * columns)
    down = np.floor((known.b_high - b) / (known.b_high - known.b_low) * rows)
    inside = ((across >= 0) & (across < columns))[None, :] & ((down >= 0) & (down < rows))[:, None]
    where = np.ix_(np.clip(down, 0, rows - 1).astype(int), np.clip(across, 0, columns - 1).astype(int))
    heights, lines = surface.heights[where], (surface.contours[where] >= _FIRST_LEVEL) | surface.floor[where]
    if shaded:
        shades = np.rint((heights[::2] + heights[1::2]) / 2 * (len(_SHADES) - 1)).astype(int)
        shades[lines[::2] | lines[1::2]] = len(_SHADES)
        return _shaded(np.where(inside[::2], shades, -1), palette)
    places = np.rint(heights * (COLOURS - 1)).astype(int) + _LINED * lines
    return _halves(np.where(inside, places, -1), palette)


def _wide(plot: CliffPlot) -> float:
    return plot.settings.w_high - plot.settings.w_low


def _high(plot: CliffPlot) -> float:
    return plot.settings.b_high - plot.settings.b_low


def colour_at(palette: Palette, place: int) -> str:
    """The colour of one of `COLOURS` heights, tinted where a contour passes; the panel's where nothing is known."""
    if place < 0:
        return palette.panel
    normal = palette.magnitude((place % COLOURS) / (COLOURS - 1))
    return palette.mix(normal, palette.on(normal), _CONTOUR) if place >= COLOURS else normal


def _halves(places: "IntArray", palette: Palette) -> list[PenRow]:
    @cache
    def cell(top: int, bottom: int) -> InkedCell:
        above, below = colour_at(palette, top), colour_at(palette, bottom)
        return (" ", Ink(palette.text, above)) if above == below else ("▀", Ink(above, below))

    pairs = zip(places[::2].tolist(), places[1::2].tolist(), strict=True)
    return [[cell(top, bottom) for top, bottom in zip(tops, bottoms, strict=True)] for tops, bottoms in pairs]


def _shaded(places: "IntArray", palette: Palette) -> list[PenRow]:
    """One height a cell, as ever denser shades; a contour is a line of dots."""
    blank = (" ", Ink(palette.text, palette.panel))
    cells: dict[int, InkedCell] = {-1: blank, len(_SHADES): (_LINE, Ink(palette.text, palette.panel))}
    for place, shade in enumerate(_SHADES):
        colour = palette.magnitude(place / (len(_SHADES) - 1))
        cells[place] = (shade, Ink(colour, palette.panel)) if shade != " " else blank
    return [[cells[place] for place in row] for row in places.tolist()]
