"""Pen: writes coloured text into a grid of cells."""

from typing import NamedTuple

from rnn_tui.lab.text.glyphs import LEFT_TO_RIGHT, cut, runs_right_to_left


class Ink(NamedTuple):
    """How a cell is written: two colours (`#rrggbb`), bold, underlined."""

    colour: str
    ground: str
    bold: bool = False
    underline: bool = False


InkedCell = tuple[str, Ink]
PenRow = list[InkedCell]


class Pen:
    """A grid of `height` rows of `width` cells.

    A cell is a string of one cell's width and its ink; a wide character is in the first of its two cells, and
    the second is the empty string. What falls outside the grid is left out.
    """

    def __init__(self, width: int, height: int, ink: Ink) -> None:
        self.width = width
        self.height = height
        self.ink = ink
        self._blanks: dict[str, Ink] = {ink.ground: ink}
        self._wide = False  # whether a character takes two cells anywhere
        self.rows: list[PenRow] = [[(" ", ink)] * width for _ in range(height)]

    def text(self, x: int, y: int, text: str, ink: Ink) -> int:
        """Writes text of our own, every character of which takes one cell. Returns where it ends."""
        if 0 <= y < self.height:
            row, first = self.rows[y], max(0, x)
            shown = text[first - x : max(0, self.width - x)]
            if self._wide:
                for place, char in enumerate(shown, start=first):
                    self._put(row, place, char, ink)
            else:
                blank = (" ", self._blank(ink.ground))
                row[first : first + len(shown)] = [blank if char == " " else (char, ink) for char in shown]
        return x + len(text)

    def centred(self, x: int, y: int, width: int, text: str, ink: Ink) -> int:
        """Writes text of our own in the middle of `width` cells, or beside it to stay in the grid. Returns its end."""
        x = min(x + (width - len(text)) // 2, self.width - len(text))
        return self.text(max(0, x), y, text, ink)

    def word(self, x: int, y: int, word: str, ink: Ink, *, width: int, align: str = "left") -> int:
        """Writes a person's word into at most `width` cells, cut if need be. Returns where it ends."""
        pieces = cut(word, width)
        used = sum(cells for _, cells in pieces)
        x += {"left": 0, "centre": (width - used) // 2, "right": width - used}[align]
        if not 0 <= y < self.height:
            return x + used
        row = self.rows[y]
        start = x
        for cluster, cells in pieces:
            if x >= 0 and x + cells <= self.width:
                self._wide = self._wide or cells == 2
                self._put(row, x, cluster, ink)
                if cells == 2:
                    self._put(row, x + 1, "", ink, whole=False)
            x += cells
        if pieces and runs_right_to_left(word):
            # A terminal that reorders a line must find our columns on either side of the word, not within it.
            for place in (start - 1, x - 1):
                if 0 <= place < self.width:
                    row[place] = (row[place][0] + LEFT_TO_RIGHT, row[place][1])
        return x

    def fill(self, x: int, y: int, width: int, height: int, ink: Ink, char: str = " ") -> None:
        """Fills a rectangle."""
        for line in range(y, y + height):
            self.text(x, line, char * width, ink)

    def box(
        self, x: int, y: int, width: int, height: int, ink: Ink, *, corners: str = "╭╮╰╯", edges: str = "─│"
    ) -> None:
        """Draws a border along the inside of a rectangle."""
        if width < 2 or height < 2:
            return
        self.text(x, y, corners[0] + edges[0] * (width - 2) + corners[1], ink)
        self.text(x, y + height - 1, corners[2] + edges[0] * (width - 2) + corners[3], ink)
        for line in range(y + 1, y + height - 1):
            self.text(x, line, edges[1], ink)
            self.text(x + width - 1, line, edges[1], ink)

    def lines(self) -> list[str]:
        """The text alone, row by row."""
        return ["".join(char for char, _ in row) for row in self.rows]

    def _put(self, row: PenRow, x: int, char: str, ink: Ink, *, whole: bool = True) -> None:
        if whole and row[x][0] == "" and x > 0:
            row[x - 1] = (" ", row[x - 1][1])
        if x + 1 < self.width and row[x + 1][0] == "":
            row[x + 1] = (" ", row[x + 1][1])
        row[x] = (char, ink if char != " " else self._blank(ink.ground))

    def _blank(self, ground: str) -> Ink:
        """The ink of blanks: the same on the same ground, so that none of them counts as changed."""
        return self._blanks.setdefault(ground, Ink(self.ink.colour, ground))
