"""A training as a person or a program reads it: a table, JSON or CSV, to a stream or a file."""

from collections.abc import Callable, Mapping
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO, TypeAlias

from rnn_tui.lab.files.files import writing
from rnn_tui.lab.report.report import Format
from rnn_tui.lab.training.report.csv import write_csv
from rnn_tui.lab.training.report.json import write_json
from rnn_tui.lab.training.report.result import Result
from rnn_tui.lab.training.report.table import write_table

Writer: TypeAlias = Callable[[Result, TextIO], None]
WRITERS: Mapping[Format, Writer] = {"table": write_table, "json": write_json, "csv": write_csv}


def save_report(path: Path, result: Result, form: Format) -> None:
    """Writes the result to a UTF-8 file, all of it or nothing.

    Raises:
        FileProblem: the file cannot be written.
    """
    with writing(path) as target:
        out = TextIOWrapper(target, "utf-8", errors="replace", newline="")
        WRITERS[form](result, out)
        out.detach()
