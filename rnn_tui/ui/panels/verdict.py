"""The verdict as one line: what became of the gradient, where the memory is, what the bound allows, what is clipped."""

from rnn_tui.lab.measurement.measurement import Measurement, Verdict
from rnn_tui.lab.text.numbers import log10_text, number_text
from rnn_tui.ui.panels.drawing.pen import Ink
from rnn_tui.ui.panels.drawing.phrases import Phrase, phrase, said
from rnn_tui.ui.themes.themes import Palette

_BOUNDS = {
    "must-vanish": "must vanish",
    "must-explode": "must explode",
    "may-explode": "may explode",
    "may-grow": "may grow",
    "cannot-explode": "cannot explode",
}


def verdict_line(measurement: Measurement, palette: Palette, *, off: bool) -> list[Phrase]:
    """The phrases of the line; that nothing is clipped is among them only where `off` is."""
    from rnn_tui.lab.measurement.verdict.verdict import finding_of
    from rnn_tui.lab.measurement.verdict.words import line_ways

    normal, muted = Ink(palette.text, palette.panel), Ink(palette.muted, palette.panel)
    clipped = Ink(palette.clipped, palette.panel)
    finding = finding_of(measurement)
    return [
        word_of(measurement.verdict, palette, short=finding.log10_arrives is not None),
        gradient_phrase(normal, line_ways(finding)),
        *_learned(measurement, normal),
        *_truncation(measurement, clipped),
        _memory(measurement, normal),
        _bound(measurement, normal, muted),
        *([_clip(measurement, normal, muted, clipped)] if off or measurement.clip.mode != "off" else []),
    ]


def word_of(kind: Verdict, palette: Palette, *, short: bool = False) -> Phrase:
    """The word that opens the line, in its colour; `short` where a text of that length is too short for one."""
    from rnn_tui.lab.measurement.verdict.verdict import WORDS

    if kind == "undefined":  # a length is judged from four words on
        muted = Ink(palette.muted, palette.panel, bold=True)
        return said(muted, "too short to judge", "too short", ranks=(4, 9)) if short else said(muted, "–", ranks=9)
    colour = {"steady": palette.good, "vanishing": palette.warn}.get(kind, palette.bad)
    return said(Ink(colour, palette.panel, bold=True), WORDS[kind].upper(), ranks=9)


def gradient_phrase(ink: Ink, ways: tuple[str, ...]) -> Phrase:
    """What became of the gradient, ever more briefly; the last way stays."""
    return said(ink, *ways, ranks=tuple(range(3, 3 + len(ways))))


def _learned(measurement: Measurement, ink: Ink) -> list[Phrase]:
    """That a trained network does its task all the same, where a small gradient might pass for a failure."""
    from rnn_tui.lab.measurement.verdict.causes import achievement
    from rnn_tui.lab.measurement.verdict.verdict import finding_of

    if measurement.verdict not in ("vanishing", "dead") or measurement.experiment.trained is None:
        return []
    found = achievement(finding_of(measurement), measurement.trace)
    if found is None:
        return []
    ways = f"{found.brief} all the same: no failure", f"yet {found.brief}: no failure", "yet right: no failure"
    return [said(ink, *ways, ranks=(4, 5, 9))]


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
        return said(ink, "no word is remembered: ∂h/∂x = 0", "no word is remembered", "no memory", "", ranks=(1, 2, 2))
    words = "word" if lag == 1 else f"{lag:,} words"
    return said(
        ink,
        f"90 % of the memory in the last {words}",
        f"memory: last {words}",
        "",
        ranks=(1, 2),
    )


def _bound(measurement: Measurement, normal: Ink, muted: Ink) -> Phrase:
    if measurement.bound is None:
        return said(muted, "no bound", "", ranks=1)
    words = _BOUNDS[measurement.bound]
    return phrase(
        (("on long texts it ", muted), (words, normal)),
        (),
        ranks=1,
    )


def _clip(measurement: Measurement, normal: Ink, muted: Ink, clipped: Ink) -> Phrase:
    clip = measurement.clip
    if clip.mode == "off":
        return phrase((("clip ", muted), ("off", normal)), (), ranks=2)
    theta = f"{clip.threshold:g}"
    long = {
        "norm": f"‖g‖ {log10_text(clip.log10_norm_before)} → {log10_text(clip.log10_norm_after)}",
        "value": f"±{theta}: {clip.touched:,} of {clip.touched_of:,} entries",
        "step": f"θ {theta}: {clip.touched:,} of {clip.touched_of:,} steps",
    }[clip.mode]
    short = f"±{theta}" if clip.mode == "value" else f"θ {theta}"
    word = ("clip ", muted), (clip.mode, clipped)
    # the dials above name the clipping too: where room is short, the line keeps whose size its numbers are
    return phrase((*word, (f" {long}", normal)), (*word, (f" {short}", normal)), word, (), ranks=(3, 4, 5))
