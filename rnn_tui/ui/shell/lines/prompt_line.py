"""The prompt line: one line to type a text, a value or a path into, in place of the hint line."""

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from rnn_tui.lab.text.safe_text import visible_text
from rnn_tui.ui.shell.lines.line_input import LineInput
from rnn_tui.ui.shell.lines.prompt import Prompt

LEAST_TYPED = 16  # cells for what is typed


class PromptInput(LineInput):
    """The input of the prompt line."""

    def __init__(self) -> None:
        super().__init__()
        # Only while the line is open: else the screen would give it the keys.
        self.can_focus = False


class PromptLine(Horizontal):
    """Hidden until it is opened: a label, what is typed, and a note on it."""

    DEFAULT_CSS = """
    PromptLine { height: 1; display: none; padding: 0 1; }
    PromptLine.-open { display: block; }
    PromptLine > Static { width: auto; height: 1; }
    PromptLine > #prompt-label { color: $primary; text-style: bold; }
    PromptLine > #prompt-note {
        color: $text-muted;
        text-wrap: nowrap;
    }
    PromptLine > PromptInput { width: 1fr; background: transparent; }
    PromptLine > PromptInput:focus { background: transparent; background-tint: transparent; }
    """

    def compose(self) -> ComposeResult:
        yield Static(id="prompt-label")
        yield PromptInput()
        yield Static(id="prompt-note")

    def open(self, prompt: Prompt) -> None:
        """Shows the line and takes the keys."""
        self.query_one("#prompt-label", Static).update(Content(f"{visible_text(prompt.label)}: "))
        typed = self.query_one(PromptInput)
        typed.max_length = prompt.longest
        with typed.prevent(Input.Changed):
            typed.value = prompt.value
        typed.cursor_position = len(prompt.value)
        if prompt.replaced:
            typed.select_all()
        self.add_class("-open")
        typed.can_focus = True
        typed.focus()

    def close(self) -> None:
        """Hides the line and gives the keys back."""
        self.query_one(PromptInput).can_focus = False
        self.remove_class("-open")
        self.screen.set_focus(None)

    def has_room(self, note: str) -> bool:
        """Whether a note fits beside what is typed, whole, and leaves room for that."""
        label, width = self.query_one("#prompt-label", Static), self.app.size.width - 2
        taken = cell_len(str(label.content)) + LEAST_TYPED
        return cell_len(note) + 2 <= min(width // 2, width - taken)

    def show_note(self, text: str) -> None:
        """Shows a note beside what is typed."""
        self.query_one("#prompt-note", Static).update(Content(f"  {visible_text(text)}" if text else ""))
