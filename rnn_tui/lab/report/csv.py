"""A measurement as CSV: one row a step."""

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TextIO

from rnn_tui.lab.compare.report import compare_rows
from rnn_tui.lab.ensemble.report import ensemble_columns
from rnn_tui.lab.powers.report import powers_rows
from rnn_tui.lab.report.views import NONE, Views
from rnn_tui.lab.spectrum.report import spectrum_rows
from rnn_tui.lab.text.safe_text import csv_cell

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import FloatArray
    from rnn_tui.lab.ensemble.ensemble import Ensemble
    from rnn_tui.lab.measurement.measurement import Measurement

WORDS = ("t", "word", "target", "predicted")
CSV_HEADER = (
    *WORDS,
    "step_loss",
    "log10_step_loss",
    "log10_hidden_norm",
    "saturation",
    "log10_grad_hidden",
    "log10_grad_hidden_clipped",
    "log10_jacobian",
    "influence_on_last",
    "log10_grad_hidden_full",
    "log10_grad_cell",
    "log10_jacobian_cell",
    "log10_carry",
    "integrated_residual",
    "log10_arriving",
    "log10_input_jacobian",
)


def write_csv(
    measurement: "Measurement", out: TextIO, *, ensemble: "Ensemble | None" = None, views: Views = NONE
) -> None:
    """Writes one row a step under `CSV_HEADER`, its tokens as `csv_cell` makes them harmless to whoever opens it.

    A gated cell adds two columns a gate: `gate_f`, its mean over the units, and `gate_f_saturation`; an ensemble its
    quantiles (see `ensemble_columns`). A log10 of a true zero is `-inf`; what is unknown, was not measured or is no
    part of this network is empty. One of the views, where there is one, is written in the place of the steps.
    """
    found = measurement
    if views != NONE:
        csv.writer(out, lineterminator="\n").writerows(_view_rows(views))
        return
    columns = {**_columns(found), **({} if ensemble is None else ensemble_columns(ensemble))}
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow((*WORDS, *columns))
    for t, word in enumerate(found.words):
        said = (word, found.vocabulary[found.targets[t]], found.vocabulary[found.predicted[t]])
        rows.writerow((t + 1, *map(csv_cell, said), *(_cell(values, t) for values in columns.values())))


def _view_rows(views: Views) -> Iterator[Sequence[object]]:
    if views.powers is not None and views.bands is not None:
        yield from powers_rows(views.powers, views.tanh, views.bands)
    if views.compare is not None:
        yield from compare_rows(views.compare)
    if views.spectrum is not None:
        yield from spectrum_rows(views.spectrum)


def _columns(found: "Measurement") -> Mapping[str, "FloatArray | None"]:
    """The numbers of every step by the name of their column, in the order of `CSV_HEADER`."""
    triangle = found.triangle
    columns = {
        "step_loss": found.step_losses,
        "log10_step_loss": found.log10_step_losses,
        "log10_hidden_norm": found.log10_hidden_norm,
        "saturation": found.saturation,
        "log10_grad_hidden": found.log10_grad_hidden,
        "log10_grad_hidden_clipped": found.log10_grad_hidden_clipped,
        "log10_jacobian": found.log10_jacobian,
        "influence_on_last": None if triangle is None else triangle.shares[-1],
        "log10_grad_hidden_full": found.log10_grad_hidden_full,
        "log10_grad_cell": found.log10_grad_cell,
        "log10_jacobian_cell": found.log10_jacobian_cell,
        "log10_carry": found.log10_carry,
        "integrated_residual": None if triangle is None else triangle.integrated_residual,
        "log10_arriving": found.log10_arriving,
        "log10_input_jacobian": found.log10_input_jacobian,
    }
    for gate, values in found.gates.items():
        columns[f"gate_{gate}"] = values.mean(axis=1)
        columns[f"gate_{gate}_saturation"] = found.gate_saturation[gate]
    return columns


def _cell(values: "FloatArray | None", t: int) -> str:
    value = math.nan if values is None else float(values[t])
    return "" if math.isnan(value) else repr(value)
