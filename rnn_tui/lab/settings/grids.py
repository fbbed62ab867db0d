"""Grids: how a dial's value steps, how it is typed, and where it is between the ends of its slider."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.lab.text.number_input import parse_real, parse_whole

Value = str | int | float
OFF = "off"


class DialGrid(Protocol):
    """The values of one dial."""

    def step(self, value: Value, clicks: int, *, coarse: bool) -> Value:
        """The value `clicks` grid points on (back where negative); at an end, the end."""

    def parse(self, name: str, text: str) -> Value:
        """The value that a person typed. Raises ExperimentError where it is none."""

    def fraction(self, value: Value) -> float | None:
        """Where the value is between the dial's ends, 0 to 1; None where there are no ends."""


def _real(name: str, text: str) -> float:
    try:
        return parse_real(text)
    except ValueError:
        raise ExperimentError(name, text, "a number such as 0.9 or 1e-3") from None


def _on_or_past(position: float, clicks: int) -> int:
    """The grid point reached by `clicks` from a position that may lie between two points."""
    nearest = round(position)
    # far from 0 a position is no more exact than its own last digits
    if abs(position - nearest) < max(1e-6, 1e-15 * abs(position)):
        return nearest + clicks
    return math.floor(position) + clicks if clicks > 0 else math.ceil(position) + clicks


@dataclass(frozen=True, slots=True, kw_only=True)
class Even:
    """Even steps from `low` up, snapped so that round numbers are hit exactly; the slider ends at `high`."""

    fine: float
    coarse: float
    low: float
    high: float

    def step(self, value: Value, clicks: int, *, coarse: bool) -> Value:
        step = self.coarse if coarse else self.fine
        point = _on_or_past(float(value) / step, clicks)
        # A value below the grid was typed: it is turned from where it is.
        digits = max(10, 2 - math.floor(math.log10(step)))
        return max(min(self.low, float(value)), round(point * step, digits))

    def parse(self, name: str, text: str) -> Value:
        return _real(name, text)

    def fraction(self, value: Value) -> float | None:
        return min(max((float(value) - self.low) / (self.high - self.low), 0.0), 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decades:
    """The same mantissas in every decade; a coarse click is a whole decade. The slider is logarithmic."""

    mantissas: tuple[float, ...]
    low: float
    high: float

    def step(self, value: Value, clicks: int, *, coarse: bool) -> Value:
        points = len(self.mantissas)
        decade, index = self._position(float(value))
        point = _on_or_past(decade * points + index, clicks * (points if coarse else 1))
        decade, index = divmod(point, points)
        low, high = -300, 299
        return float(f"{self.mantissas[index]}e{min(max(decade, low), high)}")

    def _position(self, value: float) -> tuple[int, float]:
        decade = math.floor(math.log10(value) + 1e-12)
        mantissa = value / 10.0**decade
        for index, low in enumerate(self.mantissas):
            if abs(mantissa - low) < 1e-9:
                return decade, index
            if mantissa < low:
                return decade, index - 0.5
        return decade, len(self.mantissas) - 0.5

    def parse(self, name: str, text: str) -> Value:
        return _real(name, text)

    def fraction(self, value: Value) -> float | None:
        low, high = math.log10(self.low), math.log10(self.high)
        return min(max((math.log10(float(value)) - low) / (high - low), 0.0), 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """Whole numbers from `low` up; a coarse click doubles (or halves), or goes `coarse_step` where that is given.

    The slider, where there is a `high`, is logarithmic.
    """

    low: int
    high: int | None = None
    coarse_step: int | None = None

    def step(self, value: Value, clicks: int, *, coarse: bool) -> Value:
        number = int(value)
        if not coarse:
            return max(self.low, number + clicks)
        if self.coarse_step is not None:
            return max(self.low, number + clicks * self.coarse_step)
        return max(self.low, number << clicks if clicks > 0 else number >> -clicks)

    def parse(self, name: str, text: str) -> Value:
        try:
            return parse_whole(text)
        except ValueError:
            raise ExperimentError(name, text, "a whole number") from None

    def fraction(self, value: Value) -> float | None:
        if self.high is None:
            return None
        return min(max(math.log2(int(value) / self.low) / math.log2(self.high / self.low), 0.0), 1.0)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several; the clicks go round. With `others`, also one that is typed, which a click leaves at an end."""

    names: Sequence[str]
    others: bool = False

    def step(self, value: Value, clicks: int, *, coarse: bool) -> Value:
        if value not in self.names:
            return self.names[0 if clicks > 0 else -1]
        return self.names[(self.names.index(str(value)) + clicks) % len(self.names)]

    def parse(self, name: str, text: str) -> Value:
        typed = text.strip().lower()
        # A part of a name that has numbers in it may be another name.
        may_be_part = not self.others or typed.isalpha()
        meant = [choice for choice in self.names if may_be_part and choice.startswith(typed)]
        if typed in self.names or (self.others and len(meant) != 1):
            return typed
        if len(meant) != 1:
            raise ExperimentError(name, text, f"one of {', '.join(self.names)}")
        return meant[0]

    def fraction(self, value: Value) -> float | None:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrOff:
    """Whole numbers from `low` up, and beyond an end of them `off`.

    Off is above `high` where that is given (no limit is the largest one), else below `low`; from there the first
    click leads to `start`.
    """

    low: int
    high: int | None = None
    start: int

    def step(self, value: Value, clicks: int, *, coarse: bool) -> Value:
        if value == OFF:
            leads_in = clicks < 0 if self.high is not None else clicks > 0
            return self.start if leads_in else OFF
        stepped = int(Whole(low=1).step(value, clicks, coarse=coarse))
        if self.high is not None:
            return OFF if stepped > self.high else max(self.low, stepped)
        return OFF if stepped < self.low else stepped

    def parse(self, name: str, text: str) -> Value:
        return OFF if text.strip().lower() in (OFF, "none") else Whole(low=self.low).parse(name, text)

    def fraction(self, value: Value) -> float | None:
        if self.high is None:
            return None
        if value == OFF:
            return 1.0
        return min(max((int(value) - self.low) / max(1, self.high + 1 - self.low), 0.0), 1.0)
