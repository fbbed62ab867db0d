"""A field of a report, declared once: its name, its axes, its unit, what it means, and how it is read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, NamedTuple

LOG10 = "log10"  # −inf is a true zero, NaN is unknown
RATE = "nats a step"  # −inf where all is lost
ABSENT = object()  # the value of a field that its object has not
_DECLARED = "declared"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a JSON document, and of the CSV where it has a column.

    Attributes:
        meaning: what it holds, in a sentence or less.
        shape: its axes, as `T` or `T,H`; empty for a single value.
        unit: `LOG10`, `RATE` or another word; empty for what has none.
        of: its value, read from the document's subject: by a function, or as an attribute of this path; by default
            the one of its name.
        fields: what an object, or every object of a list, holds.
        log10: for a number that may leave float64's range, the attribute that holds its log10, which it has then too.
        in_path: whether this object's name is part of those that the notes give to its fields.
        json: whether it is in the JSON.
        csv: whether it has a column in the CSV, or the name of that column.
        head: the heading of its column in the table of the steps; empty without one.
        seeds: whether an ensemble has it of every member.
    """

    name: str
    meaning: str
    shape: str = ""
    unit: str = ""
    of: Callable[[Any], object] | str = ""
    fields: tuple["Field", ...] = ()
    log10: str = ""
    in_path: bool = True
    json: bool = True
    csv: bool | str = False
    head: str = ""
    seeds: bool = False

    @property
    def column(self) -> str:
        """The name of its column in the CSV."""
        return self.csv if isinstance(self.csv, str) else self.name

    def value(self, subject: object) -> object:
        """Its value for a subject; None where a part of its path is None."""
        return self.of(subject) if callable(self.of) else attribute(subject, self.of or self.name)


def attribute(subject: object, path: str) -> object:
    """The attribute of this path, as `clip.scale`; None where a part of it is None."""
    for name in path.split("."):
        subject = None if subject is None else getattr(subject, name)
    return subject


def report_field(meaning: str, shape: str = "", unit: str = "", **given: Any) -> Any:
    """An attribute of a dataclass that declares its field of the reports; the arguments as `Field` has them."""
    return field(metadata={_DECLARED: Field("", meaning, shape, unit, **given)})


def declared(subject: type) -> tuple[Field, ...]:
    """The fields that the attributes of a dataclass declare, in their order."""
    return tuple(replace(each.metadata[_DECLARED], name=each.name) for each in fields(subject))


def inserted(known: Sequence[Field], after: Mapping[str, Sequence[Field]]) -> tuple[Field, ...]:
    """The fields, with others set in behind those that `after` names."""
    return tuple(each for one in known for each in (one, *after.get(one.name, ())))


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
