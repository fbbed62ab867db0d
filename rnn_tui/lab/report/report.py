"""A report: what a subject declares, written as a person or a program reads it, to a stream or a file."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TextIO, TypeAlias, get_args

from rnn_tui.lab.files.files import replacing_file
from rnn_tui.lab.report.fields import Field
from rnn_tui.lab.report.layout import Item, layout_lines
from rnn_tui.lab.text.printed import write_lines

if TYPE_CHECKING:
    from rnn_tui.lab.report.csv import Table
    from rnn_tui.lab.report.json import Part

Format: TypeAlias = Literal["table", "json", "csv"]
FORMATS: tuple[Format, ...] = get_args(Format)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The content of a report, each form made when it is asked for.

    Attributes:
        json: the fields of the document and its notes.
        csv: its tables, one below the other.
        table: what a person reads, from above.
    """

    json: "Callable[[], tuple[Iterable[Part], Sequence[str]]]"
    csv: "Callable[[], Iterable[Table]]"
    table: Callable[[], Iterable[Item]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What is reported of one subject beside others: the object `field` of the JSON, a CSV and a part of the table."""

    field: Field
    csv: "Callable[[Any], Table]"
    table: Callable[[Any], Iterable[Item]]


def write_report(report: Report, form: Format, out: TextIO) -> None:
    """Writes a report in the form that is asked for."""
    if form == "table":
        write_lines(layout_lines(report.table()), out)
    elif form == "json":
        from rnn_tui.lab.report.json import write_json

        write_json(*report.json(), out)
    else:
        from rnn_tui.lab.report.csv import write_csv

        write_csv(report.csv(), out)


def save_report(path: Path, report: Report, form: Format) -> None:
    """Writes a report to a UTF-8 file, all of it or nothing.

    Raises:
        FileProblem: the file cannot be written.
    """
    with replacing_file(path) as target:
        out = TextIOWrapper(target, "utf-8", errors="replace", newline="")
        write_report(report, form, out)
        out.detach()
