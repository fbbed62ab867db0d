"""The command palette: every command of the table of keys, found by its name."""

from collections.abc import Iterator
from typing import NamedTuple

from textual.app import ComposeResult
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input

from rnn_tui.ui.keys.key_table import KeyTable
from rnn_tui.ui.keys.overlays import PALETTE
from rnn_tui.ui.keys.rows import Command, Context, key_text
from rnn_tui.ui.shell.app_bases.lab_base import LabBase
from rnn_tui.ui.shell.common_screens.overlay import OverlayScreen
from rnn_tui.ui.shell.lines.hint_line import HintLine
from rnn_tui.ui.shell.lines.key_line import KeyLine
from rnn_tui.ui.shell.lines.line_input import LineInput
from rnn_tui.ui.shell.lines.title_line import TitleLine

OWN_COMMANDS = ("find_command", "leave")


class FoundCommand(NamedTuple):
    """A command that is offered."""

    command: Command
    keys: str
    help: str

    @property
    def title(self) -> str:
        """Its name."""
        return self.command.title


def commands_in(keys: KeyTable, context: Context) -> Iterator[FoundCommand]:
    """Every command that works in a context, in the order of the table."""
    for row in keys.rows_in(context):
        for command in row.commands:
            if command.name not in OWN_COMMANDS:
                names = " or ".join(key_text(key) for key in command.keys)
                yield FoundCommand(command, names, row.help)


def matching_commands(query: str, keys: KeyTable, context: Context) -> tuple[FoundCommand, ...]:
    """The commands that hold every word of the query; those that hold them in their title first."""
    words = list(dict.fromkeys(query.lower().split()))
    found = [each for each in commands_in(keys, context) if _holds(f"{each.title} {each.keys} {each.help}", words)]
    return tuple(sorted(found, key=lambda each: not _holds(each.title, words)))


def _holds(text: str, words: list[str]) -> bool:
    return all(word in text.lower() for word in words)


class CommandList(Widget):
    """The commands found, one a line; the chosen one is marked and always in view."""

    DEFAULT_CSS = """
    CommandList { height: 1fr; padding: 0 1; color: $text; }
    CommandList > .command--key { color: $primary; text-style: bold; }
    CommandList > .command--help { color: $text-muted; }
    CommandList > .command--chosen { color: $secondary; text-style: bold; }
    """
    COMPONENT_CLASSES = {"command--key", "command--help", "command--chosen"}

    found: reactive[tuple[FoundCommand, ...]] = reactive(())
    chosen: reactive[int] = reactive(0)

    def render(self) -> Content:
        if not self.found:
            return Content.styled("no command has that in its name", self.get_visual_style("command--help"))
        height = max(1, self.content_size.height)
        first = min(max(0, self.chosen - height // 2), max(0, len(self.found) - height))
        lines = [self._line(index) for index in range(first, min(first + height, len(self.found)))]
        return Content("\n").join(line.truncate(self.content_size.width, ellipsis=True) for line in lines)

    def _line(self, index: int) -> Content:
        each, is_chosen = self.found[index], index == self.chosen
        return Content.assemble(
            "▸ " if is_chosen else "  ",
            (f"{each.title:<30}", self.get_visual_style("command--chosen") if is_chosen else ""),
            (f" {each.keys.split(' or ')[0]:<10}", self.get_visual_style("command--key")),
            (f" {each.help}", self.get_visual_style("command--help")),
        )


class CommandsScreen(OverlayScreen):
    """A line to type into, and the commands that match it."""

    AUTO_FOCUS = "Input"
    DEFAULT_CSS = """
    CommandsScreen > Input { background: transparent; height: 1; margin: 0 1; }
    CommandsScreen > Input:focus { background: transparent; background-tint: transparent; }
    """

    def __init__(self, lab: LabBase) -> None:
        super().__init__(lab, id=PALETTE)

    def compose(self) -> ComposeResult:
        yield TitleLine(self.lab.keys.specs, current=self.tab)
        yield LineInput(placeholder="type a part of a command's name")
        yield CommandList()
        yield HintLine()
        yield KeyLine(self.lab.keys)

    def on_mount(self) -> None:
        self.clear()

    def clear(self) -> None:
        typed = self.query_one(Input)
        with typed.prevent(Input.Changed):
            typed.value = ""
        self._show("")

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._show(event.value)

    def _show(self, query: str) -> None:
        offered = self.query_one(CommandList)
        offered.found = matching_commands(query, self.lab.keys, self.below)
        offered.chosen = 0

    def action_choose_command(self, lines: int) -> None:
        """Marks the command so many lines on."""
        offered = self.query_one(CommandList)
        chosen = min(max(offered.chosen + lines, 0), max(0, len(offered.found) - 1))
        if chosen == offered.chosen:
            self.lab.say("no command that way")
        offered.chosen = chosen

    async def action_run_command(self) -> None:
        offered = self.query_one(CommandList)
        if not offered.found:
            self.lab.say("no command has that in its name")
            return
        command = offered.found[offered.chosen].command
        self.lab.leave_screen()
        await self.lab.run_command(command)
