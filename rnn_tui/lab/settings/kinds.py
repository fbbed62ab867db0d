"""Kinds: which values a setting can have, how a text spells one, and the sentence that refuses any other."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rnn_tui.lab.settings.errors import ExperimentError
from rnn_tui.lab.text.number_input import parse_real, parse_whole


class SettingKind:
    """The values of one setting."""

    __slots__ = ()

    @property
    def allowed(self) -> str:
        """The allowed values, as a refusal names them."""
        raise NotImplementedError

    def checked(self, name: str, value: object) -> Any:
        """The value as it is kept. Raises ExperimentError where the setting `name` cannot have it."""
        raise NotImplementedError

    def spelled(self, text: str) -> object:
        """The value that a text spells; the text itself where it spells none, for `checked` to refuse."""
        return text

    def clamped(self, value: Any) -> Any:
        """The value, or the end of the range that it lies beyond."""
        return value


@dataclass(frozen=True, slots=True)
class OneOf(SettingKind):
    """One of several names."""

    names: tuple[str, ...]

    @property
    def allowed(self) -> str:
        return f"one of {', '.join(self.names)}"

    def checked(self, name: str, value: object) -> Any:
        if value not in self.names:
            raise ExperimentError(name, value, self.allowed)
        return value


@dataclass(frozen=True, slots=True)
class Number(SettingKind):
    """A number from `low` to `high`."""

    low: float
    high: float

    def clamped(self, value: Any) -> Any:
        return min(max(value, self.low), self.high)


@dataclass(frozen=True, slots=True)
class Integer(Number):
    """A whole number; `grouped` writes the highest one with commas."""

    low: int
    high: int
    grouped: bool = False

    @property
    def allowed(self) -> str:
        return f"a whole number from {self.low} to {format(self.high, ',' if self.grouped else '')}"

    def checked(self, name: str, value: object) -> Any:
        # True is an int of Python's, and no number of a person's
        if isinstance(value, bool) or not isinstance(value, int) or not self.low <= value <= self.high:
            raise ExperimentError(name, value, self.allowed)
        return value

    def spelled(self, text: str) -> object:
        return _spelled(parse_whole, text)


@dataclass(frozen=True, slots=True)
class Real(Number):
    """A real number."""

    @property
    def allowed(self) -> str:
        return f"a number from {self.low:g} to {self.high:g}"

    def checked(self, name: str, value: object) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float) or not self.low <= value <= self.high:
            raise ExperimentError(name, value, self.allowed)
        return float(value)

    def spelled(self, text: str) -> object:
        return _spelled(parse_real, text)


@dataclass(frozen=True, slots=True)
class OrNone(SettingKind):
    """A number, or None: off where `word` spells it, else what follows from another setting."""

    number: Number
    word: str | None = "none"

    @property
    def allowed(self) -> str:
        return self.number.allowed

    def checked(self, name: str, value: object) -> Any:
        return None if value is None else self.number.checked(name, value)

    def spelled(self, text: str) -> object:
        return None if text == self.word else self.number.spelled(text)

    def clamped(self, value: Any) -> Any:
        return value if isinstance(value, str) else self.number.clamped(value)


@dataclass(frozen=True, slots=True)
class Other(SettingKind):
    """Values that a function of their own checks.

    Attributes:
        check: the value as it is kept, from the setting's name and a value; raises ExperimentError.
    """

    check: Callable[[str, object], Any]
    sentence: str

    @property
    def allowed(self) -> str:
        return self.sentence

    def checked(self, name: str, value: object) -> Any:
        return self.check(name, value)


def of_type(kind: type, allowed: str, *, optional: bool = False) -> Other:
    """The values of one type of Python's, and None where the setting is `optional`."""

    def check(name: str, value: object) -> object:
        if not isinstance(value, kind) and not (optional and value is None):
            raise ExperimentError(name, value, allowed)
        return value

    return Other(check, allowed)


def _spelled(parse: Callable[[str], object], text: str) -> object:
    try:
        return parse(text)
    except ValueError:
        return text
