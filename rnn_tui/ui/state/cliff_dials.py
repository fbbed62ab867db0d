"""The cliff's own dials: what can be turned of its surface, of the descent on it, and of where that starts."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rnn_tui.lab.cliff.settings import FARTHEST, LENGTHS, CliffSettings
from rnn_tui.lab.experiment.experiment import REAL_RANGES
from rnn_tui.lab.text.numbers import coordinate_text
from rnn_tui.ui.state.grids import Decades, Even, Grid, Whole

# So many clicks lead at most through the picture: a click is seen on the smallest of them.
_CLICKS = {"w": 50, "b": 28}
_FAR = 5.0
_MANTISSAS = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class CliffDial:
    """One of the cliff's settings that can be turned.

    Attributes:
        name: the setting of `CliffSettings`.
        label: a cell or two, for the panel.
        title: the long label, for prompts and notices.
        help: one sentence on what it does.
        grid: its values, or how they follow from the picture.
        ends: the lowest and the highest value there can be.
    """

    name: str
    label: str
    title: str
    help: str
    grid: Grid | Callable[[CliffSettings], Grid]
    ends: tuple[float, float]

    def _grid_of(self, settings: CliffSettings) -> Grid:
        return self.grid(settings) if callable(self.grid) else self.grid

    def _value(self, settings: CliffSettings) -> float | int:
        value: float | int = getattr(settings, self.name)
        return value

    def value_text(self, settings: CliffSettings) -> str:
        """The value with all its digits, up to six."""
        value = self._value(settings)
        return coordinate_text(value) if self.name in _CLICKS else f"{value:g}"

    def turned(self, settings: CliffSettings, clicks: int, *, coarse: bool = False) -> CliffSettings:
        """The settings with this dial turned by so many clicks; the same ones at an end of its range."""
        value = self._grid_of(settings).step(self._value(settings), clicks, coarse=coarse)
        low, high = self.ends
        assert not isinstance(value, str)
        return settings.changed(**{self.name: min(max(value, low), high)})

    def typed(self, settings: CliffSettings, text: str) -> CliffSettings:
        """The settings with this dial set to what a person typed.

        Raises:
            ExperimentError: no such value, or it cannot be.
        """
        return settings.changed(**{self.name: self._grid_of(settings).parse(self.name, text.strip())})

    def fraction(self, settings: CliffSettings) -> float | None:
        """The slider's position, 0 to 1; that of the start is its place in the picture."""
        if self.name in _CLICKS:
            low, high = getattr(settings, f"{self.name}_low"), getattr(settings, f"{self.name}_high")
            share: float = (self._value(settings) - low) / (high - low)
            return min(max(share, 0.0), 1.0)
        return self._grid_of(settings).fraction(self._value(settings))


def _across(axis: str) -> Callable[[CliffSettings], Grid]:
    """Even steps of the start along an axis, the next round number above a share of the picture."""

    def grid(settings: CliffSettings) -> Grid:
        share = (getattr(settings, f"{axis}_high") - getattr(settings, f"{axis}_low")) / _CLICKS[axis]
        decade = 10.0 ** math.floor(math.log10(share))
        step = next(times for times in (1, 2, 5, 10) if times * decade >= share * (1 - 1e-9)) * decade
        return Even(fine=step, coarse=_FAR * step, low=-FARTHEST, high=FARTHEST)

    return grid


_DIALS = (
    CliffDial(
        name="lr",
        label="η",
        title="learning rate η of the cliff",
        help="how far a step goes down the gradient; the cliff's own η",
        grid=Decades(mantissas=_MANTISSAS, low=1e-4, high=1e2),
        ends=REAL_RANGES["lr"],
    ),
    CliffDial(
        name="threshold",
        label="θ",
        title="clipping threshold θ of the cliff",
        help="where ‖∇E‖ is longer, the clipped path cuts it to θ; the cliff's own θ",
        grid=Decades(mantissas=_MANTISSAS, low=1e-3, high=1e3),
        ends=REAL_RANGES["threshold"],
    ),
    CliffDial(
        name="length",
        label="T",
        title="steps T",
        help="how often w is applied: the longer, the steeper the wall",
        grid=Whole(low=LENGTHS[0], high=LENGTHS[1]),
        ends=LENGTHS,
    ),
    CliffDial(
        name="target",
        label="target",
        title="target",
        help="what σ(x_T) should be at the end; E is its squared distance from that",
        grid=Even(fine=0.05, coarse=0.2, low=0.0, high=1.0),
        ends=(0.0, 1.0),
    ),
    CliffDial(
        name="w",
        label="w",
        title="start w",
        help="the weight that both paths start from; ←→ move it",
        grid=_across("w"),
        ends=(-FARTHEST, FARTHEST),
    ),
    CliffDial(
        name="b",
        label="b",
        title="start b",
        help="the bias that both paths start from; ↑↓ move it",
        grid=_across("b"),
        ends=(-FARTHEST, FARTHEST),
    ),
)

CLIFF_DIALS: Mapping[str, CliffDial] = {dial.name: dial for dial in _DIALS}


def cliff_dial_after(name: str, clicks: int) -> CliffDial:
    """The dial `clicks` further on, going round."""
    names = list(CLIFF_DIALS)
    return CLIFF_DIALS[names[(names.index(name) + clicks) % len(names)]]
