"""Numbers as JSON can hold them: null where it has none, with the reasons gathered."""

from math import inf, isfinite, isnan, nan
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import FloatArray

_ZERO = "In {names}, null is the log10 of a true zero."
_LOST = "In {names}, null is −∞: of a change in that direction exactly nothing is left."
_DENIED = "In {names}, null is an exponent beyond the digits of float64: gates so saturated tell no direction apart."
_OUTSIDE = "In {names}, null is a number outside float64's range; the log10 field beside it holds it."


class Nulls:
    """Turns what is no number in JSON into null (None), and keeps which fields hold one and why."""

    def __init__(self) -> None:
        self._zero: list[str] = []
        self._lost: list[str] = []
        self._denied: list[str] = []
        self._outside: list[str] = []

    def reasons(self) -> list[str]:
        """A sentence for every reason that was met."""
        found = ((_ZERO, self._zero), (_LOST, self._lost), (_DENIED, self._denied), (_OUTSIDE, self._outside))
        return [sentence.format(names=", ".join(names)) for sentence, names in found if names]

    def number(self, name: str, value: float | None, log10: float | None) -> float | None:
        """A number of the field; where it is None and its log10 is known, it has left float64's range."""
        if value is None and log10 is not None and not isnan(log10):
            self._note(self._outside, name)
        return value

    def number_row(self, name: str, values: "FloatArray", log10: "FloatArray") -> list[float | None]:
        """A row of numbers of the field, with their log10."""
        row = numbers(values)
        if any(value is None and not isnan(size) for value, size in zip(row, log10.tolist(), strict=True)):
            self._note(self._outside, name)
        return row

    def log10(self, name: str, value: float | None) -> float | None:
        """A log10 of the field; −inf is a true zero, NaN and None are unknown."""
        value = nan if value is None else value
        if value == -inf:
            self._note(self._zero, name)
        return value if isfinite(value) else None

    def log10_row(self, name: str, values: "FloatArray") -> list[float | None]:
        """A row of log10 of the field; NaN is unknown or above the diagonal."""
        row: list[float | None] = values.tolist()
        for i, value in enumerate(row):
            if value is not None and not isfinite(value):
                row[i] = self.log10(name, value)
        return row

    def rates(self, name: str, values: "FloatArray") -> list[float | None]:
        """Rates of growth in nats a step; −∞ where all is lost."""
        rates = values.ravel().tolist()
        if -inf in rates:
            self._note(self._lost, name)
        if any(isnan(rate) for rate in rates):
            self._note(self._denied, name)
        return numbers(values)

    @staticmethod
    def _note(names: list[str], name: str) -> None:
        if name not in names:
            names.append(name)


def numbers(values: "FloatArray") -> list[float | None]:
    """A row of numbers; None for those that are unknown."""
    return [value if isfinite(value) else None for value in values.tolist()]
