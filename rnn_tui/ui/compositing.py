"""Sends to the terminal the changed cells alone, where Textual sends a row from its start up to them.

The lab is used over slow lines: this halves what a key costs. It overrides parts of Textual that are not public; a
test holds that what is sent makes the same screen.
"""

from rich.console import Console
from rich.control import Control
from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Size
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget


class NarrowUpdate(ChopsUpdate):
    """An update cropped on both sides."""

    def render_segments(self, console: Console) -> str:
        """The update as text for the terminal."""
        sent: list[str] = []
        for y, first, last in self.spans:
            for end, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                if strip is None or x >= last or end <= first:
                    continue
                start = max(x, first)
                part = strip.crop(start - x, min(end, last) - x)
                sent.append(Control.move_to(start, y).segment.text)
                sent.append(part.render(console))
        return "".join(sent)


class NarrowCompositor(Compositor):
    """A compositor whose partial updates are narrow."""

    def render_partial_update(self) -> ChopsUpdate | None:
        """The update of what is marked as changed; None where nothing is."""
        update = super().render_partial_update()
        return NarrowUpdate(update.chops, update.spans, update.chop_ends) if update is not None else None


class NarrowScreen(Screen[None]):
    """A screen that sends narrow updates, and none while an opaque screen covers it."""

    # Textual repaints the whole screen where the keys go elsewhere; here the widgets show that themselves.
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    def __init__(self) -> None:
        super().__init__()
        self._compositor = NarrowCompositor()

    def _compositor_refresh(self) -> None:
        # Textual has the screen on top sent whole for every change in one below, even where nothing of it is seen.
        top = self.app.screen
        if top is self or top.styles.background.a < 1:
            super()._compositor_refresh()

    def _screen_resized(self, size: Size) -> None:
        # Terminals and Textual tell the size several times at the start; each time Textual lays out and paints anew.
        if size != self.size:
            super()._screen_resized(size)
