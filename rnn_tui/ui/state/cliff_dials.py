"""The cliff's own dials: what can be turned of its surface, of the descent on it, and of where that starts."""

import math
from collections.abc import Callable

from rnn_tui.lab.cliff.settings import CLIFF, FARTHEST, CliffSettings
from rnn_tui.lab.measurement.measurement import Measurement
from rnn_tui.lab.settings.grids import DialGrid, Even
from rnn_tui.lab.text.numbers import coordinate_text
from rnn_tui.ui.state.dials import Dial, dials

# So many clicks lead at most through the picture: a click is seen on the smallest of them.
_CLICKS = {"w": 50, "b": 28}
_FAR = 5.0


class StartDial(Dial[CliffSettings]):
    """The dial of one coordinate of the start: its slider is the picture."""

    __slots__ = ()

    def value_text(self, settings: CliffSettings, measurement: Measurement | None = None) -> str:
        """The value with all its digits, up to six."""
        return coordinate_text(float(self.value(settings)))

    def fraction(self, settings: CliffSettings, measurement: Measurement | None = None) -> float | None:
        """Its place in the picture, 0 to 1."""
        low, high = getattr(settings, f"{self.name}_low"), getattr(settings, f"{self.name}_high")
        share: float = (float(self.value(settings)) - low) / (high - low)
        return min(max(share, 0.0), 1.0)


def _across(axis: str) -> Callable[[CliffSettings], DialGrid]:
    """Even steps of the start along an axis, the next round number above a share of the picture."""

    def grid(settings: CliffSettings) -> DialGrid:
        share = (getattr(settings, f"{axis}_high") - getattr(settings, f"{axis}_low")) / _CLICKS[axis]
        decade = 10.0 ** math.floor(math.log10(share))
        step = next(times for times in (1, 2, 5, 10) if times * decade >= share * (1 - 1e-9)) * decade
        return Even(fine=step, coarse=_FAR * step, low=-FARTHEST, high=FARTHEST)

    return grid


CLIFF_DIALS = dials(CLIFF, {axis: StartDial(setting=CLIFF[axis], grid=_across(axis)) for axis in "wb"})
