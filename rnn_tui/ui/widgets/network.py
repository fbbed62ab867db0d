"""The network panel: the dials, and in words what the network does to its gradient."""

from rnn_tui.lab.measurement import Measurement
from rnn_tui.ui.dials import DIALS, Dial
from rnn_tui.ui.grids import Choice
from rnn_tui.lab.numbers import log10_text, number_text
from rnn_tui.ui.scene import Scene
from rnn_tui.ui.themes import Palette
from rnn_tui.ui.widgets.canvas import Canvas
from rnn_tui.ui.widgets.pen import Ink, Pen
from rnn_tui.ui.widgets.phrases import Phrase, said, wrapped, write

_BOUNDS = {
    "must-vanish": "must vanish",
    "must-explode": "must explode",
    "may-explode": "may explode",
    "may-grow": "may grow",
}
# The dials whose value says what it is without a label.
_BARE = {"activation", "init"}
_RANKS = ("clip", "inputs", "lr", "loss", "threshold", "seed", "init", "hidden", "activation", "sigma", "rho")


class NetworkPanel(Canvas):
    """Two lines at least: the dial in hand with the values of the others, and the verdict; then whole sentences."""

    BORDER_TITLE = "Network"

    def paint(self, pen: Pen, scene: Scene) -> None:
        if pen.height < 4:
            _slider_line(pen, 0, scene, chips=True)
            row = 1
        else:
            _slider_line(pen, 0, scene, chips=False)
            _chip_line(pen, 1, scene)
            row = 2
        if scene.measurement is None:
            pen.text(0, row, "measuring …", Ink(scene.palette.muted, scene.palette.panel))
            return
        write(pen, 0, row, _verdict(scene.measurement, scene.palette), width=pen.width)
        _sentences(pen, row + 1, scene.measurement, scene.palette)


def _value(dial: Dial, scene: Scene) -> str:
    return dial.value_text(scene.experiment, scene.measurement)


