"""The network panel: the dials, and in words what the network does to its gradient."""

from collections.abc import Iterator, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

from rnn_tui.engine.kinds import CELLS
from rnn_tui.lab.experiment.experiment import Experiment
from rnn_tui.lab.measurement.measurement import Measurement
from rnn_tui.lab.settings.grids import Choice
from rnn_tui.lab.text.numbers import number_text
from rnn_tui.ui.panels.drawing.canvas import Canvas
from rnn_tui.ui.panels.drawing.pen import Ink, Pen
from rnn_tui.ui.panels.drawing.phrases import Phrase, phrase, said, wrapped, write, write_sentence
from rnn_tui.ui.panels.drawing.slider import draw_slider
from rnn_tui.ui.panels.verdict import verdict_line
from rnn_tui.ui.state.dials import DIALS, Dial, dials_of
from rnn_tui.ui.state.scene import AnyScene

S = TypeVar("S", bound=AnyScene)
Scene_contra = TypeVar("Scene_contra", bound=AnyScene, contravariant=True)

# The dials whose value says what it is without a label.
_BARE = {"cell", "activation", "init"}
# Which dials' values stay longest where room is short: the later, the longer.
_RANKS = (
    "truncate", "skip", "clip", "inputs", "lr", "loss", "threshold", "seed", "init", "transient", "hidden", "chrono",
    "activation", "sigma", "update_bias", "forget_bias", "cell", "rho",
)  # fmt: skip
# What changes the network or its gradient where it is set at all.
_REMEDIES = {"skip", "truncate", "clip", "chrono"}
_LABEL = 9
_WIDE = 100  # cells of a panel whose title has room for the number of parameters
_WAYS_OUT = (
    "there can be none like this: turn ρ with [ ], Tab goes to another dial, {0} turn it, w is another kind of W",
    "turn ρ with [ ], another dial with Tab and {0}; w is another W",
    "[ ] turn ρ, w is another kind of W",
)


class DialKeys(NamedTuple):
    """The keys that turn a dial and that type its value."""

    turn: str = "↑↓"
    type: str = "Enter"


class Heading(Protocol[Scene_contra]):
    """What is said of the network that a screen shows."""

    def line(self, scene: Scene_contra, *, off: bool) -> Sequence[Phrase]:
        """The verdict in one line; that nothing is clipped is a part of it only where `off` is."""

    def sentences(self, scene: Scene_contra) -> Sequence[str]:
        """Whole sentences for the rows below, the most telling first."""

    def state(self, scene: Scene_contra) -> str:
        """Whether that network is trained, in a few words."""

    def now(self, scene: Scene_contra, dial: str) -> str:
        """What has become of a dial's value in the network that is shown; empty where it is as it was set."""


class TextHeading(Generic[S]):
    """Of the measured network on its text."""

    def line(self, scene: S, *, off: bool) -> Sequence[Phrase]:
        return () if scene.measurement is None else verdict_line(scene.measurement, scene.palette, off=off)

    def sentences(self, scene: S) -> Sequence[str]:
        measurement = scene.measurement
        if measurement is None:
            return ()
        said = _beyond_the_line(measurement), measurement.bound_sentence
        return (*filter(None, said), *_of_the_kind(measurement), *measurement.notes)

    def state(self, scene: S) -> str:
        return "untrained: guesses are luck"

    def now(self, scene: S, dial: str) -> str:
        return ""


