"""The key line: the few keys that matter here and now, as many as fit."""

from collections.abc import Sequence

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from rnn_tui.lab.text.safe_text import visible_text
from rnn_tui.ui.keys.key_table import KeyTable
from rnn_tui.ui.keys.rows import Context, KeyRow

_GAP = "  "


def rows_that_fit(keys: KeyTable, context: Context, width: int) -> tuple[KeyRow, ...]:
    """The rows for a context in the order of the table, the least important left out until they fit."""
    rows = [row for row in keys.rows_in(context) if row.importance]
    while len(rows) > 1 and _width(rows) > width:
        rows.remove(min(rows, key=lambda row: row.importance))
    # Help and quit come last, where a person expects them.
    return tuple(sorted(rows, key=lambda row: row.label in ("help", "quit")))


def _width(rows: Sequence[KeyRow]) -> int:
    return sum(cell_len(f"{row.shown} {row.label}") for row in rows) + len(_GAP) * (len(rows) - 1)


class KeyLine(Widget):
    """One line at the foot of a screen, made from the table of keys for where the keys are.

    While what is typed cannot be, it says why instead, in as many lines as that takes. What a prompt offers and has no
    room for beside what is typed is shown above the keys.
    """

    DEFAULT_CSS = """
    KeyLine { height: auto; max-height: 6; padding: 0 1; color: $text-muted; }
    KeyLine > .keys--objection { color: $text-error; text-style: bold; }
    KeyLine > .keys--key { color: $primary; text-style: bold; }
    """
    COMPONENT_CLASSES = {"keys--key", "keys--objection"}

    def __init__(self, keys: KeyTable) -> None:
        super().__init__()
        self._keys = keys

    def on_mount(self) -> None:
        self.watch(self.app, "context", self._follow, init=False)
        self.watch(self.app, "objection", self._object, init=False)
        self.watch(self.app, "offers", self._make_room, init=False)

    def _follow(self) -> None:
        self.refresh()

    def _object(self, before: str, after: str) -> None:
        width = self.content_size.width
        self.refresh(layout=max(cell_len(before), cell_len(after)) > width)

    def _make_room(self) -> None:
        self.refresh(layout=True)

    def render(self) -> Content:
        objection: str = getattr(self.app, "objection", "")
        if objection:
            return Content.styled(visible_text(objection), self.get_visual_style("keys--objection"))
        key = self.get_visual_style("keys--key")
        context: Context = getattr(self.app, "context", "unroll")
        offers: str = getattr(self.app, "offers", "")
        parts: list[Content | str] = []
        for row in rows_that_fit(self._keys, context, self.content_size.width):
            parts += [_GAP, Content.assemble((row.shown, key), f" {row.label}")]
        keys = Content.assemble(*parts[1:])
        return Content.assemble(f"{offers}\n", keys) if offers else keys