def _slider_line(pen: Pen, y: int, scene: Scene, *, chips: bool) -> None:
    """The dial in hand: label, value, and where it stands; then the values of the others, if they share the line."""
    palette = scene.palette
    dial = DIALS[scene.view.dial]
    x = pen.text(0, y, "▸ ", Ink(palette.flow, palette.panel, bold=True))
    x = pen.text(x, y, f"{dial.label} ", Ink(palette.flow, palette.panel, bold=True))
    x = max(8, x)
    x = pen.text(x, y, _value(dial, scene).ljust(6), Ink(palette.text, palette.panel, bold=True)) + 1
    room = max(12, (pen.width - x) * 2 // 5) if chips else max(12, pen.width * 2 // 5)
    if isinstance(dial.grid, Choice):
        x = _choices(pen, x, y, dial, scene)
    elif dial.fraction(scene.experiment, scene.measurement) is None:
        x = pen.text(x, y, "↑↓ turns it, Enter types it", Ink(palette.muted, palette.panel))
    else:
        x = _slider(pen, x, y, room, dial, scene)
    if chips:
        others = [_chip(other, scene) for other in DIALS.values() if other is not dial]
        write(pen, x + 3, y, others, width=pen.width - x - 3, gap=2)
    else:
        ink = Ink(palette.muted, palette.panel)
        write(pen, x + 3, y, [said(ink, dial.help, "", rank=1)], width=pen.width - x - 3)


def _slider(pen: Pen, x: int, y: int, width: int, dial: Dial, scene: Scene) -> int:
    palette = scene.palette
    fraction = dial.fraction(scene.experiment, scene.measurement) or 0.0
    track, filled = Ink(palette.border_focused, palette.panel), Ink(palette.flow, palette.panel)
    knob = round(min(max(fraction, 0.0), 1.0) * (width - 1))
    pen.text(x, y, "─" * width, track)
    marks = Ink(palette.threshold, palette.panel)
    for place, text in dial.marks(scene.experiment, scene.measurement):
        at = round(min(max(place, 0.0), 1.0) * (width - 1))
        label = f"┃{text}" if at + len(text) + 1 < width else "┃"
        pen.text(x + at, y, label, marks)
    pen.text(x, y, "━" * knob, filled)
    for place, _ in dial.marks(scene.experiment, scene.measurement):
        at = round(min(max(place, 0.0), 1.0) * (width - 1))
        pen.text(x + at, y, "┃", marks)
    pen.text(x + knob, y, "●", Ink(palette.flow, palette.panel, bold=True))
    return x + width


def _choices(pen: Pen, x: int, y: int, dial: Dial, scene: Scene) -> int:
    palette = scene.palette
    assert isinstance(dial.grid, Choice)
    chosen = str(dial.value(scene.experiment, scene.measurement))
    for choice in dial.grid.names:
        is_chosen = choice == chosen
        ink = Ink(palette.flow, palette.panel, bold=True) if is_chosen else Ink(palette.muted, palette.panel)
        if x + len(choice) + 2 > pen.width:
            break
        x = pen.text(x, y, f"●{choice}" if is_chosen else f" {choice}", ink) + 1
    return x


def _chip(dial: Dial, scene: Scene) -> Phrase:
    """The value of a dial, with its label; one whose value follows from others is in brackets."""
    palette = scene.palette
    muted, plain = Ink(palette.muted, palette.panel), Ink(palette.text, palette.panel)
    value = _value(dial, scene)
    rank = _RANKS.index(dial.name)
    if dial.name in _BARE:
        return Phrase((((value, plain),), ()), rank)
    return Phrase((((f"{dial.label} ", muted), (value, plain)), ()), rank)


def _chip_line(pen: Pen, y: int, scene: Scene) -> None:
    """Every dial's value in one line, in the order that Tab goes through, the one in hand marked."""
    palette = scene.palette
    chips = []
    for dial in DIALS.values():
        chip = _chip(dial, scene)
        if dial.name == scene.view.dial:
            ink = Ink(palette.on(palette.flow), palette.flow, bold=True)
            chip = Phrase(((("".join(text for text, _ in chip.ways[0]), ink),),), len(_RANKS))
        chips.append(chip)
    write(pen, 2, y, chips, width=pen.width - 2, gap=3 if pen.width > 100 else 2)


def _verdict(measurement: Measurement, palette: Palette) -> list[Phrase]:
    plain, muted = Ink(palette.text, palette.panel), Ink(palette.muted, palette.panel)
    colour = {"steady": palette.good, "exploding": palette.bad, "vanishing": palette.warn}.get(
        measurement.verdict, palette.muted
    )
    growth = measurement.log10_growth_per_step
    rate = "" if growth is None else f"×{log10_text(growth)} a step"
    return [
        said(Ink(colour, palette.panel, bold=True), measurement.verdict.upper(), rank=9),
        said(plain, rate, rank=8),
        _memory(measurement, plain),
        _bound(measurement, plain, muted),
        _clip(measurement, plain, muted),
    ]


def _memory(measurement: Measurement, ink: Ink) -> Phrase:
    lag = measurement.memory_lag_90
    if lag is None:
        return said(ink, "nothing is remembered: ∂h/∂x is 0", "no memory", "", rank=6)
    words = "word" if lag == 1 else f"{lag:,} words"
    return said(
        ink, f"90 % of the memory in the last {words}", f"90 % in the last {words}", f"lag₉₀ {lag:,}", rank=6
    )


def _bound(measurement: Measurement, plain: Ink, muted: Ink) -> Phrase:
    if measurement.bound is None:
        return said(muted, "no bound", "", rank=3)
    words = _BOUNDS[measurement.bound]
    return Phrase(
        (
            (("bound ", muted), (words, plain), (f" (σ₁ {number_text(measurement.largest_singular_value)})", muted)),
            (("bound ", muted), (words, plain)),
            (),
        ),
        rank=3,
    )


def _clip(measurement: Measurement, plain: Ink, muted: Ink) -> Phrase:
    clip = measurement.clip
    if clip.mode == "off":
        return Phrase(((("clip ", muted), ("off", plain)), ()), rank=4)
    before, after = log10_text(clip.log10_norm_before), log10_text(clip.log10_norm_after)
    theta = number_text(clip.threshold)
    long = {
        "norm": f"‖g‖ {before} → {after}",
        "value": f"±{theta} {clip.touched:,} of {clip.touched_of:,} entries",
        "step": f"θ {theta} {clip.touched:,} of {clip.touched_of:,} steps",
    }[clip.mode]
    return Phrase(
        (
            (("clip ", muted), (clip.mode, plain), (f" {long}", plain)),
            (("clip ", muted), (clip.mode, plain), (f" θ {theta}", plain)),
            (("clip ", muted), (clip.mode, plain)),
        ),
        rank=4,
    )


def _sentences(pen: Pen, y: int, measurement: Measurement, palette: Palette) -> None:
    """The verdict's and the bound's sentences and the notes, as far as there are rows."""
    ink = Ink(palette.muted, palette.panel)
    sentences = [measurement.verdict_sentence, measurement.bound_sentence, *measurement.notes]
    for index, sentence in enumerate(sentences):
        left = pen.height - y - sum(1 for later in sentences[index + 1 : 2] if later)
        if left < 1:
            return
        for line in wrapped(sentence, pen.width, left):
            pen.text(0, y, line, ink)
            y += 1

