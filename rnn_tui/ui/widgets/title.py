"""The title line: the program's name and the screens there are, by their number keys."""

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

LATE = "measuring… shown is the one before"


class TitleLine(Widget):
    """One line: the name, then a numbered tab for each screen; `current` is the one that is open.

    While the panels still show an experiment that is no longer the one set, the line says so.
    """

    DEFAULT_CSS = """
    TitleLine {
        height: 1;
        color: $text-muted;
    }
    TitleLine > .title--name { background: $primary; color: $background; text-style: bold; }
    TitleLine > .title--open { background: $surface; color: $text; text-style: bold; }
    TitleLine > .title--late { color: $text-warning; text-style: bold; }
    """
    COMPONENT_CLASSES = {"title--name", "title--open", "title--late"}

    late: reactive[bool] = reactive(False)

    SCREENS = (("1", "unroll", "Unroll"),)

    def __init__(self, current: str = "unroll") -> None:
        super().__init__()
        self.current = current

    def on_mount(self) -> None:
        self.watch(self.app, "late", self._follow)

    def _follow(self, late: bool) -> None:
        self.late = late

    def render(self) -> Content:
        line = Content.styled(" rnn-tui ", self.get_visual_style("title--name"))
        for key, name, label in self.SCREENS:
            style = self.get_visual_style("title--open") if name == self.current else ""
            line = Content.assemble(line, "  ", (f" {key} {label} ", style))
        if self.late:
            return Content.assemble(line, "  ", (LATE, self.get_visual_style("title--late")))
        return line