class NetworkPanel(Canvas[S]):
    """Two lines at least: the dial in hand with the values of the others, and the verdict; then whole sentences.

    Args:
        cursor: the arrows move a cursor on this screen: then other keys turn the dials.
        heading: what is said of the network that the screen shows.
    """

    def __init__(self, *, cursor: bool = False, heading: Heading[S] | None = None, id: str | None = None) -> None:
        super().__init__(id=id)
        self._hands = DialKeys("k j", "=") if cursor else DialKeys()
        self._heading: Heading[S] = heading or TextHeading()

    def title(self, scene: S) -> str:
        measurement = scene.measurement
        if measurement is None:
            return "Network"
        name, trained = CELLS[measurement.experiment.cell].name, measurement.experiment.trained
        if trained is not None:
            return f"Network · {name}, trained on {trained.about}"
        count = f", {measurement.parameters:,} parameters" if self.size.width >= _WIDE else ""
        state = self._heading.state(scene)
        return f"Network · {name}{count}{', ' * bool(state)}{state}"

    def keys(self, scene: S) -> Sequence[tuple[str, str]]:
        return (("Tab", "next dial"), (self._hands.turn, "turn"), (self._hands.type, "type"))

    def paint(self, pen: Pen, scene: S) -> None:
        roomy = pen.height >= 4
        # what is set of the start, and has changed since, is no value of the network that is shown
        others = [dial for dial in dials_of(scene.experiment) if not self._heading.now(scene, dial.name)]
        now = self._heading.now(scene, scene.dial)
        _dial_line(pen, scene, self._hands, now=now, chips=() if roomy else others)
        if roomy:
            _chip_line(pen, 1, scene, others)
        row = 2 if roomy else 1
        if scene.measurement is None:
            _nothing_measured(pen, row, scene, self._hands)
            return
        gap = 3 if pen.width > 90 else 2
        write(pen, 0, row, self._heading.line(scene, off=not roomy), width=pen.width, gap=gap)
        _sentences(pen, row + 1, scene, self._heading.sentences(scene))


def _nothing_measured(pen: Pen, y: int, scene: AnyScene, hands: DialKeys) -> None:
    palette = scene.palette
    muted = Ink(palette.muted, palette.panel)
    if not scene.refusal:
        pen.text(0, y, "measuring…", muted)
        return
    x = pen.text(0, y, "NO NETWORK", Ink(palette.bad, palette.panel, bold=True)) + 3
    write(pen, x, y, [said(muted, *(way.format(hands.turn) for way in _WAYS_OUT), ranks=1)], width=pen.width - x)


def _value(dial: Dial[Experiment], scene: AnyScene) -> str:
    return dial.value_text(scene.experiment, scene.measurement)


