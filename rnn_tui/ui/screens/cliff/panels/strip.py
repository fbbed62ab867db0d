"""The strip on top of the Cliff: its own dials, and in words what became of both paths."""

from collections.abc import Sequence

from rnn_tui.lab.cliff.settings import CliffSettings
from rnn_tui.ui.panels.drawing.canvas import Canvas
from rnn_tui.ui.panels.drawing.pen import Ink, Pen
from rnn_tui.ui.panels.drawing.phrases import Phrase, phrase, said, write
from rnn_tui.ui.panels.drawing.slider import draw_slider
from rnn_tui.ui.screens.cliff.scene import CliffScene
from rnn_tui.ui.state.cliff_dials import CLIFF_DIALS
from rnn_tui.ui.state.dials import Dial, SliderMark

_LABEL = 9
_ROOMY = 4


class CliffStrip(Canvas[CliffScene]):
    """Two lines at least: the dial in hand with the values of the others, and the verdict; then whole sentences."""

    def title(self, scene: CliffScene) -> str:
        formula = f"E = (σ(x_T) − {scene.view.settings.target:g})²"
        long = f"{formula}, x_t = w σ(x_{{t−1}}) + b, x₀ = ½"
        return f"Cliff · {long if self.size.width >= 100 else formula}"

    def keys(self, scene: CliffScene) -> Sequence[tuple[str, str]]:
        return (("Tab", "next dial"), ("k j", "turn"), ("=", "type"))

    def foot(self, scene: CliffScene) -> Sequence[str]:
        return (
            "one unit with a weight w and a bias b; its η and θ are its own, not the network's",
            "its η and θ are its own, not the network's",
        )

    def paint(self, pen: Pen, scene: CliffScene) -> None:
        roomy = pen.height >= _ROOMY
        _dial_line(pen, scene, chips=not roomy)
        if roomy:
            write(pen, 2, 1, [_chip(dial, scene) for dial in CLIFF_DIALS.values()], width=pen.width - 2)
        found = scene.results.descents
        row = 2 if roomy else 1
        if found is None:
            pen.text(0, row, "measuring…", Ink(scene.palette.muted, scene.palette.panel))
            return
        # what it says is of numbers, which there are only once NumPy is loaded: the first frame comes before
        from rnn_tui.ui.screens.cliff.panels.verdict import cliff_verdict_line, sentences

        write(pen, 0, row, cliff_verdict_line(found, scene), width=pen.width, gap=2)
        sentences(pen, row + 1, found, scene)


def _dial_line(pen: Pen, scene: CliffScene, *, chips: bool) -> None:
    palette, cliff = scene.palette, scene.view
    dial = CLIFF_DIALS[cliff.dial]
    hand = Ink(palette.flow, palette.panel, bold=True)
    pen.text(0, 0, "▸", hand)
    x = max(_LABEL, pen.text(2, 0, dial.label, hand) + 1)
    value = dial.value_text(cliff.settings)
    x = pen.text(x, 0, value.ljust(5), Ink(palette.text, palette.panel, bold=True)) + 1
    width = max(12, (pen.width - x) * 2 // 5)
    x = draw_slider(pen, x, width, dial.fraction(cliff.settings) or 0.0, palette, marks=_marks(dial, scene)) + 3
    if chips:
        others = [_chip(other, scene) for other in CLIFF_DIALS.values() if other is not dial]
        write(pen, x, 0, others, width=pen.width - x, gap=2)
    else:
        words = dial.help_of(cliff.settings)
        write(pen, x, 0, [said(Ink(palette.muted, palette.panel), words, "", ranks=1)], width=pen.width - x)


def _marks(dial: Dial[CliffSettings], scene: CliffScene) -> tuple[SliderMark, ...]:
    """On the slider of θ, the length of the gradient that it would cut."""
    found = scene.results.descents
    if dial.name != "threshold" or found is None:
        return ()
    norm = found.clipped.points[-1].norm.float_or_none
    at = dial.fraction(scene.view.settings.changed(threshold=norm)) if norm and 1e-300 < norm < 1e300 else None
    return () if at is None else (SliderMark(at, "‖∇E‖"),)


def _chip(dial: Dial[CliffSettings], scene: CliffScene) -> Phrase:
    palette, value = scene.palette, dial.value_text(scene.view.settings)
    rank = 9 - list(CLIFF_DIALS).index(dial.name)
    if dial.name == scene.view.dial:
        return said(Ink(palette.on(palette.flow), palette.flow, bold=True), f"{dial.label} {value}", ranks=9)
    label = (f"{dial.label} ", Ink(palette.muted, palette.panel))
    return phrase((label, (value, Ink(palette.text, palette.panel))), (), ranks=rank)
