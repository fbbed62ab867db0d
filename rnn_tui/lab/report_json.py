"""A measurement as JSON, written row by row. The names of its fields are a contract: add freely, rename never."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from math import inf, isfinite, isnan, nan
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rnn_tui.engine.arrays import FloatArray
    from rnn_tui.lab.measurement import Measurement, Triangle

_SURROGATE = re.compile("[\ud800-\udfff]")
_ZERO = "In {names}, null is the log10 of a true zero."
_OUTSIDE = "In {names}, null is a number outside float64's range; the log10 field beside it holds it."


def write_json(measurement: "Measurement", out: TextIO) -> None:
    """Writes the measurement as one strict JSON object, a field a line and a row of a matrix a line.

    Numbers are written in full: reading them gives back the same float64. What is no number in JSON is null: a log10
    of a true zero and a value outside float64's range, each with its reason in `notes`.
    """
    _Writer(measurement, out).write()


class _Writer:
    """One writing of one measurement; gathers the reasons for nulls on its way to `notes`, the last field."""

    def __init__(self, measurement: "Measurement", out: TextIO) -> None:
        self.measurement = measurement
        self.out = out
        self.zero: list[str] = []
        self.outside: list[str] = []
        self.notes = list(measurement.notes)

    def write(self) -> None:
        self.out.write("{\n")
        for name, value in self.small_fields():
            self.field(name, value)
        self.pairs(self.measurement.triangle)
        if self.zero:
            self.notes.append(_ZERO.format(names=", ".join(self.zero)))
        if self.outside:
            self.notes.append(_OUTSIDE.format(names=", ".join(self.outside)))
        self.out.write(f'  "notes": {_json(self.notes)}\n}}\n')

    def small_fields(self) -> Iterator[tuple[str, object]]:
        """Every field that holds at most one number a step, in the order they are written."""
        found = self.measurement
        yield "experiment", found.experiment.settings()
        yield "words", found.words
        yield "vocabulary", found.vocabulary
        yield "targets", found.targets.tolist()
        yield "loss", self.plain("loss", found.loss, found.log10_loss)
        yield "log10_loss", self.log10("log10_loss", found.log10_loss)
        yield "step_losses", self.plain_row("step_losses", found.step_losses, found.log10_step_losses)
        yield "log10_step_losses", self.log10_row("log10_step_losses", found.log10_step_losses)
        yield "target_probability", _numbers(found.target_probability)
        yield "predicted", found.predicted.tolist()
        yield "predicted_probability", _numbers(found.predicted_probability)
        yield "log10_hidden_norm", self.log10_row("log10_hidden_norm", found.log10_hidden_norm)
        yield "saturation", _numbers(found.saturation)
        yield "log10_grad_hidden", self.log10_row("log10_grad_hidden", found.log10_grad_hidden)
        last = found.log10_grad_hidden_last
        yield "log10_grad_hidden_last", self.log10_row("log10_grad_hidden_last", last)
        clipped = found.log10_grad_hidden_clipped
        name = "log10_grad_hidden_clipped"
        yield name, None if clipped is None else self.log10_row(name, clipped)
        yield "log10_jacobian", self.log10_row("log10_jacobian", found.log10_jacobian)
        logs = found.log10_grad_norms
        yield "grad_norms", {n: self.plain("grad_norms", found.grad_norms[n], logs[n]) for n in logs}
        yield "log10_grad_norms", {n: self.log10("log10_grad_norms", logs[n]) for n in logs}
        yield "grad_norm", self.plain("grad_norm", found.grad_norm, found.log10_grad_norm)
        yield "log10_grad_norm", self.log10("log10_grad_norm", found.log10_grad_norm)
        yield "clip", self.clip()
        yield "update", asdict(found.update)
        yield "spectral_radius", found.spectral_radius
        yield "largest_singular_value", found.largest_singular_value
        growth = nan if found.log10_growth_per_step is None else found.log10_growth_per_step
        yield "growth_per_step", self.plain("growth_per_step", found.growth_per_step, growth)
        yield "log10_growth_per_step", self.log10("log10_growth_per_step", growth)
        yield "memory_lag_90", found.memory_lag_90
        yield "verdict", found.verdict
        yield "verdict_sentence", found.verdict_sentence
        yield "bound", found.bound
        yield "bound_sentence", found.bound_sentence
        yield "parameters", found.parameters

    def clip(self) -> dict[str, object]:
        clip = self.measurement.clip
        return {
            **asdict(clip),
            "norm_before": self.plain("clip.norm_before", clip.norm_before, clip.log10_norm_before),
            "norm_after": self.plain("clip.norm_after", clip.norm_after, clip.log10_norm_after),
            "log10_norm_before": self.log10("clip.log10_norm_before", clip.log10_norm_before),
            "log10_norm_after": self.log10("clip.log10_norm_after", clip.log10_norm_after),
        }

    def pairs(self, triangle: "Triangle | None") -> None:
        """The fields over pairs of steps."""
        self.field("itemised_sum_log10", self.log10("itemised_sum_log10", self.measurement.itemised_sum_log10))
        rows: Mapping[str, Iterable[object]] = {}
        if triangle is not None:
            rows = {
                # Shares are known for all words of a step or for none.
                "influence": (None if isnan(row[t]) else row.tolist() for t, row in enumerate(triangle.shares)),
                "influence_log10": self.log10_rows("influence_log10", triangle.influence_log10),
                "itemised_log10": self.log10_rows("itemised_log10", triangle.itemised_log10),
            }
        for name in ("influence", "influence_log10", "itemised_log10"):
            if name in rows:
                self.matrix(name, rows[name])
            else:
                self.field(name, None)

    def field(self, name: str, value: object) -> None:
        self.out.write(f'  "{name}": {_json(value)},\n')

    def matrix(self, name: str, rows: Iterable[object]) -> None:
        self.out.write(f'  "{name}": [')
        for i, row in enumerate(rows):
            self.out.write(f"{',' if i else ''}\n    {_json(row)}")
        self.out.write("\n  ],\n")

    def plain(self, name: str, value: float | None, log10: float) -> float | None:
        if value is None and not isnan(log10) and name not in self.outside:
            self.outside.append(name)
        return value

    def plain_row(self, name: str, values: "FloatArray", log10: "FloatArray") -> list[float | None]:
        row = _numbers(values)
        if any(value is None and not isnan(size) for value, size in zip(row, log10.tolist(), strict=True)):
            self.outside.append(name)
        return row

    def log10(self, name: str, value: float) -> float | None:
        if value == -inf and name not in self.zero:
            self.zero.append(name)
        return value if isfinite(value) else None

    def log10_rows(self, name: str, rows: "FloatArray") -> Iterator[list[float | None]]:
        return (self.log10_row(name, row) for row in rows)

    def log10_row(self, name: str, values: "FloatArray") -> list[float | None]:
        """A row of log10; −inf is a true zero, NaN is unknown or above the diagonal."""
        row: list[float | None] = values.tolist()
        for i, value in enumerate(row):
            if value is not None and not isfinite(value):
                self.log10(name, value)
                row[i] = None
        return row


def _numbers(values: "FloatArray") -> list[float | None]:
    return [value if isfinite(value) else None for value in values.tolist()]


def _json(value: Any) -> str:
    """Strict JSON that any UTF-8 file can hold: half of a surrogate pair is no character, so it is escaped."""
    document = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return _SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", document)
