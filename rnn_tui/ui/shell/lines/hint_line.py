"""The hint line: the newest notice of what changed, else what to press next."""

from dataclasses import dataclass
from typing import Literal

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from rnn_tui.lab.text.safe_text import visible_text

_GAP = "   "


@dataclass(frozen=True, slots=True)
class Hint:
    """One line of plain text.

    Attributes:
        text: what is said; keys in it are between backquotes.
        kind: what kind of line it is.
        after: what may follow, where there is room.
        verbatim: whether a backquote in `text` is just that.
    """

    text: str
    kind: Literal["hint", "notice", "error", "busy"] = "hint"
    after: str = ""
    verbatim: bool = False


class HintLine(Widget):
    """One line: follows the app's `hint`."""

    DEFAULT_CSS = """
    HintLine { height: 1; padding: 0 1; color: $text-muted; }
    HintLine.-away { display: none; }
    HintLine > .hint--key { color: $primary; text-style: bold; }
    HintLine > .hint--notice { color: $text; }
    HintLine > .hint--error { color: $text-error; text-style: bold; }
    """
    COMPONENT_CLASSES = {"hint--key", "hint--notice", "hint--error"}

    hint: reactive[Hint] = reactive(Hint(""))

    def on_mount(self) -> None:
        self.watch(self.app, "hint", self._follow)

    def _follow(self, hint: Hint) -> None:
        self.hint = hint

    def render(self) -> Content:
        hint, width = self.hint, self.content_size.width
        said = Content(visible_text(hint.text)) if hint.verbatim else self._with_keys(visible_text(hint.text))
        component = f"hint--{hint.kind}"
        if component in self.COMPONENT_CLASSES:
            said = said.stylize_before(self.get_visual_style(component))
        after = self._with_keys(hint.after)
        if hint.after and cell_len(said.plain) + len(_GAP) + cell_len(after.plain) <= width:
            return Content.assemble(said, _GAP, after)
        return said.truncate(width, ellipsis=True)

    def _with_keys(self, text: str) -> Content:
        key = self.get_visual_style("hint--key")
        parts = text.split("`")
        return Content.assemble(*((part, key) if index % 2 else part for index, part in enumerate(parts)))
