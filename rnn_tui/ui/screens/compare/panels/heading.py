"""What the head of the Compare screen says: the verdict on the chosen network."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rnn_tui.ui.panels.drawing.pen import Ink
from rnn_tui.ui.panels.drawing.phrases import Phrase, said
from rnn_tui.ui.panels.network import TextHeading
from rnn_tui.ui.panels.verdict import gradient_phrase, word_of
from rnn_tui.ui.screens.compare.panels.marks import MARKERS, network_colour
from rnn_tui.ui.screens.compare.scene import CompareScene

if TYPE_CHECKING:
    from rnn_tui.lab.compare.compare import ComparedNetwork


class ChosenHeading(TextHeading[CompareScene]):
    """Of the chosen network, by its name; where that is the lab's own, or was not measured, of the lab's."""

    def line(self, scene: CompareScene, *, off: bool) -> Sequence[Phrase]:
        row = _other(scene)
        if row is None or row.figures is None:
            return super().line(scene, off=off)
        from rnn_tui.lab.measurement.verdict.words import line_ways

        palette, finding = scene.palette, row.figures.finding
        name = Ink(network_colour(palette, row.name), palette.panel, bold=True)
        return [
            said(name, f"{MARKERS[row.name]} {row.name}:", f"{MARKERS[row.name]}", ranks=6),
            word_of(finding.kind, palette, short=finding.log10_arrives is not None),
            gradient_phrase(Ink(palette.text, palette.panel), line_ways(finding)),
        ]

    def sentences(self, scene: CompareScene) -> Sequence[str]:
        row = _other(scene)
        if row is None or row.figures is None:
            return super().sentences(scene)
        from rnn_tui.lab.measurement.verdict.words import sentence_of

        return (sentence_of(row.figures.finding),)


def _other(scene: CompareScene) -> "ComparedNetwork | None":
    """The chosen row, where it is another network than the lab's; else None."""
    comparison = scene.results.compare
    if comparison is None:
        return None
    row = comparison.row(scene.view.chosen)
    return None if row.experiment is None or row.experiment == scene.experiment else row
