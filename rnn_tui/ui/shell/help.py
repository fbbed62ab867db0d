"""The help screen: every key, grouped."""

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from rnn_tui.ui.keys.key_table import KeyTable
from rnn_tui.ui.keys.overlays import HELP
from rnn_tui.ui.keys.rows import Row
from rnn_tui.ui.shell.lab_base import LabBase
from rnn_tui.ui.shell.lines.hint import HintLine
from rnn_tui.ui.shell.lines.keys import KeyLine
from rnn_tui.ui.shell.lines.title import TitleLine
from rnn_tui.ui.shell.over import OverScreen

KEYS_WIDTH = 15
MARGIN = 2


class HelpText(Widget):
    """The table of keys, wrapped to the width there is."""

    DEFAULT_CSS = """
    HelpText { height: auto; padding: 0 2; color: $text; }
    HelpText > .help--group { color: $secondary; text-style: bold; }
    HelpText > .help--key { color: $primary; text-style: bold; }
    HelpText > .help--other { color: $text-muted; }
    """
    COMPONENT_CLASSES = {"help--group", "help--key", "help--other"}

    def __init__(self, keys: KeyTable) -> None:
        super().__init__()
        self._keys = keys

    def render(self) -> Content:
        return Content("\n").join(self._lines(self.content_size.width))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        # Textual asks before the widget has that width: what `render` gives then is wrapped to the one before.
        return len(self._lines(width))

    def _lines(self, width: int) -> list[Content]:
        lines: list[Content] = []
        for group, rows in self._keys.groups():
            lines.append(Content.styled(group, self.get_visual_style("help--group")))
            for row in rows:
                lines.extend(self._row(row, width))
            lines.append(Content(""))
        return lines

    def _row(self, row: Row, width: int) -> list[Content]:
        first, *others = row.keys.split(" or ")
        pad = " " * (KEYS_WIDTH - cell_len(first))
        ways = f"  also {', '.join(others)}" if others else ""
        indent = " " * (MARGIN + KEYS_WIDTH)
        room = max(20, width - len(indent))
        text = Content.assemble(row.help, (ways, self.get_visual_style("help--other")))
        wrapped = text.wrap(room)
        key = Content.assemble(" " * MARGIN, (first, self.get_visual_style("help--key")), pad)
        return [Content.assemble(key if index == 0 else indent, line) for index, line in enumerate(wrapped)]


class HelpScreen(OverScreen):
    """All keys; scrolls where they do not fit."""

    DEFAULT_CSS = """
    HelpScreen > VerticalScroll { height: 1fr; scrollbar-size-vertical: 1; }
    """

    def __init__(self, lab: LabBase) -> None:
        super().__init__(lab, id=HELP)

    def compose(self) -> ComposeResult:
        yield TitleLine(self.lab.keys.specs, current=self.tab)
        with VerticalScroll(can_focus=False):
            yield HelpText(self.lab.keys)
        yield HintLine()
        yield KeyLine(self.lab.keys)

    def clear(self) -> None:
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
