"""Powers of W in the reports."""

from collections.abc import Callable, Iterator, Sequence
from math import log
from typing import TYPE_CHECKING, NamedTuple

from rnn_tui.lab.measurement.ensemble.fields import QUANTILE_LEVELS, SHOWN_LEVELS
from rnn_tui.lab.powers.bands import Bands, Growth
from rnn_tui.lab.report.fields import LOG10, Field, declared
from rnn_tui.lab.report.layout import CellRows, Item, Note
from rnn_tui.lab.report.report import Section
from rnn_tui.lab.text.numbers import log10_text, number_text

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import FloatArray, IntArray
    from rnn_tui.lab.powers.powers import Powers, TanhPowers
    from rnn_tui.lab.report.csv import Block


class PowersReported(NamedTuple):
    """Powers of W, with tanh at every step where that was measured, and the bands of random products beside them."""

    powers: "Powers"
    tanh: "TanhPowers | None"
    bands: Bands


def _levels(name: str) -> "Callable[[Bands], FloatArray]":
    """The quantiles over the draws, a row a level."""

    def of(bands: Bands) -> "FloatArray":
        from rnn_tui.lab.measurement.ensemble.ensemble import quantiles

        members: FloatArray = getattr(bands, name)
        return quantiles(members)

    return of


# those with a number for every n, and their headings in the table
BY_N = {
    Field("log10_state", "log10 ‖x(n)‖", "n", LOG10, "powers.log10_state"): "‖x(n)‖",
    Field("log10_power", "log10 ‖Wⁿ‖₂", "n", LOG10, "powers.log10_power"): "‖Wⁿ‖₂",
    Field("log10_state_tanh", "with tanh log10 ‖x(n)‖", "n", LOG10, "tanh.log10_state"): "tanh ‖x(n)‖",
    Field("log10_gradient_tanh", "with tanh log10 ‖∂x(n)/∂x(0)‖₂", "n", LOG10, "tanh.log10_gradient"): (
        "tanh ‖∂x(n)/∂x(0)‖"
    ),
}
LAW = (
    Field("shared_mean", "a factor, in the long run; null where there is no closed form", unit="nats"),
    Field("shared_spread", "divided by n", unit="nats"),
    Field("independent_mean", "a factor, in the long run", unit="nats"),
    Field("independent_spread", "divided by √n", unit="nats"),
)
SHARED, INDEPENDENT = "log10_shared", "log10_independent"
BANDS = (
    Field("seeds", "those of the draws", "S", of=lambda bands: list(bands.seeds)),
    Field("drawn_from", "the distribution, in words"),
    Field("levels", "of the quantiles", "level", of=lambda _: QUANTILE_LEVELS),
    Field("steps", "the n", "n"),
    Field(SHARED, "quantiles of log10 ‖Wⁿ x(0)‖ with one W for all factors", "level,n", LOG10, _levels(SHARED)),
    Field(INDEPENDENT, "the same with a W of its own for each factor", "level,n", LOG10, _levels(INDEPENDENT)),
    Field("shared", "how the first grows", fields=declared(Growth)),
    Field("independent", "how the second grows", fields=declared(Growth)),
    Field("law", "what theory says of both", fields=LAW),
    Field("sentence", "what they show"),
)
FIELDS = (
    Field("number", "the w that was raised in W's place; null for W", of="powers.number"),
    Field("steps", "the n", "n", of="powers.steps"),
    *BY_N,
    Field("peak", "the n where ‖Wⁿ‖₂ is largest", of="powers.peak"),
    Field("verdict", "by `log10_rate`", of="powers.verdict"),
    Field("log10_rate", "log10 of ‖Wⁿ‖₂'s factor a step from n = `rate_from` on", "", LOG10, "powers.rate.log10"),
    Field("rate_from", "the first n of the rate", of="powers.rate.first"),
    Field("verdict_tanh", "by `log10_rate_tanh`", of="tanh.verdict"),
    Field("log10_rate_tanh", "the same of ‖∂x(n)/∂x(0)‖₂ with tanh", "", LOG10, "tanh.rate.log10"),
    Field("limit", "where it goes, in words", of="powers.limit"),
    Field("limit_tanh", "where it goes with tanh", of="tanh.limit"),
    Field("bands", "the same of random products", fields=BANDS),
)


def _columns(found: PowersReported) -> "dict[Field, FloatArray]":
    """The columns by n; without tanh the first two."""
    return {one: values for one in BY_N if (values := one.value(found)) is not None}  # type: ignore[misc]


def powers_table(found: PowersReported) -> "Iterator[Block]":
    """The CSV: a row for every n of either; what one of them lacks is empty."""
    from rnn_tui.lab.measurement.ensemble.ensemble import quantiles

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
            for level, values in zip(QUANTILE_LEVELS, quantiles(members), strict=True)
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


def _bands_items(bands: Bands) -> Iterator[Item]:
    from rnn_tui.lab.measurement.ensemble.ensemble import quantiles

    yield (
        f"One W shared by all steps beside one of its own for each, over {len(bands.seeds):,} draws: "
        f"{bands.drawn_from}."
    )
    yield bands.sentence
    yield ""
    heads = [
        f"{kind} {'median' if q == 0.5 else f'{100 * q:.0f} %'}" for kind in ("shared", "own") for q in SHOWN_LEVELS
    ]
    columns = [*quantiles(bands.log10_shared, SHOWN_LEVELS), *quantiles(bands.log10_independent, SHOWN_LEVELS)]
    yield _by_n(bands.steps, heads, columns)
    yield ""
    law = bands.law
    shared = f"{_growth_words(bands.shared)}{_law_words(law.shared_mean, law.shared_spread, 'n')}"
    own = f"{_growth_words(bands.independent)}{_law_words(law.independent_mean, law.independent_spread, '√n')}"
    yield Note(f"Shared: {shared}.", mark="")
    yield Note(f"Own: {own}.", mark="")


SECTION = Section(
    field=Field(
        "powers",
        "with `--powers`: powers of W, and products of random W's beside them",
        of=lambda found: found,
        fields=FIELDS,
    ),
    csv=powers_table,
    table=powers_items,
)


def _growth_words(growth: Growth) -> str:
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
