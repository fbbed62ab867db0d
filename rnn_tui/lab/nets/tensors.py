"""A tensor that lies in a file, and its numbers in float64, of which no more are read than memory has room for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from rnn_tui.engine.numbers.arrays import protect
from rnn_tui.lab.experiment.memory_limits import least_limit
from rnn_tui.lab.nets.problem import Unusable, named, sized

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import AnyArray, FloatArray

MOST_BYTES = 2 * 2**30  # of the numbers of a network, in float64
MOST_AXES = 8
MOST_NUMBERS = 2**48
FLOAT = 8
# how NumPy reads what can be computed with; bfloat16, the upper half of a float32, as whole numbers
FLOATS = {"float16": "f2", "bfloat16": "u2", "float32": "f4", "float64": "f8"}


@dataclass(frozen=True, slots=True, eq=False)
class StoredTensor:
    """A tensor of a file, which is read when it is asked for.

    Attributes:
        name: as the file has it.
        dtype: the type of its numbers, as PyTorch names it: `float32`, `bfloat16`, `int64`.
        raw: makes an array of its shape; of a bfloat16 the bits, of a dtype that is not in `FLOATS` it is never called.
        nbytes: how many bytes `raw` reads at once.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    raw: "Callable[[], AnyArray]"
    nbytes: int = 0

    @property
    def text(self) -> str:
        """Its name and shape in a sentence."""
        return f"{named(self.name)} {sized(self.shape)}"


class Budget:
    """How many bytes may still be taken for the numbers of one file."""

    def __init__(self, most: int | None = None) -> None:
        """`most` is by default 2 GiB, or half of the memory that is left where that is less."""
        self._most = min(MOST_BYTES, least_limit().free // 2) if most is None else most
        self._taken = 0

    def take(self, count: int, what: str) -> None:
        """Notes that so many bytes are about to be taken, and stay.

        Raises:
            Unusable: that would be more than may be taken.
        """
        self.check(count, what)
        self._taken += count

    def check(self, count: int, what: str) -> None:
        """As `take`, of bytes that do not stay.

        Raises:
            Unusable: that would be more than may be taken.
        """
        if self._taken + count > self._most:
            raise Unusable(
                f"{what} would take {(self._taken + count) / 2**20:,.0f} MiB of memory with what was read before, and "
                f"{self._most / 2**20:,.0f} MiB may be taken: 2 GiB, or half of what is left"
            )


class Values:
    """The numbers of tensors in float64, each tensor read once."""

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._read: dict[StoredTensor, FloatArray] = {}

    def of(self, tensor: StoredTensor) -> "FloatArray":
        """The numbers of a tensor, read-only.

        Raises:
            Unusable: they are no floats, not finite, too many, or not all there.
        """
        if tensor not in self._read:
            self._read[tensor] = self._floats(tensor)
        return self._read[tensor]

    def take(self, numbers: int, what: str) -> None:
        """Notes that so many numbers are about to be made of those that were read.

        Raises:
            Unusable: there is no memory for them.
        """
        self._budget.take(FLOAT * numbers, what)

    def _floats(self, tensor: StoredTensor) -> "FloatArray":
        check_floats(tensor)
        self.take(prod(tensor.shape), named(tensor.name))
        self._budget.check(tensor.nbytes, named(tensor.name))
        raw = tensor.raw()
        with np.errstate(all="ignore"):  # a NaN may be one that signals; it is named below
            if tensor.dtype == "bfloat16":
                raw = (raw.astype(np.uint32) << 16).view(np.float32)
            numbers = np.ascontiguousarray(raw, np.float64).reshape(tensor.shape)
        _check_finite(numbers, tensor.name)
        protect(numbers)
        return numbers


def check_floats(tensor: StoredTensor) -> None:
    """Makes sure that a tensor can be computed with.

    Raises:
        Unusable: it holds whole numbers, quantised ones, or anything else.
    """
    if tensor.dtype not in FLOATS:
        raise Unusable(
            f"{named(tensor.name)} holds {named(tensor.dtype)}; weights are read as {', '.join(FLOATS)}: integer and "
            "quantised ones have no gradient"
        )


def check_shape(name: str, shape: Sequence[object]) -> tuple[int, ...]:
    """The shape, where it is one.

    Raises:
        Unusable: it has too many axes, or a size that is no whole number from 0.
    """
    sizes = whole_numbers(shape[:MOST_AXES])
    if len(sizes) < len(shape) or prod(max(1, size) for size in sizes) > MOST_NUMBERS:
        raise Unusable(f"{named(name)} has a shape that no tensor has")
    return sizes


def whole_numbers(values: Sequence[object]) -> tuple[int, ...]:
    """Those of the values that are whole numbers from 0, as the sizes and strides of a tensor are."""
    return tuple(value for value in values if type(value) is int and 0 <= value <= MOST_NUMBERS)


def _check_finite(numbers: "FloatArray", name: str) -> None:
    finite = np.isfinite(numbers)
    if finite.all():
        return
    place = tuple(int(index) for index in np.argwhere(~finite)[0])
    what = "NaN" if np.isnan(numbers[place]) else "an infinite number"
    wrong = numbers.size - int(finite.sum())
    raise Unusable(f"{named(name)} holds {what} at {list(place)}; {wrong:,} of its {numbers.size:,} are not finite")
