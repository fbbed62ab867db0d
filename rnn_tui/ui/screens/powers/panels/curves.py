"""The curves of the powers, and their legend, which reads them at the cursor."""

from typing import TYPE_CHECKING, NamedTuple

from rnn_tui.lab.text.numbers import log10_text
from rnn_tui.ui.charts.plotting import ChartSeries
from rnn_tui.ui.panels.drawing.pen import Ink
from rnn_tui.ui.panels.drawing.phrases import Phrase, phrase
from rnn_tui.ui.themes.themes import Palette

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import FloatArray
    from rnn_tui.lab.powers.powers import Powers, TanhPowers

_LINE = "━"
_POWER, _STATE_TANH, _GRADIENT_TANH = "•", "○", "△"
_EVERY = 4  # columns from marker to marker, at least


class PowersCurve(NamedTuple):
    """A size by n.

    Attributes:
        log10: (m,) its logarithms.
        names: what it is, ever more briefly.
        colour: of the curve.
        marker: a character at some of its points, or None for a line alone.
        line: whether it is drawn as a line.
        rank: how long its number stays in the legend.
    """

    log10: "FloatArray"
    names: tuple[str, ...]
    colour: str
    marker: str | None
    line: bool
    rank: int


def powers_curves(found: "Powers", tanh: "TanhPowers | None", palette: Palette) -> list[PowersCurve]:
    """‖x(n)‖ and ‖Wⁿ‖₂; with tanh on, its state and its gradient, and ‖x(n)‖ without it beside them."""
    linear: tuple[str, ...]
    if len(found.weight) == 1:
        names, gradient, linear = ("|x(n)|", "|x|"), ("|∂x(n)/∂x(0)|", "|∂x/∂x₀|"), ("|w|ⁿ",)
    else:
        names, gradient, linear = ("‖x(n)‖", "‖x‖"), ("‖∂x(n)/∂x(0)‖", "‖∂x/∂x₀‖"), ("‖Wⁿx(0)‖", "‖Wⁿx‖")
    if tanh is not None:
        return [
            PowersCurve(found.log10_state, linear, palette.muted, None, line=True, rank=3),
            PowersCurve(tanh.log10_state, names, palette.flow, _STATE_TANH, line=False, rank=9),
            PowersCurve(tanh.log10_gradient, gradient, palette.back, _GRADIENT_TANH, line=False, rank=8),
        ]
    if len(found.weight) == 1:
        # one number's power is its gradient, and x(0) is 1
        return [PowersCurve(found.log10_state, ("|x(n)| = |w|ⁿ", "|w|ⁿ"), palette.flow, None, line=True, rank=9)]
    return [
        PowersCurve(found.log10_state, names, palette.flow, None, line=True, rank=9),
        PowersCurve(found.log10_power, ("‖Wⁿ‖₂", "‖Wⁿ‖"), palette.back, _POWER, line=False, rank=8),
    ]


def series_of(curve: PowersCurve, x: "FloatArray", y: "FloatArray", *, columns: int, late: bool) -> ChartSeries:
    """The curve as a chart draws it: markers are so far apart that each is seen, `late` ones between the others."""
    if curve.marker is None:
        return ChartSeries(x=x, y=y, colour=curve.colour)
    apart = (float(x[-1]) - float(x[0])) / max(1, columns - 1) * _EVERY
    wanted = float(x[0]) + (0.5 if late else 0.0) * apart
    kept = []
    for place, at in enumerate(x.tolist()):
        if at >= wanted - 1e-9:
            kept.append(place)
            wanted = max(wanted + apart, at + apart / 2)
    return ChartSeries(x=x[kept], y=y[kept], colour=curve.colour, line=None, marker=curve.marker)


def powers_legend(drawn: list[PowersCurve], place: int, palette: Palette) -> list[Phrase]:
    """Each curve's mark, its name and its size at the cursor."""
    linear, muted = Ink(palette.text, palette.panel, bold=True), Ink(palette.muted, palette.panel)
    phrases = []
    for curve in drawn:
        mark = (f"{curve.marker or _LINE} ", Ink(curve.colour, palette.panel))
        size = (f" {log10_text(float(curve.log10[place]))}", linear)
        ways = tuple((mark, (name, muted), size) for name in curve.names)
        phrases.append(phrase(*ways, *(((),) if curve.rank < 5 else ()), ranks=curve.rank))
    return phrases
