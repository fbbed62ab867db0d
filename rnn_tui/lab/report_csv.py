"""A measurement as CSV: one row a step."""

import csv
import math
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rnn_tui.engine.arrays import FloatArray
    from rnn_tui.lab.measurement import Measurement

CSV_HEADER = (
    "t",
    "word",
    "target",
    "predicted",
    "step_loss",
    "log10_step_loss",
    "log10_hidden_norm",
    "saturation",
    "log10_grad_hidden",
    "log10_grad_hidden_clipped",
    "log10_jacobian",
    "influence_on_last",
)


def write_csv(measurement: "Measurement", out: TextIO) -> None:
    """Writes one row a step under `CSV_HEADER`, its tokens exactly as they are in the text.

    A log10 of a true zero is `-inf`; what is unknown or was not measured is empty.
    """
    found = measurement
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(CSV_HEADER)
    clipped = found.log10_grad_hidden_clipped
    on_last = None if found.triangle is None else found.triangle.shares[-1]
    for t, word in enumerate(found.words):
        rows.writerow(
            (
                t + 1,
                word,
                found.vocabulary[found.targets[t]],
                found.vocabulary[found.predicted[t]],
                *(
                    _cell(values, t)
                    for values in (
                        found.step_losses,
                        found.log10_step_losses,
                        found.log10_hidden_norm,
                        found.saturation,
                        found.log10_grad_hidden,
                        clipped,
                        found.log10_jacobian,
                        on_last,
                    )
                ),
            )
        )


def _cell(values: "FloatArray | None", t: int) -> str:
    value = math.nan if values is None else float(values[t])
    return "" if math.isnan(value) else repr(value)
