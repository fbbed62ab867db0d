"""Powers of W in the reports."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import zip_longest
from math import isfinite, log
from typing import TYPE_CHECKING

from rnn_tui.lab.text.json_numbers import Nulls
from rnn_tui.lab.text.numbers import log10_text, number_text
from rnn_tui.lab.text.tables import wrapped

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import FloatArray, IntArray
    from rnn_tui.lab.powers.bands import Bands, Growth
    from rnn_tui.lab.powers.powers import Powers, TanhPowers

FIELDS = ("log10_state", "log10_power", "log10_state_tanh", "log10_gradient_tanh")
HEADS = ("‖x(n)‖", "‖Wⁿ‖₂", "tanh ‖x(n)‖", "tanh ‖∂x(n)/∂x(0)‖")
SHOWN = (0.05, 0.5, 0.95)


def _columns(found: "Powers", tanh: "TanhPowers | None") -> "tuple[FloatArray, ...]":
    """The columns of `FIELDS`; without tanh the first two."""
    own = found.log10_state, found.log10_power
    return own if tanh is None else (*own, tanh.log10_state, tanh.log10_gradient)


def powers_json(found: "Powers", tanh: "TanhPowers | None", bands: "Bands", nulls: Nulls) -> dict[str, object]:
    """What the field `powers` of the JSON holds; `number` is the w that was raised in W's place."""
    columns = zip_longest(FIELDS, _columns(found, tanh))
    return {
        "number": found.number,
        "steps": found.steps.tolist(),
        **{name: None if column is None else nulls.log10_row(f"powers.{name}", column) for name, column in columns},
        "peak": found.peak,
        "verdict": found.verdict,
        "log10_rate": nulls.log10("powers.log10_rate", found.rate.log10),
        "rate_from": found.rate.first,
        "verdict_tanh": None if tanh is None else tanh.verdict,
        "log10_rate_tanh": None if tanh is None else nulls.log10("powers.log10_rate_tanh", tanh.rate.log10),
        "limit": found.limit,
        "limit_tanh": None if tanh is None else tanh.limit,
        "bands": _bands_json(bands, nulls),
    }


def _bands_json(bands: "Bands", nulls: Nulls) -> dict[str, object]:
    from rnn_tui.lab.ensemble.ensemble import LEVELS, quantiles

    def rows(name: str, members: "FloatArray") -> list[list[float | None]]:
        return [nulls.log10_row(f"powers.bands.{name}", level) for level in quantiles(members)]

    return {
        "seeds": list(bands.seeds),
        "drawn_from": bands.drawn_from,
        "levels": LEVELS,
        "steps": bands.steps.tolist(),
        "log10_shared": rows("log10_shared", bands.log10_shared),
        "log10_independent": rows("log10_independent", bands.log10_independent),
        "shared": _finite(asdict(bands.shared)),
        "independent": _finite(asdict(bands.independent)),
        "law": _finite(bands.law._asdict()),
        "sentence": bands.sentence,
    }


def _finite(values: Mapping[str, float | None]) -> dict[str, float | None]:
    return {name: value if value is not None and isfinite(value) else None for name, value in values.items()}


def powers_rows(found: "Powers", tanh: "TanhPowers | None", bands: "Bands") -> Iterator[Sequence[object]]:
    """The CSV: a heading, then a row for every n of either; a log10 of a true zero is `-inf`."""
    from rnn_tui.lab.ensemble.ensemble import LEVELS, quantiles

    names = [f"log10_{kind}_q{100 * q:02.0f}" for kind in ("shared", "independent") for q in LEVELS]
    columns = _columns(found, tanh)
    yield ("n", *FIELDS[: len(columns)], *names)
    levels = [*quantiles(bands.log10_shared), *quantiles(bands.log10_independent)]
    own = {n: i for i, n in enumerate(found.steps.tolist())}
    theirs = {n: i for i, n in enumerate(bands.steps.tolist())}
    for n in sorted({*own, *theirs}):
        left = [repr(float(column[own[n]])) if n in own else "" for column in columns]
        right = [repr(float(level[theirs[n]])) if n in theirs else "" for level in levels]
        yield (n, *left, *right)


def powers_lines(found: "Powers", tanh: "TanhPowers | None", bands: "Bands") -> Iterator[str]:
    """The section of the table."""
    what = "W, x(n) = Wⁿ x(0), ‖x(0)‖ = 1" if found.number is None else f"w = {number_text(found.number)}, x(n) = wⁿ"
    from rnn_tui.lab.measurement.verdict.verdict import WORDS

    name = "‖Wⁿ‖" if found.number is None else "|w|ⁿ"
    yield from wrapped(f"Powers of {what}. {WORDS[found.verdict].upper()}  {name} {found.rate.words}. {found.limit}")
    if tanh is not None:
        yield from wrapped(f"{WORDS[tanh.verdict].upper()}  ‖∂x(n)/∂x(0)‖ {tanh.rate.words}. {tanh.limit}")
    columns = _columns(found, tanh)
    yield ""
    yield from _table(found.steps, HEADS[: len(columns)], columns)
    yield ""
    yield from _bands_lines(bands)


def _bands_lines(bands: "Bands") -> Iterator[str]:
    from rnn_tui.lab.ensemble.ensemble import quantiles

    yield from wrapped(
        f"One W shared by all steps beside one of its own for each, over {len(bands.seeds):,} draws: "
        f"{bands.drawn_from}."
    )
    yield from wrapped(bands.sentence)
    yield ""
    heads = [f"{kind} {'median' if q == 0.5 else f'{100 * q:.0f} %'}" for kind in ("shared", "own") for q in SHOWN]
    columns = [*quantiles(bands.log10_shared, SHOWN), *quantiles(bands.log10_independent, SHOWN)]
    yield from _table(bands.steps, heads, columns)
    yield ""
    law = bands.law
    yield from wrapped(
        f"Shared: {_growth_words(bands.shared)}{_law_words(law.shared_mean, law.shared_spread, 'n')}.", indent="  "
    )
    yield from wrapped(
        f"Own: {_growth_words(bands.independent)}{_law_words(law.independent_mean, law.independent_spread, '√n')}.",
        indent="  ",
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


def _table(steps: "IntArray", heads: Sequence[str], columns: Sequence["FloatArray"]) -> Iterator[str]:
    """A row for 1, 2, 5, 10, … and the last n."""
    wide = max(1, len(f"{steps[-1]:,}"))
    yield "  ".join([f"{'n':>{wide}}", *(f"{head:>{max(9, len(head))}}" for head in heads)])
    wanted = [n for power in range(8) for n in (10**power, 2 * 10**power, 5 * 10**power) if n < steps[-1]]
    for place in sorted({int(abs(steps - n).argmin()) for n in wanted} | {len(steps) - 1}):
        cells = (log10_text(float(column[place])) for column in columns)
        row = (f"{cell:>{max(9, len(head))}}" for head, cell in zip(heads, cells, strict=True))
        yield "  ".join([f"{steps[place]:>{wide},}", *row])
