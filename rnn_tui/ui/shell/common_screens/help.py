"""The help screen: what the open screen shows, its keys, all other keys."""

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from rnn_tui.lab.text.markdown import Line, page_lines
from rnn_tui.ui.keys.overlays import HELP
from rnn_tui.ui.manual.pages import Manual
from rnn_tui.ui.shell.app_bases.lab_base import LabBase
from rnn_tui.ui.shell.common_screens.overlay import OverlayScreen
from rnn_tui.ui.shell.lines.hint_line import HintLine
from rnn_tui.ui.shell.lines.key_line import KeyLine
from rnn_tui.ui.shell.lines.title_line import TitleLine


class HelpText(Widget):
    """The help of the screen `explained`, wrapped to the width there is."""

    DEFAULT_CSS = """
    HelpText { height: auto; padding: 0 2; color: $text; }
    HelpText > .help--heading { color: $secondary; text-style: bold; }
    HelpText > .help--code { color: $primary; text-style: bold; }
    HelpText > .help--strong { text-style: bold; }
    """
    COMPONENT_CLASSES = {"help--heading", "help--code", "help--strong"}

    explained: reactive[str] = reactive("", layout=True)

    def __init__(self, manual: Manual, explained: str) -> None:
        super().__init__()
        self._manual = manual
        self._lines_of: dict[tuple[str, int], list[Line]] = {}
        self.set_reactive(HelpText.explained, explained)

    def render(self) -> Content:
        styles = {role: self.get_visual_style(f"help--{role}") for role in ("heading", "code", "strong")}
        return Content("\n").join(
            Content.assemble(*((text, styles[role]) if role in styles else text for text, role in line))
            for line in self._lines(self.content_size.width)
        )

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        # Textual asks before the widget has that width: what `render` gives then is wrapped to the one before.
        return len(self._lines(width))

    def _lines(self, width: int) -> list[Line]:
        wanted = (self.explained, width)
        if wanted not in self._lines_of:
            self._lines_of = {wanted: list(page_lines(self._manual.help_page(self.explained), width))}
        return self._lines_of[wanted]


class HelpScreen(OverlayScreen):
    """The help of the screen below; scrolls where it does not fit."""

    DEFAULT_CSS = """
    HelpScreen > VerticalScroll { height: 1fr; scrollbar-size-vertical: 1; }
    """

    def __init__(self, lab: LabBase) -> None:
        super().__init__(lab, id=HELP)

    def compose(self) -> ComposeResult:
        yield TitleLine(self.lab.keys.specs, current=self.tab)
        with VerticalScroll(can_focus=False):
            yield HelpText(Manual(self.lab.keys), self.tab)
        yield HintLine()
        yield KeyLine(self.lab.keys)

    def clear(self) -> None:
        self.query_one(HelpText).explained = self.tab
        self.query_one(VerticalScroll).scroll_to(y=0, animate=False, immediate=True)

    def action_read(self, lines: int) -> None:
        """Scrolls by so many lines."""
        body = self.query_one(VerticalScroll)
        target = min(max(body.scroll_offset.y + lines, 0), body.max_scroll_y)
        if target == body.scroll_offset.y:
            self.lab.say("that is all")
        else:
            body.scroll_to(y=target, animate=False)

    def action_read_page(self, pages: int) -> None:
        self.action_read(pages * max(1, self.query_one(VerticalScroll).size.height - 2))
