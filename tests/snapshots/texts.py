"""Panels written down as text, each in the state that some keys lead to. `pytest --snapshot-update` accepts them.

Where a test is of the colours, they are written down too: a letter for each ink below the text, and the meaning
of the letters.
"""

import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from syrupy.assertion import SnapshotAssertion

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.ui.app import LabApp
from rnn_tui.ui.panels.drawing.canvas import Canvas
from rnn_tui.ui.panels.drawing.pen import Ink, PenRow
from tests.ui.pressing import as_opened, lab, press

ALL = ("*",)
"""All panels that the window has room for."""
SMALL, LARGE = (80, 24), (120, 36)
WHOLE = 400  # of a text with more steps, the influence of each word is measured for a window, a moment later
_LETTERS = [*string.ascii_letters, *string.digits, *map(chr, range(0x100, 0x800))]


@dataclass(frozen=True)
class State:
    """What leads to a picture, and what of it is written down.

    Attributes:
        keys: what is pressed in a lab that was just opened.
        panels: the panels that are written down; none is the whole screen.
        size: of the window.
        settings: of the experiment.
    """

    keys: tuple[str, ...] = ()
    panels: tuple[str, ...] = ()
    size: tuple[int, int] = LARGE
    settings: Mapping[str, Any] = field(default_factory=dict)


async def written(states: Mapping[str, State], snapshot: SnapshotAssertion, *, theme: str | None = None) -> None:
    """Compares every state with the text that was accepted for it; with a theme, its inks as well."""
    async with lab(theme=theme) as (app, pilot):
        for name, state in states.items():
            await pilot.resize_terminal(*state.size)
            await as_opened(pilot, Experiment(**state.settings))
            await press(pilot, *state.keys)
            while app.measurement is not None and app.measurement.steps > WHOLE and app.triangle is None:
                await pilot.pause(0.01)
            assert shown(app, state.panels, inked=theme is not None) == snapshot(name=name)


def shown(app: LabApp, panels: tuple[str, ...], *, inked: bool) -> str:
    """The panels, or the whole screen, line by line."""
    if not panels:
        return "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())
    if panels == ALL:
        panels = tuple(str(canvas.id) for canvas in app.screen.query(Canvas) if canvas.region.area)
    canvases = [app.screen.query_one(f"#{name}", Canvas) for name in panels]
    assert all(canvas.region.area and canvas._fits() for canvas in canvases), panels
    return "\n\n".join(_text(canvas._rows) + ("\n\n" + _inks(canvas._rows) if inked else "") for canvas in canvases)


def _text(rows: list[PenRow]) -> str:
    return "\n".join("".join(char for char, _ in row).rstrip() for row in rows)


def _inks(rows: list[PenRow]) -> str:
    letters: dict[Ink, str] = {}
    for _, ink in chain.from_iterable(rows):
        letters.setdefault(ink, _LETTERS[len(letters)])
    lines = ["".join(letters[ink] for _, ink in row) for row in rows]
    return "\n".join([*lines, "", *(f"{letter} {_described(ink)}" for ink, letter in letters.items())])


def _described(ink: Ink) -> str:
    how = (" bold" if ink.bold else "") + (" underlined" if ink.underline else "")
    return f"{ink.colour} on {ink.ground}{how}"
