"""The keymap: from the one table of keys the bindings, the help, the palette's and the README's table."""

from collections.abc import Iterator

from textual.binding import Binding

from rnn_tui.ui.keys import Context, Row
from rnn_tui.ui.keytable import GROUPS, KEYMAP


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


def allowed(action: str, context: Context, parameters: tuple[object, ...] = ()) -> bool | None:
    """Whether an action of the table may run in a context; None for an action that is not in the table.

    Without parameters it is whether it may run with any: `choose` is one action, and its settings have rows of their
    own.
    """
    whole = f"{action}({', '.join(map(repr, parameters))})"
    commands = [(row.contexts, command.action) for row in KEYMAP for command in row.commands]
    named = [(places, each) for places, each in commands if each.partition("(")[0] == action]
    if not named:
        return None
    return any(context in places for places, each in named if not parameters or each == whole)


def readme_table() -> str:
    """The keys of the lab as a Markdown table, group by group."""
    lines = ["| Keys | What they do |", "|---|---|"]
    for group, rows in groups():
        lines.append(f"| **{group}** | |")
        lines.extend(f"| {_markdown(row.keys)} | {row.help} |" for row in rows)
    return "\n".join(lines) + "\n"


def _markdown(keys: str) -> str:
    return " or ".join(" ".join(f"`{key}`" for key in way.split()) for way in keys.split(" or "))
