"""The hint line: the newest notice of what changed, else what to press next."""

from dataclasses import dataclass
from typing import Literal

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget


@dataclass(frozen=True, slots=True)
class Hint:
    """One line of plain text in which keys stand between backquotes, and what kind of line it is."""

    text: str
    kind: Literal["hint", "notice", "error", "busy"] = "hint"


class HintLine(Widget):
    """One line: follows the app's `hint`."""

    DEFAULT_CSS = """
    HintLine { height: 1; padding: 0 1; color: $text-muted; }
    HintLine > .hint--key { color: $primary; text-style: bold; }
    HintLine > .hint--notice { color: $text; }
    HintLine > .hint--error { color: $text-error; text-style: bold; }
    """
    COMPONENT_CLASSES = {"hint--key", "hint--notice", "hint--error"}

    hint: reactive[Hint] = reactive(Hint(""))

    def on_mount(self) -> None:
        if hasattr(self.app, "hint"):
            self.watch(self.app, "hint", self._follow)

    def _follow(self, hint: Hint) -> None:
        self.hint = hint

    def render(self) -> Content:
        base = f"hint--{self.hint.kind}"
        style = self.get_visual_style(base) if base in self.COMPONENT_CLASSES else ""
        key = self.get_visual_style("hint--key")
        parts = self.hint.text.split("`")
        return Content.assemble(*((part, key if index % 2 else style) for index, part in enumerate(parts)))
