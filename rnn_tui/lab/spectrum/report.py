"""The spectrum of W in the reports."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import zip_longest
from math import degrees
from typing import TYPE_CHECKING

from rnn_tui.lab.text.json_numbers import Nulls
from rnn_tui.lab.text.numbers import number_text
from rnn_tui.lab.text.tables import wrapped

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import AnyArray
    from rnn_tui.lab.spectrum.spectrum import Spectrum

MOST_LINES = 16


def spectrum_json(found: "Spectrum", nulls: Nulls) -> dict[str, object]:
    """What the field `spectrum` of the JSON holds; a complex number is [real, imaginary]."""
    jacobian = found.jacobian
    return {
        "eigenvalues": _pairs(found.eigenvalues),
        "singular_values": found.singular_values.tolist(),
        "threshold": found.threshold,
        "departure": found.departure,
        "transient": None if found.transient is None else asdict(found.transient),
        "jacobian": None
        if jacobian is None
        else {
            "step": jacobian.step,
            "eigenvalues": _pairs(jacobian.eigenvalues),
            "log10_radius": nulls.log10("spectrum.jacobian.log10_radius", jacobian.log10_radius),
            "log10_norm": nulls.log10("spectrum.jacobian.log10_norm", jacobian.log10_norm),
        },
        "remarks": found.remarks,
    }


def _pairs(values: "AnyArray") -> list[list[float]]:
    return [[value.real, value.imag] for value in values.tolist()]


def spectrum_rows(found: "Spectrum") -> Iterator[Sequence[object]]:
    """The CSV: a heading, then a row a unit, the largest eigenvalue first; a Jacobian of more numbers has more rows."""
    yield ("i", "eigenvalue_real", "eigenvalue_imaginary", "singular_value", "jacobian_real", "jacobian_imaginary")
    of_step = [] if found.jacobian is None else _pairs(found.jacobian.eigenvalues)
    sizes = found.singular_values.tolist()
    for i, (own, size, step) in enumerate(zip_longest(_pairs(found.eigenvalues), sizes, of_step), 1):
        cells = [*(own or [None, None]), size, *(step or [None, None])]
        yield (i, *("" if cell is None else repr(cell) for cell in cells))


def spectrum_lines(found: "Spectrum") -> Iterator[str]:
    """The section of the table: what the remarks say, then the largest eigenvalues and singular values."""
    slope = "" if found.threshold is None else f"; growth takes a σ₁ of 1/γ = {found.threshold:g} or more"
    yield from wrapped(
        f"Spectrum of W. Its departure from a normal matrix is {number_text(found.departure)} of its size{slope}."
    )
    for remark in found.remarks:
        yield from wrapped(f"- {remark}", indent="  ")
    yield ""
    jacobian = found.jacobian
    named = "" if jacobian is None else f"  {f'Jacobian of step {jacobian.step:,}':>24}"
    yield f"{'':>4}  {'eigenvalues of W':>24}  {'σ of W':>9}{named}"
    yield f"{'i':>4}  {'|λ|':>12}{'angle':>12}  {'':>9}" + ("" if jacobian is None else f"  {'|λ|':>12}{'angle':>12}")
    of_step = [] if jacobian is None else jacobian.eigenvalues.tolist()
    rows = list(zip_longest(found.eigenvalues.tolist(), found.singular_values.tolist(), of_step))
    for i, (own, size, step) in enumerate(rows[:MOST_LINES], 1):
        line = f"{i:>4}  {_polar(own)}  {'' if size is None else number_text(size):>9}"
        yield line if jacobian is None else f"{line}  {_polar(step)}"
    if len(rows) > MOST_LINES:
        yield f"{'…':>4}  {len(rows) - MOST_LINES:,} more, all of them in JSON and CSV"


def _polar(value: complex | None) -> str:
    if value is None:
        return " " * 24
    from cmath import phase

    angle = f"{degrees(phase(value)):.0f}°".replace("-", "−")
    return f"{number_text(abs(value)):>12}{angle:>12}"
