"""The chosen network in words: what its numbers say, why it refuses another length, and what all of them show."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from rnn_tui.lab.text.numbers import exponent_text, log10_text, short_text
from rnn_tui.ui.panels.drawing.canvas import Canvas
from rnn_tui.ui.panels.drawing.pen import Ink, Pen
from rnn_tui.ui.panels.drawing.phrases import wrapped, write_sentence
from rnn_tui.ui.screens.compare.panels.columns import COMPARED_COLUMNS
from rnn_tui.ui.screens.compare.panels.marks import ABOUT, MARKERS, network_colour
from rnn_tui.ui.screens.compare.scene import CompareScene
from rnn_tui.ui.themes.themes import Palette

if TYPE_CHECKING:
    from rnn_tui.lab.compare.compare import ComparedNetwork, Comparison
    from rnn_tui.lab.compare.figures import Figures

_FIRST = ("text", "warn", "bad")  # what is said in these colours comes before the sentence about all networks
_LEAST_ROWS = 2  # with no more, the name is left out
_ROOMY = 8  # with so many, the sentence about all networks is set apart


class ColouredSentence(NamedTuple):
    """A sentence, and the name of the palette's colour for it."""

    text: str
    colour: str = "text"


class ComparedWords(Canvas[CompareScene]):
    """The words in a panel of their own, where the table has no room for them."""

    def title(self, scene: CompareScene) -> str:
        name = scene.view.chosen
        return f"{MARKERS[name]} {name} · {ABOUT[name]}"

    def paint(self, pen: Pen, scene: CompareScene) -> None:
        write_words(pen, 0, scene, named=False)


def write_words(pen: Pen, y: int, scene: CompareScene, *, named: bool) -> None:
    """Writes as many sentences as there are rows from y on; `named` begins with the network's name.

    Where there is room, the sentence about all networks is set apart, and the columns of the table are explained.
    """
    palette, comparison = scene.palette, scene.results.compare
    if comparison is None or y >= pen.height:
        return
    row = comparison.row(scene.view.chosen)
    muted = Ink(palette.muted, palette.panel)
    if named and pen.height - y > _LEAST_ROWS:
        x = pen.text(
            0, y, f"{MARKERS[row.name]} {row.name}", Ink(network_colour(palette, row.name), palette.panel, bold=True)
        )
        pen.text(x, y, f" · {ABOUT[row.name]}"[: pen.width - x], muted)
        y += 1
    of_row, of_all = tuple(_of_row(row, scene)), ColouredSentence(comparison.sentence, "muted")
    first = (*(said for said in of_row if said.colour in _FIRST), *_refusing(comparison))
    rest = tuple(said for said in of_row if said.colour not in _FIRST)
    apart = len(wrapped(comparison.sentence, pen.width, 3)) + 1 if pen.height - y >= _ROOMY else 0
    for said in (*first, *rest) if apart else (*first, of_all, *rest):
        y = _write(pen, y, said, palette, stop=pen.height - apart)
    if apart:
        y = _write(pen, y + 1, of_all, palette, stop=pen.height)
        if pen.height - y > len(COMPARED_COLUMNS):
            for line, column in enumerate(COMPARED_COLUMNS, start=y + 1):
                pen.text(0, line, f"{column.head:<9} {column.title}", muted)


def _write(pen: Pen, y: int, said: ColouredSentence, palette: Palette, *, stop: int) -> int:
    """Writes a sentence into the rows from y to before `stop`. Returns the row after it."""
    for line in wrapped(said.text, pen.width, stop - y) if y < stop else ():
        write_sentence(pen, 0, y, line, Ink(getattr(palette, said.colour), palette.panel))
        y += 1
    return y


def _refusing(comparison: "Comparison") -> Iterator[ColouredSentence]:
    """How many networks refuse this text, and the way out."""
    refusing = [row for row in comparison.rows if row.refusal is not None]
    if refusing:
        built = next((len(row.experiment.words) for row in refusing if row.experiment is not None), 0)
        who = refusing[0].name if len(refusing) == 1 else f"{len(refusing)} networks"
        steps = len(comparison.experiment.words)
        verb = "refuses" if len(refusing) == 1 else "refuse"
        yield ColouredSentence(
            f"Built for {built:,} steps, {who} {verb} {steps:,}: m builds all anew for this text.", "warn"
        )


def _of_row(row: "ComparedNetwork", scene: CompareScene) -> Iterator[ColouredSentence]:
    """The sentences about one network, what matters most first."""
    if row.refusal is not None:
        yield ColouredSentence(f"It refuses this text: {row.refusal}.", "warn")
    if row.problem is not None:
        yield ColouredSentence(f"It cannot be: {row.problem}.", "bad")
    if row.figures is None:
        return
    figures = row.figures
    yield ColouredSentence(_carried(figures))
    if figures.bands is not None:
        yield ColouredSentence(_spread(figures))
    yield _lengths(figures)
    yield ColouredSentence(_memory(figures), "muted")
    if row.experiment == scene.experiment:
        yield ColouredSentence("It is the network of the other screens.", "muted")


def _carried(figures: "Figures") -> str:
    """How much the first word moves the last state, and the verdict on the gradient."""
    from rnn_tui.lab.measurement.verdict.verdict import WORDS
    from rnn_tui.lab.measurement.verdict.words import sentence_of

    finding = figures.finding
    if finding.steps == 1:
        return "One word: no gradient has to travel."
    if math.isnan(figures.log10_word_to_state):
        moves = "The last word moves the last state by nothing."
    else:
        moves = (
            f"The first word moves the last state ×{short_text(figures.log10_word_to_state)} as much as the last one"
        )
        if figures.log10_lowest_word < figures.log10_word_to_state and figures.lowest_word is not None:
            moves += f", word {figures.lowest_word:,} the least, ×{short_text(figures.log10_lowest_word)}"
        moves += "."
    judged = sentence_of(finding)
    if finding.kind != "undefined":
        judged = f"{WORDS[finding.kind].capitalize()}: {judged[0].lower()}{judged[1:]}"
    return f"{moves} {judged}"


def _spread(figures: "Figures") -> str:
    assert figures.bands is not None
    low, _, middle, _, high = (log10_text(float(level[0])) for level in figures.bands)
    return f"Over the seeds ‖∂L/∂h₁‖ is {middle} in the middle, and nine times of ten from {low} to {high}."


def _lengths(figures: "Figures") -> ColouredSentence:
    longer, shorter = figures.lengths
    if longer is None and shorter is None:
        return ColouredSentence("It runs a word more and a word less: tried.", "good")
    if longer == shorter or shorter is not None:
        return ColouredSentence(f"No other length: {longer or shorter}.", "warn")
    return ColouredSentence(f"A word less runs, a word more is refused: {longer}.", "warn")


def _memory(figures: "Figures") -> str:
    lag = figures.memory_lag_90
    if lag is None:
        memory = "No word is remembered."
    else:
        memory = f"90 % of the memory is in the last {'word' if lag == 1 else f'{lag:,} words'}."
    rate = figures.lyapunov
    if rate is None:
        return memory
    nearby = "come together" if rate < 0 else "part" if rate > 0 else "keep their distance"
    growth = figures.log10_growth_per_step
    # of a shared skip the state is several h, and parts at a rate of its own
    same = growth is not None and math.isclose(rate, growth * math.log(10.0), rel_tol=1e-9, abs_tol=1e-9)
    says = f" = ln {log10_text(growth)}" if growth is not None and same else ""
    return f"{memory} λ₁ {exponent_text(rate)}{says}, nats a step: nearby states {nearby}."
