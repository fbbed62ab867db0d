"""A measurement as a person or a program reads it: a table, JSON or CSV, to a stream or a file."""

from collections.abc import Mapping
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, TextIO, TypeAlias

from rnn_tui.lab.files.files import writing
from rnn_tui.lab.report.csv import write_csv
from rnn_tui.lab.report.json import write_json
from rnn_tui.lab.report.table import write_table
from rnn_tui.lab.report.views import NONE, Views

if TYPE_CHECKING:
    from rnn_tui.lab.ensemble.ensemble import Ensemble
    from rnn_tui.lab.measurement.measurement import Measurement

Format: TypeAlias = Literal["table", "json", "csv"]


class Writer(Protocol):
    """Writes a measurement, the ensemble that it is one member of where there is one, and what else was looked at."""

    def __call__(
        self, measurement: "Measurement", out: TextIO, *, ensemble: "Ensemble | None" = None, views: Views = NONE
    ) -> None:
        """Writes all of it."""


WRITERS: Mapping[Format, Writer] = {
    "table": write_table,
    "json": write_json,
    "csv": write_csv,
}


def save_report(
    path: Path,
    measurement: "Measurement",
    form: Format,
    *,
    ensemble: "Ensemble | None" = None,
    views: Views = NONE,
) -> None:
    """Writes the measurement to a UTF-8 file, all of it or nothing.

    Raises:
        FileProblem: the file cannot be written.
    """
    with writing(path) as target:
        out = TextIOWrapper(target, "utf-8", errors="replace", newline="")
        WRITERS[form](measurement, out, ensemble=ensemble, views=views)
        out.detach()
