"""What the Cliff shows: its view, what was measured for it alone, and the scene that its panels draw from."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rnn_tui.lab.cliff.settings import CliffSettings
from rnn_tui.lab.session.cliff_history import CliffHistory
from rnn_tui.ui.state.scene import Scene
from rnn_tui.ui.state.side_work import SideResults

if TYPE_CHECKING:
    from rnn_tui.lab.cliff.paths import Descents
    from rnn_tui.lab.cliff.surface import CliffSurface


@dataclass(frozen=True, slots=True)
class CliffView:
    """The view of the Cliff screen: a little system of its own, which no experiment holds.

    Attributes:
        history: its settings, those that were before, and those that were undone.
        step: how many steps of the descents are shown.
        start: which named start was chosen last.
        dial: the name of the dial in hand (a name of `ui/state/cliff_dials.py`).
    """

    history: CliffHistory = field(default_factory=CliffHistory)
    step: int = 0
    start: str = "the valley"
    dial: str = "lr"

    @property
    def settings(self) -> CliffSettings:
        """What is set now."""
        return self.history.present


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class CliffResults(SideResults):
    """What was found for this screen alone; while a newer one is under way it is that of before.

    Attributes:
        surface, descents: the picture of E, and its two paths.
    """

    surface: "CliffSurface | None" = None
    descents: "Descents | None" = None


CliffScene = Scene[CliffView, CliffResults]
