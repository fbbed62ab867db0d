"""What the head of the Powers screen says: the verdict on this W repeated, by its rate; no text runs there."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rnn_tui.lab.text.numbers import apart_text, short_text
from rnn_tui.ui.panels.drawing.pen import Ink
from rnn_tui.ui.panels.drawing.phrases import Phrase, said
from rnn_tui.ui.panels.network import TextHeading
from rnn_tui.ui.panels.verdict import word_of
from rnn_tui.ui.screens.powers.panels.panel import shown_with_tanh
from rnn_tui.ui.screens.powers.panels.status import MEASURED_FIRST
from rnn_tui.ui.screens.powers.scene import PowersScene

if TYPE_CHECKING:
    from rnn_tui.lab.powers.powers import Powers, TanhPowers


class PowersHeading(TextHeading[PowersScene]):
    """Of Wⁿ, or of wⁿ; with tanh on, of the gradient through it."""

    def line(self, scene: PowersScene, *, off: bool) -> Sequence[Phrase]:
        palette, found = scene.palette, _judged(scene)
        muted, normal = Ink(palette.muted, palette.panel), Ink(palette.text, palette.panel)
        if found is None:
            return [said(muted, MEASURED_FIRST, ranks=9)]
        powers = scene.results.powers
        assert powers is not None
        rate, name = found.rate, _name(powers, found)
        repeated = "this W repeated, no text" if powers.number is None else "this number repeated, no text"
        a_step = f"{name} ×{short_text(rate.log10)} a step"
        symbol = "ρ" if powers.number is None else "|w|"
        radius = apart_text(powers.spectral_radius, 1.0)
        return [
            word_of(found.verdict, palette),
            said(normal, f"{a_step} over n = {rate.first:,} to {rate.last:,}", a_step, ranks=(4, 9)),
            said(muted, repeated, "W repeated" if powers.number is None else "w repeated", "", ranks=(3, 6)),
            said(muted, f"in the long run ×{radius} ({symbol})", f"{symbol} = {radius}", "", ranks=(1, 2)),
        ]

    def state(self, scene: PowersScene) -> str:
        return "untrained"

    def sentences(self, scene: PowersScene) -> Sequence[str]:
        """None: where it goes is written below the chart."""
        return ()


def _judged(scene: PowersScene) -> "Powers | TanhPowers | None":
    powers = scene.results.powers
    return None if powers is None else shown_with_tanh(scene, powers) or powers


def _name(powers: "Powers", found: "Powers | TanhPowers") -> str:
    if found is not powers:
        return "with tanh ‖∂x(n)/∂x(0)‖" if powers.number is None else "with tanh |∂x(n)/∂x(0)|"
    return "‖Wⁿ‖" if powers.number is None else "|w|ⁿ"
