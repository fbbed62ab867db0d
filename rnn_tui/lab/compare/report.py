"""The comparison of networks in the reports."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import isnan
from typing import TYPE_CHECKING

from rnn_tui.lab.compare.figures import Figures
from rnn_tui.lab.report.fields import ABSENT, LOG10, Field, declared, inserted
from rnn_tui.lab.report.layout import CellRows, Item, Note
from rnn_tui.lab.report.report import Section
from rnn_tui.lab.text.numbers import count_text, exponent_text, log10_text

if TYPE_CHECKING:
    from rnn_tui.lab.compare.compare import ComparedNetwork, Comparison
    from rnn_tui.lab.report.csv import Block


def _figure(one: Field) -> Field:
    """A field of the figures of a network, left out where it could not be measured."""
    return replace(one, of=lambda row: ABSENT if row.figures is None else one.value(row.figures))


ARRIVES = Field("log10_arrives", "what arrives of the last step's gradient, as in the measurement", "", LOG10, csv=True)
FIGURES = tuple(
    _figure(one)
    for one in (
        *inserted(
            declared(Figures),
            {
                "finding": [ARRIVES],
                "parameters": [Field("verdict", "as in the measurement", csv=True)],
            },
        ),
        Field("refuses_longer", "why it refuses a longer text; null: it runs", of="lengths.longer", csv=True),
        Field("refuses_shorter", "why it refuses a shorter text; null: it runs", of="lengths.shorter", csv=True),
    )
)
NETWORK = (
    Field("name", "what it is called"),
    Field("experiment", "its settings", of=lambda row: None if row.experiment is None else row.experiment.reported()),
    Field("problem", "what kept it from being built"),
)


def _levels(found: "Comparison") -> Sequence[float]:
    from rnn_tui.lab.measurement.ensemble.fields import QUANTILE_LEVELS

    return QUANTILE_LEVELS if found.seeds else ()


FIELDS = (
    Field("seeds", "those of the bands", "S"),
    Field("levels", "those of the bands; null without", "level", of=lambda found: _levels(found) or None),
    Field("sentence", "what they show"),
    Field(
        "networks",
        "each of the networks; one that could not be measured has its first three fields",
        "network",
        of="rows",
        fields=(*NETWORK, *FIGURES),
        in_path=False,
    ),
)


def compare_table(found: "Comparison") -> "Iterator[Block]":
    """The CSV: a row for every network and step."""
    names = [f"log10_grad_hidden_q{100 * level:02.0f}" for level in _levels(found)]
    for row in found.rows:
        steps = () if row.figures is None else found.experiment.words
        bands = None if row.figures is None else row.figures.bands
        yield {
            "network": row.name,
            "t": range(1, len(steps) + 1),
            "word": steps,
            **{one.name: one.value(row) for one in FIGURES if one.csv and one.shape},
            **{name: None if bands is None else bands[i] for i, name in enumerate(names)},
            **{one.name: one.value(row) for one in FIGURES if one.csv and not one.shape},
        }


def compare_items(found: "Comparison") -> Iterator[Item]:
    """The section of the table: a row a network, then why some refuse another length."""
    yield f"The same text, seed and scale through other networks. {found.sentence}"
    yield ""
    yield (
        "word→h_T: how much the first word moves the last state, against the last word, ‖∂h_T/∂x₁‖ / ‖∂h_T/∂x_T‖; "
        "lowest: the least of a word in between; gradient: that of the last loss at the first word against the last."
    )
    yield ""
    widths = (-max(len(row.name) for row in found.rows) - 1, 10, 10, 10, 5, 6, 7, -5)
    heads = ("", "word→h_T", "lowest", "gradient", "lag₉₀", "λ₁", "numbers", "any T")
    yield CellRows(widths, [heads, *((row.name, *_figures(row.figures)) for row in found.rows)], gap=1)
    yield ""
    for row in found.rows:
        yield from _remarks(row)


def _remarks(row: "ComparedNetwork") -> Iterator[Item]:
    if row.figures is not None and row.figures.log10_cell_first_against_last is not None:
        yield Note(
            f"{row.name}: the gradient is that of its cell state c; that of h is ×"
            f"{log10_text(row.figures.log10_first_against_last)}."
        )
    if row.problem is not None:
        yield Note(f"{row.name}: {row.problem}.")
    elif row.figures is not None and (reason := row.figures.lengths.longer or row.figures.lengths.shorter):
        yield Note(f"{row.name}, a text of another length: {reason}.")


SECTION = Section(
    field=Field(
        "compare",
        "with `--compare`: the same text, seed and scale through other networks",
        of=lambda found: found,
        fields=FIELDS,
    ),
    csv=compare_table,
    table=compare_items,
)


def _figures(figures: Figures | None) -> Sequence[str]:
    if figures is None:
        return (f"{'–':<10}",)
    arrives, lag = figures.log10_arrives, figures.memory_lag_90
    return (
        "–" if isnan(figures.log10_word_to_state) else log10_text(figures.log10_word_to_state),
        "–" if isnan(figures.log10_lowest_word) else log10_text(figures.log10_lowest_word),
        "–" if arrives is None else log10_text(arrives),
        "–" if lag is None else f"{lag:,}",
        exponent_text(figures.lyapunov),
        count_text(figures.parameters),
        "yes" if figures.lengths.any else "no",
    )
