"""KeyTable: every key of the lab, from the screens' declarations. All that shows keys or binds them is made from it."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from rnn_tui.ui.keys.common import CommonRow
from rnn_tui.ui.keys.lab import LAB_ROWS, THE_LAB, VIEWING
from rnn_tui.ui.keys.network import DIAL_ROWS, GRADIENT, NETWORK, NETWORK_ROWS, TURNING
from rnn_tui.ui.keys.overlays import FINDING, LEAVE, OVERLAY_ROWS, PROMPT, READING, TYPING
from rnn_tui.ui.keys.rows import Command, Context, Foot, KeyRow, row
from rnn_tui.ui.keys.screen_spec import ScreenSpec

if TYPE_CHECKING:
    from textual.binding import Binding


class KeyTable:
    """Which keys there are, and where they work.

    Attributes:
        specs: the screens that it was made from.
        rows: all rows, in the order of the line of keys.
    """

    def __init__(self, specs: Sequence[ScreenSpec]) -> None:
        self.specs = tuple(specs)
        places: dict[KeyRow, frozenset[Context]] = {}
        for each, contexts in _placed(self.specs):
            places[each] = places.get(each, frozenset()) | contexts
        self._places = places
        self.rows: tuple[KeyRow, ...] = tuple(places)
        self._commands = {
            (context, key): command
            for each, contexts in places.items()
            for context in contexts
            for command in each.commands
            for key in command.keys
        }

    def contexts(self, of: KeyRow) -> frozenset[Context]:
        """Where the keys of a row work."""
        return self._places[of]

    def rows_in(self, context: Context) -> tuple[KeyRow, ...]:
        """The rows whose keys work there."""
        return tuple(each for each, contexts in self._places.items() if context in contexts)

    def groups(self) -> Iterator[tuple[str, tuple[KeyRow, ...]]]:
        """The groups in the order of a first reading, each with its rows."""
        cursors = [each.group for spec in self.specs for each in spec.cursor_rows]
        own = [each.group for spec in self.specs for each in spec.rows]
        ends = (THE_LAB, TYPING, FINDING, READING)
        for group in dict.fromkeys((*cursors, TURNING, NETWORK, GRADIENT, VIEWING, *own, *ends)):
            yield group, tuple(each for each in self.rows if each.group == group)

    def command(self, context: Context, key: str) -> Command | None:
        """What a key does where the keys are; None where it does nothing."""
        return self._commands.get((context, key))

    def bindings(self) -> "list[Binding]":
        """Every key bound to the app's action `press`, before the keys of widgets."""
        from textual.binding import Binding

        keys = dict.fromkeys(key for _, key in self._commands)
        return [Binding(key, f"app.press({key!r})", show=False, priority=True) for key in keys]


def _placed(specs: tuple[ScreenSpec, ...]) -> Iterator[tuple[KeyRow, frozenset[Context]]]:
    """Every row, and where it works, in the order of the line of keys."""
    every = frozenset(spec.name for spec in specs)
    yield from _common(DIAL_ROWS, specs)
    for spec in specs:
        for each in spec.cursor_rows:
            yield each, frozenset({spec.name})
    yield from _common(NETWORK_ROWS, specs)
    for spec in specs:
        for each in spec.rows:
            yield each, frozenset({spec.name})
    for spec in specs:
        if spec.digit:
            yield _tab_row(spec), every
    yield from _common(LAB_ROWS, specs)
    leaving = frozenset({*OVERLAY_ROWS, *(spec.name for spec in specs if spec.over)})
    for context, rows in OVERLAY_ROWS.items():
        for each in rows:
            yield each, frozenset({context})
        if context == PROMPT:
            yield LEAVE, leaving


def _common(rows: Iterable[CommonRow], specs: Sequence[ScreenSpec]) -> Iterator[tuple[KeyRow, frozenset[Context]]]:
    for each, where, over in rows:
        yield each, over.union(spec.name for spec in specs if where(spec))


def _tab_row(spec: ScreenSpec) -> KeyRow:
    return row(
        VIEWING,
        Foot(spec.digit, spec.label),
        f"the {spec.label} screen: {spec.help}",
        Command(spec.digit, f"app.screen('{spec.name}')", f"The {spec.label} screen"),
    )
