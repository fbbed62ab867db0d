"""A field of a report, declared once: its name, its axes, its unit, what it means, and how it is read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from operator import attrgetter
from typing import Any, NamedTuple

LOG10 = "log10"  # −inf is a true zero, NaN is unknown
RATE = "nats a step"  # −inf where all is lost
ABSENT = object()  # the value of a field that its object has not
_DECLARED = "declared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a JSON document, and of the CSV where it has a column.

    Attributes:
        meaning: what it holds, in a sentence or less.
        shape: its axes, as `T` or `T,H`; empty for a single value.
        unit: `LOG10`, `RATE` or another word; empty for what has none.
        of: its value, read from the document's subject.
        log10: for a number that may leave float64's range, its log10, which holds it then too.
        fields: what an object, or every object of a list, holds.
        in_path: whether this object's name is part of those that the notes give to its fields.
        json: whether it is in the JSON.
        csv: the name of its column in the CSV; empty without one.
        seeds: whether an ensemble has it of every member.
    """

    name: str
    meaning: str
    shape: str = ""
    unit: str = ""
    of: Callable[[Any], object]
    log10: Callable[[Any], object] | None = None
    fields: tuple["Field", ...] = ()
    in_path: bool = True
    json: bool = True
    csv: str = ""
    seeds: bool = False


def measured(
    meaning: str,
    shape: str = "",
    unit: str = "",
    *,
    log10: str | None = None,
    shown: Callable[[Any], object] | None = None,
    fields: Sequence[Field] = (),
    json: bool = True,
    csv: bool | str = False,
    seeds: bool = False,
) -> Any:
    """An attribute of a dataclass that declares its field of the reports; the arguments as `Field` has them.

    Args:
        log10: the attribute that holds the log10.
        shown: what the reports show in the place of the attribute's value.
        csv: the column's name where it is not the attribute's.
    """
    return field(metadata={_DECLARED: (meaning, shape, unit, log10, shown, tuple(fields), json, csv, seeds)})


def declared(subject: type) -> tuple[Field, ...]:
    """The fields that the attributes of a dataclass declare, in their order."""
    return tuple(_field(each.name, *each.metadata[_DECLARED]) for each in fields(subject))


def _field(
    name: str,
    meaning: str,
    shape: str,
    unit: str,
    log10: str | None,
    shown: Callable[[Any], object] | None,
    inner: tuple[Field, ...],
    json: bool,
    csv: bool | str,
    seeds: bool,
) -> Field:
    read = attrgetter(name)
    return Field(
        name=name,
        meaning=meaning,
        shape=shape,
        unit=unit,
        of=read if shown is None else lambda subject: shown(read(subject)),
        log10=None if log10 is None else attrgetter(log10),
        fields=inner,
        json=json,
        csv=csv if isinstance(csv, str) else name if csv else "",
        seeds=seeds,
    )


def inserted(known: Sequence[Field], after: Mapping[str, Sequence[Field]]) -> tuple[Field, ...]:
    """The fields, with others set in behind those that `after` names."""
    return tuple(each for one in known for each in (one, *after.get(one.name, ())))


def read_through(known: Sequence[Field], to: Callable[[Any], object]) -> tuple[Field, ...]:
    """The same fields of a subject from which their own is got by `to`."""

    def through(read: Callable[[Any], object]) -> Callable[[Any], object]:
        return lambda subject: read(to(subject))

    return tuple(
        replace(one, of=through(one.of), log10=None if one.log10 is None else through(one.log10)) for one in known
    )


def in_order(known: Sequence[Field], first: Sequence[str]) -> list[Field]:
    """The fields, those that `first` names before the others, which keep their order."""
    return sorted(known, key=lambda one: first.index(one.name) if one.name in first else len(first))


class ListedField(NamedTuple):
    """A row of the manual's list of fields; `field` is the path to it, as `clip.scale`."""

    field: str
    shape: str
    unit: str
    meaning: str


def listed_fields(known: Sequence[Field], path: str = "") -> Iterator[ListedField]:
    """Every field of a JSON document, those of an object after it."""
    for one in known:
        if one.json:
            yield ListedField(path + one.name, one.shape, one.unit, one.meaning)
            yield from listed_fields(one.fields, f"{path}{one.name}.")
