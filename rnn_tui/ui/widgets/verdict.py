"""The verdict as one line: what the gradient does, where the memory is, what the bound allows, what is clipped."""

from rnn_tui.lab.measurement import Measurement
from rnn_tui.lab.numbers import log10_text, number_text
from rnn_tui.ui.themes import Palette
from rnn_tui.ui.widgets.carrying import arrived, grows_on_the_way
from rnn_tui.ui.widgets.pen import Ink
from rnn_tui.ui.widgets.phrases import Phrase, phrase, said
from rnn_tui.ui.widgets.steps import short_text

_BOUNDS = {
    "must-vanish": "must vanish",
    "must-explode": "must explode",
    "may-explode": "may explode",
    "may-grow": "may grow",
}


def verdict_line(measurement: Measurement, palette: Palette, *, off: bool) -> list[Phrase]:
    """The phrases of the line; that nothing is clipped is among them only where `off` is."""
    plain, muted = Ink(palette.text, palette.panel), Ink(palette.muted, palette.panel)
    clipped = Ink(palette.clipped, palette.panel)
    colours = {"steady": palette.good, "exploding": palette.bad, "vanishing": palette.warn, "dead": palette.bad}
    colour = colours.get(measurement.verdict, palette.muted)
    if measurement.verdict == "exploding" and not grows_on_the_way(measurement):
        colour = palette.muted
    growth = measurement.log10_growth_per_step
    rate = "one step" if measurement.steps == 1 else "" if growth is None else f"×{short_text(growth)} a step"
    whole = f"(h, c) {rate}" if rate and arrived(measurement) is not None else rate
    return [
        said(Ink(colour, palette.panel, bold=True), measurement.verdict.upper(), ranks=9),
        said(plain, whole, rate, ranks=(8, 9)),
        *_paths(measurement, palette),
        *_truncation(measurement, clipped),
        _memory(measurement, plain),
        _bound(measurement, plain, muted),
        *([_clip(measurement, plain, muted, clipped)] if off or measurement.clip.mode != "off" else []),
    ]


def _paths(measurement: Measurement, palette: Palette) -> list[Phrase]:
    """What of a change at the first step arrives by an LSTM's two paths, or what a GRU's gate z alone keeps a step."""
    ends, carry = arrived(measurement), measurement.log10_carry
    if measurement.steps == 1 or carry is None:
        return []
    if ends is None:
        alone = f" ×{short_text(float(carry[0]) / (measurement.steps - 1))}"
        return [
            phrase(
                (("z alone", Ink(palette.muted, palette.panel)), (alone, Ink(palette.text, palette.panel))), (), ranks=4
            )
        ]
    runs = tuple(
        run
        for name, value, colour in (("c₁", ends.cell, palette.cell), (" h₁", ends.hidden, palette.back))
        for run in (
            (f"{name} ", Ink(colour, palette.panel, bold=True)),
            (f"×{short_text(value)}", Ink(palette.text, palette.panel)),
        )
    )
    arrives = "arrives: ", Ink(palette.muted, palette.panel)
    return [phrase((arrives, *runs), runs, ranks=(7, 8))]


def _truncation(measurement: Measurement, ink: Ink) -> list[Phrase]:
    """How much of the gradient truncation loses."""
    cut = measurement.truncation
    if cut is None:
        return []
    after = f"cut after {cut.steps:,}"
    if cut.lost is None:
        return [said(ink, after, "", ranks=4)]
    lost = f"{number_text(100 * cut.lost)} %"
    ways = f"{after}: {lost} of g lost", f"{after}: −{lost}", f"K {cut.steps:,}: −{lost}", ""
    return [said(ink, *ways, ranks=(2, 3, 6))]


def _memory(measurement: Measurement, ink: Ink) -> Phrase:
    lag = measurement.memory_lag_90
    if lag is None:
        return said(ink, "no word is remembered: ∂h/∂x = 0", "no word is remembered", "no memory", "", ranks=(2, 3, 6))
    words = "word" if lag == 1 else f"{lag:,} words"
    return said(
        ink,
        f"90 % of the memory in the last {words}",
        f"memory: last {words}",
        f"lag₉₀ {lag:,}",
        "",
        ranks=(2, 3, 6),
    )


def _bound(measurement: Measurement, plain: Ink, muted: Ink) -> Phrase:
    if measurement.bound is None:
        return said(muted, "no bound", "", ranks=1)
    words = _BOUNDS[measurement.bound]
    # a feed-forward net's bound rests on the largest σ₁ of all its layers, and the one that is told is the first's
    layered = measurement.experiment.cell == "feedforward"
    sigma = "of all layers" if layered else f"σ₁ {number_text(measurement.largest_singular_value)}"
    return phrase(
        (("bound: ", muted), (words, plain), (f" ({sigma})", muted)),
        (("bound: ", muted), (words, plain)),
        ((words, plain),),
        (),
        ranks=(1, 3, 4),
    )


def _clip(measurement: Measurement, plain: Ink, muted: Ink, clipped: Ink) -> Phrase:
    clip = measurement.clip
    if clip.mode == "off":
        return phrase((("clip ", muted), ("off", plain)), (), ranks=5)
    theta = f"{clip.threshold:g}"
    long = {
        "norm": f"‖g‖ {log10_text(clip.log10_norm_before)} → {log10_text(clip.log10_norm_after)}",
        "value": f"±{theta}: {clip.touched:,} of {clip.touched_of:,} entries",
        "step": f"θ {theta}: {clip.touched:,} of {clip.touched_of:,} steps",
    }[clip.mode]
    short = f"±{theta}" if clip.mode == "value" else f"θ {theta}"
    word = ("clip ", muted), (clip.mode, clipped)
    return phrase((*word, (f" {long}", plain)), (*word, (f" {short}", plain)), word, ranks=(3, 7))
