"""What became of both paths: one line of verdict, and whole sentences where there is room."""

from collections.abc import Iterator

from rnn_tui.lab.cliff.paths import Descents, first_step_outside
from rnn_tui.lab.cliff.words import DescentsPosition, descents_position, ending_sentences, next_sentence, step_sentence
from rnn_tui.lab.text.numbers import log10_text, number_text, point_text
from rnn_tui.ui.panels.drawing.pen import Ink, Pen
from rnn_tui.ui.panels.drawing.phrases import Phrase, phrase, said, wrapped
from rnn_tui.ui.screens.cliff.panels.trails import MARKS
from rnn_tui.ui.screens.cliff.scene import CliffScene
from rnn_tui.ui.themes.themes import Palette


def cliff_verdict_line(found: Descents, scene: CliffScene) -> list[Phrase]:
    """The state of both paths in capitals, then what is to be known of each path in a few numbers."""
    palette, settings = scene.palette, scene.view.settings
    where = descents_position(found, settings)
    normal, muted = Ink(palette.text, palette.panel), Ink(palette.muted, palette.panel)
    word = said(Ink(_colour(where, palette), palette.panel, bold=True), where.upper(), ranks=9)
    free, here = found.unclipped.points[-1], found.clipped.points[-1]
    error, norm = log10_text(here.error.log10), log10_text(here.norm.log10)
    if found.parted is None or found.parted > here.step:
        if not here.is_clipped:
            within = f"‖∇E‖ {norm}, within θ: the next step goes {number_text(here.reach)}, nothing to clip"
            return [
                word,
                said(normal, within, f"‖∇E‖ {norm}, within θ", ranks=(5, 9)),
                said(muted, f"E {error}", ranks=8),
            ]
        goes = f"the next step goes {number_text(free.reach)}, clipped {number_text(here.reach)}"
        return [word, said(normal, f"‖∇E‖ {norm}, beyond θ", ranks=9), said(normal, goes, "", ranks=7)]
    return [word, _of_unclipped(found, scene), _of_clipped(found, scene)]


def _of_unclipped(found: Descents, scene: CliffScene) -> Phrase:
    palette = scene.palette
    free, left = found.unclipped.points[-1], first_step_outside(found.unclipped, scene.view.settings)
    mark = (f"{MARKS['unclipped']} ", Ink(palette.back, palette.panel, bold=True))
    ink = Ink(palette.text, palette.panel)
    if left is None:
        text = f"at {point_text(free.w, free.b)}, E {log10_text(free.error.log10)}"
        return phrase((mark, (text, ink)), ranks=9)
    step, to = f"step {left.step:,}", point_text(left.w, left.b)
    rests = ", at rest there" if found.unclipped.ending == "rests" else ""
    return phrase((mark, (f"{step} to {to}{rests}", ink)), (mark, (f"{step} to {to}", ink)), ranks=(6, 9))


def _of_clipped(found: Descents, scene: CliffScene) -> Phrase:
    palette = scene.palette
    here = found.clipped.points[-1]
    mark = (f"{MARKS['clipped']} ", Ink(palette.clipped, palette.panel, bold=True))
    ink = Ink(palette.text, palette.panel)
    error, norm = f"E {log10_text(here.error.log10)}", f"‖∇E‖ {log10_text(here.norm.log10)}"
    at = f"at {point_text(here.w, here.b)}"
    turned = "turned, " if found.parted == here.step else ""
    ways = (f"{turned}{at}, {error}, {norm}", f"{at}, {error}", error)
    return phrase(*((mark, (way, ink)) for way in ways), ranks=(4, 5))


def _colour(where: DescentsPosition, palette: Palette) -> str:
    return {
        "on the wall": palette.warn,
        "beyond θ": palette.warn,
        "jumped out": palette.bad,
        "left the picture": palette.bad,
        "parted": palette.threshold,
        "at rest": palette.muted,
    }.get(where, palette.good)


def _told(found: Descents, scene: CliffScene) -> Iterator[str]:
    """The sentences in the order of what they tell: the wall ahead, what the last step did, why a path has ended."""
    settings = scene.view.settings
    here, last = next_sentence(found, settings), step_sentence(found, settings)
    if found.clipped.points[-1].is_clipped or not last:
        yield here
        yield last
    else:
        yield last
        yield here
    yield from ending_sentences(found)


def sentences(pen: Pen, y: int, found: Descents, scene: CliffScene) -> None:
    """Writes them, as far as there are rows."""
    for index, sentence in enumerate(text for text in _told(found, scene) if text):
        if y >= pen.height:
            return
        for line in wrapped(sentence, pen.width, pen.height - y):
            pen.text(0, y, line, Ink(scene.palette.muted if index else scene.palette.text, scene.palette.panel))
            y += 1
