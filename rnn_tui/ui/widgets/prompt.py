"""The prompt line: one line to type a text, a value or a path into, in place of the hint line."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input


class PromptLine(Horizontal):
    """Hidden until the app opens a prompt in it."""

    DEFAULT_CSS = """
    PromptLine { height: 1; display: none; }
    """

    def compose(self) -> ComposeResult:
        yield Input(compact=True)
