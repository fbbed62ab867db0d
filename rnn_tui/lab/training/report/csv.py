"""A training as CSV: a row for every point of the curves."""

import csv
from collections.abc import Iterator, Sequence
from typing import TextIO

from rnn_tui.lab.training.curves import QUANTITIES
from rnn_tui.lab.training.events import Who
from rnn_tui.lab.training.report.result import Result
from rnn_tui.lab.training.run import Run
from rnn_tui.lab.training.samples import Sample

RANGED = ("loss", "norm")  # quantities whose lowest and highest are told too
SAMPLED = ("fresh_loss", "fresh_error", "rho")


def write_csv(result: Result, out: TextIO) -> None:
    """Writes a row for every point of each network's curves, up to its `step`: the means over the steps of the point.

    The columns of the fresh sequences and of ρ(W) are those of the last sample up to the step, and empty where there
    was none since the row before. Step 0 is the network at its start.
    """
    rows = csv.writer(out, lineterminator="\n")
    head = [column for name in QUANTITIES for column in _columns(name)]
    rows.writerow(("network", "step", *head, *SAMPLED))
    for who, run in result.training.runs.items():
        rows.writerows(_rows(who, run))


def _columns(name: str) -> Sequence[str]:
    return (name, f"{name}_low", f"{name}_high") if name in RANGED else (name,)


def _rows(who: Who, run: Run) -> Iterator[Sequence[object]]:
    curves = {name: run.curves.of(name) for name in QUANTITIES}
    width = sum(len(_columns(name)) for name in QUANTITIES)
    waiting = list(run.samples.kept)
    yield who, 0, *[""] * width, *_taken(waiting, 0)
    for i, step in enumerate(curves["loss"].steps.tolist()):
        cells: list[object] = []
        for name, curve in curves.items():
            cells.append(repr(float(curve.mean[i])))
            if name in RANGED:
                cells += [repr(float(curve.low[i])), repr(float(curve.high[i]))]
        yield who, step, *cells, *_taken(waiting, step)


def _taken(waiting: list[Sample], step: int) -> Sequence[object]:
    """The last of the samples up to a step, of which none is left waiting; empty cells where there is none."""
    found = None
    while waiting and waiting[0].step <= step:
        found = waiting.pop(0)
    return [""] * len(SAMPLED) if found is None else [repr(found.loss), repr(found.error), repr(found.rho)]
