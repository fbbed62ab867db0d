"""The table beside the bands: the mean and the spread of both products at the cursor, measured and as theory says."""

import math
from typing import TYPE_CHECKING, NamedTuple

from rnn_tui.lab.text.numbers import log10_text, number_text
from rnn_tui.ui.panels.drawing.pen import Ink, Pen
from rnn_tui.ui.themes.themes import Palette

if TYPE_CHECKING:
    from rnn_tui.lab.powers.bands import Bands, Growth

SHARED, OWN = "⢕", "⣿"
# of what is drawn like this, each W has a growth of its own, and the law of large numbers holds for many
_RANDOM = frozenset({"gaussian", "uniform", "diagonal"})
_LABEL = 8
_NONE = "–"
_ROUNDING = 1e-9  # nats a factor: a spread below is none


class PowersColumn(NamedTuple):
    """One column of the table.

    Attributes:
        head: what its numbers are.
        shared, own: the number of each product, or a word.
        width: in cells.
        theory: whether the numbers are not measured.
    """

    head: str
    shared: str
    own: str
    width: int
    theory: bool = False


def columns(bands: "Bands", place: int) -> list[PowersColumn]:
    """All there is to tell after the n at a place, the most telling first."""
    from rnn_tui.lab.measurement.ensemble.ensemble import quantiles
    from rnn_tui.lab.powers.bands import growth

    steps, law, n = bands.steps[: place + 1], bands.law, int(bands.steps[place])
    both = bands.log10_shared, bands.log10_independent
    one, own = (growth(log10[:, : place + 1], steps) for log10 in both)
    is_random = bands.spec.init in _RANDOM
    low, middle, high = zip(*(quantiles(log10[:, place], (0.05, 0.5, 0.95)).tolist() for log10 in both), strict=True)
    return [
        PowersColumn("mean", _nats(one.mean), _nats(own.mean), 7),
        PowersColumn("theory", _nats(law.shared_mean), _nats(law.independent_mean), 7, theory=True),
        PowersColumn("spread", _spread(one, n), _spread(own, n), 7),
        PowersColumn(
            "theory",
            _law_spread(law.shared_spread, n, "∝ n" if is_random else _NONE, one),
            _law_spread(law.independent_spread, math.sqrt(n), "∝ √n" if is_random else _NONE, own),
            7,
            theory=True,
        ),
        PowersColumn("grows like", _power(one), _power(own), 11),
        *(
            PowersColumn(head, log10_text(values[0]), log10_text(values[1]), 10)
            for head, values in (("5 % below", low), ("median", middle), ("5 % above", high))
        ),
    ]


def write_table(pen: Pen, y: int, bands: "Bands", place: int, palette: Palette, *, shared: str, own: str) -> None:
    """The table in three rows: a heading, then the two products, with the marks of their bands."""
    shown: list[PowersColumn] = []
    for column in columns(bands, place):
        if _LABEL + sum(each.width for each in (*shown, column)) > pen.width:
            break
        shown.append(column)
    muted, normal = Ink(palette.muted, palette.panel), Ink(palette.text, palette.panel, bold=True)
    x = pen.text(0, y, "nats".ljust(_LABEL), muted)
    for column in shown:
        x = pen.text(x, y, column.head.rjust(column.width), muted)
    for row, (mark, name, colour) in enumerate(((SHARED, "shared", shared), (OWN, "own", own)), start=1):
        x = pen.text(pen.text(0, y + row, f"{mark} ", Ink(colour, palette.panel)), y + row, name, normal)
        x = _LABEL
        for column in shown:
            number = column.shared if row == 1 else column.own
            x = pen.text(x, y + row, number.rjust(column.width), muted if column.theory else normal)


def _nats(value: float | None) -> str:
    if value is None:
        return _NONE
    if value == -math.inf:
        return "−∞"
    digits = 3 if abs(value) < 10 else 1
    return f"{value:+.{digits}f}".replace("-", "−") if abs(value) >= 5e-4 else "0.000"


def _spread(growth: "Growth", n: int) -> str:
    if growth.spread is None:
        return _NONE
    return "0" if growth.spread < _ROUNDING * n else number_text(growth.spread)


def _law_spread(spread: float | None, times: float, like: str, measured: "Growth") -> str:
    if spread is not None:
        return number_text(spread * times)
    return like if measured.spread is not None else _NONE


def _power(growth: "Growth") -> str:
    return _NONE if growth.spread_power is None else f"n^{growth.spread_power:.2f}".replace("-", "−")
