"""Powers of W in the reports."""

from collections.abc import Callable, Iterator, Sequence
from math import log
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from rnn_tui.lab.ensemble.fields import LEVELS
from rnn_tui.lab.report.fields import LOG10, Field
from rnn_tui.lab.report.layout import CellRows, Item, Note
from rnn_tui.lab.report.report import Section
from rnn_tui.lab.text.numbers import log10_text, number_text

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import FloatArray, IntArray
    from rnn_tui.lab.powers.bands import Bands, Growth
    from rnn_tui.lab.powers.powers import Powers, TanhPowers
    from rnn_tui.lab.report.csv import Block

SHOWN = (0.05, 0.5, 0.95)


class PowersReported(NamedTuple):
    """Powers of W, with tanh at every step where that was measured, and the bands of random products beside them."""

    powers: "Powers"
    tanh: "TanhPowers | None"
    bands: "Bands"


def _field(name: str, meaning: str, shape: str = "", unit: str = "", *, of: str = "") -> Field:
    """A field of `PowersReported`; null where tanh was not measured."""
    read = attrgetter(of or f"powers.{name}")
    of_tanh = of.startswith("tanh.")

    def value(found: PowersReported) -> object:
        return None if of_tanh and found.tanh is None else read(found)

    return Field(name=name, meaning=meaning, shape=shape, unit=unit, of=value)


def _levels(name: str) -> "Callable[[Bands], FloatArray]":
    def of(bands: "Bands") -> "FloatArray":
        from rnn_tui.lab.ensemble.ensemble import quantiles

        members: FloatArray = getattr(bands, name)
        return quantiles(members)

    return of


def _numbers(*names: tuple[str, str]) -> tuple[Field, ...]:
    return tuple(Field(name=name, meaning=meaning, unit="nats", of=attrgetter(name)) for name, meaning in names)


# those with a number for every n, with their headings in the table
BY_N = {
    _field("log10_state", "log10 ‖x(n)‖", "n", LOG10): "‖x(n)‖",
    _field("log10_power", "log10 ‖Wⁿ‖₂", "n", LOG10): "‖Wⁿ‖₂",
    _field("log10_state_tanh", "with tanh log10 ‖x(n)‖", "n", LOG10, of="tanh.log10_state"): "tanh ‖x(n)‖",
    _field(
        "log10_gradient_tanh", "with tanh log10 ‖∂x(n)/∂x(0)‖₂", "n", LOG10, of="tanh.log10_gradient"
    ): "tanh ‖∂x(n)/∂x(0)‖",
}
GROWTH = _numbers(
    ("mean", "of log ‖product · x‖, a factor"),
    ("spread", "its standard deviation after the last n; null where a draw is zero"),
    ("spread_power", "the k of spread ∝ nᵏ; null where nothing spreads"),
)
LAW = _numbers(
    ("shared_mean", "a factor, in the long run; null where there is no closed form"),
    ("shared_spread", "divided by n"),
    ("independent_mean", "a factor, in the long run"),
    ("independent_spread", "divided by √n"),
)
BANDS = (
    Field(name="seeds", meaning="those of the draws", shape="S", of=lambda bands: list(bands.seeds)),
    Field(name="drawn_from", meaning="the distribution, in words", of=lambda bands: bands.drawn_from),
    Field(name="levels", meaning="of the quantiles", shape="level", of=lambda _: LEVELS),
    Field(name="steps", meaning="the n", shape="n", of=lambda bands: bands.steps),
    Field(
        name="log10_shared",
        meaning="the quantiles of log10 ‖Wⁿ x(0)‖ with one W for all factors, a row a level",
        shape="level,n",
        unit=LOG10,
        of=_levels("log10_shared"),
    ),
    Field(
        name="log10_independent",
        meaning="the same with a W of its own for each factor",
        shape="level,n",
        unit=LOG10,
        of=_levels("log10_independent"),
    ),
    Field(name="shared", meaning="how the first grows", of=lambda bands: bands.shared, fields=GROWTH),
    Field(name="independent", meaning="how the second grows", of=lambda bands: bands.independent, fields=GROWTH),
    Field(name="law", meaning="what theory says of both", of=lambda bands: bands.law, fields=LAW),
    Field(name="sentence", meaning="what they show", of=lambda bands: bands.sentence),
)
FIELDS = (
    _field("number", "the w that was raised in W's place; null for W"),
    _field("steps", "the n", "n"),
    *BY_N,
    _field("peak", "the n where ‖Wⁿ‖₂ is largest"),
    _field("verdict", "by `log10_rate`"),
    _field("log10_rate", "log10 of ‖Wⁿ‖₂'s factor a step from n = `rate_from` on", unit=LOG10, of="powers.rate.log10"),
    _field("rate_from", "the first n of the rate", of="powers.rate.first"),
    _field("verdict_tanh", "by `log10_rate_tanh`", of="tanh.verdict"),
    _field("log10_rate_tanh", "the same of ‖∂x(n)/∂x(0)‖₂ with tanh", unit=LOG10, of="tanh.rate.log10"),
    _field("limit", "where it goes, in words"),
    _field("limit_tanh", "where it goes with tanh", of="tanh.limit"),
    Field(name="bands", meaning="the same of random products", of=lambda found: found.bands, fields=BANDS),
)


