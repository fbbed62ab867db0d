"""The report of a measurement: with its ensemble, and with what was measured beside it, where there is any."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from rnn_tui.lab.compare import report as compare
from rnn_tui.lab.measurement.ensemble import report as ensemble_report
from rnn_tui.lab.measurement.measurement import Measurement
from rnn_tui.lab.measurement.report.fields import FIELDS
from rnn_tui.lab.measurement.report.report import measurement_block, measurement_parts, note_items, summary
from rnn_tui.lab.powers import report as powers
from rnn_tui.lab.report.fields import Field, ListedField, declared, listed_fields
from rnn_tui.lab.report.layout import Item
from rnn_tui.lab.report.report import Report, Section
from rnn_tui.lab.spectrum import report as spectrum
from rnn_tui.lab.views.views import NO_VIEWS, Views

if TYPE_CHECKING:
    from rnn_tui.lab.measurement.ensemble.ensemble import Ensemble
    from rnn_tui.lab.report.csv import Table
    from rnn_tui.lab.report.json import Part

NOTES = next(one for one in declared(Measurement) if one.name == "notes")


def measurement_report(
    measurement: Measurement, *, ensemble: "Ensemble | None" = None, views: Views = NO_VIEWS
) -> Report:
    """The report of a measurement, its ensemble and its views.

    In CSV the views, where there are any, are written in the place of the steps.
    """
    beside = [] if ensemble is None else [(ensemble_report.SECTION, ensemble)]
    seen = list(_seen(views))

    def json() -> "tuple[Iterable[Part], Sequence[str]]":
        from rnn_tui.lab.report.json import Part

        parts, notes = measurement_parts(measurement)
        return [*parts, *(Part(subject, [section.field]) for section, subject in (*beside, *seen))], notes

    def csv() -> "Iterator[Table]":
        yield from (section.csv(subject) for section, subject in seen)
        if not seen:
            by_step = dict(measurement_block(measurement))
            for section, subject in beside:
                for block in section.csv(subject):
                    by_step |= block
            yield [by_step]

    def table() -> Iterator[Item]:
        yield from summary(measurement)
        for section, subject in (*beside, *seen):
            yield ""
            yield from section.table(subject)
        yield from note_items(measurement)

    return Report(json=json, csv=csv, table=table)


def _seen(views: Views) -> Iterator[tuple[Section, object]]:
    if views.powers is not None and views.bands is not None:
        yield powers.SECTION, powers.PowersReported(views.powers, views.tanh, views.bands)
    if views.compare is not None:
        yield compare.SECTION, views.compare
    if views.spectrum is not None:
        yield spectrum.SECTION, views.spectrum


def measurement_fields() -> Iterator[ListedField]:
    """Every field of the JSON of `measure`, for the manual."""
    sections = (ensemble_report.SECTION, powers.SECTION, compare.SECTION, spectrum.SECTION)
    fields: Sequence[Field] = [*FIELDS, *(section.field for section in sections)]
    yield from listed_fields(fields)
    yield ListedField(NOTES.name, NOTES.shape, NOTES.unit, NOTES.meaning)
