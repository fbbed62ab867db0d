"""A weight of a recurrent module: as it is kept, or as weight_norm makes it of a length and a direction."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rnn_tui.engine.numbers.arrays import protect
from rnn_tui.lab.nets.problem import Unusable, named, sized
from rnn_tui.lab.nets.tensors import StoredTensor, Values, check_floats

if TYPE_CHECKING:
    from rnn_tui.engine.numbers.arrays import FloatArray

# length and direction, as the older and the newer weight_norm call them
_NORMED = (("_g", "_v"), (".original0", ".original1"))


@dataclass(frozen=True, slots=True, eq=False)
class Weight:
    """A weight that can be read.

    Attributes:
        name: as sentences and reports call it.
        length: of weight_norm, the lengths; None where the tensor is kept as it is.
    """

    name: str
    tensor: StoredTensor
    length: StoredTensor | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """Its shape."""
        return self.tensor.shape

    def numbers(self, values: Values) -> "FloatArray":
        """Its numbers in float64, read-only.

        Raises:
            Unusable: they cannot be read, or are none.
        """
        direction = values.of(self.tensor)
        if self.length is None:
            return direction
        length = values.of(self.length)
        values.take(direction.size, named(self.name))
        axes = tuple(axis for axis in range(direction.ndim) if length.ndim == 0 or length.shape[axis] == 1)
        with np.errstate(all="ignore"):
            weight: FloatArray = length * direction / np.sqrt(np.sum(direction**2, axis=axes, keepdims=True))
        if not np.isfinite(weight).all():
            raise Unusable(f"{named(self.name)} has a direction of length 0, of which weight_norm makes no weight")
        protect(weight)
        return weight


def weight_of(name: str, forms: Mapping[str, StoredTensor]) -> Weight:
    """The weight that these tensors are kept for.

    Raises:
        Unusable: they are kept in another form than itself or weight_norm, or hold no floats.
    """
    for tensor in forms.values():
        check_floats(tensor)
    if "" in forms:
        return Weight(name, forms[""])
    for length, direction in _NORMED:
        if length in forms and direction in forms:
            return _normed(name, forms[length], forms[direction])
    kept = ", ".join(named(tensor.name) for tensor in forms.values())
    raise Unusable(f"{named(name)} is kept as {kept}: of the parametrizations weight_norm alone is resolved")


def _normed(name: str, length: StoredTensor, direction: StoredTensor) -> Weight:
    shape, wanted = length.shape, direction.shape
    fits = len(shape) == len(wanted) and all(size in (1, whole) for size, whole in zip(shape, wanted, strict=True))
    if shape and not fits:
        right = (*wanted[:1], *(1 for _ in wanted[1:]))
        raise Unusable(f"{length.text} does not fit {direction.text}: {sized(right)} would")
    return Weight(name, direction, length)
