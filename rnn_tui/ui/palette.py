"""The command palette: every command of the keymap, found by its name."""

from collections.abc import Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from rnn_tui.ui.keymap import HELP, KEYMAP, PROMPT, Command, Row, key_text


class LabCommands(Provider):
    """Offers what can be run from the screen below the palette, each with its keys."""

    def _commands(self) -> Iterator[tuple[Row, Command]]:
        context = "inspect" if self.screen.id == "inspect" else "unroll"
        for row in KEYMAP:
            offered = context in row.contexts and row.contexts not in (HELP, PROMPT)
            for command in row.commands:
                if offered and command.action not in ("find_command", "leave"):
                    yield row, command

    def _line(self, row: Row, command: Command) -> tuple[str, str]:
        keys = ", ".join(key_text(key) for key in command.keys)
        return f"{command.title}  ({keys})", row.help

    async def discover(self) -> Hits:
        for row, command in self._commands():
            text, help_text = self._line(row, command)
            yield DiscoveryHit(text, partial(self.app.run_action, command.action), help=help_text)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for row, command in self._commands():
            text, help_text = self._line(row, command)
            score = matcher.match(text)
            if score > 0:
                run = partial(self.app.run_action, command.action)
                yield Hit(score, matcher.highlight(text), run, text=text, help=help_text)
