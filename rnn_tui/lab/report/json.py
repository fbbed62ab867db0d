"""A document of declared fields as JSON, written row by row."""

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from typing import NamedTuple, TextIO

import numpy as np

from rnn_tui.lab.report.fields import ABSENT, LOG10, RATE, Field, attribute
from rnn_tui.lab.report.nulls import Nulls, numbers
from rnn_tui.lab.text.safe_text import json_text

BY_ROWS = ("T,H", "T,T")  # the last axes of what is written a row a line


class Part(NamedTuple):
    """Some of the fields of a document, and the object that they are read from."""

    subject: object
    fields: Sequence[Field]


def write_json(parts: Iterable[Part], notes: Sequence[str], out: TextIO) -> None:
    """Writes one strict JSON object, a field a line and a row of a matrix a line, and last the `notes`.

    Numbers are written in full: reading them gives back the same float64. What is no number in JSON is null: a log10
    of a true zero and a value outside float64's range, each with its reason in `notes`.
    """
    nulls = Nulls()
    out.write("{\n")
    for subject, fields in parts:
        for one in fields:
            if one.json:
                out.write(f"  {json_text(one.name)}: ")
                _write(one, subject, nulls, out)
                out.write(",\n")
    out.write(f'  "notes": {json_text([*notes, *nulls.reasons()])}\n}}\n')


def _write(one: Field, subject: object, nulls: Nulls, out: TextIO) -> None:
    value = one.value(subject) if one.shape.endswith(BY_ROWS) else None
    if value is None:
        out.write(json_text(_field(one, subject, nulls, one.name)))
    elif isinstance(value, Mapping):
        out.write("{")
        for i, (name, rows) in enumerate(value.items()):
            out.write(f"{',' if i else ''}\n    {json_text(name)}: ")
            _write_rows(rows, one, nulls, out, "    ")
        out.write("\n  }" if value else "}")
    elif isinstance(value, Iterable):
        _write_rows(value, one, nulls, out, "  ")


def _write_rows(rows: Iterable[object], one: Field, nulls: Nulls, out: TextIO, indent: str) -> None:
    """A matrix, a row a line; they are made as they are written."""
    out.write("[")
    out.writelines(
        f"{',' if i else ''}\n{indent}  {json_text(_value(row, one.unit, nulls, one.name))}"
        for i, row in enumerate(rows)
    )
    out.write(f"\n{indent}]")


def _field(one: Field, subject: object, nulls: Nulls, path: str) -> object:
    """The JSON value of a field; the notes give its nulls the name `path`."""
    value = one.value(subject)
    if not one.fields or value is None:
        return _value(value, one.unit, nulls, path, attribute(subject, one.log10) if one.log10 else None)
    inside = f"{path}." if one.in_path else path.removesuffix(one.name)
    # a NamedTuple is an object, not a list of them
    each = value if isinstance(value, list) or type(value) is tuple else (value,)
    objects = [
        {
            field.name: _field(field, held, nulls, inside + field.name)
            for field in one.fields
            if field.json and field.value(held) is not ABSENT
        }
        for held in each
    ]
    return objects if each is value else objects[0]


def _value(value: object, unit: str, nulls: Nulls, path: str, log10: object = None) -> object:
    """A value as JSON holds it: null in the place of what is no number."""
    if isinstance(value, Mapping):
        own = log10 if isinstance(log10, Mapping) else {}
        return {name: _value(held, unit, nulls, path, own.get(name)) for name, held in value.items()}
    if isinstance(value, np.ndarray):
        return _array(value, unit, nulls, path, log10)
    if isinstance(value, list | tuple):
        return [_value(held, unit, nulls, path) for held in value]
    if isinstance(log10, float):
        return nulls.number(path, value if isinstance(value, float) else None, log10)
    if isinstance(value, float):
        return nulls.log10(path, value) if unit == LOG10 else value if isfinite(value) else None
    return value


def _array(values: np.ndarray, unit: str, nulls: Nulls, path: str, log10: object) -> object:
    if values.ndim > 1:
        return [_array(row, unit, nulls, path, None) for row in values]
    if isinstance(log10, np.ndarray):
        return nulls.number_row(path, values, log10)
    if values.dtype.kind == "c":
        return [[value.real, value.imag] for value in values.tolist()]
    if values.dtype.kind in "biu":
        return values.tolist()
    if unit == LOG10:
        return nulls.log10_row(path, values)
    return nulls.rates(path, values) if unit == RATE else numbers(values)
