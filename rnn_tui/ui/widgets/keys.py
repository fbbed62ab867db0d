"""The key line: the few keys that matter here and now, as many as fit."""

from textual.content import Content
from textual.widget import Widget


class KeyLine(Widget):
    """One line at the foot of a screen, made from the keymap."""

    DEFAULT_CSS = """
    KeyLine { height: 1; padding: 0 1; color: $text-muted; }
    KeyLine > .keys--key { color: $primary; text-style: bold; }
    """
    COMPONENT_CLASSES = {"keys--key"}

    def render(self) -> Content:
        key = self.get_visual_style("keys--key")
        return Content.assemble(("?", key), " help  ", ("q", key), " quit")