def _dial_line(pen: Pen, scene: AnyScene, hands: DialKeys, *, now: str, chips: Sequence[Dial[Experiment]]) -> None:
    """The selected dial: label, value and slider; then the values of the others, if they share the line.

    Args:
        now: what has become of its value since it was set.
        chips: the dials whose values share the line.
    """
    palette = scene.palette
    muted = Ink(palette.muted, palette.panel)
    dial = DIALS[scene.dial]
    hand = Ink(palette.flow, palette.panel, bold=True)
    pen.text(0, 0, "▸", hand)
    x = max(_LABEL, pen.text(2, 0, dial.label, hand) + 1)
    grid = dial.grid_of(scene.experiment)
    if isinstance(grid, Choice):
        x = _choices(pen, x, dial, grid.names, scene)
    else:
        value = _value(dial, scene)
        x = pen.text(x, 0, value.ljust(5), Ink(palette.text, palette.panel, bold=True)) + 1
        x = pen.text(x, 0, f"{now} ", Ink(palette.text, palette.panel)) if now else x
        if dial.fraction(scene.experiment, scene.measurement) is None:
            x = pen.text(x, 0, f"{hands.turn} turns it, {hands.type} types it", muted)
        else:
            at = dial.fraction(scene.experiment, scene.measurement) or 0.0
            marks = dial.marks(scene.experiment, scene.measurement)
            x = draw_slider(pen, x, max(12, (pen.width - x) * 2 // 5), at, palette, marks=marks)
    x += 3
    if chips:
        others = [_chip(other, scene) for other in chips if other is not dial]
        write(pen, x, 0, others, width=pen.width - x, gap=2)
        return
    write(pen, x, 0, [said(muted, dial.help_of(scene.experiment), "", ranks=1)], width=pen.width - x)


def _choices(pen: Pen, x: int, dial: Dial[Experiment], names: Sequence[str], scene: AnyScene) -> int:
    """The values of a dial that has no more and less, the chosen one marked; as many around it as there is room for."""
    palette = scene.palette
    chosen = str(dial.value(scene.experiment, scene.measurement))
    # What is set and refused, and not withdrawn yet, is not among them.
    offered = names if chosen in names else (*names, chosen)
    for choice in _around(offered, chosen, pen.width - x):
        is_chosen = choice == chosen
        ink = Ink(palette.flow, palette.panel, bold=True) if is_chosen else Ink(palette.muted, palette.panel)
        x = pen.text(x, 0, f"{'●' if is_chosen else '○'} {choice}", ink) + 2
    return x - 2


def _around(names: Sequence[str], chosen: str, width: int) -> Sequence[str]:
    """The names around the chosen one that fit into a line, those after it before those ahead of it."""
    here = names.index(chosen)
    first = last = here
    used = len(chosen) + 2
    while first > 0 or last < len(names) - 1:
        ahead = last < len(names) - 1 and (last - here <= here - first or first == 0)
        place = last + 1 if ahead else first - 1
        used += len(names[place]) + 4
        if used > width:
            break
        first, last = min(first, place), max(last, place)
    return names[first : last + 1]


def _chip(dial: Dial[Experiment], scene: AnyScene) -> Phrase:
    """The value of a dial, with its label."""
    palette = scene.palette
    label = () if dial.name in _BARE else ((f"{dial.label} ", Ink(palette.muted, palette.panel)),)
    value = _value(dial, scene)
    rank = _RANKS.index(dial.name) if dial.name in _RANKS else 0
    if dial.name in _REMEDIES and value not in ("none", "off"):
        rank = len(_RANKS) - 3
    return phrase((*label, (value, Ink(palette.text, palette.panel))), (), ranks=rank)


def _chip_line(pen: Pen, y: int, scene: AnyScene, dials: Sequence[Dial[Experiment]]) -> None:
    """Every dial's value in one line, in the order that Tab goes through, the one in hand marked."""
    palette = scene.palette
    chips = []
    for dial in dials:
        chip = _chip(dial, scene)
        if dial.name == scene.dial:
            text = "".join(text for text, _ in chip.ways[0])
            chip = said(Ink(palette.on(palette.flow), palette.flow, bold=True), text, ranks=len(_RANKS))
        chips.append(chip)
    write(pen, 2, y, chips, width=pen.width - 2, gap=3 if pen.width > 100 else 2)


def _beyond_the_line(measurement: Measurement) -> str:
    """What the verdict's sentences say that its line does not: the causes, and of what is dead or not judged all."""
    from rnn_tui.lab.measurement.verdict.verdict import finding_of
    from rnn_tui.lab.measurement.verdict.words import sentence_of

    said = measurement.verdict_sentence
    if measurement.verdict in ("dead", "undefined"):
        return said
    return said.removeprefix(sentence_of(finding_of(measurement))).strip()


def _of_the_kind(measurement: Measurement) -> Iterator[str]:
    """What is to be known of this kind of network, and of the gradient that is cut."""
    experiment, cut = measurement.experiment, measurement.truncation
    if experiment.cell == "feedforward":
        yield "Every layer has weights of its own: nothing ties one factor of the gradient to the next."
    if cut is not None and cut.lost is not None:
        aligned = "" if cut.cosine is None else f"; its cosine to the whole is {cut.cosine:.3f}"
        lost = f"{number_text(100 * cut.lost)} %"
        yield f"Cut after {cut.steps:,} steps, the gradient lacks {lost} of the whole one's length{aligned}."


def _sentences(pen: Pen, y: int, scene: AnyScene, sentences: Sequence[str]) -> None:
    """As many of the sentences as there are rows."""
    palette = scene.palette
    for index, sentence in enumerate(sentences):
        if y >= pen.height:
            return
        kept_for_bound = 1 if index == 0 and pen.height - y > 1 else 0
        for line in wrapped(sentence, pen.width, pen.height - y - kept_for_bound):
            write_sentence(pen, 0, y, line, Ink(palette.text if index == 0 else palette.muted, palette.panel))
            y += 1
