"""A pen that notices text written over other text."""

from rnn_tui.ui.panels.drawing.pen import Ink, Pen, PenRow


class WatchfulPen(Pen):
    """Keeps each letter or digit that takes the place of another text's."""

    def __init__(self, width: int, height: int, ink: Ink) -> None:
        super().__init__(width, height, ink)
        self.overlaps: list[str] = []

    def text(self, x: int, y: int, text: str, ink: Ink) -> int:
        before = self._row(y)
        end = super().text(x, y, text, ink)
        self._compare(before, y, text)
        return end

    def word(self, x: int, y: int, word: str, ink: Ink, *, width: int, align: str = "left") -> int:
        before = self._row(y)
        end = super().word(x, y, word, ink, width=width, align=align)
        self._compare(before, y, word)
        return end

    def _row(self, y: int) -> PenRow:
        return list(self.rows[y]) if 0 <= y < self.height else []

    def _compare(self, before: PenRow, y: int, text: str) -> None:
        after = self._row(y)
        if any(
            old != new and old[0][:1].isalnum() and new[0] != old[0] for old, new in zip(before, after, strict=True)
        ):
            self.overlaps.append(f"{text!r} over {''.join(char for char, _ in before).strip()!r}")
