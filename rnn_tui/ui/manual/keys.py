"""The tables of keys in the manual and in the help of the lab, made from the table of keys."""

from collections.abc import Callable, Iterator

from rnn_tui.ui.keys.key_table import KeyTable
from rnn_tui.ui.keys.rows import KeyRow, key_text

# headings, each with rows of two cells: keys, and what they do
Groups = Iterator[tuple[str, list[tuple[str, str]]]]


class ManualKeys:
    """The keys of one screen, of several, and of what is open over a screen."""

    def __init__(self, keys: KeyTable) -> None:
        self._keys = keys
        self._tabs = {spec.name: spec.label for spec in keys.specs if spec.digit}

    def of(self, name: str) -> Groups:
        """What takes the place of `{{keys NAME}}`: the name of a screen, `shared` or `typing`."""
        match name:
            case "shared":
                yield from self.shared()
            case "typing":
                yield from self.typing()
            case _:
                yield "", self.own(name)

    def own(self, screen: str) -> list[tuple[str, str]]:
        """The keys that work on this screen alone."""
        return [_cells(row) for row in self._keys.rows if self._places(row) == {screen}]

    def shared(self, screen: str | None = None) -> Groups:
        """The keys that work on more screens than one, group by group; of one screen those that work there."""

        def belongs(row: KeyRow) -> bool:
            return len(self._places(row)) > 1 and (screen is None or screen in self._places(row))

        for group, rows in self._grouped(belongs):
            yield group, [_cells(row, "" if screen else self._where(row)) for row in rows]

    def typing(self) -> Groups:
        """The keys of what is open over a screen: a line that is typed, the commands, the help."""
        for group, rows in self._grouped(lambda row: not self._places(row)):
            yield group, [_cells(row) for row in rows]

    def _places(self, row: KeyRow) -> frozenset[str]:
        """The screens with a tab on which the keys of a row work."""
        return self._keys.contexts(row) & self._tabs.keys()

    def _grouped(self, belongs: Callable[[KeyRow], bool]) -> Iterator[tuple[str, list[KeyRow]]]:
        for group, rows in self._keys.groups():
            if chosen := [row for row in rows if belongs(row)]:
                yield group, chosen

    def _where(self, row: KeyRow) -> str:
        """The screens on which the row works, or does not, whichever are fewer; nothing where it works on all."""
        works = [label for name, label in self._tabs.items() if name in self._places(row)]
        rest = [label for label in self._tabs.values() if label not in works]
        if not rest:
            return ""
        return f" (not on {', '.join(rest)})" if len(rest) < len(works) else f" (on {', '.join(works)})"


def _cells(row: KeyRow, where: str = "") -> tuple[str, str]:
    """The first key of every command, and what they do with the other keys that do the same."""
    first, *others = (
        " ".join(f"`{key_text(command.keys[way])}`" for command in row.commands if way < len(command.keys))
        for way in range(max(len(command.keys) for command in row.commands))
    )
    also = f"; also {', '.join(others)}" if others else ""
    return first, f"{row.help}{where}{also}"
