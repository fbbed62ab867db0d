"""Scene: everything that a panel draws from, frozen."""

from collections.abc import Mapping
from dataclasses import dataclass
from heapq import heapify, heapreplace
from typing import TYPE_CHECKING, Generic, TypeVar

from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.ui.themes.themes import Palette

if TYPE_CHECKING:
    from rnn_tui.lab.measurement.measurement import Measurement, Triangle

View_co = TypeVar("View_co", covariant=True)
Results_co = TypeVar("Results_co", covariant=True)


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Scene(Generic[View_co, Results_co]):
    """What a screen shows now.

    Attributes:
        measurement: the newest valid one; None until the first is there.
        refusal: why there is no measurement yet; empty where there is one, or it is under way.
        triangle: the measures over pairs of steps, of the whole text or of the window last asked for.
        experiment: what is set, which may be newer than the measurement.
        step: the selected step of the text, 0-based, on all screens.
        dial: the name of the dial that the keys turn (a name of `ui/state/dials.py`).
        charts: whether charts can be drawn already.
        word_colours: the index of each word's colour.
        view: what is shown on this screen alone, and where its cursor is.
        results: what was measured for this screen alone.
    """

    palette: Palette
    experiment: Experiment
    measurement: "Measurement | None"
    triangle: "Triangle | None"
    step: int
    dial: str = "rho"
    charts: bool
    word_colours: Mapping[str, int]
    refusal: str = ""
    view: View_co
    results: Results_co

    def word_colour(self, word: str) -> str:
        """The colour of a word, the same in every panel; what the text does not hold, as `<eos>`, has the text's."""
        hue = self.word_colours.get(word)
        return self.palette.text if hue is None else self.palette.word(hue)


AnyScene = Scene[object, object]
"""The scene of any screen: what the panels draw from that several screens show."""


class WordColours:
    """Which colour every word has had so far: it keeps it however the text is edited."""

    def __init__(self) -> None:
        self._words: tuple[str, ...] = ()
        self._colours: dict[str, int] = {}

    def of(self, words: tuple[str, ...], hues: int) -> Mapping[str, int]:
        """A colour for each distinct word: the one it had, else the one that the fewest words of this text have."""
        if words == self._words:
            return self._colours
        colours = dict(self._colours)
        distinct = dict.fromkeys(words)
        uses = [0] * hues
        for word in distinct:
            if word in colours:
                uses[colours[word] % hues] += 1
        fewest = [(count, hue) for hue, count in enumerate(uses)]
        heapify(fewest)
        for word in distinct:
            if word not in colours:
                count, colours[word] = fewest[0]
                heapreplace(fewest, (count + 1, colours[word]))
        self._words, self._colours = words, colours
        return colours
