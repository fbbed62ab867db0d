"""The title line: the program's name and the screens there are, by their number keys."""

from collections.abc import Iterable

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from rnn_tui.ui.keys.screen_spec import ScreenSpec

_GAP = "  "
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
    current: reactive[str] = reactive("")

    def __init__(self, specs: Iterable[ScreenSpec], *, current: str) -> None:
        super().__init__()
        self._tabs = tuple(spec for spec in specs if spec.digit)
        self.set_reactive(TitleLine.current, current)

    def on_mount(self) -> None:
        self.watch(self.app, "late", self._follow)

    def _follow(self, late: bool) -> None:
        self.late = late

    def render(self) -> Content:
        late = LATE if self.late else ""
        name = Content.styled(" rnn-tui ", self.get_visual_style("title--name"))
        for brief in (False, True):
            line = Content.assemble(name, *(self._tab(each, brief=brief) for each in self._tabs))
            if cell_len(line.plain) + len(_GAP) + cell_len(late) <= self.content_size.width:
                break
        if late:
            return Content.assemble(line, _GAP, (late, self.get_visual_style("title--late")))
        return line

    def _tab(self, each: ScreenSpec, *, brief: bool) -> Content:
        """A screen's tab; where it is brief, the label of the open one alone."""
        is_open = each.name == self.current
        label = each.digit if brief and not is_open else f"{each.digit} {each.label}"
        return Content.assemble(" ", (f" {label} ", self.get_visual_style("title--open") if is_open else ""))
