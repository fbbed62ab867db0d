"""The keymap: from the one table of keys the bindings, and the help."""

from collections.abc import Iterator

from textual.binding import Binding

from rnn_tui.ui.keys.keys import Context, Row
from rnn_tui.ui.keys.table import GROUPS, KEYMAP


def groups() -> Iterator[tuple[str, tuple[Row, ...]]]:
    """The groups in the order of a first reading, each with its rows."""
    for group in GROUPS:
        yield group, tuple(row for row in KEYMAP if row.group == group)


def bindings() -> list[Binding]:
    """Every key of the table bound to its action, one binding an action.

    They come before those of widgets, and the app's `check_action` lets through those of the context alone.
    """
    return [
        Binding(",".join(command.keys), f"app.{command.action}", command.title, show=False, priority=True)
        for row in KEYMAP
        for command in row.commands
    ]


def allowed(action: str, parameters: tuple[object, ...], context: Context) -> bool | None:
    """Whether an action of the table may run in a context; None for an action that is not in the table.

    What `choose('loss')` may, `choose('influence')` need not.
    """
    named = f"{action}({', '.join(map(repr, parameters))})" if parameters else action
    contexts = [row.contexts for row in KEYMAP for command in row.commands if command.action == named]
    return any(context in places for places in contexts) if contexts else None
