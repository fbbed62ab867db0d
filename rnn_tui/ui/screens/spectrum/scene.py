"""What the Spectrum screen shows: its view, what was measured for it alone, and the scene that its panels draw from."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rnn_tui.ui.state.scene import Scene
from rnn_tui.ui.state.side_work import SideResults

if TYPE_CHECKING:
    from rnn_tui.engine.dynamics.lyapunov import Lyapunov
    from rnn_tui.lab.spectrum.entries import Entries
    from rnn_tui.lab.spectrum.spectrum import Spectrum

Hand = Literal["entry", "row", "column"]
Shown = Literal["weight", "gradient", "radius"]
SpectrumPanel = Literal["all", "matrix", "plane", "values", "theory"]


@dataclass(frozen=True, slots=True)
class SpectrumView:
    """The view of the Spectrum screen.

    Attributes:
        row, column: the entry of W under the cursor, 0-based; beyond a smaller W, its last.
        hand: whether the keys change that entry, or all of its row or column.
        shown: what of every entry the grid shows: its value, ∂L/∂W_ij, or ∂ρ/∂W_ij.
        panel: the panel beside the grid, or the grid alone; `all` where the window has room for all.
    """

    row: int = 0
    column: int = 0
    hand: Hand = "entry"
    shown: Shown = "weight"
    panel: SpectrumPanel = "all"

    def cursor(self, hidden: int) -> tuple[int, int]:
        """The row and the column under the cursor, of a W of so many units."""
        return min(self.row, hidden - 1), min(self.column, hidden - 1)


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class SpectrumResults(SideResults):
    """What was found for this screen alone; while a newer one is under way it is that of before.

    Attributes:
        spectrum, lyapunov, entries: of W, of the text, and W entry by entry.
    """

    spectrum: "Spectrum | None" = None
    lyapunov: "Lyapunov | None" = None
    entries: "Entries | None" = None


SpectrumScene = Scene[SpectrumView, SpectrumResults]
