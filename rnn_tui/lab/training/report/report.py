"""A training in the reports: what was learnt, what happened, and how it went."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rnn_tui.lab.report.fields import ListedField, listed_fields
from rnn_tui.lab.report.report import Report
from rnn_tui.lab.training.record.curves import QUANTITIES
from rnn_tui.lab.training.record.events import Who
from rnn_tui.lab.training.record.run import TrainingRun
from rnn_tui.lab.training.record.samples import Sample
from rnn_tui.lab.training.report.fields import AFTER, BEFORE, NETWORK, NetworkReported
from rnn_tui.lab.training.report.table import table_items
from rnn_tui.lab.training.result import TrainingResult

if TYPE_CHECKING:
    from rnn_tui.lab.report.csv import Block
    from rnn_tui.lab.report.json import Part

RANGED = ("loss", "norm")  # quantities whose lowest and highest are in the CSV too


def training_report(result: TrainingResult) -> Report:
    """All that came of a training."""

    def json() -> "tuple[Sequence[Part], Sequence[str]]":
        from rnn_tui.lab.report.json import Part

        return [Part(result, BEFORE), Part(NetworkReported(result, "main"), NETWORK), Part(result, AFTER)], ()

    def csv() -> "Iterator[Iterator[Block]]":
        yield (_block(who, run) for who, run in result.training.runs.items())

    return Report(json=json, csv=csv, table=lambda: table_items(result))


def training_fields() -> Iterator[ListedField]:
    """Every field of the JSON of `train`, for the manual."""
    yield from listed_fields((*BEFORE, *NETWORK, replace(AFTER[0], fields=()), *AFTER[1:]))
    yield ListedField("notes", "", "", "sentences: why something is null")


def _block(who: Who, run: TrainingRun) -> "Block":
    """A row for every point of the curves, up to its `step`: the means over the steps of the point.

    The columns of the fresh sequences and of ρ(W) are those of the last sample up to the step, and empty where there
    was none since the row before. Step 0 is the network at its start.
    """
    curves = {name: run.curves.of(name) for name in QUANTITIES}
    columns = {}
    for name, curve in curves.items():
        columns[name] = curve.mean
        if name in RANGED:
            columns |= {f"{name}_low": curve.low, f"{name}_high": curve.high}
    steps = [0, *curves["loss"].steps.tolist()]
    latest: dict[int, Sample] = {}
    for sample in run.samples.kept:
        # the first row that is not before it; one after the last row is left out
        row = next((step for step in steps if step >= sample.step), None)
        if row is not None:
            latest[row] = sample
    samples = [latest.get(step) for step in steps]
    return {
        "network": who,
        "step": steps,
        **{name: [None, *values.tolist()] for name, values in columns.items()},
        "fresh_loss": [sample and sample.loss for sample in samples],
        "fresh_error": [sample and sample.error for sample in samples],
        "rho": [sample and sample.rho for sample in samples],
    }