def _columns(found: PowersReported) -> "dict[Field, FloatArray]":
    """The columns by n; without tanh the first two."""
    return {one: values for one in BY_N if (values := one.of(found)) is not None}  # type: ignore[misc]


def powers_table(found: PowersReported) -> "Iterator[Block]":
    """The CSV: a row for every n of either; what one of them lacks is empty."""
    from rnn_tui.lab.ensemble.ensemble import quantiles

    own, theirs = found.powers.steps.tolist(), found.bands.steps.tolist()
    every = sorted({*own, *theirs})

    def placed(steps: Sequence[int], values: "FloatArray") -> Sequence[float | None]:
        return [*map(dict(zip(steps, values.tolist(), strict=True)).get, every)]

    kinds = {"shared": found.bands.log10_shared, "independent": found.bands.log10_independent}
    yield {
        "n": every,
        **{one.name: placed(own, values) for one, values in _columns(found).items()},
        **{
            f"log10_{kind}_q{100 * level:02.0f}": placed(theirs, values)
            for kind, members in kinds.items()
            for level, values in zip(LEVELS, quantiles(members), strict=True)
        },
    }


def powers_items(found: PowersReported) -> Iterator[Item]:
    """The section of the table."""
    from rnn_tui.lab.measurement.verdict.verdict import WORDS

    powers, tanh, bands = found
    what = "W, x(n) = Wⁿ x(0), ‖x(0)‖ = 1" if powers.number is None else f"w = {number_text(powers.number)}, x(n) = wⁿ"
    name = "‖Wⁿ‖" if powers.number is None else "|w|ⁿ"
    yield f"Powers of {what}. {WORDS[powers.verdict].upper()}  {name} {powers.rate.words}. {powers.limit}"
    if tanh is not None:
        yield f"{WORDS[tanh.verdict].upper()}  ‖∂x(n)/∂x(0)‖ {tanh.rate.words}. {tanh.limit}"
    columns = _columns(found)
    yield ""
    yield _by_n(powers.steps, [BY_N[one] for one in columns], [*columns.values()])
    yield ""
    yield from _bands_items(bands)


def _bands_items(bands: "Bands") -> Iterator[Item]:
    from rnn_tui.lab.ensemble.ensemble import quantiles

    yield (
        f"One W shared by all steps beside one of its own for each, over {len(bands.seeds):,} draws: "
        f"{bands.drawn_from}."
    )
    yield bands.sentence
    yield ""
    heads = [f"{kind} {'median' if q == 0.5 else f'{100 * q:.0f} %'}" for kind in ("shared", "own") for q in SHOWN]
    columns = [*quantiles(bands.log10_shared, SHOWN), *quantiles(bands.log10_independent, SHOWN)]
    yield _by_n(bands.steps, heads, columns)
    yield ""
    law = bands.law
    shared = f"{_growth_words(bands.shared)}{_law_words(law.shared_mean, law.shared_spread, 'n')}"
    own = f"{_growth_words(bands.independent)}{_law_words(law.independent_mean, law.independent_spread, '√n')}"
    yield Note(f"Shared: {shared}.", mark="")
    yield Note(f"Own: {own}.", mark="")


SECTION = Section(
    field=Field(
        name="powers",
        meaning="with `--powers`: powers of W, and products of random W's beside them",
        of=lambda found: found,
        fields=FIELDS,
    ),
    csv=powers_table,
    table=powers_items,
)


def _growth_words(growth: "Growth") -> str:
    if growth.spread is None:
        return "nothing is left"
    said = f"{_nats(growth.mean)} nats a factor on average (×{log10_text(growth.mean / log(10.0))})"
    said += f", standard deviation {number_text(growth.spread)} nats at the end"
    if growth.spread_power is None:
        return said
    return f"{said}, {'growing' if growth.spread_power > 0 else 'falling'} like n^{growth.spread_power:.2f}"


def _law_words(mean: float | None, spread: float | None, times: str) -> str:
    if mean is None or spread is None:
        return ""
    return f"; theory says {_nats(mean)} and {number_text(spread)}·{times}"


def _nats(value: float) -> str:
    return f"{value:+.4f}".replace("-", "−")


def _by_n(steps: "IntArray", heads: Sequence[str], columns: Sequence["FloatArray"]) -> CellRows:
    """A row for 1, 2, 5, 10, … and the last n."""
    wanted = [n for power in range(8) for n in (10**power, 2 * 10**power, 5 * 10**power) if n < steps[-1]]
    places = sorted({int(abs(steps - n).argmin()) for n in wanted} | {len(steps) - 1})
    rows = ((f"{steps[at]:,}", *(log10_text(float(column[at])) for column in columns)) for at in places)
    widths = (len(f"{steps[-1]:,}"), *(max(9, len(head)) for head in heads))
    return CellRows(widths, [("n", *heads), *rows])
