"""The theory panel: what theory allows for this W, what was measured on this text, and where the two part."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from rnn_tui.lab.measurement.measurement import Measurement
from rnn_tui.lab.text.numbers import number_text
from rnn_tui.ui.panels.drawing.canvas import Canvas
from rnn_tui.ui.panels.drawing.pen import Ink, Pen
from rnn_tui.ui.panels.drawing.phrases import wrapped, write_sentence
from rnn_tui.ui.screens.spectrum.scene import SpectrumScene
from rnn_tui.ui.themes.themes import Palette

if TYPE_CHECKING:
    from rnn_tui.lab.spectrum.spectrum import Spectrum

DIFFERS, AGREES, OF_W = "≠", "=", "W"


class _Said(NamedTuple):
    """A sentence, its mark or label, and the colour of that."""

    mark: str
    sentence: str
    colour: str


class TheoryPanel(Canvas[SpectrumScene]):
    """Sentences: the bound and the measurement beside each other, then where they part."""

    def title(self, scene: SpectrumScene) -> str:
        return "Theory, and this text"

    def keys(self, scene: SpectrumScene) -> Sequence[tuple[str, str]]:
        return (("p", "panel"),)

    def paint(self, pen: Pen, scene: SpectrumScene) -> None:
        measurement, found = scene.measurement, scene.results.spectrum
        if measurement is None or found is None:
            return
        palette = scene.palette
        said = list(_said(measurement, found, palette))
        y = 0
        for place, (mark, sentence, colour) in enumerate(said):
            lines = _laid_out(mark, sentence, pen.width)
            rest = place < len(said) - 1
            if y + len(lines) > pen.height - rest and y:
                where = "a larger window" if scene.view.panel == "theory" else "p"
                pen.text(0, y, f"… {where} shows all of it", Ink(palette.muted, palette.panel))
                return
            for line in lines[: pen.height - y]:
                write_sentence(pen, 0, y, line, Ink(palette.text, palette.panel))
                y += 1
            pen.text(0, y - len(lines), mark, Ink(colour, palette.panel, bold=True))


def _laid_out(mark: str, sentence: str, width: int) -> list[str]:
    """The sentence behind its mark; its further lines are indented by two cells."""
    first, *others = wrapped(f"{mark} {sentence}", width, 99)
    if others:
        others = wrapped(f"{mark} {sentence}"[len(first) + 1 :], width - 2, 99)
    return [first, *(f"  {line}" for line in others)]


def _said(measurement: Measurement, found: "Spectrum", palette: Palette) -> Iterator[_Said]:
    from rnn_tui.lab.measurement.verdict.verdict import WORDS, finding_of
    from rnn_tui.lab.measurement.verdict.words import sentence_of
    from rnn_tui.lab.spectrum.spectrum import AGREEMENT

    yield _Said("theory:", measurement.bound_sentence, palette.threshold)
    sentence = sentence_of(finding_of(measurement))
    if measurement.verdict != "undefined":
        sentence = f"{WORDS[measurement.verdict]}: {sentence[0].lower()}{sentence[1:]}"
    yield _Said("this text:", sentence, palette.back)
    agree = found.remarks == (AGREEMENT,)
    for remark in found.remarks:
        yield _Said(AGREES, remark, palette.good) if agree else _Said(DIFFERS, remark, palette.warn)
    if found.departure:
        apart = number_text(found.departure)
        sentence = f"is not normal: √(‖W‖² − Σ|λ|²)/‖W‖ = {apart}. So σ and |λ| differ, and Wⁿ may grow first."
    else:
        sentence = "is normal: its singular values are the |λ|, and ‖Wⁿ‖ is ρⁿ."
    yield _Said(OF_W, sentence, palette.flow)
