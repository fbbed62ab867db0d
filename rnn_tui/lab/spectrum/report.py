"""The spectrum of W in the reports."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from math import degrees
from typing import TYPE_CHECKING

from rnn_tui.lab.report.fields import Field, declared
from rnn_tui.lab.report.layout import CellRows, Item, Note
from rnn_tui.lab.report.report import Section
from rnn_tui.lab.spectrum.spectrum import Spectrum
from rnn_tui.lab.text.numbers import number_text

if TYPE_CHECKING:
    from rnn_tui.lab.report.csv import Block

MOST_LINES = 16


def spectrum_table(found: Spectrum) -> "Iterator[Block]":
    """The CSV: a row a unit, the largest eigenvalue first; a Jacobian of more numbers has more rows."""
    of_step = () if found.jacobian is None else found.jacobian.eigenvalues
    yield {
        "i": range(1, max(len(found.eigenvalues), len(of_step)) + 1),
        "eigenvalue_real": found.eigenvalues.real,
        "eigenvalue_imaginary": found.eigenvalues.imag,
        "singular_value": found.singular_values,
        "jacobian_real": [value.real for value in of_step],
        "jacobian_imaginary": [value.imag for value in of_step],
    }


def spectrum_items(found: Spectrum) -> Iterator[Item]:
    """The section of the table: what the remarks say, then the largest eigenvalues and singular values."""
    slope = "" if found.threshold is None else f"; growth takes a σ₁ of 1/γ = {found.threshold:g} or more"
    yield f"Spectrum of W. Its departure from a normal matrix is {number_text(found.departure)} of its size{slope}."
    yield from map(Note, found.remarks)
    yield ""
    jacobian, polar = found.jacobian, f"{'|λ|':>12}{'angle':>12}"
    heads: list[Sequence[str]] = [("", "eigenvalues of W", "σ of W"), ("i", polar, "")]
    if jacobian is not None:
        heads = [(*heads[0], f"Jacobian of step {jacobian.step:,}"), (*heads[1], polar)]
    of_step = [] if jacobian is None else jacobian.eigenvalues.tolist()
    values = list(zip_longest(found.eigenvalues.tolist(), found.singular_values.tolist(), of_step))
    rows = [
        (f"{i}", _polar(own), "" if size is None else number_text(size), _polar(step))
        for i, (own, size, step) in enumerate(values[:MOST_LINES], 1)
    ]
    yield CellRows((4, 24, 9, 24), [*heads, *rows])
    if len(values) > MOST_LINES:
        yield CellRows((4, 0), [("…", f"{len(values) - MOST_LINES:,} more, all of them in JSON and CSV")])


SECTION = Section(
    field=Field(
        "spectrum",
        "with `--spectrum`: W's eigenvalues and singular values, and those of a step's Jacobian",
        of=lambda found: found,
        fields=declared(Spectrum),
    ),
    csv=spectrum_table,
    table=spectrum_items,
)


def _polar(value: complex | None) -> str:
    if value is None:
        return " " * 24
    from cmath import phase

    angle = f"{degrees(phase(value)):.0f}°".replace("-", "−")
    return f"{number_text(abs(value)):>12}{angle:>12}"
